// Macro calls, derives and attribute macros: finding the macro, expanding it, walking what it gives.
// The Rust Reference, "Macros", "Macros By Example" (scoping), "Procedural Macros", "Derive".
#include <algorithm>

#include "expand/derive_shape.h"
#include "manifest/reader.h"
#include "names/collector.h"
#include "source/line_index.h"

namespace rp {

using T = TokenKind;
using N = NodeKind;

// What a built-in macro may ask.
class CollectorContext final : public BuiltinContext {
 public:
  CollectorContext(Collector& collector, const Collector::CallWork& work, ExpansionId expansion)
      : collector_(collector), work_(work), expansion_(expansion), options_(collector.parse_options()) {}

  [[nodiscard]] Edition edition() const override { return collector_.input_.edition; }
  [[nodiscard]] const CfgSet& cfg() const override { return *collector_.input_.cfg; }
  [[nodiscard]] std::string module_path() const override {
    const CrateDefs& crate = *collector_.out_;
    return crate.path_of(crate.module_of(crate.scopes[work_.place.scope].def));
  }
  [[nodiscard]] std::string_view file() const override {
    std::string_view path = outermost().path;
    const std::string_view base = collector_.input_.file_base;
    if (!base.empty() && path.size() > base.size() + 1 && path.starts_with(base) && path[base.size()] == '/')
      path.remove_prefix(base.size() + 1);
    return path;
  }
  [[nodiscard]] uint32_t line() const override { return position().line; }
  [[nodiscard]] uint32_t column() const override { return position().column_utf16; }
  bool read_file(std::string_view path, std::string* text) override {
    const std::string full = manifest::join_path(manifest::path_parent(including_file()), path);
    if (collector_.reader_.read(full, text) != SourceReader::Outcome::Ok) return false;
    collector_.read_files_[expansion_.value] = full;
    return true;
  }
  [[nodiscard]] std::optional<std::string> env(std::string_view name) const override {
    for (const auto& [key, value] : collector_.input_.env)
      if (key == name) return value;
    return std::nullopt;
  }
  bool expand_eagerly(const MacroInput& whole_call, TokenStream* out) override {
    return collector_.expand_inner(work_, expansion_, whole_call, out);
  }
  [[nodiscard]] ContextTable& contexts() override { return collector_.out_->contexts; }
  [[nodiscard]] const ParseOptions& parse_options() const override { return options_; }

 private:
  // The file that paths are relative to: the one that the nearest `include!` around the call brought, or the outermost.
  [[nodiscard]] std::string including_file() const {
    const CrateDefs& crate = *collector_.out_;
    for (const Expansion* e = &crate.expansions[expansion_.value]; e->parent; e = &crate.expansions[e->parent.value]) {
      const auto file = collector_.read_files_.find(e->parent.value);
      if (file != collector_.read_files_.end()) return file->second;
    }
    return outermost().path;
  }
  // The file in which the outermost call stands, and where.
  [[nodiscard]] const SourceInfo& outermost() const {
    const auto [source, node] = outermost_call();
    return collector_.out_->sources[source.value];
  }
  [[nodiscard]] std::pair<SourceId, NodeId> outermost_call() const {
    const CrateDefs& crate = *collector_.out_;
    const Expansion* e = &crate.expansions[expansion_.value];
    while (e->parent) e = &crate.expansions[e->parent.value];
    return {e->call_source, e->call};
  }
  [[nodiscard]] LineColumn position() const {
    const auto [source, node] = outermost_call();
    const Tree& tree = collector_.tree(source);
    return LineIndex(tree.text()).position(tree.span(node).start);
  }

