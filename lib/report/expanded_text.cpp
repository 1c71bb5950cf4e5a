// Crates and single expansions as text: a walk over trees that goes on, at each macro call, in what the call became.
#include "report/expanded_text.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>

#include "expand/attributes.h"
#include "report/project_text.h"

namespace rp {
namespace {

using expanded::ExprPlace;
using expanded::TextWriter;
using T = TokenKind;
using N = NodeKind;

// The head of an operator of which a node takes only the first character.
T head_of(T kind) {
  switch (kind) {
    case T::AndAnd:
      return T::And;
    case T::OrOr:
      return T::Or;
    case T::PlusEq:
      return T::Plus;
    case T::Shr:
    case T::Ge:
    case T::ShrEq:
      return T::Gt;
    case T::FloatDotted:
    case T::FloatTrailingDot:
      return T::Int;
    default:
      return T::Lt;
  }
}

bool is_line_node(N kind, Role role) {
  const NodeCategory category = node_category(kind);
  if (category == NodeCategory::Item || category == NodeCategory::Stmt) return true;
  if (kind == N::MatchArm || kind == N::Variant || kind == N::RecordField) return true;
  return role == Role::tail || role == Role::statement || role == Role::item;
}

bool is_brace_list(N kind) {
  return kind == N::Block || kind == N::ItemList || kind == N::RecordFieldList || kind == N::VariantList ||
         kind == N::MatchArmList || kind == N::TokenTree;
}

class Printer {
 public:
  Printer(const Project& project, CrateIndex crate, bool expand)
      : project_(project), crate_(*project.analysis.crate(crate)), expand_(expand), removed_(crate_.sources.size()) {
    if (const CrateId id = Project::crate_of(crate); id && id.value < project.graph.crates.size())
      cfg_ = &project.graph.crates[id.value].cfg;
    for (uint32_t i = 0; i < crate_.sources.size(); ++i) {
      const SourceInfo& info = crate_.sources[i];
      if (info.kind == SourceInfo::Kind::File && info.module) files_[info.module.value] = SourceId(i);
    }
  }

  // The whole of a source.
  void source(SourceId id) {
    const Source* s = crate_.sources[id.value].source.get();
    if (s == nullptr) return;
    Task task;
    task.source = s;
    task.id = id;
    task.end = s->tree.slot_count();
    task.last = NodeId(s->tree.node_count());
    start(std::move(task));
    run();
  }
  // What stands between the braces of a module.
  void inside(SourceId id, NodeId list) {
    const Source* s = crate_.sources[id.value].source.get();
    const Tree& t = s->tree;
    const uint32_t open = t.find_token(list, T::LBrace);
    if (open >= t.end_slot(list)) return;
    Task task;
    task.source = s;
    task.id = id;
    task.slot = open + 1;
    task.end = t.end_slot(list);
    if (task.end > task.slot && t.token_kind(task.end - 1) == T::RBrace) --task.end;
    task.next = NodeId(list.value + 1);
    task.last = t.subtree_end(list);
    start(std::move(task));
    run();
  }

  TextWriter writer;
  std::vector<ExpandedToken> tokens;
  bool keep_tokens = false;
  bool mark = false;  // comments say where expansions begin and end

 private:
  // What is left to do, the last first.
  struct Task {
    enum class Kind : uint8_t { Walk, CloseParen, CloseModule, EndMark } kind = Kind::Walk;
    const Source* source = nullptr;
    SourceId id;
    uint32_t slot = 0;
    uint32_t end = 0;
    NodeId next = NodeId(0);
    NodeId last;
    size_t base = 0;  // of open_
  };
  struct Open {
    NodeId node;
    N kind = N::Fragment;
    ExprPlace place;
    bool parenthesis = false;
    bool macro_statement = false;  // an ExprStmt whose macro call was replaced
    bool multi_line = false;       // braces over several lines
    bool block_pending = false;    // the opening one was put
  };

  void start(Task task) {
    task.base = open_.size();
    tasks_.push_back(std::move(task));
  }

