#include "review/tested.h"

#include <algorithm>

#include "review/inventory.h"
#include "review/tree_queries.h"

namespace rp {
namespace {

// FNV-1a; 0 stands for no name.
uint64_t hash_of(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash != 0 ? hash : 1;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

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
  const uint64_t hash = hash_of(name);
  uint64_t& lately = lately_[hash % lately_.size()];
  if (lately == hash) return;
  lately = hash;
  names_.push_back(hash);
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
  for (; slot < tree_.end_slot(node); slot += token_slots(tree_.token_kind(slot))) {
    if (tree_.token_kind(slot) != TokenKind::Ident) continue;
    std::string_view name = tree_.token_text(slot);
    if (name.starts_with("r#")) name.remove_prefix(2);
    add(name);
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

void TestNames::see_comment(uint32_t slot, TokenKind kind) {
  if (!is_doc_comment(kind)) return;
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
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
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
