#include "types/impl_table.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "names/impl_header.h"
#include "names/signature.h"
#include "types/state.h"

namespace rp {

using N = NodeKind;

namespace {

bool is_type(DefKind kind) {
  return kind == DefKind::Struct || kind == DefKind::Enum || kind == DefKind::Union || kind == DefKind::ForeignType;
}

// The same words as impl_header finds, in a tree.
ImplHeader header_in(const Tree& t, NodeId impl) {
  ImplHeader out;
  const auto last_word = [&](NodeId path, size_t* count) {
    NodeId last;
    for (NodeId c = t.first_child(path); c; c = t.next_sibling(c))
      if (t.kind(c) == N::PathSegment) {
        last = c;
        ++*count;
      }
    const uint32_t slot = last ? word_slot(t, last) : UINT32_MAX;
    return slot == UINT32_MAX ? std::string_view() : bare_name(t.token_text(slot));
  };
  size_t words = 0;
  if (const NodeId trait = t.child(impl, Role::trait)) out.trait = last_word(trait, &words);
  NodeId type = t.child(impl, Role::type);
  while (type && t.kind(type) == N::ParenType) type = t.child(type, Role::type);
  if (!type) return out;
  switch (t.kind(type)) {
    case N::RefType:
      out.self = "&";
      break;
    case N::PointerType:
      out.self = "*";
      break;
    case N::SliceType:
    case N::ArrayType:
      out.self = "[";
      break;
    case N::TupleType:
      out.self = "(";
      break;
    case N::PathType: {
      if (t.child(type, Role::qualified_self)) break;
      words = 0;
      const std::string_view word = last_word(type, &words);
      const NodeId generics = t.child(impl, Role::generics);
      for (NodeId p = generics && words == 1 ? t.first_child(generics) : NodeId(); p; p = t.next_sibling(p)) {
        const NodeId name = t.child(p, Role::name);
        const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
        if (slot != UINT32_MAX && bare_name(t.token_text(slot)) == word) return out;
      }
      out.self = word;
      break;
    }
    default:
      break;
  }
  return out;
}

}  // namespace

class ImplTable::Builder {
 public:
  Builder(const Analysis& analysis, ImplTable* out) : analysis_(analysis), out_(*out) {}

  void run() {
    out_.words_.emplace_back();
    resize_slots(4096);
    for (const std::string_view word : kPrimitiveTypes) meanings_[intern(word)] |= kType;
    for (const std::string_view word : {"&", "*", "[", "(", "!", "fn", "dyn"}) meanings_[intern(word)] |= kType;
    fixed_ = static_cast<Word>(out_.words_.size());
    for (const auto& crate : analysis_.crates)
      if (crate != nullptr) read_defs(*crate);
    out_.inherent_ = static_cast<Word>(out_.words_.size());
    // Only words that stand in headers matter, and all of those are there now.
    for (const Named& name : names_) mean(analysis_.crates[name.crate]->text(name.name), name.meaning);
    for (const auto& crate : analysis_.crates)
      if (crate != nullptr) read_imports(*crate);
    std::sort(out_.renames_.begin(), out_.renames_.end());
    make_groups();
  }

 private:
  enum Meaning : uint8_t { kTrait = 1, kType = 2, kAlias = 4 };
  struct Entry {
    Word trait = kAnyWord, self = kAnyWord;
    DefRef impl;
  };
  struct Named {
    CrateIndex crate;
    NameId name;
    Meaning meaning;
  };

  [[nodiscard]] static size_t hash(std::string_view text) { return std::hash<std::string_view>()(text); }

  void resize_slots(size_t size) {
    out_.slots_.assign(size, 0);
    for (Word w = 1; w < out_.words_.size(); ++w) {
      size_t at = hash(out_.words_[w]) & (size - 1);
      while (out_.slots_[at] != 0) at = (at + 1) & (size - 1);
      out_.slots_[at] = w;
    }
    meanings_.resize(size / 2 + 1);
  }