  void run() {
    while (!tasks_.empty()) {
      if (!begin_marks_.empty()) put_begin_mark();
      switch (tasks_.back().kind) {
        case Task::Kind::CloseParen:
          made_up(T::RParen, ")", N::ParenExpr);
          tasks_.pop_back();
          break;
        case Task::Kind::CloseModule:
          writer.close_block();
          made_up(T::RBrace, "}", N::ItemList);
          writer.line();
          tasks_.pop_back();
          break;
        case Task::Kind::EndMark:
          writer.put_comment(">" + std::to_string(tasks_.back().slot));
          tasks_.pop_back();
          break;
        case Task::Kind::Walk:
          if (!step()) tasks_.pop_back();
          break;
      }
    }
  }

  // Of the walk on top; those of others wait below.
  void put_begin_mark() {
    const Task& top = tasks_.back();
    if (top.kind != Task::Kind::Walk) return;
    const SourceInfo& info = crate_.sources[top.id.value];
    if (info.kind != SourceInfo::Kind::Expansion || info.expansion.value != begin_marks_.back()) return;
    writer.put_comment("<" + std::to_string(begin_marks_.back()));
    begin_marks_.pop_back();
  }

  // One node or token of the topmost walk. False at its end.
  bool step() {
    Task& w = tasks_.back();
    const Tree& t = w.source->tree;
    if (open_.size() > w.base) {
      const Open& top = open_.back();
      if (w.slot >= t.end_slot(top.node) && (w.next >= t.subtree_end(top.node) || w.next >= w.last)) {
        close(w);
        return true;
      }
    }
    if (w.next < w.last && t.first_slot(w.next) <= w.slot) {
      open(w);
      return true;
    }
    if (w.slot < w.end) {
      token(w);
      return true;
    }
    if (w.next < w.last) {
      open(w);
      return true;
    }
    return open_.size() > w.base;
  }

  // ---- Nodes ----

  [[nodiscard]] bool is_removed(const Task& w, NodeId node) {
    std::vector<bool>& bits = removed_[w.id.value];
    const std::vector<NodeId>& list = crate_.sources[w.id.value].removed;
    if (list.empty()) return false;
    if (bits.empty()) {
      bits.resize(w.source->tree.node_count());
      for (const NodeId n : list) bits[n.value] = true;
    }
    return bits[node.value];
  }

  // A file that begins with `#![cfg(..)]` may take its module away.
  [[nodiscard]] bool file_is_removed(const Task& w, NodeId item) const {
    if (w.source->tree.child(item, Role::items)) return false;
    const DefId def = crate_.def_at(w.id, item);
    const auto it = def ? files_.find(def.value) : files_.end();
    if (it == files_.end()) return false;
    const std::vector<NodeId>& removed = crate_.sources[it->second.value].removed;
    return std::find(removed.begin(), removed.end(), NodeId(0)) != removed.end();
  }

  void skip(Task& w, NodeId node) {
    const Tree& t = w.source->tree;
    w.slot = std::max(w.slot, t.end_slot(node));
    w.next = t.subtree_end(node);
  }

  void walk_output(SourceId output) {
    const SourceInfo& info = crate_.sources[output.value];
    const Source* s = info.source.get();
    if (s == nullptr) return;
    if (mark && info.kind == SourceInfo::Kind::Expansion) {
      Task end;
      end.kind = Task::Kind::EndMark;
      end.slot = info.expansion.value;
      tasks_.push_back(end);
      begin_marks_.push_back(info.expansion.value);
    }
    Task task;
    task.source = s;
    task.id = output;
    task.end = s->tree.slot_count();
    task.last = NodeId(s->tree.node_count());
    start(std::move(task));
  }

  [[nodiscard]] static bool has_output(const Expansion& e) {
    return (e.state == ExpansionState::Expanded || e.state == ExpansionState::Modelled) && e.output.valid();
  }

