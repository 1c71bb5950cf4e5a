#include "names/unsafe_tally.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "expand/attributes.h"
#include "syntax/ast.h"

namespace rp {
namespace {

class Tallying {
 public:
  Tallying(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg,
           const std::unordered_set<std::string>* skip)
      : crate_(crate), analysis_(analysis), cfg_(cfg), skip_(skip) {}

  UnsafeTally run() {
    find_files();
    find_moved();
    for (uint32_t i = 0; i < crate_.sources.size(); ++i)
      if (file_[i] != kSkipped) count_source(SourceId(i));
    count_expansions();
    for (const NameProblem& problem : crate_.problems) {
      const bool file = problem.kind == NameProblem::Kind::MissingFile ||
                        problem.kind == NameProblem::Kind::UnreadableFile ||
                        problem.kind == NameProblem::Kind::CyclicModule;
      if (file && (!problem.source || file_[problem.source.value] != kSkipped)) ++out_.missing_files;
    }
    read_level();
    for (auto& [path, macro] : macros_) {
      macro.from.path = path;
      macro.from.calls = static_cast<uint32_t>(macro.calls.size());
      out_.macros.push_back(std::move(macro.from));
    }
    return std::move(out_);
  }

 private:
  static constexpr uint32_t kSkipped = UINT32_MAX;

  struct Macro {
    UnsafeTally::FromMacro from;
    std::set<uint32_t> calls;  // expansions
  };

  // The file behind each source: itself, or the one in which the outermost call stands.
  void find_files() {
    file_.resize(crate_.sources.size());
    for (uint32_t i = 0; i < crate_.sources.size(); ++i) {
      const SourceInfo& info = crate_.sources[i];
      file_[i] = i;
      if (info.source == nullptr || info.kind == SourceInfo::Kind::Foreign) {
        file_[i] = kSkipped;
      } else if (info.kind == SourceInfo::Kind::Expansion) {
        const SourceId from = crate_.expansions[info.expansion.value].call_source;
        file_[i] = from && from.value < i ? file_[from.value] : i;  // a call stands in what was there before
      } else if (skip_ != nullptr && skip_->contains(info.path)) {
        file_[i] = kSkipped;
      } else {
        ++out_.files;
      }
    }
  }

  // Items that an attribute macro gave back stand in its output; where they are written they are gone.
  void find_moved() {
    for (const Expansion& e : crate_.expansions)
      if (e.invocation == InvocationKind::Attribute && e.output && e.item)
        moved_.emplace_back(e.call_source.value, e.item.value);
    std::sort(moved_.begin(), moved_.end());
  }

  void count_source(SourceId id) {
    const SourceInfo& info = crate_.sources[id.value];
    source_ = info.source.get();
    const Tree& tree = source_->tree;
    unsafe_slots_.clear();
    bool any = false;
    for (uint32_t slot = 0; slot < tree.slot_count(); ++slot) {
      const TokenKind kind = tree.token_kind(slot);
      if (kind == TokenKind::KwUnsafe) unsafe_slots_.push_back(slot);
      any |= kind == TokenKind::KwUnsafe || kind == TokenKind::KwExtern || kind == TokenKind::KwStatic ||
             kind == TokenKind::Pound;
    }
    if (!any) return;
    size_t next_removed = 0;
    removed_until_ = 0;
    for (uint32_t n = 0; n < tree.node_count();) {
      // Most nodes can be passed over, up to where the next removed one begins.
      const uint32_t stop =
          next_removed < info.removed.size() ? std::max(n, info.removed[next_removed].value) : tree.node_count();
      while (n < stop && !counts(tree.kind(NodeId(n)))) ++n;
      if (n == tree.node_count()) break;
      const NodeId node(n);
      while (next_removed < info.removed.size() && info.removed[next_removed] <= node) {
        const NodeId root = info.removed[next_removed++];
        if (tree.subtree_end(root) <= node) continue;
        if (std::binary_search(moved_.begin(), moved_.end(), std::pair(id.value, root.value)))
          n = std::max(n, tree.subtree_end(root).value);
        else
          removed_until_ = std::max(removed_until_, tree.subtree_end(root).value);
      }
      if (n != node.value) continue;
      if (tree.kind(node) == NodeKind::TokenTree) {
        count_definition(node);
        n = tree.subtree_end(node).value;
        continue;
      }
      count_node(node);
      ++n;
    }
  }

  [[nodiscard]] uint32_t unsafe_between(uint32_t begin, uint32_t end) const {
    const auto first = std::lower_bound(unsafe_slots_.begin(), unsafe_slots_.end(), begin);
    return static_cast<uint32_t>(std::lower_bound(first, unsafe_slots_.end(), end) - first);
  }

