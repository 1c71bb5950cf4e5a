// Types, bounds and generics of a collected crate as keys for comparing, and as text for people: the inside of
// public_api.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "names/public_api.h"

namespace rp {

// What is between begin and end of keys and texts is appended to `out`, with spaces as a person would write them.
class SignatureText {
 public:
  void add(TokenKind kind, std::string_view text);
  [[nodiscard]] const std::string& text() const { return out_; }

 private:
  std::string out_;
  TokenKind last_ = TokenKind::Eof;
  bool last_is_word_ = false;
  bool tight_ = false;  // nothing before what comes next: after `(`, `&`, a prefix `*`
};

class ApiKeys {
 public:
  // `paths` gives, for each definition of the crate, the public path; empty where there is none.
  ApiKeys(const CrateDefs& crate, const CrateNames& names, const Analysis& analysis,
          const std::vector<std::string>& paths)
      : crate_(crate), names_(names), analysis_(analysis), paths_(paths) {}

  // What `Self` means in what follows; empty: it stays.
  void set_self(std::string key) { self_ = std::move(key); }

  std::string key(SourceId source, NodeId node) { return key(source, node, 0); }
  // The bounds in a BoundList, sorted; without lifetimes but 'static.
  std::vector<std::string> bounds(SourceId source, NodeId list) { return bounds(source, list, 0); }
  // Appends the generic parameters of an item and what it asks of them.
  void generics(SourceId source, NodeId item, std::vector<ApiGeneric>* params, std::vector<std::string>* predicates);
  // The definition that a type or a trait's path stands for; of references and the like none.
  DefRef head(SourceId source, NodeId type) const;
  // The generic parameter that a type is, alone.
  bool is_parameter(SourceId source, NodeId type) const;
  bool is_primitive(SourceId source, NodeId type) const;
  std::string name_key(DefRef def) const;

  // The tokens [begin, end) without attributes, visibilities, comments and what cfg took away.
  std::string text(SourceId source, NodeId around, uint32_t begin, uint32_t end) const;
  std::string text(SourceId source, NodeId node) const {
    const Tree& t = tree(source);
    return text(source, node, t.first_slot(node), t.end_slot(node));
  }

  [[nodiscard]] const Tree& tree(SourceId source) const { return crate_.sources[source.value].source->tree; }
  [[nodiscard]] const CrateDefs& crate() const { return crate_; }
  [[nodiscard]] const Analysis& analysis() const { return analysis_; }

 private:
  std::string key(SourceId source, NodeId node, uint32_t depth);
  std::vector<std::string> bounds(SourceId source, NodeId list, uint32_t depth);
  void add_bounds(SourceId source, NodeId list, std::string_view subject, std::vector<std::string>* predicates);
  std::string path(SourceId source, NodeId node, uint32_t depth);
  std::string unknown_path(SourceId source, const std::vector<NodeId>& segments, uint32_t depth);
  std::string arguments(SourceId source, NodeId segment, uint32_t depth, std::vector<std::string>* types);
  std::string parameter_key(const Resolution& resolution) const;
  std::string alias(DefRef def, const std::vector<std::string>& types, uint32_t depth);
  std::string foreign_alias(DefRef def, const std::vector<std::string>& types, uint32_t depth);
  std::string rest(SourceId source, NodeId node, uint32_t depth);
  std::string macro(SourceId source, NodeId node, uint32_t depth);
  std::string joined(SourceId source, NodeId parent, Role role, uint32_t depth);
  std::string word(SourceId source, NodeId node) const;

  const CrateDefs& crate_;
  const CrateNames& names_;
  const Analysis& analysis_;
  const std::vector<std::string>& paths_;
  std::string self_;
};

// The number of a generic parameter among those that are no lifetimes; UINT32_MAX when it is none.
uint32_t parameter_index(const Tree& tree, NodeId param);

}  // namespace rp