  // `w` may not be used afterwards.
  void open(Task& w) {
    const Tree& t = w.source->tree;
    const NodeId node = w.next;
    const N kind = t.kind(node);
    const Role role = t.role(node);
    if (expand_ && (is_removed(w, node) || (kind == N::ModItem && file_is_removed(w, node)))) {
      const SourceId id = w.id;
      skip(w, node);
      skip_comma_ = true;
      // The `;` behind an expression goes with it.
      if (open_.size() > w.base && open_.back().kind == N::ExprStmt) {
        open_.back().macro_statement = true;
        after_tail_ = false;
        written_ = true;
      }
      replaced_item(t, id, node);
      return;
    }
    const ExprPlace outer = open_.empty() ? ExprPlace() : open_.back().place;
    const ExprPlace place = open_.size() > w.base ? place_of(t, node, outer) : outer;
    if (is_line_node(kind, role) && kind != N::MacroExpr) writer.line();
    if (kind == N::Attr || kind == N::DocComment) {
      if (!open_.empty() && begins_lines(t, node)) writer.line();
      if (expand_ && on_expanded_call(w, t.parent(node))) {
        skip(w, node);
        return;
      }
      if (kind == N::Attr && expand_ && attribute(w, node)) return;
    }
    if (expand_ && (kind == N::MacroItem || kind == N::MacroExpr || kind == N::MacroPat || kind == N::MacroType) &&
        macro_call(w, node, place))
      return;
    if (kind == N::TokenTree && !w.source->is_expansion() && is_macro_body(t, node) && !keep_tokens) {
      settle_statement(T::LBrace);
      writer.put_verbatim(t.text(node));
      skip(w, node);
      return;
    }
    Open entry;
    entry.node = node;
    entry.kind = kind;
    entry.place = place;
    entry.multi_line = is_brace_list(kind);
    if ((is_group_open(first_kind(w, node)) && needs_parentheses(t, node, place)) || cast_before_less(t, node)) {
      entry.parenthesis = true;
      entry.place = ExprPlace();
      made_up(T::LParen, "(", N::ParenExpr);
    }
    w.next = NodeId(node.value + 1);
    open_.push_back(entry);
    if (kind == N::BuiltinExpr) builtin_call(w, node);
  }

  // Attributes of a macro call that is an expression go with the call.
  [[nodiscard]] bool on_expanded_call(const Task& w, NodeId owner) const {
    const Tree& t = w.source->tree;
    if (!owner || t.kind(owner) != N::AttributedExpr) return false;
    const NodeId inner = t.child(owner, Role::expression);
    const NodeId call = inner && t.kind(inner) == N::MacroExpr ? t.child(inner, Role::call) : NodeId();
    if (!call) return false;
    const std::span<const uint32_t> found = crate_.expansions_at(w.id, call);
    return !found.empty() && has_output(crate_.expansions[found.front()]);
  }

  // `builtin # format_args(..)` is what the compiler makes of format_args!(..); everybody writes the latter.
  void builtin_call(Task& w, NodeId node) {
    const Tree& t = w.source->tree;
    const NodeId name = t.child(node, Role::name);
    if (!name) return;
    const std::string_view text = t.token_text(t.first_slot(name));
    if (text != "format_args" && text != "asm" && text != "global_asm" && text != "naked_asm") return;
    if (text != "format_args") {
      made_up(T::ColonColon, "::", N::Path);
      made_up(T::Ident, "core", N::Path);
      made_up(T::ColonColon, "::", N::Path);
      made_up(T::Ident, "arch", N::Path);
      made_up(T::ColonColon, "::", N::Path);
    }
    made_up(T::Ident, text, N::Path);
    made_up(T::Bang, "!", N::MacroCall);
    w.slot = t.end_slot(name);
    w.next = t.subtree_end(name);
  }

  // `x as T < y`, where T came by a macro: without the group around it, the `<` would begin its arguments.
  [[nodiscard]] static bool cast_before_less(const Tree& t, NodeId node) {
    if (t.kind(node) != N::CastExpr || t.role(node) != Role::left) return false;
    uint32_t slot = t.end_slot(node);
    while (is_trivia(t.token_kind(slot)) || is_group_token(t.token_kind(slot))) ++slot;
    return t.token_kind(slot) == T::Lt || t.token_kind(slot) == T::Shl;
  }