  void count_definition(NodeId node) {
    const Tree& tree = source_->tree;
    const NodeKind owner = tree.parent(node) ? tree.kind(tree.parent(node)) : NodeKind::SourceFile;
    if (node.value < removed_until_ || (owner != NodeKind::MacroRulesItem && owner != NodeKind::MacroDefItem)) return;
    // A definition that another macro made is counted where it is written.
    if (source_->is_expansion()) return;
    out_.in_definitions += unsafe_between(tree.first_slot(node), tree.end_slot(node));
  }

  // Whether nodes of the kind are looked at.
  static bool counts(NodeKind kind) {
    switch (kind) {
      case NodeKind::TokenTree:
      case NodeKind::BlockExpr:
      case NodeKind::FnItem:
      case NodeKind::ImplItem:
      case NodeKind::TraitItem:
      case NodeKind::TraitAliasItem:
      case NodeKind::ExternBlock:
      case NodeKind::StaticItem:
      case NodeKind::Attr:
        return true;
      default:
        return false;
    }
  }

  void count_node(NodeId node) {
    const Tree& tree = source_->tree;
    switch (tree.kind(node)) {
      case NodeKind::BlockExpr:
        return count_keyword(node, UnsafeKind::Block);
      case NodeKind::FnItem:
        return count_keyword(node, UnsafeKind::Fn);
      case NodeKind::ImplItem:
        return count_keyword(node, UnsafeKind::Impl);
      case NodeKind::TraitItem:
      case NodeKind::TraitAliasItem:
        return count_keyword(node, UnsafeKind::Trait);
      case NodeKind::ExternBlock:
        return count(node, UnsafeKind::ExternBlock, keyword_of(node));
      case NodeKind::StaticItem:
        if (tree.has_token(node, TokenKind::KwMut))
          count(node, UnsafeKind::StaticMut, tree.find_token(node, TokenKind::KwStatic));
        return;
      case NodeKind::Attr:
        return count_attribute(node);
      default:
        return;
    }
  }

  // The first token behind the attributes: the `unsafe` or `extern` of a block.
  [[nodiscard]] uint32_t keyword_of(NodeId node) const {
    const Tree& tree = source_->tree;
    uint32_t slot = tree.first_slot(node);
    for (NodeId c = tree.first_child(node); c && tree.role(c) == Role::attribute; c = tree.next_sibling(c))
      slot = tree.end_slot(c);
    return skip_trivia(tree, slot, tree.end_slot(node));
  }

  void count_keyword(NodeId node, UnsafeKind kind) {
    const Tree& tree = source_->tree;
    if (unsafe_between(tree.first_slot(node), tree.end_slot(node)) == 0) return;
    count(node, kind, tree.find_token(node, TokenKind::KwUnsafe));
  }

  // One for each attribute that is unsafe, those that a cfg_attr gives among them.
  void count_attribute(NodeId node) {
    const Tree& tree = source_->tree;
    const ast::Attr attr(tree, node);
    if (!attr.path()) return;
    const std::string_view name = attr.path().text();
    if (name != "cfg_attr") {
      if (is_unsafe_attribute(name)) count(node, UnsafeKind::Attribute, tree.first_slot(node));
      return;
    }
    const NodeId item = tree.parent(node);
    if (!item) return;
    attributes_.clear();
    read_attributes(tree, item, cfg_, &attributes_);
    for (const Attribute& each : attributes_)
      if (each.node == node && is_unsafe_attribute(each.name)) count(node, UnsafeKind::Attribute, each.begin);
  }

  // `slot`: the token that makes it unsafe; who wrote that, brings it.
  void count(NodeId node, UnsafeKind kind, uint32_t slot) {
    if (slot >= source_->tree.slot_count()) return;
    if (node.value < removed_until_) {
      ++out_.inactive;
      return;
    }
    const ContextId context = source_->context(slot);
    if (context == kRootContext) {
      ++out_.written[static_cast<size_t>(kind)];
      return;
    }
    const ExpansionId by = crate_.contexts.expansion(context);
    if (!by || by.value >= crate_.expansions.size()) return;
    const Expansion& e = crate_.expansions[by.value];
    if (e.state != ExpansionState::Expanded || !e.macro || e.macro.crate < kSysrootCrates) return;
    ++out_.expanded[static_cast<size_t>(kind)];
    const CrateDefs* home = e.macro.crate == crate_.index ? &crate_ : analysis_.crate(e.macro.crate);
    Macro& macro = macros_[home != nullptr ? home->path_of(e.macro.def) : std::string("?")];
    macro.from.foreign = e.macro.crate != crate_.index;
    ++macro.from.count;
    macro.calls.insert(by.value);
  }

