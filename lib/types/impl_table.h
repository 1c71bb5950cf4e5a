// All impls of an analysis by two words of their headers (names/impl_header.h): the trait's and the self type's. It
// says which impls a question about a trait and a type has to look at, without reading any of them.
//
// It follows from the analysis alone: one table serves all contexts that stand on it, in as many threads. Private to
// lib/types, but for who shares it.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "names/analysis.h"

namespace rp {

class ImplTable {
 public:
  // Number of a word that stands in a header.
  using Word = uint32_t;
  // For what may be any: a trait or type by a name that is not known to be one's. It is the empty text, too.
  static constexpr Word kAnyWord = 0;
  static constexpr Word kNoWord = UINT32_MAX;  // stands in no header

  explicit ImplTable(const Analysis& analysis);

  [[nodiscard]] Word find(std::string_view text) const;
  // In the place of a trait's: impls of no trait.
  [[nodiscard]] Word inherent() const { return inherent_; }
  // Other words under which impls of a trait stand: names that imports give it.
  [[nodiscard]] std::span<const std::pair<DefRef, Word>> renames(DefRef trait) const;

  // Impls with the same two words are a group. The groups of a trait's word are consecutive numbers, from `first` on to
  // below `second`.
  [[nodiscard]] std::pair<uint32_t, uint32_t> groups(Word trait) const;
  [[nodiscard]] uint32_t group(Word trait, Word self) const;  // UINT32_MAX: none
  [[nodiscard]] size_t group_count() const { return groups_.size() - 1; }
  // In order.
  [[nodiscard]] std::span<const DefRef> impls(uint32_t group) const {
    return std::span(impls_).subspan(groups_[group].first, groups_[group + 1].first - groups_[group].first);
  }

 private:
  struct Group {
    Word self = kAnyWord;
    uint32_t first = 0;  // in impls_
  };
  class Builder;

  std::vector<std::string_view> words_;
  std::vector<uint32_t> slots_;  // of words, by their hash: open addressing
  Word inherent_ = kNoWord;
  std::vector<uint32_t> first_group_;  // by the trait's word, and one behind the last
  std::vector<Group> groups_;          // and one behind the last
  std::vector<DefRef> impls_;
  std::vector<std::pair<DefRef, Word>> renames_;  // sorted
};

// The table of an analysis, made for whoever asks first. May be asked by several threads at once.
class SharedImplTable {
 public:
  // The same analysis each time.
  const ImplTable& of(const Analysis& analysis) {
    std::call_once(once_, [&] { table_ = std::make_unique<const ImplTable>(analysis); });
    return *table_;
  }

 private:
  std::once_flag once_;
  std::unique_ptr<const ImplTable> table_;
};

}  // namespace rp