  Word intern(std::string_view text) {
    if (text.empty()) return kAnyWord;
    const size_t mask = out_.slots_.size() - 1;
    size_t at = hash(text) & mask;
    for (; out_.slots_[at] != 0; at = (at + 1) & mask)
      if (out_.words_[out_.slots_[at]] == text) return out_.slots_[at];
    const auto word = static_cast<Word>(out_.words_.size());
    out_.words_.push_back(text);
    out_.slots_[at] = word;
    if (out_.words_.size() * 2 > out_.slots_.size()) resize_slots(out_.slots_.size() * 2);
    return word;
  }

  // Words of impls one behind the other are often the same text.
  Word intern_next(std::string_view text, std::pair<std::string_view, Word>* last) {
    if (text.data() != last->first.data() || text.size() != last->first.size()) *last = {text, intern(text)};
    return last->second;
  }

  void mean(std::string_view text, Meaning meaning) {
    if (const Word word = out_.find(text); word != kNoWord) meanings_[word] |= meaning;
  }

  // The impls, and what words mean where a definition has them for its name.
  void read_defs(const CrateDefs& c) {
    std::pair<std::string_view, Word> last_trait, last_self;
    for (uint32_t i = 0; i < c.defs.size(); ++i) {
      const Def& def = c.defs[i];
      if (def.kind != DefKind::Impl) {
        if (!def.name) continue;
        if (def.kind == DefKind::Trait)
          names_.push_back({c.index, def.name, kTrait});
        else if (is_type(def.kind))
          names_.push_back({c.index, def.name, kType});
        else if (def.kind == DefKind::TypeAlias)
          names_.push_back({c.index, def.name, kAlias});
        continue;
      }
      ImplHeader header;
      if (c.from_facts) {
        if (c.signatures != nullptr) header = c.signatures->impl_header(i);
      } else if (def.source && def.node && c.sources[def.source.value].source != nullptr) {
        header = header_in(c.sources[def.source.value].source->tree, def.node);
      }
      const bool of_trait = (def.flags & kDefTraitImpl) != 0;
      entries_.push_back({of_trait ? intern_next(header.trait, &last_trait) : kNoWord,
                          intern_next(header.self, &last_self),
                          {c.index, DefId(i)}});
    }
  }

  // Names that types and traits have besides their own.
  void read_imports(const CrateDefs& c) {
    // Facts keep what imports mean, not the imports.
    for (const ScopeEntry& entry : std::span(c.scope_entries).first(c.from_facts ? c.scope_entries.size() : 0)) {
      if (entry.space != Namespace::Type || entry.binding.target != Binding::Target::Def) continue;
      const DefRef target = entry.binding.def;
      const CrateDefs* home = analysis_.crate(target.crate);
      const Def* d = def_of(home, target);
      if (d == nullptr || (d->kind != DefKind::Trait && !is_type(d->kind))) continue;
      if (home == &c ? d->name == entry.name : has_name(*home, *d, c.text(entry.name))) continue;
      rename(c.text(entry.name), d->kind, target);
    }
    for (const Import& import : c.imports) {
      const Binding& target = import.targets[static_cast<size_t>(Namespace::Type)];
      if (import.kind == ImportKind::Glob || !import.name) continue;
      const std::string_view name = c.text(import.name);
      if (target.target == Binding::Target::Unknown) mean(name, kAlias);  // it may be anything
      if (target.target != Binding::Target::Def) continue;
      const CrateDefs* home = analysis_.crate(target.def.crate);
      const Def* d = def_of(home, target.def);
      if (d != nullptr && !has_name(*home, *d, name)) rename(name, d->kind, target.def);
    }
  }

  static const Def* def_of(const CrateDefs* home, DefRef ref) {
    return home != nullptr && ref.def && ref.def.value < home->defs.size() ? &home->defs[ref.def.value] : nullptr;
  }

  static bool has_name(const CrateDefs& home, const Def& d, std::string_view name) { return home.text(d.name) == name; }