  Collector& collector_;
  const Collector::CallWork& work_;
  ExpansionId expansion_;
  ParseOptions options_;
};

// ---- Meeting a call -----------------------------------------------------------------------------------------------

FragmentKind Collector::produces(const Place& place, SourceId id, NodeId call, bool* statement) const {
  const Tree& t = tree(id);
  const NodeId outer = t.parent(call);
  *statement = false;
  switch (t.kind(outer)) {
    case N::MacroPat:
      return FragmentKind::Pattern;
    case N::MacroType:
      return FragmentKind::Type;
    case N::MacroItem:
      switch (place.container) {
        case Container::Module:
          return FragmentKind::Items;
        case Container::Impl:
          return FragmentKind::ImplItems;
        case Container::Trait:
          return FragmentKind::TraitItems;
        case Container::Foreign:
          return FragmentKind::ForeignItems;
        case Container::Body:
          *statement = true;
          return FragmentKind::Statements;
      }
      return FragmentKind::Items;
    default: {
      NodeId above = t.parent(outer);
      NodeId inner = outer;
      if (above && t.kind(above) == N::AttributedExpr) {
        inner = above;
        above = t.parent(above);
      }
      if (!above) return FragmentKind::Expr;
      const NodeKind kind = t.kind(above);
      bool is_statement = kind == N::ExprStmt;
      // The last expression of a block is a statement when its macro is called with braces.
      if (kind == N::Block && t.role(inner) == Role::tail) {
        const uint32_t last = t.end_slot(call);
        is_statement = last > 0 && t.token_kind(last - 1) == T::RBrace;
      }
      if (kind == N::Fragment)
        is_statement = place.expansion && out_->expansions[place.expansion.value].produces == FragmentKind::Statements;
      *statement = is_statement;
      return is_statement ? FragmentKind::Statements : FragmentKind::Expr;
    }
  }
}

uint32_t Collector::add_call(Expansion expansion, CallWork work) {
  const auto index = static_cast<uint32_t>(out_->expansions.size());
  expansion.parent = work.place.expansion;
  expansion.depth = work.place.depth;
  expansion.scope = work.place.scope;
  out_->expansions.push_back(std::move(expansion));
  textual_after_.push_back(kPendingTextual);
  work.expansion = index;
  work.textual = work.place.textual;
  open_calls_.push_back(static_cast<uint32_t>(calls_.size()));
  calls_.push_back(std::move(work));
  return index;
}

void Collector::macro_call(SourceId id, NodeId node, Place& place) {
  const Tree& t = tree(id);
  const NodeId path = t.child(node, Role::path);
  const NodeId arguments = t.child(node, Role::arguments);
  if (!path || !arguments || t.kind(path) != N::Path || t.kind(arguments) != N::TokenTree) return;
  Expansion expansion;
  expansion.invocation = InvocationKind::Call;
  expansion.call_source = id;
  expansion.call = node;
  CallWork work;
  expansion.produces = produces(place, id, node, &work.statement);
  work.place = place;
  work.path = read_path(id, path);
  if (!work.path.valid) return;
  // A call that is written in a macro with local_inner_macros means a macro of that crate, wherever its tokens came to.
  if (work.path.segments.size() == 1 && !work.path.global && place.expansion) {
    const uint32_t slot = skip_trivia(t, t.first_slot(path), t.end_slot(path));
    const ContextId context = source(id).context(slot);
    const ExpansionId writer = context == kRootContext ? ExpansionId() : out_->contexts.expansion(context);
    const DefRef macro = writer ? out_->expansions[writer.value].macro : DefRef();
    const MacroDef* definition = macro ? macro_def(macro) : nullptr;
    if (definition != nullptr && definition->local_inner_macros) {
      Segment crate;
      crate.kind = Segment::Kind::Crate;
      crate.crate = macro.crate;
      work.path.segments.insert(work.path.segments.begin(), crate);
    }
  }
  const FragmentKind kind = expansion.produces;
  const uint32_t index = add_call(std::move(expansion), std::move(work));
  if (kind == FragmentKind::Items || kind == FragmentKind::Statements) {
    textual_.push_back({Textual::Kind::Call, index, NameId(), place.textual});
    place.textual = static_cast<uint32_t>(textual_.size() - 1);
  }
}

bool Collector::is_derive(SourceId id, const Attribute& a) const {
  return a.name == "derive" || a.name == "derive_const" || derive_attributes_.contains({id.value, a.begin});
}

void Collector::derives(SourceId id, NodeId node, const std::vector<Attribute>& attributes, const Place& place) {
  const Tree& t = tree(id);
  for (const Attribute& a : attributes) {
    if (!is_derive(id, a) || !a.has_group) continue;
    for (const auto& [begin, end] : split_at_commas(t, a.group_begin, a.group_end)) {
      CallWork work;
      work.path = read_path_tokens(id, begin, end);
      if (!work.path.valid) continue;
      work.place = place;
      Expansion expansion;
      expansion.invocation = InvocationKind::Derive;
      expansion.produces = place.container == Container::Body ? FragmentKind::Statements : FragmentKind::Items;
      expansion.call_source = id;
      expansion.call = a.node;
      expansion.call_slot = begin;
      expansion.item = node;
      add_call(std::move(expansion), std::move(work));
    }
  }
}

bool Collector::attribute_macros(SourceId id, NodeId node, const std::vector<Attribute>& attributes,
                                 const Place& place) {
  for (const Attribute& a : attributes) {
    if (a.name.empty() && a.tool.empty()) continue;
    if (!a.name.empty()) {
      if (a.name == "derive" || is_builtin_attribute(a.name)) continue;
      if (a.name == "test" || a.name == "bench" || a.name == "test_case") {
        if (!input_.cfg->has("test")) {
          remove(id, node);
          return false;
        }
        continue;
      }
      if (find_builtin_attribute(a.name) != nullptr) continue;
    } else if (is_attribute_tool(a.tool)) {
      continue;
    }
    if (inert_.contains({id.value, a.begin})) continue;
    CallWork work;
    work.path = read_path_tokens(id, a.begin, a.path_end);
    if (!work.path.valid) continue;
    work.place = place;
    work.attribute_begin = a.begin;
    Expansion expansion;
    expansion.invocation = InvocationKind::Attribute;
    switch (place.container) {
      case Container::Module:
        expansion.produces = FragmentKind::Items;
        break;
      case Container::Impl:
        expansion.produces = FragmentKind::ImplItems;
        break;
      case Container::Trait:
        expansion.produces = FragmentKind::TraitItems;
        break;
      case Container::Foreign:
        expansion.produces = FragmentKind::ForeignItems;
        break;
      case Container::Body:
        expansion.produces = FragmentKind::Statements;
        break;
    }
    expansion.call_source = id;
    expansion.call = a.node;
    expansion.call_slot = a.begin;
    expansion.item = node;
    add_call(std::move(expansion), std::move(work));
    return true;
  }
  return false;
}

// ---- Finding the macro --------------------------------------------------------------------------------------------

const MacroDef* Collector::macro_def(DefRef macro) const {
  if (!macro) return nullptr;
  if (macro.crate != input_.index) {
    const CrateDefs* crate = analysis_.crate(macro.crate);
    return crate == nullptr ? nullptr : crate->macro(macro.def);
  }
  // While collecting, ours are in the order in which they were found, which is that of their definitions.
  return out_->macro(macro.def);
}

bool Collector::macro_fits(DefRef macro, InvocationKind wanted) const {
  const MacroDef* def = macro_def(macro);
  if (def == nullptr) return false;
  switch (def->kind) {
    case MacroKind::Rules:
    case MacroKind::Decl:
      return wanted == InvocationKind::Call;
    case MacroKind::Builtin:
      if (wanted == InvocationKind::Derive) return def->builtin_derive;
      if (wanted == InvocationKind::Attribute) return def->builtin_attribute || def->builtin_name == "derive";
      return !def->builtin_derive && !def->builtin_attribute;
    case MacroKind::ProcCall:
      return wanted == InvocationKind::Call;
    case MacroKind::ProcDerive:
      return wanted == InvocationKind::Derive;
    case MacroKind::ProcAttribute:
      return wanted == InvocationKind::Attribute;
  }
  return false;
}

// The entry at `at` or, where that is a call that brought no macro, the next one above that is none.
uint32_t Collector::past_barren(uint32_t at) const {
  while (at != kNone && textual_[at].kind == Textual::Kind::Call &&
         textual_after_[textual_[at].value] == textual_[at].parent)
    at = textual_[at].parent;
  return at;
}

Collector::Answer Collector::textual_macro(NameId name, uint32_t* from, DefRef* macro) {
  uint32_t at = *from;
  while (at != kNone) {
    const Textual& entry = textual_[at];
    if (entry.kind == Textual::Kind::Macro) {
      if (entry.name == name) {
        *macro = {input_.index, DefId(entry.value)};
        return Answer::Found;
      }
      at = entry.parent;
      continue;
    }
    const uint32_t after = textual_after_[entry.value];
    if (after == kPendingTextual) {
      if (!forced_ && !skipping_) {
        *from = at;
        return Answer::Wait;
      }
      at = entry.parent;
      continue;
    }
    // Calls that brought no macro are not looked at again: both ways lead past them.
    textual_[at].parent = past_barren(entry.parent);
    textual_after_[entry.value] = past_barren(after);
    at = textual_after_[entry.value];
  }
  return Answer::NotFound;
}

Collector::PathAnswer Collector::find_macro(CallWork& work, InvocationKind wanted) {
  PathAnswer answer;
  const Path& path = work.path;
  if (path.segments.size() == 1 && !path.global && path.segments[0].kind == Segment::Kind::Name) {
    const NameId name = path.segments[0].name;
    if (wanted == InvocationKind::Call) {
      DefRef macro;
      answer.answer = textual_macro(name, &work.textual, &macro);
      if (answer.answer == Answer::Found) {
        answer.binding.target = Binding::Target::Def;
        answer.binding.def = macro;
        return answer;
      }
      if (answer.answer == Answer::Wait) return answer;
    }
    answer = lexical(work.place.scope, name, Namespace::Macro, kNone);
    // Several kinds of macros may share a name: one that does not fit here hides none that does.
    if (answer.answer == Answer::Found && !macro_fits(answer.binding.def, wanted)) {
      answer = PathAnswer();
      const auto it = macro_use_.find({name, Namespace::Macro});
      if (it != macro_use_.end() && macro_fits(it->second.def, wanted)) {
        answer.answer = Answer::Found;
        answer.binding = it->second;
      }
    }
  } else {
    answer = resolve(work.place.scope, path, path.segments.size(), Namespace::Macro, kNone);
    if (answer.answer == Answer::Found && !macro_fits(answer.binding.def, wanted)) answer = PathAnswer();
  }
  return answer;
}

// ---- Deciding what becomes of a call ------------------------------------------------------------------------------

void Collector::mark_unknown(const CallWork& work) {
  const Expansion& e = out_->expansions[work.expansion];
  switch (e.produces) {
    case FragmentKind::Items:
    case FragmentKind::Statements:
      out_->scopes[work.place.scope].unknown_names = true;
      break;
    case FragmentKind::ForeignItems:
      out_->scopes[work.place.scope].unknown_names = true;
      break;
    case FragmentKind::TraitItems: {
      const uint32_t scope = out_->defs[work.place.parent.value].scope;
      if (scope != kNone) out_->scopes[scope].unknown_names = true;
      break;
    }
    default:
      break;
  }
}

void Collector::give_up(CallWork& work, const PathAnswer& answer) {
  Expansion& e = out_->expansions[work.expansion];
  e.state = ExpansionState::Unresolved;
  e.unknown = answer.answer == Answer::Unknown || work.place.uncertain;
  std::string name;
  for (const Segment& s : work.path.segments) {
    if (!name.empty()) name += "::";
    if (s.kind == Segment::Kind::Name) {
      name += out_->text(s.name);
    } else {
      name += s.kind == Segment::Kind::Crate ? "crate" : s.kind == Segment::Kind::Self ? "self" : "super";
    }
  }
  e.error.message = e.unknown ? "the macro `" + name + "` could not be seen" : "cannot find macro `" + name + "`";
  e.error.place = source(e.call_source)
                      .origin(e.call_source, e.call_slot != 0 ? e.call_slot : tree(e.call_source).first_slot(e.call));
  textual_after_[work.expansion] = work.place.textual;
  work.done = true;
  mark_unknown(work);
}

// An attribute that is no macro, or one whose work is not known: the item stays as it is written.
void Collector::keep_item(CallWork& work, bool uncertain) {
  Expansion& e = out_->expansions[work.expansion];
  e.state = uncertain ? ExpansionState::Opaque : ExpansionState::Inert;
  work.done = true;
  const SourceId id = e.call_source;
  const NodeId item = e.item;
  inert_.insert({id.value, work.attribute_begin});
  Place place = work.place;
  if (uncertain) mark_unknown(work);
  place.uncertain |= uncertain;
  const uint32_t expansion = work.expansion;
  walk(id, item, tree(id).subtree_end(item), place);
  textual_after_[expansion] = place.textual;
}

// An attribute that means one of the compiler's own macros by a path or another name: what it is by its own name.
void Collector::builtin_attribute(CallWork& work, std::string_view name) {
  const SourceId id = out_->expansions[work.expansion].call_source;
  const bool test = name == "test" || name == "bench" || name == "test_case";
  if (test && !input_.cfg->has("test")) {
    out_->expansions[work.expansion].state = ExpansionState::Expanded;
    remove(id, out_->expansions[work.expansion].item);
    textual_after_[work.expansion] = work.place.textual;
    work.done = true;
    return;
  }
  const bool derive = name == "derive" || name == "derive_const";
  if (derive) derive_attributes_.insert({id.value, work.attribute_begin});
  keep_item(work, false);
  // Nothing is left of these.
  if (derive || name == "cfg_eval") out_->expansions[work.expansion].state = ExpansionState::Expanded;
}

namespace {

const std::vector<std::string>& builtin_helpers(std::string_view derive) {
  static const std::vector<std::string> kDefault = {"default"};
  static const std::vector<std::string> kPointee = {"pointee"};
  static const std::vector<std::string> kNothing;
  if (derive == "Default") return kDefault;
  return derive == "CoercePointee" ? kPointee : kNothing;
}

}  // namespace

// Whether the attribute belongs to one of the item's derives: Found, Unknown when a derive could not be seen, Wait.
Collector::Answer Collector::is_derive_helper(const CallWork& work) {
  const Expansion& e = out_->expansions[work.expansion];
  if (work.path.segments.size() != 1) return Answer::NotFound;
  const std::string_view name = out_->text(work.path.segments[0].name);
  const Tree& t = tree(e.call_source);
  std::vector<Attribute> attributes;
  read_attributes(t, e.item, *input_.cfg, &attributes);
  Answer result = Answer::NotFound;
  for (const Attribute& a : attributes) {
    if (!is_derive(e.call_source, a) || !a.has_group) continue;
    for (const auto& [begin, end] : split_at_commas(t, a.group_begin, a.group_end)) {
      CallWork derive;
      derive.place = work.place;
      derive.textual = work.textual;
      derive.path = read_path_tokens(e.call_source, begin, end);
      if (!derive.path.valid) continue;
      const PathAnswer answer = find_macro(derive, InvocationKind::Derive);
      if (answer.answer == Answer::Found) {
        const MacroDef* macro = macro_def(answer.binding.def);
        const auto& helpers =
            macro->kind == MacroKind::Builtin ? builtin_helpers(macro->builtin_name) : macro->helper_attributes;
        if (std::find(helpers.begin(), helpers.end(), name) != helpers.end()) return Answer::Found;
      } else if (result != Answer::Wait) {
        result = answer.answer == Answer::Unknown ? Answer::Unknown : Answer::Wait;
      }
    }
  }
  return result;
}

bool Collector::try_call(CallWork& work) {
  const InvocationKind wanted = out_->expansions[work.expansion].invocation;
  const PathAnswer answer = find_macro(work, wanted);
  if (answer.answer == Answer::Found) {
    out_->expansions[work.expansion].macro = answer.binding.def;
    run_macro(work, answer.binding.def);
    return work.done;
  }
  if (wanted == InvocationKind::Attribute) {
    const Answer helper = is_derive_helper(work);
    if (helper == Answer::Found || (helper == Answer::Unknown && (fallback_ || forced_))) {
      keep_item(work, false);
      return true;
    }
    if (forced_ || released_) {
      // Nothing of that name: rustc reports it. The item is as written, unless the attribute could not be seen.
      keep_item(work, answer.answer == Answer::Unknown);
      return true;
    }
    return false;
  }
  if (!forced_) return false;
  give_up(work, answer);
  return true;
}

bool Collector::expand_calls() {
  bool progress = false;
  const size_t imports = out_->imports.size();
  const size_t first_new = open_calls_.size();
  // New calls join the list while we go; they wait for the next turn when new imports could change what they mean.
  std::vector<uint32_t> waiting;
  for (size_t i = 0; i < open_calls_.size(); ++i) {
    if ((i & 0xFF) == 0) poll();
    CallWork& work = calls_[open_calls_[i]];
    const bool is_new = i >= first_new && out_->imports.size() != imports;
    if (is_new || !try_call(work)) {
      waiting.push_back(open_calls_[i]);
    } else {
      progress = true;
    }
  }
  open_calls_ = std::move(waiting);
  return progress;
}

// ---- Expanding ----------------------------------------------------------------------------------------------------

SourceId Collector::foreign_source(CrateIndex crate, SourceId source, DefId macro) {
  const auto key = std::pair(crate, source ? source.value : (0x8000'0000U | macro.value));
  const auto it = foreign_sources_.find(key);
  if (it != foreign_sources_.end()) return it->second;
  SourceInfo info;
  info.kind = SourceInfo::Kind::Foreign;
  info.foreign_crate = crate;
  info.foreign_source = source;
  info.foreign_macro = macro;
  out_->sources.push_back(std::move(info));
  removed_bits_.emplace_back();
  const SourceId id(static_cast<uint32_t>(out_->sources.size() - 1));
  foreign_sources_[key] = id;
  return id;
}

Collector::CompiledMacro& Collector::compiled(DefRef macro) {
  std::unique_ptr<CompiledMacro>& slot = compiled_[macro];
  if (slot != nullptr) return *slot;
  slot = std::make_unique<CompiledMacro>();
  const MacroDef& def = *macro_def(macro);
  const Source* text = nullptr;
  SourceId id;
  NodeId node;
  if (macro.crate == input_.index) {
    const Def& d = out_->defs[macro.def.value];
    text = out_->sources[d.source.value].source.get();
    id = d.source;
    node = d.node;
  } else {
    const CrateDefs& crate = *analysis_.crate(macro.crate);
    const Def& d = crate.defs[macro.def.value];
    ParseOptions options = parse_options();
    options.edition = def.edition;
    TokenStream stream;
    if (d.source && crate.sources[d.source.value].source != nullptr) {
      const Source& there = *crate.sources[d.source.value].source;
      id = foreign_source(macro.crate, d.source, macro.def);
      if (!there.is_expansion()) {
        text = &there;
        node = d.node;
      } else {
        // Its tokens come from many places; what each `$crate` means must stay known.
        for (uint32_t s = there.tree.first_slot(d.node); s < there.tree.end_slot(d.node);) {
          const TokenKind kind = there.tree.token_kind(s);
          TokenOrigin origin{id, there.tree.token_start(s)};
          if (kind == T::DollarCrate) {
            const TokenOrigin from = there.origin(d.source, s);
            const SourceInfo& info = crate.sources[from.source.value];
            const CrateIndex meant = info.kind == SourceInfo::Kind::Foreign ? info.foreign_crate : macro.crate;
            if (meant == input_.index)
              origin = {SourceId(0), 0};
            else
              origin.source = foreign_source(meant, meant == macro.crate ? d.source : SourceId(), macro.def);
          }
          if (!is_trivia(kind)) stream.push(kind, there.tree.token_text(s), origin, kRootContext);
          s += token_slots(kind);
        }
        slot->text = stream.finish(FragmentKind::Items, options);
      }
    } else {
      id = foreign_source(macro.crate, SourceId(), macro.def);
      // Each token with a place of its own: the `$crate` that a call begins with must not pass for those in what the
      // call is given.
      stream.push_source_text(def.text, id, kRootContext);
      slot->text = stream.finish(FragmentKind::Items, options);
      if (!slot->text->tree.errors().empty() && options.edition != Edition::k2015) {
        // Its name may be a word that later editions reserve: `try`. As a text of its own it is read by the old rules.
        options.edition = Edition::k2015;
        slot->text = std::make_unique<Source>();
        slot->text->storage = def.text;
        slot->text->text = slot->text->storage;
        slot->text->tree = lex_and_parse(slot->text->text, options);
      }
    }
    if (slot->text != nullptr) {
      text = slot->text.get();
      const Tree& t = text->tree;
      for (uint32_t n = 0; n < t.node_count() && !node; ++n)
        if (t.kind(NodeId(n)) == N::MacroRulesItem || t.kind(NodeId(n)) == N::MacroDefItem) node = NodeId(n);
      if (!node) return *slot;
    }
  }
  std::vector<MacroError> errors;
  slot->rules = std::make_unique<MacroRules>(MacroRules::compile(*text, id, node, def.edition, &errors));
  if (macro.crate == input_.index)
    for (MacroError& e : errors) problem(NameProblem::Kind::Other, {}, id, tree(id).span(node), std::move(e.message));
  return *slot;
}

// Expands a call that stands where a built-in macro needs a literal.
bool Collector::expand_inner(const CallWork& outer, ExpansionId expansion, const MacroInput& call, TokenStream* out) {
  if (eager_depth_ >= 32) return false;
  const Tree& t = call.source->tree;
  uint32_t bang = call.begin;
  while (bang < call.end && t.token_kind(bang) != T::Bang) bang += token_slots(t.token_kind(bang));
  if (bang >= call.end || !call.id) return false;
  CallWork work;
  work.place = outer.place;
  work.textual = outer.place.textual;
  const uint32_t open = skip_trivia(t, bang + 1, call.end);
  if (open >= call.end) return false;
  const uint32_t after = after_token_tree(t, open, call.end);
  work.path = read_path_tokens(*call.source, call.id, call.begin, bang);
  if (!work.path.valid) return false;
  const PathAnswer answer = find_macro(work, InvocationKind::Call);
  if (answer.answer != Answer::Found) {
    if (!forced_) eager_waits_ = true;
    return false;
  }
  const MacroInput input{call.source, call.id, open + 1, after > open + 1 ? after - 1 : after};
  const TokenOrigin place = call.source->origin(call.id, call.begin);
  const MacroDef& def = *macro_def(answer.binding.def);
  MacroError error;
  ++eager_depth_;
  bool ok = false;
  if (def.kind == MacroKind::Builtin) {
    const BuiltinMacro* builtin = find_builtin_macro(def.builtin_name);
    if (builtin != nullptr) {
      CollectorContext context(*this, outer, expansion);
      const BuiltinOutcome outcome =
          builtin->expand({input, place, expansion, FragmentKind::Expr}, context, out, &error);
      ok = outcome == BuiltinOutcome::Expanded || outcome == BuiltinOutcome::Modelled;
      const DefRef macro = answer.binding.def;
      if (ok && macro.crate != input_.index)
        out->set_crate_origin(place, {foreign_source(macro.crate, SourceId(), macro.def), 0});
    }
  } else if (def.kind == MacroKind::Rules || def.kind == MacroKind::Decl) {
    CompiledMacro& macro = compiled(answer.binding.def);
    if (macro.rules != nullptr)
      ok = macro.rules->expand({input, place, expansion, FragmentKind::Expr}, options_.limits, out_->contexts,
                               parse_options(), out, &error);
  }
  --eager_depth_;
  return ok;
}

void Collector::adopt(CallWork& work, std::shared_ptr<const Source> output, ExpansionState state) {
  Expansion& e = out_->expansions[work.expansion];
  e.state = state;
  if (!output->tree.errors().empty() && state == ExpansionState::Expanded) {
    e.error.message = output->tree.errors().front().message;
    e.error.place = source(e.call_source).origin(e.call_source, tree(e.call_source).first_slot(e.call));
    e.state = ExpansionState::Failed;
  }
  SourceInfo info;
  info.kind = SourceInfo::Kind::Expansion;
  info.expansion = ExpansionId(work.expansion);
  info.source = std::move(output);
  out_->sources.push_back(std::move(info));
  removed_bits_.emplace_back();
  const SourceId id(static_cast<uint32_t>(out_->sources.size() - 1));
  e.output = id;
  work.done = true;
  if (e.invocation == InvocationKind::Attribute) remove(e.call_source, e.item);
  Place place = work.place;
  place.expansion = ExpansionId(work.expansion);
  place.depth = work.place.depth + 1;
  const uint32_t expansion = work.expansion;
  walk_file(id, place);
  textual_after_[expansion] = place.textual;
}

void Collector::run_macro(CallWork& work, DefRef macro) {
  Expansion& e = out_->expansions[work.expansion];
  const MacroDef& def = *macro_def(macro);
  const Source& call_source = source(e.call_source);
  const Tree& t = call_source.tree;
  const uint32_t first_slot = e.call_slot != 0 ? e.call_slot : t.first_slot(e.call);
  const TokenOrigin place = call_source.origin(e.call_source, first_slot);
  const auto end = [&](ExpansionState state, bool unknown, std::string message) {
    Expansion& now = out_->expansions[work.expansion];
    now.state = state;
    now.unknown = unknown || work.place.uncertain;
    if (now.error.message.empty()) now.error.message = std::move(message);
    now.error.place = place;
    textual_after_[work.expansion] = work.place.textual;
    work.done = true;
    mark_unknown(work);
  };
  const ExpansionId expansion(work.expansion);
  if (work.place.depth >= out_->recursion_limit) {
    end(ExpansionState::Failed, false,
        "the recursion limit of " + std::to_string(out_->recursion_limit) + " is reached");
    return;
  }
  if (tokens_made_ > options_.limits.tokens) {
    // Said once: there may be hundreds of thousands of calls left.
    if (!out_of_tokens_)
      problem(NameProblem::Kind::Limit, {}, e.call_source, t.span(e.call),
              "the macros of this crate make more than " + std::to_string(options_.limits.tokens) +
                  " tokens: no further call is expanded");
    out_of_tokens_ = true;
    end(ExpansionState::Opaque, true, {});
    return;
  }

  MacroInput input{&call_source, e.call_source, 0, 0};
  if (e.invocation == InvocationKind::Call) {
    const NodeId arguments = t.child(e.call, Role::arguments);
    input.begin = t.first_slot(arguments) + 1;
    input.end = t.end_slot(arguments);
    if (input.end > input.begin) --input.end;
  }
  TokenStream& stream = output_;
  stream.clear();
  BuiltinOutcome outcome = BuiltinOutcome::Opaque;
  MacroError error;
  eager_waits_ = false;
  const BuiltinCall call{input, place, expansion, e.produces};
  decltype(BuiltinMacro::expand) call_function = nullptr;
  decltype(BuiltinDerive::expand) derive_function = nullptr;
  decltype(BuiltinAttribute::expand) attribute_function = nullptr;

  if (def.kind == MacroKind::Rules || def.kind == MacroKind::Decl) {
    CompiledMacro& compiled_macro = compiled(macro);
    if (compiled_macro.rules == nullptr) {
      end(ExpansionState::Failed, false, "the macro's definition could not be read");
      return;
    }
    const bool ok = compiled_macro.rules->expand({input, place, expansion, e.produces}, options_.limits, out_->contexts,
                                                 parse_options(), &stream, &error);
    const CrateDefs* home = macro.crate == input_.index ? out_.get() : analysis_.crate(macro.crate);
    if ((home->defs[macro.def.value].flags & kDefUncertain) != 0) mark_unknown(work);
    outcome = ok ? BuiltinOutcome::Expanded : BuiltinOutcome::Failed;
  } else if (def.kind == MacroKind::Builtin) {
    if (e.invocation == InvocationKind::Call) {
      if (const BuiltinMacro* m = find_builtin_macro(def.builtin_name)) call_function = m->expand;
      if (def.builtin_name == "cfg" && is_uncertain(t, input.begin, input.end, *input_.cfg, unknown_cfg_))
        out_->sources[e.call_source.value].conditional.push_back(e.call);
    } else if (e.invocation == InvocationKind::Derive) {
      if (const BuiltinDerive* m = find_builtin_derive(def.builtin_name)) derive_function = m->expand;
    } else {
      builtin_attribute(work, def.builtin_name);
      return;
    }
  } else {
    const std::string_view package =
        macro.crate < analysis_.package_names.size() ? std::string_view(analysis_.package_names[macro.crate]) : "";
    const CrateDefs* crate = macro.crate == input_.index ? out_.get() : analysis_.crate(macro.crate);
    if (const ProcMacroModel* m = find_proc_macro_model(package, crate->name_of(macro.def))) {
      call_function = m->call;
      derive_function = m->derive;
      attribute_function = m->attribute;
    }
  }

  CollectorContext context(*this, work, expansion);
  if (call_function != nullptr && e.invocation == InvocationKind::Call) {
    outcome = call_function(call, context, &stream, &error);
  } else if (derive_function != nullptr && e.invocation == InvocationKind::Derive) {
    DeriveInput derive;
    derive.source = &call_source;
    derive.id = e.call_source;
    derive.item = e.item;
    const std::vector<NodeId> removed = removed_in(e.call_source, e.item);
    ConfiguredItem configured;
    if (configure_item(e.call_source, e.item, first_slot, e.produces, removed, &configured)) {
      derive.source = configured.source.get();
      derive.item = configured.item;
    } else {
      derive.removed = removed;
    }
    derive.place = place;
    derive.expansion = expansion;
    outcome = derive_function(derive, context, &stream, &error);
  } else if (attribute_function != nullptr && e.invocation == InvocationKind::Attribute) {
    AttributeInput attribute;
    attribute.arguments = input;
    attribute.source = &call_source;
    attribute.id = e.call_source;
    attribute.item = e.item;
    attribute.attribute = e.call;
    std::vector<Attribute> all;
    read_attributes(t, e.item, *input_.cfg, &all);
    for (const Attribute& a : all) {
      if (a.begin != work.attribute_begin || !a.has_group) continue;
      attribute.arguments.begin = a.group_begin;
      attribute.arguments.end = a.group_end;
    }
    const std::vector<NodeId> removed = removed_in(e.call_source, e.item);
    ConfiguredItem configured;
    if (configure_item(e.call_source, e.item, work.attribute_begin, e.produces, removed, &configured) &&
        configured.attribute) {
      const Tree& made = configured.source->tree;
      attribute.source = configured.source.get();
      attribute.item = configured.item;
      attribute.attribute = configured.attribute;
      const SlotRange inside = inside_of(made, made.child(configured.attribute, Role::arguments));
      attribute.arguments = {configured.source.get(), e.call_source, inside.begin, inside.end};
    } else {
      attribute.removed = removed;
    }
    attribute.place = place;
    attribute.expansion = expansion;
    outcome = attribute_function(attribute, context, &stream, &error);
  }
  if (eager_waits_ && outcome != BuiltinOutcome::Expanded) {
    // A macro inside is not known yet; later.
    return;
  }
  tokens_made_ += stream.size() + options_.limits.tokens_of_a_call;
  switch (outcome) {
    case BuiltinOutcome::Expanded:
    case BuiltinOutcome::Modelled: {
      // What a built-in macro writes itself means the crate that declares it.
      if (def.kind != MacroKind::Rules && def.kind != MacroKind::Decl && macro.crate != input_.index)
        stream.set_crate_origin(place, {foreign_source(macro.crate, SourceId(), macro.def), 0});
      if (def.kind == MacroKind::ProcCall || def.kind == MacroKind::ProcAttribute || def.kind == MacroKind::ProcDerive)
        stream.drop_groups();
      if (e.produces == FragmentKind::Expr) stream.drop_trailing_semi();
      auto output = std::make_shared<Source>();
      stream.finish(e.produces, parse_options(), output.get());
      adopt(work, std::move(output),
            outcome == BuiltinOutcome::Expanded ? ExpansionState::Expanded : ExpansionState::Modelled);
      return;
    }
    case BuiltinOutcome::Opaque:
      if (e.invocation == InvocationKind::Attribute) {
        keep_item(work, true);
        return;
      }
      out_->expansions[work.expansion].error = std::move(error);
      end(ExpansionState::Opaque, true, "what this macro makes cannot be known");
      return;
    case BuiltinOutcome::Failed:
      out_->expansions[work.expansion].error = std::move(error);
      if (e.invocation == InvocationKind::Attribute) {
        keep_item(work, true);
        return;
      }
      end(ExpansionState::Failed, false, "the macro does not take this input");
      return;
  }
}

}  // namespace rp
