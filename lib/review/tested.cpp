#include "review/tested.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "review/inventory.h"
#include "review/tree_queries.h"

namespace rp {
namespace {

// 0 stands for no name. All bytes of a name go in, sixteen of them at once where there are no more.
constexpr uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15;
uint64_t mix(uint64_t hash, uint64_t bytes) {
  hash = (hash ^ bytes) * kMultiplier;
  return hash ^ hash >> 29;
}
// The bytes behind the name are 0.
uint64_t hash_of_short(const char* bytes, size_t size) {
  uint64_t low = 0;
  uint64_t high = 0;
  std::memcpy(&low, bytes, 8);
  std::memcpy(&high, bytes + 8, 8);
  const uint64_t hash = mix(mix(size * kMultiplier, low), high);
  return hash != 0 ? hash : 1;
}
uint64_t hash_of(std::string_view name) {
  char bytes[16] = {};
  if (name.size() <= sizeof(bytes)) {
    std::copy(name.begin(), name.end(), bytes);
    return hash_of_short(bytes, name.size());
  }
  uint64_t hash = name.size() * kMultiplier;
  for (size_t at = 0; at < name.size(); at += 8) {
    uint64_t part = 0;
    std::memcpy(&part, name.data() + std::min(at, name.size() - 8), 8);
    hash = mix(hash, part);
  }
  return hash != 0 ? hash : 1;
}

constexpr std::array<bool, 256> kIsWord = [] {
  std::array<bool, 256> table{};
  for (size_t c = 0; c < 256; ++c)
    table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
  return table;
}();
bool is_word(char c) { return kIsWord[static_cast<unsigned char>(c)]; }

#if defined(__SSE2__)
// Most names have fewer than sixteen bytes, all ASCII: where one ends and what it hashes to are found without a branch
// for each byte.
struct Window {
  __m128i bytes;
  explicit Window(const char* at) : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}
  // Bits of the bytes that belong to words.
  [[nodiscard]] uint32_t words() const {
    const __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letter =
        _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)), _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
    const __m128i digit =
        _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)), _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
    const __m128i other = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('_')),
                                       _mm_cmplt_epi8(bytes, _mm_setzero_si128()));  // above 0x7F
    return static_cast<uint32_t>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letter, digit), other)));
  }
  [[nodiscard]] bool is_ascii() const { return _mm_movemask_epi8(bytes) == 0; }
  // Of the first bytes.
  [[nodiscard]] uint64_t hash(uint32_t size) const {
    alignas(16) static constexpr std::array<char, 32> kMask = [] {
      std::array<char, 32> mask{};
      for (size_t i = 0; i < 16; ++i) mask[i] = static_cast<char>(0xFF);
      return mask;
    }();
    char kept[16];
    const __m128i mask = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kMask.data() + 16 - size));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(kept), _mm_and_si128(bytes, mask));
    return hash_of_short(kept, size);
  }
};
#endif

// The name of the type whose methods an impl or trait has.
std::string_view owner_name(const Tree& tree, NodeId owner) {
  if (tree.kind(owner) == NodeKind::TraitItem) return name_of(tree, owner);
  NodeId type = tree.child(owner, Role::type);
  while (type && (tree.kind(type) == NodeKind::RefType || tree.kind(type) == NodeKind::PointerType))
    type = tree.child(type, Role::type);
  const NodeId segment = type && tree.kind(type) == NodeKind::PathType ? last_segment(tree, type) : NodeId();
  return segment ? name_of(tree, segment) : std::string_view();
}

}  // namespace

void TestNames::add(uint64_t hash) {
  if (2 * name_count_ >= names_.size()) grow();
  const size_t mask = names_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    if (names_[at] == hash) return;
    if (names_[at] != 0) continue;
    names_[at] = hash;
    ++name_count_;
    return;
  }
}

void TestNames::grow() {
  std::vector<uint64_t> old(names_.empty() ? 256 : 4 * names_.size());
  old.swap(names_);
  const size_t mask = names_.size() - 1;
  for (const uint64_t hash : old) {
    if (hash == 0) continue;
    size_t at = hash & mask;
    while (names_[at] != 0) at = (at + 1) & mask;
    names_[at] = hash;
  }
}