  // Of the text, comments apart.
  [[nodiscard]] static T first_kind(const Task& w, NodeId node) {
    const Tree& t = w.source->tree;
    uint32_t slot = t.first_slot(node);
    while (slot < t.end_slot(node) && is_trivia(t.token_kind(slot))) ++slot;
    return slot < t.end_slot(node) ? t.token_kind(slot) : T::Eof;
  }

  [[nodiscard]] static bool is_macro_body(const Tree& t, NodeId node) {
    const N parent = t.kind(t.parent(node));
    return parent == N::MacroRulesItem || parent == N::MacroDefItem || parent == N::MacroCall;
  }

  // Whether what an attribute stands on begins a line.
  [[nodiscard]] static bool begins_lines(const Tree& t, NodeId attribute) {
    const NodeId owner = t.parent(attribute);
    if (!owner) return true;
    const N kind = t.kind(owner);
    return is_line_node(kind, t.role(owner)) || kind == N::ItemList || kind == N::Block || kind == N::SourceFile ||
           kind == N::MatchArmList || kind == N::Fragment;
  }

  void close(Task& w) {
    const Tree& t = w.source->tree;
    const Open top = open_.back();
    open_.pop_back();
    if (top.parenthesis) made_up(T::RParen, ")", N::ParenExpr);
    const Role role = t.role(top.node);
    if (role == Role::tail && top.kind != N::MacroExpr) {
      after_tail_ = true;
      tail_needs_semicolon_ = expanded::needs_semicolon(t, top.node);
    }
    // A block and the like that needs no `;`.
    if (top.kind == N::ExprStmt && !top.macro_statement && !t.has_token(top.node, T::Semi)) after_tail_ = true;
    if (top.kind == N::ExprStmt && top.macro_statement && after_tail_ && tail_needs_semicolon_) {
      // Called with braces: what it became is a statement, if another follows.
      pending_semicolon_ = true;
    }
    const NodeCategory category = node_category(top.kind);
    if (category == NodeCategory::Item || category == NodeCategory::Stmt || top.kind == N::MatchArm) writer.line();
    if (top.kind == N::Attr || top.kind == N::DocComment) {
      if (begins_lines(t, top.node)) writer.line();
      return;
    }
    if (category == NodeCategory::Item && expand_) derived(t, w.id, top.node);
  }

  // ---- Macros ----

  // What attribute macros made of an item.
  void replaced_item(const Tree& t, SourceId id, NodeId node) {
    for (NodeId attr = t.first_child(node); attr; attr = t.next_sibling(attr)) {
      if (t.role(attr) != Role::attribute) continue;
      for (const uint32_t index : crate_.expansions_at(id, attr)) {
        const Expansion& e = crate_.expansions[index];
        if (e.invocation != InvocationKind::Attribute || !has_output(e)) continue;
        writer.line();
        walk_output(e.output);
        return;
      }
    }
  }

  // The impls that the derives of an item made. Of several attributes the last comes first, as rustc has it.
  void derived(const Tree& t, SourceId id, NodeId node) {
    std::vector<SourceId> outputs;
    std::vector<NodeId> attributes;
    for (NodeId attr = t.first_child(node); attr; attr = t.next_sibling(attr))
      if (t.kind(attr) == N::Attr) attributes.push_back(attr);
    std::reverse(attributes.begin(), attributes.end());
    for (const NodeId attr : attributes) {
      for (const uint32_t index : crate_.expansions_at(id, attr)) {
        const Expansion& e = crate_.expansions[index];
        if (e.invocation == InvocationKind::Derive && has_output(e)) outputs.push_back(e.output);
      }
    }
    for (auto it = outputs.rbegin(); it != outputs.rend(); ++it) walk_output(*it);
  }

  void not_expanded(const Expansion& e) {
    std::string why = "not expanded: ";
    why += e.error.message.empty() ? "what this macro makes cannot be known" : e.error.message;
    writer.put_comment(why);
  }

