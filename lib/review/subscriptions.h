// Which rules look at which nodes: made once for a review from what the rules state (rule.h), and narrowed for each
// file to those that have something to say there.
//
// A node's name is looked up once for all rules that state names. Most nodes have a name that no rule wants: a table of
// the two first letters of all names that are wanted says so before anything is read but these.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "review/rule.h"
#include "review/rule_levels.h"
#include "syntax/tree.h"

namespace rp {

inline constexpr size_t kNodeKinds = static_cast<size_t>(NodeKind::kCount);
// A set of kinds of tokens, by kind.
using TokenKinds = std::bitset<static_cast<size_t>(TokenKind::kCount)>;

class Subscriptions {
 public:
  struct Entry {
    const Rule* rule;
    size_t number;  // rule_index
  };
  // `Every`: rules are called for all nodes of their kinds, whatever else they state, to see that this changes nothing.
  enum class Filter : uint8_t { AsStated, Every };

  // Of all rules, or of those that look at some file.
  explicit Subscriptions(const RuleLevels* levels = nullptr, Filter filter = Filter::AsStated);
  // Of these alone, at their own levels.
  explicit Subscriptions(std::span<const Rule* const> rules);

  // All rules that look at nodes, each once. Below, rules are positions in here.
  [[nodiscard]] std::span<const Entry> rules() const { return rules_; }
  // Those that look at every node of a kind.
  [[nodiscard]] std::span<const uint16_t> of(NodeKind kind) const { return of_kind_[static_cast<size_t>(kind)]; }
  // Those that look at nodes of a kind by their names.
  [[nodiscard]] std::span<const uint16_t> by_name(NodeKind kind) const { return by_name_[static_cast<size_t>(kind)]; }
  // Of these, those that want a name; each once.
  void named(NodeKind kind, std::string_view name, std::vector<uint16_t>* out) const;
  // Whether some name that is wanted of a kind begins with these bytes. A name of one letter has any byte behind it.
  [[nodiscard]] bool may_want(NodeKind kind, char first, char second) const {
    const uint8_t table = letters_of_[static_cast<size_t>(kind)];
    return table != 0 && letters_[table - 1U][key(first, second)];
  }
  // Kinds of nodes that some rule looks at.
  [[nodiscard]] std::span<const NodeKind> kinds() const { return kinds_; }
  // Kinds of tokens that some rule needs in a file.
  [[nodiscard]] const TokenKinds& tokens() const { return tokens_; }
  // Whether what rules need in a file is to be asked for.
  [[nodiscard]] bool filters() const { return filter_ == Filter::AsStated; }

 private:
  struct Wanted {
    NodeKind kind;
    uint16_t rule;
  };
  // Six bits of each letter: enough to tell letters apart.
  static constexpr size_t key(char first, char second) {
    return (static_cast<size_t>(first) & 63U) << 6U | (static_cast<size_t>(second) & 63U);
  }
  void add(const Rule& rule, size_t number);
  void add_name(NodeKind kind, std::string_view name, uint16_t rule);

  Filter filter_ = Filter::AsStated;
  std::vector<Entry> rules_;
  std::vector<NodeKind> kinds_;
  std::array<std::vector<uint16_t>, kNodeKinds> of_kind_;
  std::array<std::vector<uint16_t>, kNodeKinds> by_name_;
  std::array<uint8_t, kNodeKinds> letters_of_{};  // the table of a kind in letters_, from 1; 0 for none
  std::vector<std::bitset<4096>> letters_;        // by key()
  // Names are looked up for every other node: the ends of one and its length tell those that are wanted apart.
  struct NameHash {
    size_t operator()(std::string_view name) const noexcept {
      uint64_t first = 0;
      uint64_t last = 0;
      if (name.size() >= 8) {
        std::memcpy(&first, name.data(), 8);
        std::memcpy(&last, name.data() + name.size() - 8, 8);
      } else {
        for (const char c : name) first = first << 8U | static_cast<unsigned char>(c);
      }
      const uint64_t hash = (first ^ (last * 31) ^ name.size()) * 0x9E37'79B9'7F4A'7C15;
      return static_cast<size_t>(hash >> 32U);
    }
  };
  std::unordered_map<std::string_view, std::vector<Wanted>, NameHash> names_;
  std::vector<std::pair<std::string_view, Wanted>> beginnings_;
  TokenKinds tokens_;
};

}  // namespace rp