void TestNames::add_words(uint32_t start, uint32_t end) {
  const std::string_view text = tree_.text();
  for (uint32_t i = start; i < end;) {
#if defined(__SSE2__)
    if (text.size() - i >= 16) {
      const uint32_t words = Window(text.data() + i).words();
      if (words == 0) {
        i += 16;
        continue;
      }
      i += static_cast<uint32_t>(std::countr_zero(words));
      if (i >= end) break;
      if (text.size() - i >= 16) {
        const Window window(text.data() + i);
        const auto size = static_cast<uint32_t>(std::countr_one(window.words()));
        if (size < 16 && i + size <= end) {
          add(window.hash(size));
          i += size;
          continue;
        }
      }
    }
#endif
    if (!is_word(text[i])) {
      ++i;
      continue;
    }
    const uint32_t first = i;
    while (i < end && is_word(text[i])) ++i;
    add(hash_of(text.substr(first, i - first)));
  }
}

void TestNames::see_test(NodeId node) {
  uint32_t slot = std::max(seen_until_, tree_.first_slot(node));
  const std::string_view text = tree_.text();
  const uint32_t end_slot = tree_.end_slot(node);
  // Which tokens are identifiers follows no pattern: they are picked out without a branch, some at a time, and looked
  // at then. No operator that takes several slots has an identifier among its parts.
  std::array<uint32_t, 64> picked;
  while (slot < end_slot) {
    size_t count = 0;
    for (const uint32_t stop = slot + std::min<uint32_t>(end_slot - slot, picked.size()); slot < stop; ++slot) {
      picked[count] = slot;
      count += tree_.token_kind(slot) == TokenKind::Ident ? 1U : 0U;
    }
    for (size_t i = 0; i < count; ++i) {
#if defined(__SSE2__)
      const uint32_t start = tree_.token_start(picked[i]);
      if (text.size() - start >= 16) {
        const Window window(text.data() + start);
        const auto size = static_cast<uint32_t>(std::countr_one(window.words()));
        if (size < 16 && window.is_ascii()) {
          add(window.hash(size));
          continue;
        }
      }
#endif
      add(hash_of(tree_.token_text(picked[i])));
    }
  }
  seen_until_ = std::max(seen_until_, slot);
}

void TestNames::see_function(const Sema& sema, NodeId function) {
  if (!tree_.child(function, Role::body)) return;
  const NodeId list = tree_.parent(function);
  const NodeId owner = list && tree_.kind(list) == NodeKind::ItemList ? tree_.parent(list) : NodeId();
  PublicFunction names{hash_of(name_of(tree_, function)), 0};
  if (owner && (tree_.kind(owner) == NodeKind::ImplItem || tree_.kind(owner) == NodeKind::TraitItem)) {
    // Methods of a trait's impl are called by the trait's name, by operators, by what the compiler inserts.
    if (tree_.kind(owner) == NodeKind::ImplItem && tree_.child(owner, Role::trait)) return;
    if (const std::string_view type = owner_name(tree_, owner); !type.empty()) names.owner = hash_of(type);
  }
  if (sema.is_reachable(function) != Answer::Yes) return;
  functions_.push_back(names);
  nodes_.push_back(function);
}

void TestNames::see_documentation(uint32_t slot, TokenKind kind, uint32_t line_end) {
  if (slot != doc_end_) in_code_ = false;
  doc_end_ = slot + token_slots(kind);
  const std::string_view text = tree_.text();
  const uint32_t start = tree_.token_start(slot);
  const bool one_line = kind == TokenKind::OuterLineDoc || kind == TokenKind::InnerLineDoc;
  const uint32_t end = one_line ? line_end : tree_.token_end(slot);
  for (uint32_t at = start; at < end;) {
    const uint32_t line = one_line ? end : static_cast<uint32_t>(std::min<size_t>(text.find('\n', at), end));
    if (text.substr(at, line - at).find("```") != std::string_view::npos)
      in_code_ = !in_code_;
    else if (in_code_)
      add_words(at, line);
    at = line + 1;
  }
}

void TestNames::finish(std::vector<uint64_t>* test_names, std::vector<PublicFunction>* functions,
                       std::vector<UntestedFunction>* places, TextPool* texts) {
  std::erase(names_, 0);
  *test_names = std::move(names_);
  *functions = std::move(functions_);
  for (const NodeId node : nodes_) {
    UntestedFunction function;
    function.name = texts->add(item_path(tree_, node, true));
    function.place.span = tree_.span(tree_.child(node, Role::name));
    places->push_back(function);
  }
}

void keep_untested(const std::vector<uint64_t>& test_names, const std::vector<PublicFunction>& functions,
                   std::vector<UntestedFunction>* places) {
  const auto named = [&](uint64_t name) {
    return name == 0 || std::binary_search(test_names.begin(), test_names.end(), name);
  };
  size_t kept = 0;
  for (size_t i = 0; i < functions.size(); ++i) {
    if (named(functions[i].name) && named(functions[i].owner)) continue;
    (*places)[kept++] = (*places)[i];
  }
  places->resize(kept);
}

}  // namespace rp