  // Puts a call's expansion in its place. False when it stays.
  bool macro_call(Task& w, NodeId node, const ExprPlace& place) {
    const Tree& t = w.source->tree;
    const NodeId call = t.child(node, Role::call);
    if (!call) return false;
    const std::span<const uint32_t> found = crate_.expansions_at(w.id, call);
    if (found.empty()) return false;
    const Expansion& e = crate_.expansions[found.front()];
    if (!has_output(e)) {
      if (t.kind(node) == N::MacroExpr && is_line_node(N::MacroExpr, t.role(node))) writer.line();
      not_expanded(e);
      return false;
    }
    const Tree& output = crate_.sources[e.output.value].source->tree;
    after_tail_ = false;
    tail_needs_semicolon_ = false;
    written_ = false;
    skip(w, node);
    if (e.produces == FragmentKind::Statements && t.kind(node) == N::MacroExpr) {
      for (size_t i = open_.size(); i-- > w.base;) {
        if (open_[i].kind == N::AttributedExpr) continue;
        open_[i].macro_statement = open_[i].kind == N::ExprStmt;
        break;
      }
      writer.line();
    }
    NodeId content = output.node_count() > 1 ? NodeId(1) : NodeId();
    if (content && output.role(content) != Role::content) content = NodeId();
    const bool parenthesis = content && output.kind(content) != N::MacroExpr &&
                             !is_group_open(output.token_kind(output.first_slot(content))) &&
                             needs_parentheses(output, content, place);
    if (parenthesis) {
      made_up(T::LParen, "(", N::ParenExpr);
      Task task;
      task.kind = Task::Kind::CloseParen;
      tasks_.push_back(task);
    }
    pending_place_ = parenthesis ? ExprPlace() : place;
    walk_output(e.output);
    // The walk begins with the root of the output, which stands where the call stood.
    Task& inner = tasks_.back();
    if (inner.next < inner.last) {
      Open root;
      root.node = inner.next;
      root.kind = inner.source->tree.kind(inner.next);
      root.place = pending_place_;
      inner.next = NodeId(inner.next.value + 1);
      open_.push_back(root);
    }
    return true;
  }

  // ---- Attributes ----

  // Decides cfg, cfg_attr and derive. True when the attribute was dealt with.
  bool attribute(Task& w, NodeId node) {
    const Tree& t = w.source->tree;
    const NodeId owner = t.parent(node);
    std::vector<Attribute> all;
    static const CfgSet kNothing;
    read_attributes(t, owner, cfg_ != nullptr ? *cfg_ : kNothing, &all);
    std::erase_if(all, [&](const Attribute& a) { return a.node != node; });
    const std::span<const uint32_t> found = crate_.expansions_at(w.id, node);
    // One that is done and gone: `derive` by a path or another name, and the like.
    const auto consumed = [&](const Attribute& a) {
      return std::any_of(found.begin(), found.end(), [&](uint32_t index) {
        const Expansion& e = crate_.expansions[index];
        return e.invocation == InvocationKind::Attribute && e.state == ExpansionState::Expanded && !e.output &&
               e.call_slot == a.begin;
      });
    };
    const auto derive = [&](const Attribute& a) {
      return a.name == "derive" || a.name == "derive_const" || a.name == "cfg_eval" || consumed(a);
    };
    const auto decided = [&](const Attribute& a) { return a.name == "cfg" || a.name == "cfg_attr" || derive(a); };
    const bool written =
        all.size() == 1 && t.child(node, Role::path) && all[0].begin == t.first_slot(t.child(node, Role::path));
    for (const uint32_t index : found) {
      const Expansion& e = crate_.expansions[index];
      if (e.invocation == InvocationKind::Attribute && e.state != ExpansionState::Inert &&
          e.state != ExpansionState::Expanded && !has_output(e))
        not_expanded(e);
    }
    if (written && !decided(all[0])) return false;
    for (const Attribute& a : all) {
      if (a.name == "cfg" || a.name == "cfg_attr") continue;
      if (derive(a))
        left_derives(w, a, found);
      else
        one_attribute(w, a.inner, begins_lines(t, node), a.begin, a.end);
    }
    skip(w, node);
    return true;
  }

