// Attributes as they count: cfg_attr unfolded, `unsafe(..)` taken off, conditions decided.
// The Rust Reference, "Attributes", "Conditional compilation".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crates/cfg_set.h"
#include "crates/script_facts.h"
#include "syntax/tree.h"

namespace rp {

// One attribute; a cfg_attr that holds gives those inside it, one that does not gives none.
struct Attribute {
  NodeId node;         // the Attr as written
  uint32_t begin = 0;  // slots of the path and of what follows it: [begin, end)
  uint32_t path_end = 0;
  uint32_t end = 0;
  // The inside of its delimiters, when it has any: [group_begin, group_end).
  bool has_group = false;
  uint32_t group_begin = 0;
  uint32_t group_end = 0;
  bool has_value = false;   // name = value
  uint32_t value_slot = 0;  // the first slot of the value
  bool inner = false;       // #![..]
  std::string_view name;    // the path when it is one word; else empty
  std::string_view tool;    // the first word of a longer path; else empty
};

// The first slot at or after `slot` that is no comment (documentation comments apart, which are tokens here too) and no
// invisible group; `end` when there is none.
uint32_t skip_trivia(const Tree& tree, uint32_t slot, uint32_t end);
// The slot after the token tree that begins at `slot`: one token, or a delimited group.
uint32_t after_token_tree(const Tree& tree, uint32_t slot, uint32_t end);

// Facts that a build script may set, of which nobody knows whether it does (expand/build_script.h). A condition that
// hangs on one is taken not to hold; who asks can learn that this is not certain.
class UnknownCfg {
 public:
  UnknownCfg() = default;
  // Of the package's build script, whose certain facts are given like all others. `script` must stay.
  explicit UnknownCfg(const ScriptFacts& script) : script_(script.all_known() ? nullptr : &script) {}
  [[nodiscard]] bool may_be_set(const manifest::CfgFact& fact) const {
    return script_ != nullptr && script_->may_set(fact.key, fact.value, fact.has_value);
  }
  [[nodiscard]] bool nothing() const { return script_ == nullptr; }  // no fact but those that are given

 private:
  const ScriptFacts* script_ = nullptr;
};

// Whether the condition in the tokens [begin, end) holds: what stands between the parentheses of cfg(..). `error` is
// set when it is none; then the answer is true, because rustc stops there.
bool cfg_holds(const Tree& tree, uint32_t begin, uint32_t end, const CfgSet& cfg, std::string* error);

// The attributes of a node (its children with role `attribute`), documentation comments left out. `cfg` itself is among
// them. Bounded work: nesting of cfg_attr beyond 128 is left out.
void read_attributes(const Tree& tree, NodeId node, const CfgSet& cfg, std::vector<Attribute>* out);

// Whether all cfg attributes among them hold. `uncertain` is set when the answer depends on an unknown fact.
bool is_configured(const Tree& tree, const std::vector<Attribute>& attributes, const CfgSet& cfg, std::string* error,
                   const UnknownCfg* unknown = nullptr, bool* uncertain = nullptr);

// The cfg_attr of a node whose condition depends on an unknown fact.
void uncertain_attributes(const Tree& tree, NodeId node, const CfgSet& cfg, const UnknownCfg& unknown,
                          std::vector<NodeId>* out);
// Whether an unknown fact decides the condition in the tokens [begin, end).
bool is_uncertain(const Tree& tree, uint32_t begin, uint32_t end, const CfgSet& cfg, const UnknownCfg& unknown);

// The value of `name = "text"`, escapes resolved; empty when it is no string literal.
std::string attribute_text(const Tree& tree, const Attribute& attribute);
// The contents of a string literal token, escapes resolved; false for another token.
bool string_literal_value(const Tree& tree, uint32_t slot, std::string* out);
// Splits the inside of an attribute's group at commas: each [begin, end), without trivia at its ends.
std::vector<std::pair<uint32_t, uint32_t>> split_at_commas(const Tree& tree, uint32_t begin, uint32_t end);

// Whether rustc knows an attribute of that name as inert: it changes no item and belongs to no macro.
bool is_builtin_attribute(std::string_view name);
// Attributes that `unsafe(..)` may surround and, before edition 2024, most may go without (The Rust Reference,
// "Attributes", and unstable ones of rustc 1.96).
bool is_unsafe_attribute(std::string_view name);
bool is_attribute_tool(std::string_view name);  // rustfmt, clippy, diagnostic, miri, rust_analyzer

}  // namespace rp