  void count_expansions() {
    for (const Expansion& e : crate_.expansions) {
      if (!e.call_source || file_[e.call_source.value] == kSkipped) continue;
      switch (e.state) {
        case ExpansionState::Modelled:
          ++out_.modelled_macros;
          break;
        case ExpansionState::Opaque:
        case ExpansionState::Unresolved:
        case ExpansionState::Failed: {
          ++out_.opaque_macros;
          if (e.invocation != InvocationKind::Call || e.output) break;
          const Tree& tree = crate_.sources[e.call_source.value].source->tree;
          for (uint32_t slot = tree.first_slot(e.call); slot < tree.end_slot(e.call); ++slot)
            if (tree.token_kind(slot) == TokenKind::KwUnsafe) ++out_.opaque_unsafe;
          break;
        }
        default:
          break;
      }
    }
  }

  void read_level() {
    const Source* root = crate_.sources.empty() ? nullptr : crate_.sources[0].source.get();
    if (root == nullptr) return;
    attributes_.clear();
    read_attributes(root->tree, root->tree.root(), cfg_, &attributes_);
    for (const Attribute& each : attributes_) {
      const bool forbids = each.name == "forbid";
      if (!each.has_group || !(forbids || each.name == "deny")) continue;
      for (const auto& [begin, end] : split_at_commas(root->tree, each.group_begin, each.group_end)) {
        if (end != begin + 1 || root->tree.token_text(begin) != "unsafe_code") continue;
        out_.level = std::max(out_.level, forbids ? UnsafeCodeLevel::Forbid : UnsafeCodeLevel::Deny);
      }
    }
  }

  const CrateDefs& crate_;
  const Analysis& analysis_;
  const CfgSet& cfg_;
  const std::unordered_set<std::string>* skip_;
  UnsafeTally out_;
  const Source* source_ = nullptr;
  std::vector<uint32_t> file_;                        // by source
  std::vector<std::pair<uint32_t, uint32_t>> moved_;  // (source, node), sorted
  std::vector<uint32_t> unsafe_slots_;                // of source_
  std::vector<Attribute> attributes_;
  uint32_t removed_until_ = 0;
  std::map<std::string, Macro> macros_;
};

// Reads what to_text writes.
class TallyReader {
 public:
  explicit TallyReader(std::string_view text) : text_(text) {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

  uint32_t number() {
    uint32_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    ok_ = ok_ && error == std::errc() && end != text_.data() + text_.size() && (*end == ' ' || *end == '\n');
    if (ok_) text_.remove_prefix(static_cast<size_t>(end - text_.data()) + 1);
    return ok_ ? value : 0;
  }
  std::string_view line() {
    const size_t end = text_.find('\n');
    ok_ = ok_ && end != std::string_view::npos;
    if (!ok_) return {};
    const std::string_view line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return line;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

constexpr uint32_t UnsafeTally::* kNumbers[] = {
    &UnsafeTally::inactive,      &UnsafeTally::in_definitions,  &UnsafeTally::opaque_macros,
    &UnsafeTally::opaque_unsafe, &UnsafeTally::modelled_macros, &UnsafeTally::missing_files,
    &UnsafeTally::files,
};

}  // namespace

std::string UnsafeTally::to_text() const {
  std::string text;
  const auto add = [&](uint64_t number) { text += std::to_string(number) + " "; };
  for (const uint32_t each : written) add(each);
  for (const uint32_t each : expanded) add(each);
  for (const auto number : kNumbers) add(this->*number);
  add(static_cast<uint64_t>(level));
  text.back() = '\n';
  for (const FromMacro& each : macros) {
    add(each.calls);
    add(each.count);
    add(each.foreign ? 1 : 0);
    text += each.path + "\n";
  }
  return text;
}

bool UnsafeTally::from_text(std::string_view text) {
  *this = {};
  TallyReader reader(text);
  for (uint32_t& each : written) each = reader.number();
  for (uint32_t& each : expanded) each = reader.number();
  for (const auto number : kNumbers) this->*number = reader.number();
  const uint32_t says = reader.number();
  if (!reader.ok() || says > static_cast<uint32_t>(UnsafeCodeLevel::Forbid)) return false;
  level = static_cast<UnsafeCodeLevel>(says);
  while (reader.ok() && !reader.at_end()) {
    FromMacro macro;
    macro.calls = reader.number();
    macro.count = reader.number();
    macro.foreign = reader.number() != 0;
    macro.path = reader.line();
    if (reader.ok()) macros.push_back(std::move(macro));
  }
  return reader.ok();
}

UnsafeTally tally_unsafe(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg,
                         const std::unordered_set<std::string>* skip) {
  return Tallying(crate, analysis, cfg, skip).run();
}

}  // namespace rp
