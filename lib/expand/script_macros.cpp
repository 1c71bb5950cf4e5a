// Macros of a build script, and what it prints.
#include <algorithm>

#include "expand/attributes.h"
#include "expand/builtin_literals.h"
#include "expand/format_string.h"
#include "expand/script_interpreter.h"
#include "manifest/reader.h"
#include "syntax/parser.h"

namespace rp::script {
namespace {

using N = NodeKind;
using T = TokenKind;
using K = Value::Kind;
constexpr std::string_view kDirectives[] = {"cargo:rustc-cfg=", "cargo::rustc-cfg="};
constexpr size_t kMaxNotes = 20'000;
constexpr size_t kMaxExpansions = 500;
constexpr size_t kMaxPrinted = 200'000;  // of one text

// The inside of a macro call's delimiters.
std::pair<uint32_t, uint32_t> inside(Code tokens) {
  const Tree& t = *tokens.tree;
  const uint32_t first = skip_trivia(t, t.first_slot(tokens.node), t.end_slot(tokens.node)) + 1;
  uint32_t end = t.end_slot(tokens.node);
  if (end > first) --end;
  return {first, std::max(first, end)};
}

}  // namespace

// ---- What is printed ----

void Printed::add(std::string_view text) {
  size += text.size();
  if (size > kMaxPrinted) return add_gap();
  if (pieces.empty() || pieces.back().gap) pieces.emplace_back();
  pieces.back().text += text;
}

void Printed::add_gap() {
  if (pieces.empty() || !pieces.back().gap) pieces.push_back({{}, true});
}

void Printed::add(const Value& value) {
  switch (value.kind) {
    case K::Str:
      add(value.text);
      if (!value.exact) add_gap();
      return;
    case K::Int:
      add(std::to_string(value.number));
      return;
    case K::Bool:
      add(value.number != 0 ? "true" : "false");
      return;
    default:
      add_gap();
  }
}

// Lines are kept apart; a gap is taken not to hold a line's end.
void Interpreter::print(Printed printed) {
  if (dead_) return;
  Note note;
  note.maybe = maybe_;
  const auto flush = [&] {
    if (!note.line.pieces.empty()) {
      if (notes_.size() < kMaxNotes) {
        notes_.push_back(std::move(note));
      } else {
        anything_ = true;
      }
    }
    note = {};
    note.maybe = maybe_;
  };
  for (const Printed::Piece& piece : printed.pieces) {
    if (piece.gap) {
      note.line.add_gap();
      continue;
    }
    std::string_view rest = piece.text;
    for (size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      if (end > 0) note.line.add(rest.substr(0, end));
      flush();
      rest.remove_prefix(end + 1);
    }
    if (!rest.empty()) note.line.add(rest);
  }
  flush();
}

void Interpreter::print_fact(std::string name) { maybe_print_fact(std::move(name), Tri::Yes); }

void Interpreter::maybe_print_fact(std::string name, Tri t) {
  if (t == Tri::No) return;
  Printed line;
  line.add(std::string(kDirectives[0]) + name);
  if (t == Tri::Maybe) ++maybe_;
  print(std::move(line));
  if (t == Tri::Maybe) --maybe_;
}

ScriptFacts Interpreter::facts() const {
  ScriptFacts out;
  out.has_script = true;
  out.anything = anything_ || gave_up_;
  for (const Note& note : notes_) {
    const std::vector<Printed::Piece>& pieces = note.line.pieces;
    std::string_view line = pieces[0].gap ? std::string_view() : std::string_view(pieces[0].text);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    const bool whole = pieces.size() == 1 && !pieces[0].gap;
    for (const std::string_view directive : kDirectives) {
      if (!line.starts_with(directive)) {
        // It may become one behind the gap.
        if (!whole && directive.starts_with(line)) out.anything = true;
        continue;
      }
      std::string_view fact = line.substr(directive.size());
      while (whole && (fact.ends_with(' ') || fact.ends_with('\r') || fact.ends_with('\t'))) fact.remove_suffix(1);
      ScriptFact f;
      const size_t equals = fact.find('=');
      f.has_value = equals != std::string_view::npos;
      f.key = fact.substr(0, equals);
      while (f.key.ends_with(' ')) f.key.pop_back();
      f.certain = note.maybe == 0;
      if (!f.has_value && !whole) {
        if (fact.empty()) {
          out.anything = true;
        } else {
          out.open_names.emplace_back(fact);
        }
        continue;
      }
      if (f.has_value) {
        std::string_view value = fact.substr(equals + 1);
        while (value.starts_with(' ')) value.remove_prefix(1);
        if (whole && value.size() >= 2 && value.starts_with('"') && value.ends_with('"') &&
            value.find('\\') == std::string_view::npos) {
          f.value = value.substr(1, value.size() - 2);
        } else {
          f.any_value = true;
          f.certain = false;
        }
      }
      out.facts.push_back(std::move(f));
    }
  }
  // Of two with one meaning the certain one stays: it comes last.
  std::sort(out.facts.begin(), out.facts.end());
  std::vector<ScriptFact> facts;
  for (ScriptFact& f : out.facts) {
    const bool same = !facts.empty() && facts.back().key == f.key && facts.back().value == f.value &&
                      facts.back().has_value == f.has_value && facts.back().any_value == f.any_value;
    if (same) {
      facts.back().certain |= f.certain;
    } else {
      facts.push_back(std::move(f));
    }
  }
  out.facts = std::move(facts);
  std::sort(out.open_names.begin(), out.open_names.end());
  out.open_names.erase(std::unique(out.open_names.begin(), out.open_names.end()), out.open_names.end());
  return out;
}

// ---- Arguments and format strings ----

std::vector<Code> Interpreter::arguments(Code tokens) {
  const auto [begin, end] = inside(tokens);
  const uint64_t key = (reinterpret_cast<uint64_t>(tokens.tree) << 20U) ^ begin;
  auto found = parsed_.find(key);
  if (found == parsed_.end() || found->second.tree == nullptr) {
    const Tree* tree = fragment(*tokens.tree, begin, end, FragmentKind::Exprs);
    found = parsed_.insert_or_assign(key, Code{tree, tree->root()}).first;
  }
  const Tree& t = *found->second.tree;
  std::vector<Code> out;
  for (NodeId c = t.first_child(t.root()); c; c = t.next_sibling(c)) out.push_back({&t, c});
  return out;
}

// A value of the script's own types, as its Display impl writes it.
bool Interpreter::display(const Value& value, Printed* out) {
  std::string_view type;
  if (value.is(K::Variant)) type = value.text2;
  if (value.is(K::Struct)) type = value.text;
  if (type.empty() || !types_.contains(type) || captures_.size() > 8) return false;
  Function* found = nullptr;
  const auto [begin, end] = functions_.equal_range("fmt");
  for (auto it = begin; it != end; ++it) {
    Function& f = it->second;
    if (f.self_type != type || !f.trait_name.ends_with("Display") || f.there != Tri::Yes) continue;
    if (found != nullptr) return false;
    found = &f;
  }
  if (found == nullptr) return false;
  found->visited = true;
  Value formatter;
  formatter.kind = K::Formatter;
  captures_.push_back({{}, maybe_, false});
  call_function(*found, {formatter}, &value);
  Capture capture = std::move(captures_.back());
  captures_.pop_back();
  if (dead_ || capture.uncertain) return false;
  for (const Printed::Piece& piece : capture.text.pieces) piece.gap ? out->add_gap() : out->add(piece.text);
  return true;
}

bool Interpreter::format(const Tree& tree, const std::vector<Code>& args, size_t first, Printed* out) {
  (void)tree;
  if (first >= args.size()) return true;
  const Value said = eval(args[first]);
  if (dead_) return false;
  if (!said.exact_text()) {
    out->add_gap();
    return true;
  }
  std::vector<Value> values;
  std::vector<std::string_view> names;
  for (size_t i = first + 1; i < args.size() && !dead_; ++i) {
    Code value = args[i];
    std::string_view name;
    if (value.kind() == N::AssignExpr) {
      name = value.child(Role::left).text();
      value = value.child(Role::right);
    }
    values.push_back(eval(value));
    names.push_back(name);
  }
  if (dead_) return false;
  const FormatString format = parse_format_string(said.text);
  if (format.error) {
    out->add_gap();
    return true;
  }
  for (const FormatPiece& piece : format.pieces) {
    if (!piece.is_placeholder) {
      out->add(piece.text);
      continue;
    }
    const FormatPlaceholder& p = piece.placeholder;
    const Value unknown;
    const Value* value = &unknown;
    if (p.argument.kind == FormatArgument::Kind::Name) {
      const auto named = std::find(names.begin(), names.end(), p.argument.name);
      if (named != names.end()) {
        value = &values[static_cast<size_t>(named - names.begin())];
      } else if (const Variable* v = find(p.argument.name)) {
        value = &v->value;
      }
      Value constant_value;
      if (value == &unknown && constants_.contains(p.argument.name)) {
        constant_value = constant(p.argument.name);
        constant_value.is(K::Unknown) || !p.trait.empty() ? out->add_gap() : out->add(constant_value);
        continue;
      }
    } else if (p.argument.index < values.size()) {
      value = &values[p.argument.index];
    }
    const bool plain = p.width.kind == FormatArgument::Kind::None && p.precision.kind == FormatArgument::Kind::None;
    if (plain && p.trait.empty()) {
      const Value copy = *value;
      if (!display(copy, out)) out->add(copy);
      if (dead_) return false;
    } else if (plain && p.trait == "?" && value->exact_text() &&
               std::all_of(value->text.begin(), value->text.end(),
                           [](char c) { return c >= ' ' && c < 0x7F && c != '"' && c != '\\' && c != '\''; })) {
      out->add("\"" + value->text + "\"");
    } else {
      out->add_gap();
    }
  }
  return true;
}

// ---- Macros ----

Value Interpreter::matches_macro(Code tokens) {
  // matches!(value, pattern if guard)
  const auto [begin, end] = inside(tokens);
  const Tree& t = *tokens.tree;
  const auto parts = split_at_commas(t, begin, end);
  if (parts.size() < 2) return {};
  steps_ += 50;
  const Tree* value = fragment(t, parts[0].first, parts[0].second, FragmentKind::Expr);
  uint32_t pattern_end = end;
  uint32_t guard = end;
  for (uint32_t slot = parts[1].first; slot < end; slot = after_token_tree(t, slot, end))
    if (t.token_kind(slot) == T::KwIf) {
      pattern_end = slot;
      guard = slot + 1;
      break;
    }
  while (pattern_end > parts[1].first &&
         (is_trivia(t.token_kind(pattern_end - 1)) || t.token_kind(pattern_end - 1) == T::Comma))
    --pattern_end;
  const Tree* pattern = fragment(t, parts[1].first, pattern_end, FragmentKind::Pattern);
  if (!pattern->errors().empty() || !value->errors().empty()) return {};
  const Value v = eval({value, value->first_child(value->root())});
  if (dead_) return {};
  const size_t base = vars_.size();
  Tri fits = match({pattern, pattern->first_child(pattern->root())}, v);
  if (guard < end && fits != Tri::No) {
    const Tree* test_tree = fragment(t, guard, end, FragmentKind::Expr);
    fits = both(fits, test({test_tree, test_tree->first_child(test_tree->root())}));
  }
  vars_.resize(std::min(base, vars_.size()));
  return boolean(fits);
}

// cfg_aliases! { name: { condition }, .. }: each becomes a fact when its condition holds. The conditions are about the
// target; one alias may be named in those behind it.
void Interpreter::cfg_aliases(Code tokens) {
  const auto [begin, end] = inside(tokens);
  const Tree& t = *tokens.tree;
  std::vector<std::pair<std::string, Tri>> aliases;
  for (uint32_t slot = skip_trivia(t, begin, end); slot < end;) {
    const std::string name(t.token_text(slot));
    const uint32_t colon = skip_trivia(t, slot + 1, end);
    const uint32_t open = colon < end ? skip_trivia(t, colon + 1, end) : end;
    if (open >= end || t.token_kind(colon) != T::Colon || t.token_kind(open) != T::LBrace) {
      anything_ = true;
      return;
    }
    const uint32_t after = after_token_tree(t, open, end);
    std::string condition_text;
    for (uint32_t i = open + 1; i + 1 < after; i += token_slots(t.token_kind(i))) {
      if (is_trivia(t.token_kind(i))) continue;
      condition_text += t.token_text(i);
      condition_text += ' ';
    }
    while (condition_text.ends_with(' ') || condition_text.ends_with(',')) condition_text.pop_back();
    const auto expr = manifest::CfgExpr::parse(condition_text);
    Tri holds = Tri::Maybe;
    if (expr && !expr->nodes().empty()) {
      CfgSet set;
      for (const manifest::CfgFact& f : input_.cfg->facts()) {
        if (f.key == "debug_assertions" || f.key == "test") continue;
        f.has_value ? set.add(f.key, f.value) : set.add(f.key);
      }
      holds = Tri::No;
      bool open_alias = false;
      for (const auto& [alias, t_alias] : aliases) {
        if (t_alias == Tri::Yes) set.add(alias);
        if (t_alias != Tri::Maybe) continue;
        for (const manifest::CfgNode& n : expr->nodes()) open_alias |= n.fact.key == alias;
      }
      for (const manifest::CfgNode& n : expr->nodes())
        open_alias |= n.fact.key == "debug_assertions" || n.fact.key == "panic" || n.fact.key == "test";
      set.finish();
      holds = open_alias ? Tri::Maybe : tri(expr->holds(set.facts()));
    }
    maybe_print_fact(name, holds);
    aliases.emplace_back(name, holds);
    slot = skip_trivia(t, after, end);
    if (slot < end && t.token_kind(slot) == T::Comma) slot = skip_trivia(t, slot + 1, end);
  }
}

Value Interpreter::local_macro(Code definition, Code call, bool* ok) {
  *ok = false;
  const Source* source = nullptr;
  const Tree* at = call.tree;
  uint32_t shift = 0;  // slots of a fragment count from its begin
  for (auto origin = origins_.find(at); origin != origins_.end(); origin = origins_.find(at)) {
    shift += origin->second.second;
    at = origin->second.first;
  }
  for (const Source& each : sources_)
    if (&each.tree == at) source = &each;
  for (const auto& each : expansions_)
    if (&each->tree == at) source = each.get();
  const Source* home = nullptr;
  for (const Source& each : sources_)
    if (&each.tree == definition.tree) home = &each;
  if (source == nullptr || home == nullptr || expansions_.size() >= kMaxExpansions) return {};
  const std::string key =
      std::to_string(reinterpret_cast<uintptr_t>(definition.tree)) + "." + std::to_string(definition.node.value);
  auto compiled = compiled_.find(key);
  if (compiled == compiled_.end()) {
    std::vector<MacroError> errors;
    macros_.push_back(MacroRules::compile(*home, SourceId(0), definition.node, input_.edition, &errors));
    compiled = compiled_.emplace(key, static_cast<uint32_t>(macros_.size() - 1)).first;
  }
  const Code arguments = call.child(Role::arguments);
  if (!arguments) return {};
  const auto [begin, end] = inside(arguments);
  ParseOptions options;
  options.edition = input_.edition;
  options.budget = input_.budget;
  options.cancellation = input_.cancellation;
  ExpansionLimits limits;
  limits.tokens_per_call = 100'000;
  TokenStream stream(input_.budget);
  MacroError error;
  const MacroInput given{source, SourceId(1), begin + shift, end + shift};
  if (!macros_[compiled->second].expand(
          {given, {SourceId(1), 0}, ExpansionId(next_expansion_++), FragmentKind::Statements}, limits, contexts_,
          options, &stream, &error))
    return {};
  std::unique_ptr<Source> made = stream.finish(FragmentKind::Statements, options);
  if (made == nullptr || !made->tree.errors().empty()) return {};
  const Tree& t = made->tree;
  expansions_.push_back(std::move(made));
  collect_block_items(t);
  *ok = true;
  Value v = unit();
  const size_t base = vars_.size();
  for (NodeId c = t.first_child(t.root()); c && !dead_; c = t.next_sibling(c)) {
    const Code s{&t, c};
    if (t.role(c) == Role::statement) {
      statement(s);
    } else if (t.role(c) == Role::tail || node_category(t.kind(c)) == NodeCategory::Expr) {
      v = eval(s);
    } else {
      anything_ = true;
    }
  }
  // What the macro declares is its own, or the caller's by hygiene: the latter is not followed.
  vars_.resize(std::min(base, vars_.size()));
  return v;
}

Value Interpreter::macro(Code call) {
  if (!call) return {};
  const std::vector<std::string_view> path = path_of(call.child(Role::path));
  const Code tokens = call.child(Role::arguments);
  if (path.empty() || !tokens) return {};
  const std::string_view name = path.back();
  const auto local = macro_items_.find(name);
  if (local != macro_items_.end()) {
    bool ok = false;
    if (depth_ > 200) {
      gave_up_ = dead_ = true;
      return {};
    }
    depth_ += 8;
    Value v = local_macro(local->second, call, &ok);
    depth_ -= 8;
    if (!ok) anything_ = true;
    return v;
  }
  if (name == "println" || name == "print") {
    Printed line;
    const std::vector<Code> args = arguments(tokens);
    if (format(*tokens.tree, args, 0, &line)) print(std::move(line));
    return unit();
  }
  if (name == "write" || name == "writeln") {
    const std::vector<Code> args = arguments(tokens);
    if (args.empty()) return {};
    const Value to = eval(args[0]);
    Printed line;
    if (dead_ || !format(*tokens.tree, args, 1, &line)) return {};
    if (to.is(K::Formatter)) {
      if (!captures_.empty()) {
        Capture& capture = captures_.back();
        capture.uncertain |= maybe_ != capture.maybe;
        for (const Printed::Piece& piece : line.pieces)
          piece.gap ? capture.text.add_gap() : capture.text.add(piece.text);
      }
      return wrap(K::Ok, unit());
    }
    if (to.is(K::Stdout) || (!to.known() && mentions_stdout_)) {
      if (!to.is(K::Stdout)) ++maybe_;
      print(std::move(line));
      if (!to.is(K::Stdout)) --maybe_;
    } else {
      store(place(args[0]), {});
    }
    return wrap(K::Ok, unit());
  }
  if (name == "eprintln" || name == "eprint") return unit();
  if (name == "panic" || name == "unreachable" || name == "todo" || name == "unimplemented" ||
      name == "compile_error") {
    die();
    return {};
  }
  if (name == "assert" || name == "debug_assert") {
    const std::vector<Code> args = arguments(tokens);
    if (!args.empty() && eval(args[0]).truth() == Tri::No && name == "assert") die();
    return unit();
  }
  if (name == "assert_eq" || name == "assert_ne") {
    const std::vector<Code> args = arguments(tokens);
    if (args.size() < 2) return unit();
    const Value a = eval(args[0]);
    const Value b = eval(args[1]);
    if (!dead_ && equal(a, b) == tri(name == "assert_ne")) die();
    return unit();
  }
  if (name == "format" || name == "format_args") {
    Printed line;
    const std::vector<Code> args = arguments(tokens);
    if (!format(*tokens.tree, args, 0, &line)) return {};
    if (line.pieces.empty()) return text("");
    if (line.pieces[0].gap) return text("", false);
    return text(line.pieces[0].text, line.pieces.size() == 1);
  }
  if (name == "matches") return matches_macro(tokens);
  if (name == "cfg" && path.size() == 1) {
    const auto [begin, end] = inside(tokens);
    return boolean(condition(*tokens.tree, begin, end));
  }
  if (path.size() == 2 && path[0] == "rustversion" && name == "cfg") {
    const auto [begin, end] = inside(tokens);
    const Tree& t = *tokens.tree;
    const uint32_t open = skip_trivia(t, begin + 1, end);
    if (begin < end && open < end && t.token_kind(open) == T::LParen)
      return boolean(version_attribute(t, t.token_text(begin), open + 1, after_token_tree(t, open, end) - 1));
    return {};
  }
  if (name == "vec") {
    const auto [begin, end] = inside(tokens);
    for (uint32_t slot = begin; slot < end; slot = after_token_tree(*tokens.tree, slot, end))
      if (tokens.tree->token_kind(slot) == T::Semi) return {};
    std::vector<Value> parts;
    for (const Code& arg : arguments(tokens)) parts.push_back(eval(arg));
    return dead_ ? Value() : list(std::move(parts));
  }
  if (name == "concat") {
    std::string joined;
    for (const Code& arg : arguments(tokens)) {
      const Value v = eval(arg);
      if (v.exact_text()) {
        joined += v.text;
      } else if (v.is(K::Int)) {
        joined += std::to_string(v.number);
      } else {
        return text(std::move(joined), false);
      }
    }
    return text(std::move(joined));
  }
  if (name == "env" || name == "option_env") {
    // Asked when the script is compiled: cargo sets less then.
    const std::vector<Code> args = arguments(tokens);
    const Value key = args.empty() ? Value() : eval(args[0]);
    if (!key.exact_text() || !key.text.starts_with("CARGO_") || key.text.starts_with("CARGO_CFG_") ||
        key.text.starts_with("CARGO_FEATURE_"))
      return {};
    bool known = false;
    Value v = environment(key.text, &known);
    if (name == "option_env") return v;
    return v.is(K::Some) ? v.parts[0] : Value();
  }
  if (name == "dbg") {
    const std::vector<Code> args = arguments(tokens);
    return args.size() == 1 ? eval(args[0]) : Value();
  }
  if (name == "stringify" || name == "line" || name == "file" || name == "column" || name == "module_path" ||
      name == "include_str" || name == "include_bytes")
    return {};
  if (name == "cfg_aliases") {
    cfg_aliases(tokens);
    return unit();
  }
  // Crates whose macros make values and nothing else.
  if (name == "quote" || name == "json" || name == "bail" || name == "anyhow" || name == "ensure") {
    if (name == "bail") {
      if (frame().fails_build) {
        die();
      } else {
        leave(frame().returned, frame().base, wrap(K::Err, Value()));
        ++frame_leaves_;
        dead_ = true;
      }
    }
    return {};
  }
  anything_ = true;
  return {};
}

// ---- The whole script ----

ScriptFacts Interpreter::run() {
  load_file(input_.path, true);
  if (anything_) return facts();
  const auto [begin, end] = functions_.equal_range("main");
  std::vector<Function*> mains;
  for (auto it = begin; it != end; ++it)
    if (it->second.self_type.empty() && it->second.code.tree == &sources_.front().tree) mains.push_back(&it->second);
  if (mains.empty()) {
    anything_ = true;
    return facts();
  }
  // What is outside of all functions: the place that process::exit leaves to.
  frames_.emplace_back();
  frames_.back().id = ++next_frame_;
  Fork fork(*this);
  for (Function* main : mains) {
    fork.begin();
    main->visited = true;
    call_main(*main);
    fork.end(unit());
    if (main->there == Tri::Yes) break;
  }
  fork.finish();
  // No way leads to the end: the script was not understood, or needs what is not taken as given.
  if (gave_up_ || (dead_ && !frames_.front().returned.any)) anything_ = true;
  // Methods of foreign traits are called without their name being written: when a value is printed or dropped.
  if (!anything_) {
    dead_ = false;
    vars_.clear();
    maybe_ = 1;
    std::vector<Function*> hidden;
    for (auto& [name, f] : functions_)
      if (!f.visited && !f.trait_name.empty()) hidden.push_back(&f);
    for (Function* f : hidden) {
      dead_ = false;
      f->visited = true;
      call_function(*f, {}, nullptr);
    }
  }
  return facts();
}

void Interpreter::call_main(const Function& main) {
  main_fails_ = static_cast<bool>(main.code.child(Role::return_type));
  call_function(main, {}, nullptr);
}

}  // namespace rp::script