  void rename(std::string_view name, DefKind kind, DefRef target) {
    const Word word = out_.find(name);
    if (word == kNoWord) return;
    meanings_[word] |= kAlias;
    if (kind == DefKind::Trait && word != kAnyWord) out_.renames_.emplace_back(target, word);
  }

  void make_groups() {
    for (Entry& entry : entries_) {
      if (entry.trait == kNoWord)
        entry.trait = out_.inherent_;
      else if (analysis_.crates[entry.impl.crate]->from_facts && (meanings_[entry.trait] & kTrait) == 0)
        entry.trait = kAnyWord;  // the name of an import that is private there
      const bool type = entry.self < fixed_ || (meanings_[entry.self] & (kType | kAlias)) == kType;
      if (!type) entry.self = kAnyWord;
    }
    // In order of crates within each group: they come so, and counting keeps that.
    sort_by(&Entry::self);
    sort_by(&Entry::trait);
    out_.impls_.reserve(entries_.size());
    out_.first_group_.reserve(out_.inherent_ + size_t{2});
    for (const Entry& entry : entries_) {
      const bool next = out_.first_group_.size() <= entry.trait;
      while (out_.first_group_.size() <= entry.trait)
        out_.first_group_.push_back(static_cast<uint32_t>(out_.groups_.size()));
      if (next || out_.groups_.back().self != entry.self)
        out_.groups_.push_back({entry.self, static_cast<uint32_t>(out_.impls_.size())});
      out_.impls_.push_back(entry.impl);
    }
    out_.first_group_.resize(out_.inherent_ + size_t{2}, static_cast<uint32_t>(out_.groups_.size()));
    out_.groups_.push_back({kNoWord, static_cast<uint32_t>(out_.impls_.size())});
  }

  void sort_by(Word Entry::* word) {
    std::vector<uint32_t> at(out_.inherent_ + size_t{2}, 0);
    for (const Entry& entry : entries_) ++at[entry.*word + 1];
    for (size_t i = 1; i < at.size(); ++i) at[i] += at[i - 1];
    std::vector<Entry> sorted(entries_.size());
    for (const Entry& entry : entries_) sorted[at[entry.*word]++] = entry;
    entries_ = std::move(sorted);
  }

  const Analysis& analysis_;
  ImplTable& out_;
  std::vector<Entry> entries_;
  std::vector<Named> names_;
  std::vector<uint8_t> meanings_;  // of words
  Word fixed_ = 0;                 // those below it mean a type, whatever else has their name
};

ImplTable::ImplTable(const Analysis& analysis) { Builder(analysis, this).run(); }

ImplTable::Word ImplTable::find(std::string_view text) const {
  if (text.empty()) return kAnyWord;
  const size_t mask = slots_.size() - 1;
  for (size_t at = std::hash<std::string_view>()(text) & mask; slots_[at] != 0; at = (at + 1) & mask)
    if (words_[slots_[at]] == text) return slots_[at];
  return kNoWord;
}

std::span<const std::pair<DefRef, ImplTable::Word>> ImplTable::renames(DefRef trait) const {
  const auto begin = std::lower_bound(renames_.begin(), renames_.end(), std::pair(trait, Word{0}));
  auto end = begin;
  while (end != renames_.end() && end->first == trait) ++end;
  return {begin, end};
}

std::pair<uint32_t, uint32_t> ImplTable::groups(Word trait) const {
  if (trait == kNoWord) return {0, 0};
  return {first_group_[trait], first_group_[trait + 1]};
}

uint32_t ImplTable::group(Word trait, Word self) const {
  const auto [first, end] = groups(trait);
  const auto begin = groups_.begin() + first;
  const auto at = std::lower_bound(begin, groups_.begin() + end, self,
                                   [](const Group& group, Word wanted) { return group.self < wanted; });
  return at != groups_.begin() + end && at->self == self ? static_cast<uint32_t>(at - groups_.begin()) : UINT32_MAX;
}

}  // namespace rp