  void one_attribute(const Task& w, bool inner, bool lines, uint32_t begin, uint32_t end) {
    made_up(T::Pound, "#", N::Attr);
    if (inner) made_up(T::Bang, "!", N::Attr);
    made_up(T::LBracket, "[", N::Attr);
    // `unsafe(..)` around it is no part of the range.
    const Tree& t = w.source->tree;
    uint32_t before = begin;
    while (before > 0 && (before == begin || is_trivia(t.token_kind(before)))) --before;
    const bool is_unsafe = before > 0 && t.token_kind(before) == T::LParen && t.token_kind(before - 1) == T::KwUnsafe;
    if (is_unsafe) {
      made_up(T::Ident, "unsafe", N::Attr);
      made_up(T::LParen, "(", N::Attr);
    }
    range(w, begin, end);
    if (is_unsafe) made_up(T::RParen, ")", N::Attr);
    made_up(T::RBracket, "]", N::Attr);
    if (lines) writer.line();
  }

  // Derives that could not be expanded stay.
  void left_derives(const Task& w, const Attribute& a, std::span<const uint32_t> found) {
    bool any = false;
    for (const uint32_t index : found) {
      const Expansion& e = crate_.expansions[index];
      if (e.invocation != InvocationKind::Derive || has_output(e) || e.call_slot < a.group_begin ||
          e.call_slot >= a.group_end)
        continue;
      not_expanded(e);
      any = true;
    }
    if (!any) return;
    made_up(T::Pound, "#", N::Attr);
    made_up(T::LBracket, "[", N::Attr);
    range(w, a.begin, a.path_end);
    made_up(T::LParen, "(", N::Attr);
    bool first = true;
    for (const auto& [begin, end] : split_at_commas(w.source->tree, a.group_begin, a.group_end)) {
      const bool kept = std::any_of(found.begin(), found.end(), [&, from = begin](uint32_t index) {
        const Expansion& e = crate_.expansions[index];
        return e.invocation == InvocationKind::Derive && e.call_slot == from && !has_output(e);
      });
      if (!kept) continue;
      if (!first) made_up(T::Comma, ",", N::Attr);
      first = false;
      range(w, begin, end);
    }
    made_up(T::RParen, ")", N::Attr);
    made_up(T::RBracket, "]", N::Attr);
    writer.line();
  }

  // ---- Tokens ----

  void made_up(T kind, std::string_view text, N owner) {
    settle_statement(kind);
    writer.put({kind, text, owner, false});
  }
  void settle_statement(T next) {
    if (!pending_semicolon_) return;
    pending_semicolon_ = false;
    if (next == T::RBrace || next == T::Semi) return;
    writer.join();
    writer.put({T::Semi, ";", N::ExprStmt, false});
    writer.line();
  }

  void range(const Task& w, uint32_t begin, uint32_t end) {
    const Tree& t = w.source->tree;
    for (uint32_t slot = begin; slot < end; slot += token_slots(t.token_kind(slot)))
      put(w, slot, t.token_kind(slot), t.token_text(slot), N::TokenTree, false);
  }

  std::string crate_text(const Task& w, uint32_t slot) {
    const TokenOrigin origin = w.source->origin(w.id, slot);
    CrateIndex meant = crate_.index;
    if (origin.source && origin.source.value < crate_.sources.size()) {
      const SourceInfo& info = crate_.sources[origin.source.value];
      if (info.kind == SourceInfo::Kind::Foreign) meant = info.foreign_crate;
    }
    if (meant == crate_.index) return "crate";
    for (const CrateDefs::ExternName& name : crate_.extern_prelude)
      if (name.crate == meant) return "::" + std::string(crate_.text(name.name));
    const CrateDefs* other = project_.analysis.crate(meant);
    return other != nullptr ? "::" + other->name : "crate";
  }

