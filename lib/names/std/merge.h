// Puts the facts of one crate for several targets together: what all have is kept once, and what only some have gets a
// mask that says which. Part of the generator of the standard library's facts, not of the library.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "names/facts_image.h"

namespace rp {

class FactsMerger {
 public:
  // The next target's. Whatever the order of targets: each sees exactly what its own image had.
  void add(const std::string& target, FactsImage image);
  // All of them. Nothing may be added behind it.
  FactsImage finish();

 private:
  using Targets = std::vector<bool>;

  struct Row {
    FactsImage::Row row;  // name, parent, visibility, block: numbers here
    Targets on;
    uint32_t first = kFactsNone, last = kFactsNone, next = kFactsNone;  // children as a list
    uint32_t macro = kFactsNone;
  };
  struct Entry {
    FactsImage::Entry entry;
    Targets on;
  };
  struct Scope {
    FactsImage::ScopeRow row;  // without entries
    std::vector<Entry> entries;
    std::map<std::tuple<uint32_t, Namespace, Binding::Target, bool, bool, uint32_t, FactsImage::Ref>, uint32_t> numbers;
    Targets on;
  };

  uint32_t name(const std::string& text);
  uint32_t mask(Targets on);
  void add_rows(const FactsImage& image);
  void add_foreign(const FactsImage& image);
  void add_scopes(const FactsImage& image);
  void add_others(const FactsImage& image);
  [[nodiscard]] FactsImage::Entry translate(const FactsImage::Entry& entry) const;
  [[nodiscard]] FactsImage::Ref translate(FactsImage::Ref ref) const;
  void finish_rows(FactsImage* out);
  void finish_scopes(FactsImage* out);
  void finish_foreign(FactsImage* out);
  uint32_t final_name(FactsImage* out, uint32_t number);

  FactsImage general_;  // what is the same for all targets
  std::vector<std::string> targets_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t> name_numbers_;
  std::vector<Row> rows_;
  std::unordered_map<std::string, uint32_t> row_numbers_;  // by all that makes a row what it is
  std::vector<Scope> scopes_;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> scope_numbers_;  // definition, scope around, which
  std::map<std::tuple<uint32_t, uint32_t, std::string>, uint32_t> crate_numbers_;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, DefKind, uint32_t>, uint32_t> foreign_numbers_;
  std::map<std::vector<bool>, uint32_t> mask_numbers_;
  std::vector<std::vector<uint8_t>> masks_ = {{}};

  // Of the image being added: its numbers to ours.
  std::vector<uint32_t> name_of_, row_of_, scope_of_, crate_of_, foreign_of_;
  // Of finish(): ours to those of the result.
  std::vector<uint32_t> final_row_, final_name_;
};

}  // namespace rp
