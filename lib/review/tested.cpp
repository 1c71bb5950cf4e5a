#include "review/tested.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "review/inventory.h"
#include "review/tree_queries.h"

namespace rp {
namespace {

// Eight bytes at a time; 0 stands for no name. `name` is a part of a text that ends at `end`.
uint64_t hash_of(std::string_view name, const char* end) {
  constexpr uint64_t kMultiplier = 0x9E37'79B9'7F4A'7C15;
  uint64_t hash = name.size() * kMultiplier;
  const auto mix = [&](uint64_t bytes) {
    hash = (hash ^ bytes) * kMultiplier;
    hash ^= hash >> 29;
  };
  const char* at = name.data();
  size_t left = name.size();
  for (; left > 8; left -= 8, at += 8) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, at, 8);
    mix(bytes);
  }
  uint64_t bytes = 0;
  if (left == 0) {
    // No name, which may be nowhere.
  } else if (end - at >= 8) {
    // What lies behind the name is read as well, and shifted away.
    std::memcpy(&bytes, at, 8);
    if constexpr (std::endian::native == std::endian::little)
      bytes <<= 64 - 8 * left;
    else
      bytes >>= 64 - 8 * left;
  } else {
    char* const to = reinterpret_cast<char*>(&bytes);
    std::memcpy(to + 8 - left, at, left);
  }
  mix(bytes);
  return hash != 0 ? hash : 1;
}

constexpr std::array<bool, 256> kIsWord = [] {
  std::array<bool, 256> table{};
  for (size_t c = 0; c < 256; ++c)
    table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
  return table;
}();
bool is_word(char c) { return kIsWord[static_cast<unsigned char>(c)]; }

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

void TestNames::add(std::string_view name) {
  const uint64_t hash = hash_of(name, tree_.text().data() + tree_.text().size());
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

void TestNames::add_words(std::string_view line) {
  for (size_t i = 0; i < line.size();) {
    if (!is_word(line[i])) {
      ++i;
      continue;
    }
    const size_t start = i;
    while (i < line.size() && is_word(line[i])) ++i;
    add(line.substr(start, i - start));
  }
}

void TestNames::see_test(NodeId node) {
  uint32_t slot = std::max(seen_until_, tree_.first_slot(node));
  const std::string_view text = tree_.text();
  const uint32_t end_slot = tree_.end_slot(node);
  for (; slot < end_slot; slot += token_slots(tree_.token_kind(slot))) {
    if (tree_.token_kind(slot) != TokenKind::Ident) continue;
    const uint32_t start = tree_.token_start(slot);
    uint32_t end = tree_.token_start(slot + 1);
    while (end > start + 1 && static_cast<unsigned char>(text[end - 1]) <= ' ') --end;
    // White space of other kinds may follow: the token knows.
    const bool plain = static_cast<unsigned char>(text[end - 1]) < 0x80;
    add(plain ? text.substr(start, end - start) : tree_.token_text(slot));
  }
  seen_until_ = std::max(seen_until_, slot);
}

void TestNames::see_function(const Sema& sema, NodeId function) {
  if (!tree_.child(function, Role::body)) return;
  const NodeId list = tree_.parent(function);
  const NodeId owner = list && tree_.kind(list) == NodeKind::ItemList ? tree_.parent(list) : NodeId();
  const char* const end = tree_.text().data() + tree_.text().size();
  PublicFunction names{hash_of(name_of(tree_, function), end), 0};
  if (owner && (tree_.kind(owner) == NodeKind::ImplItem || tree_.kind(owner) == NodeKind::TraitItem)) {
    // Methods of a trait's impl are called by the trait's name, by operators, by what the compiler inserts.
    if (tree_.kind(owner) == NodeKind::ImplItem && tree_.child(owner, Role::trait)) return;
    if (const std::string_view type = owner_name(tree_, owner); !type.empty()) names.owner = hash_of(type, end);
  }
  if (sema.is_reachable(function) != Answer::Yes) return;
  functions_.push_back(names);
  nodes_.push_back(function);
}

void TestNames::see_documentation(uint32_t slot, TokenKind kind) {
  if (slot != doc_end_) in_code_ = false;
  doc_end_ = slot + token_slots(kind);
  std::string_view text = tree_.token_text(slot);
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find("```") != std::string_view::npos)
      in_code_ = !in_code_;
    else if (in_code_)
      add_words(line);
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