  void put(const Task& w, uint32_t slot, T kind, std::string_view text, N owner, bool opens) {
    if (is_trivia(kind) || is_group_token(kind) || kind == T::Eof || kind == T::VirtualCloser) return;
    std::string crate;
    if (kind == T::DollarCrate) {
      crate = crate_text(w, slot);
      text = crate;
    }
    after_tail_ = false;
    written_ = true;
    settle_statement(kind);
    if (is_doc_comment(kind)) {
      while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
    }
    const uint32_t start = writer.put({kind, text, owner, opens});
    if (!keep_tokens) return;
    ExpandedToken token;
    token.end = writer.size();
    token.start = token.end - static_cast<uint32_t>(text.size());
    (void)start;
    origin(w, slot, text, kind == T::DollarCrate, &token);
    tokens.push_back(token);
  }

  void origin(const Task& w, uint32_t slot, std::string_view text, bool any_text, ExpandedToken* token) {
    const TokenOrigin from = w.source->origin(w.id, slot);
    const ByteSpan here{w.source->tree.token_start(slot), w.source->tree.token_end(slot)};
    const WrittenPlace call = written_place(crate_, w.id, here);
    token->source = call.source;
    token->written = call.span;
    token->made_up = call.in_macro;
    if (!from.source || from.source.value >= crate_.sources.size()) return;
    const SourceInfo& info = crate_.sources[from.source.value];
    const CrateDefs* home = &crate_;
    SourceId id = from.source;
    if (info.kind == SourceInfo::Kind::Foreign) {
      home = project_.analysis.crate(info.foreign_crate);
      id = info.foreign_source;
    }
    if (home == nullptr || !id || id.value >= home->sources.size() || !home->sources[id.value].source) return;
    const std::string_view there = home->sources[id.value].source->text;
    if (from.offset > there.size()) return;
    // A token that nobody wrote has the place of the call, where another text stands.
    if (!any_text && there.substr(from.offset, text.size()) != text) return;
    if (home == &crate_ && !call.in_macro) return;
    const uint32_t end = from.offset + static_cast<uint32_t>(any_text ? 0 : text.size());
    token->definition_crate = home->index;
    token->definition_source = id;
    token->definition = {from.offset, end};
    if (home->sources[id.value].kind == SourceInfo::Kind::Expansion) {
      const WrittenPlace place = written_place(*home, id, token->definition);
      token->definition_source = place.source;
      token->definition = place.span;
    }
    if (home == &crate_) {
      token->source = token->definition_source;
      token->written = token->definition;
    }
    token->made_up = false;
  }

  void token(Task& w) {
    const Tree& t = w.source->tree;
    const uint32_t slot = w.slot;
    T kind = t.token_kind(slot);
    uint32_t slots = token_slots(kind);
    uint32_t limit = w.end;
    if (w.next < w.last && t.first_slot(w.next) > slot) limit = std::min(limit, t.first_slot(w.next));
    if (open_.size() > w.base) limit = std::min(limit, std::max(slot + 1, t.end_slot(open_.back().node)));
    std::string_view text = t.token_text(slot);
    if (slot + slots > limit) {
      kind = head_of(kind);
      text = t.text().substr(t.token_start(slot), t.token_start(slot + 1) - t.token_start(slot));
      slots = 1;
    }
    w.slot = slot + slots;
    if (is_trivia(kind)) return;
    if (skip_comma_) {
      skip_comma_ = false;
      if (kind == T::Comma) return;
    }
    Open* top = open_.size() > w.base ? &open_.back() : nullptr;
    const N owner = top != nullptr ? top->kind : N::Fragment;
    const bool braces = top != nullptr && top->multi_line;
    if (kind == T::RBrace && braces && top->block_pending) {
      top->block_pending = false;
      writer.close_block();
    }
    // The `;` behind a call goes to the last of the statements that it became; to none where there are none.
    if (kind == T::Semi && owner == N::ExprStmt && top->macro_statement && !after_tail_ && written_) return;
    if (kind == T::Semi && owner == N::ModItem && expand_ && module_file(w, top->node)) return;
    bool opens = false;
    if (kind == T::Or && owner == N::ClosureExpr) opens = t.find_token(top->node, T::Or) == slot;
    if (kind == T::OrOr && owner == N::ClosureExpr) opens = true;
    put(w, slot, kind, text, owner, opens);
    if (kind == T::LBrace && braces && !top->block_pending) {
      top->block_pending = true;
      writer.open_block();
    }
    if (owner == N::TokenTree && kind == T::Semi && top->block_pending) writer.line();
  }