namespace rp {

namespace {

// Reads each file once.
class KeptFiles final : public ScriptFiles {
 public:
  explicit KeptFiles(ScriptFiles& files) : files_(files) {}
  bool read(std::string_view path, std::string* text) override {
    auto found = kept_.find(path);
    if (found == kept_.end()) {
      std::string content;
      const bool there = files_.read(path, &content);
      found = kept_.emplace(std::string(path), std::pair(there, std::move(content))).first;
    }
    *text = found->second.second;
    return found->second.first;
  }
  bool exists(std::string_view path) override { return files_.exists(path); }

 private:
  ScriptFiles& files_;
  std::map<std::string, std::pair<bool, std::string>, std::less<>> kept_;
};

}  // namespace

ScriptFacts read_build_script(const BuildScriptInput& input, ScriptFiles& given) {
  KeptFiles files(given);
  ScriptFacts facts = script::Interpreter(input, files).run();
  if (input.compiler.stable) return facts;
  // Of a compiler that may be stable or not: what both would have.
  BuildScriptInput other = input;
  other.compiler.stable = true;
  const ScriptFacts stable = script::Interpreter(other, files).run();
  facts.anything |= stable.anything;
  const auto same = [](const ScriptFact& a, const ScriptFact& b) {
    return a.key == b.key && a.value == b.value && a.has_value == b.has_value && a.any_value == b.any_value;
  };
  const auto certain_in = [&](const ScriptFacts& all, const ScriptFact& f) {
    return std::any_of(all.facts.begin(), all.facts.end(),
                       [&](const ScriptFact& each) { return each.certain && same(each, f); });
  };
  std::vector<ScriptFact> merged;
  for (const ScriptFact& f : facts.facts) {
    merged.push_back(f);
    merged.back().certain = f.certain && certain_in(stable, f);
  }
  for (const ScriptFact& f : stable.facts) {
    if (std::any_of(facts.facts.begin(), facts.facts.end(), [&](const ScriptFact& each) { return same(each, f); }))
      continue;
    merged.push_back(f);
    merged.back().certain = false;
  }
  std::sort(merged.begin(), merged.end());
  facts.facts = std::move(merged);
  facts.open_names.insert(facts.open_names.end(), stable.open_names.begin(), stable.open_names.end());
  std::sort(facts.open_names.begin(), facts.open_names.end());
  facts.open_names.erase(std::unique(facts.open_names.begin(), facts.open_names.end()), facts.open_names.end());
  return facts;
}

}  // namespace rp