  // `mod name;`: what its file holds, between braces.
  bool module_file(Task& w, NodeId item) {
    const DefId def = crate_.def_at(w.id, item);
    const auto it = def ? files_.find(def.value) : files_.end();
    if (it == files_.end()) return false;
    made_up(T::LBrace, "{", N::ItemList);
    writer.open_block();
    Task closing;
    closing.kind = Task::Kind::CloseModule;
    tasks_.push_back(closing);
    walk_output(it->second);
    return true;
  }

  const Project& project_;
  const CrateDefs& crate_;
  const CfgSet* cfg_ = nullptr;
  bool expand_;
  std::vector<std::vector<bool>> removed_;        // by source, made when asked for
  std::unordered_map<uint32_t, SourceId> files_;  // by module
  std::deque<Task> tasks_;
  std::vector<Open> open_;
  std::vector<uint32_t> begin_marks_;  // of outputs that are still to come
  ExprPlace pending_place_;
  bool after_tail_ = false;  // the last that was put is the end of an expression without `;`
  bool written_ = false;     // something was put since the last call
  bool skip_comma_ = false;  // what stands before it was taken away by cfg, perhaps in what a call became
  bool tail_needs_semicolon_ = false;
  bool pending_semicolon_ = false;  // it is needed if the block goes on
};

}  // namespace

DefId module_by_path(const CrateDefs& crate, std::string_view path) {
  DefId at(0);
  while (!path.empty()) {
    const size_t colons = path.find("::");
    const std::string_view name = path.substr(0, colons);
    path = colons == std::string_view::npos ? std::string_view() : path.substr(colons + 2);
    DefId next;
    for (const DefId child : crate.children(at))
      if (crate.def(child).kind == DefKind::Module && crate.name_of(child) == name) next = child;
    if (!next) return {};
    at = next;
  }
  return at;
}

std::string print_expanded(const Project& project, CrateIndex crate_index, std::string_view module) {
  const CrateDefs* crate = project.analysis.crate(crate_index);
  if (crate == nullptr || crate->sources.empty() || crate->from_facts) return {};
  const DefId def = module_by_path(*crate, module);
  if (!def) return {};
  Printer printer(project, crate_index, true);
  if (def.value == 0) {
    printer.source(SourceId(0));
    return printer.writer.take();
  }
  const Def& d = crate->def(def);
  if (!d.source || crate->sources[d.source.value].source == nullptr) return {};
  const Tree& tree = crate->sources[d.source.value].source->tree;
  const NodeId list = tree.child(d.node, Role::items);
  if (list) {
    printer.inside(d.source, list);
    return printer.writer.take();
  }
  for (uint32_t i = 0; i < crate->sources.size(); ++i) {
    const SourceInfo& info = crate->sources[i];
    if (info.kind != SourceInfo::Kind::File || info.module != def) continue;
    printer.source(SourceId(i));
    break;
  }
  return printer.writer.take();
}

std::string expanded::print_marked(const Project& project, CrateIndex crate) {
  Printer printer(project, crate, true);
  printer.mark = true;
  printer.source(SourceId(0));
  return printer.writer.take();
}

ExpandedText print_expansion(const Project& project, CrateIndex crate_index, ExpansionId expansion, bool recursive) {
  ExpandedText out;
  const CrateDefs* crate = project.analysis.crate(crate_index);
  if (crate == nullptr || !expansion || expansion.value >= crate->expansions.size()) return out;
  const Expansion& e = crate->expansions[expansion.value];
  if (!e.output || crate->sources[e.output.value].source == nullptr) return out;
  Printer printer(project, crate_index, recursive);
  printer.keep_tokens = true;
  printer.source(e.output);
  out.text = printer.writer.take();
  out.tokens = std::move(printer.tokens);
  return out;
}

}  // namespace rp
