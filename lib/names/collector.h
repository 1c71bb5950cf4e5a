// The work of collect_crate: nobody else includes it. Its parts: collector.cpp (the order of things), collect_items.cpp
// (the walk over sources), collect_conditions.cpp (what cfg takes away), collect_modules.cpp (files of modules),
// collect_imports.cpp (scopes and imports),
// collect_macros.cpp (calls, derives, attributes and what they become).
//
// One fixpoint: sources are walked once each, in the order of the text; every import and every macro call that is met
// is put on a list; imports are resolved until nothing changes, then the calls that can be; what they give is walked,
// and so on. Everything happens in an order that only the input decides.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "expand/attributes.h"
#include "expand/builtin.h"
#include "names/analysis.h"

namespace rp {

class Collector {
 public:
  Collector(const CollectInput& input, const Analysis& analysis, SourceReader& reader, const AnalysisOptions& options);
  std::unique_ptr<CrateDefs> run();

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  enum class Container : uint8_t { Module, Impl, Trait, Foreign, Body };

  // Where something stands.
  struct Place {
    uint32_t scope = 0;
    DefId parent;  // of definitions met here
    Container container = Container::Module;
    uint32_t dir = 0;          // in dirs_: where files of modules are looked for
    uint32_t textual = kNone;  // in textual_: the macro_rules in force
    Visibility members;        // of items of an impl of a trait, and of a trait
    ExpansionId expansion;
    uint32_t depth = 0;  // of expansions
    uint32_t module_depth = 0;
    bool uncertain = false;  // in an item that an opaque attribute may have changed
  };

  // Textual scope of macro_rules!: each definition, and each call that may bring some, hides those before it.
  struct Textual {
    enum class Kind : uint8_t { Macro, Call } kind = Kind::Macro;
    uint32_t value = 0;  // a DefId, or an expansion
    NameId name;
    uint32_t parent = kNone;
  };
  static constexpr uint32_t kPendingTextual = kNone - 1;

  // Where the files of a module's modules are (Reference, "Module source filenames").
  struct Dir {
    std::string folder;
    std::string relative;  // the file's own name, where it is no mod.rs: a folder that children lie in
  };

  struct Segment {
    enum class Kind : uint8_t { Name, Crate, Self, Super } kind = Kind::Name;
    NameId name;
    CrateIndex crate = kNoCrate;  // of Crate
    NodeId node;
  };
  struct Path {
    std::vector<Segment> segments;
    bool global = false;  // begins with ::
    bool valid = true;    // no part of it is missing
  };

  // A namespace table of any crate.
  struct ModuleRef {
    CrateIndex crate = kNoCrate;
    uint32_t scope = kNone;
    [[nodiscard]] bool valid() const { return scope != kNone; }
  };

  enum class Answer : uint8_t { Found, NotFound, Unknown, Wait };
  struct PathAnswer {
    Answer answer = Answer::NotFound;
    Binding binding;
    uint32_t found = 0;  // segments
    bool private_segment = false;
  };

  struct ImportWork {
    Path path;  // without the last segment of a single import
    uint32_t textual = kNone;
    ModuleRef module;  // what the path leads to, once known
    bool unknown = false;
    bool done = false;  // nothing can change any more
    size_t seen = 0;    // of the module's log; of a single import one more
    uint64_t seen_version = 0;
    bool prelude = false;
  };

  // A call, derive or attribute that waits, with all that walking its output needs.
  struct CallWork {
    uint32_t expansion = 0;
    Place place;
    Path path;
    NameId name;  // of a path of one segment
    bool statement = false;
    uint32_t attribute_begin = 0;  // the first slot of the attribute's path
    bool done = false;
    uint32_t textual = kNone;  // where looking up its name in textual_ goes on: place.textual, or the call it waits for
  };
  struct TableEntry {
    uint32_t scope;
    NameId name;
    Namespace space;
    Binding binding;
  };

  struct CompiledMacro {
    std::unique_ptr<Source> text;  // when it was read from facts, or an expansion of another crate made it
    std::unique_ptr<MacroRules> rules;
  };

  // ---- collector.cpp ----
  void start();
  void finish();
  void add_extern_names();
  void choose_prelude(const std::vector<Attribute>& attributes);
  [[nodiscard]] const Tree& tree(SourceId id) const { return out_->sources[id.value].source->tree; }
  [[nodiscard]] const Source& source(SourceId id) const { return *out_->sources[id.value].source; }
  void problem(NameProblem::Kind kind, std::string_view code, SourceId source, ByteSpan span, std::string message);
  void poll() { Cancellation::poll(options_.cancellation); }
  [[nodiscard]] ParseOptions parse_options() const;

  // ---- collect_items.cpp ----
  // Walks the nodes [begin, end) of a source.
  void walk(SourceId id, NodeId begin, NodeId end, Place& place);
  // Takes in one item. Returns the node to go on with; `frame_end` and `inside` say where and how.
  bool begin_item(SourceId id, NodeId node, Place& place, Place* inside, bool* keep_textual);
  // Macros among the attributes: true when the item has to wait.
  bool attribute_macros(SourceId id, NodeId node, const std::vector<Attribute>& attributes, const Place& place);
  void derives(SourceId id, NodeId node, const std::vector<Attribute>& attributes, const Place& place);
  DefId add_def(DefKind kind, SourceId id, NodeId node, std::string_view name, const Place& place,
                Visibility visibility, uint16_t flags);
  uint32_t add_scope(ScopeKind kind, DefId def, uint32_t parent, SourceId id, NodeId node);
  void struct_item(SourceId id, NodeId node, const Place& place, uint16_t flags);
  void enum_item(SourceId id, NodeId node, const Place& place, uint16_t flags);
  Visibility fields(SourceId id, NodeId list, DefId parent, Visibility fallback, bool members_public);
  void use_item(SourceId id, NodeId node, const Place& place, bool prelude);
  void use_tree(SourceId id, NodeId tree, const Place& place, const Path& prefix, Visibility visibility, bool prelude);
  // The name that an `extern crate` item brings; none for `self` and `as _`.
  NameId extern_crate_name(SourceId id, NodeId node);
  void extern_crate(SourceId id, NodeId node, const Place& place, const std::vector<Attribute>& attributes);
  void macro_rules(SourceId id, NodeId node, Place& place, const std::vector<Attribute>& attributes);
  void proc_macro_fn(SourceId id, NodeId node, const std::vector<Attribute>& attributes);
  void macro_call(SourceId id, NodeId node, Place& place);
  uint32_t block_scope(SourceId id, NodeId node, const Place& place);
  Visibility visibility_of(SourceId id, NodeId item, const Place& place);
  uint16_t item_flags(SourceId id, NodeId node, const std::vector<Attribute>& attributes);
  // ---- collect_conditions.cpp ----
  void remove(SourceId id, NodeId node);
  // Whether cfg keeps `node`, which stands at `place`. What it takes away is removed, and the names of what may be
  // there after all become unknown.
  bool keeps(SourceId id, NodeId node, const std::vector<Attribute>& attributes, const Place& place);
  void maybe_define(SourceId id, NodeId node, const Place& place);
  void maybe_use(SourceId id, NodeId tree_node, const Place& place, Visibility visibility);
  [[nodiscard]] bool already_removed(SourceId id, NodeId node) const;

  // ---- collect_items.cpp ----
  std::string_view name_text(SourceId id, NodeId node_with_name) const;
  Path read_path(SourceId id, NodeId path);
  Path read_path_tokens(SourceId id, uint32_t begin, uint32_t end);
  Path read_path_tokens(const Source& from, SourceId id, uint32_t begin, uint32_t end);
  Segment segment_at(const Source& from, SourceId id, uint32_t slot);
  [[nodiscard]] CrateIndex crate_of_token(const Source& from, SourceId id, uint32_t slot) const;

  // ---- collect_modules.cpp ----
  void module_item(SourceId id, NodeId node, Place& place, const std::vector<Attribute>& attributes, Place* inside,
                   bool* keep_textual, bool* has_inside);
  SourceId load_file(const std::string& path, SourceId from, ByteSpan span, DefId module, bool certain = true);
  void walk_file(SourceId id, Place& place);

  // ---- collect_imports.cpp ----
  bool define(uint32_t scope, NameId name, Namespace space, const Binding& binding);
  [[nodiscard]] bool is_hygienic(const Def& def) const;
  [[nodiscard]] bool is_modelled(const Def& def) const;
  [[nodiscard]] bool hangs_on_condition(const Def& def) const;
  void report_duplicate(const Binding& old, const Binding& binding, NameId name);
  [[nodiscard]] const Binding* own(uint32_t scope, NameId name, Namespace space) const;
  [[nodiscard]] const Binding* lookup_in(ModuleRef module, NameId name, Namespace space);
  [[nodiscard]] bool unknown_in(ModuleRef module) const;
  // Without a name: whether it may have any.
  [[nodiscard]] bool of_other_version(ModuleRef module, NameId name);
  PathAnswer lexical(uint32_t scope, NameId name, Namespace space, uint32_t ignore_import);
  PathAnswer resolve(uint32_t scope, const Path& path, size_t count, Namespace space, uint32_t ignore_import);
  [[nodiscard]] ModuleRef module_of_binding(const Binding& binding) const;
  [[nodiscard]] bool visible(CrateIndex crate, Visibility visibility, uint32_t from_scope) const;
  [[nodiscard]] Visibility narrower(Visibility a, Visibility b) const;
  [[nodiscard]] NameId foreign_name(CrateIndex crate, NameId name);
  [[nodiscard]] uint32_t module_scope(uint32_t scope) const;
  void add_import(Import import, ImportWork work);
  bool resolve_imports();
  bool step_import(uint32_t index);
  bool step_single(uint32_t index);
  bool step_glob(uint32_t index);
  [[nodiscard]] bool fallback_allowed(uint32_t scope) const;

  // ---- collect_macros.cpp ----
  uint32_t add_call(Expansion expansion, CallWork work);
  bool expand_calls();
  bool try_call(CallWork& work);
  PathAnswer find_macro(CallWork& work, InvocationKind wanted);
  // The macro_rules of that name in force at entry *at of textual_. Wait: *at is the call that may bring it, and what
  // lies in between needs no second look.
  [[nodiscard]] uint32_t past_barren(uint32_t at) const;
  Answer textual_macro(NameId name, uint32_t* at, DefRef* macro);
  [[nodiscard]] bool macro_fits(DefRef macro, InvocationKind wanted) const;
  [[nodiscard]] const MacroDef* macro_def(DefRef macro) const;
  void give_up(CallWork& work, const PathAnswer& answer);
  void keep_item(CallWork& work, bool uncertain);
  void builtin_attribute(CallWork& work, std::string_view name);
  [[nodiscard]] bool is_derive(SourceId id, const Attribute& attribute) const;
  void run_macro(CallWork& work, DefRef macro);
  void adopt(CallWork& work, std::shared_ptr<const Source> output, ExpansionState state);
  void mark_unknown(const CallWork& work);
  Answer is_derive_helper(const CallWork& work);
  bool expand_inner(const CallWork& outer, ExpansionId expansion, const MacroInput& call, TokenStream* out);
  CompiledMacro& compiled(DefRef macro);
  SourceId foreign_source(CrateIndex crate, SourceId source, DefId macro);
  [[nodiscard]] FragmentKind produces(const Place& place, SourceId id, NodeId call, bool* statement) const;

  // ---- collect_configured.cpp ----
  struct ConfiguredItem {
    std::unique_ptr<Source> source;
    NodeId item;
    NodeId attribute;  // the one that was asked for
  };
  std::vector<NodeId> removed_in(SourceId id, NodeId item);
  // An item without what cfg took away and with what cfg_attr gives; `attribute_begin` is the first slot of the path of
  // the attribute that is being expanded. False when there is no cfg_attr in it.
  bool configure_item(SourceId id, NodeId item, uint32_t attribute_begin, FragmentKind kind,
                      const std::vector<NodeId>& removed, ConfiguredItem* out);
  void attribute_values(SourceId id, NodeId node, Place& place);

  friend class CollectorContext;

  const CollectInput& input_;
  const Analysis& analysis_;
  SourceReader& reader_;
  const AnalysisOptions& options_;
  std::unique_ptr<CrateDefs> out_;
  UnknownCfg unknown_cfg_;

  std::vector<Dir> dirs_;
  std::vector<Textual> textual_;
  std::vector<uint32_t> textual_after_;  // by expansion: what is in force behind it; kPendingTextual until it is walked
  std::vector<std::string> open_files_;
  std::unordered_map<uint32_t, std::string> read_files_;  // by expansion: what `include!` and its like read
  uint32_t file_count_ = 0;

  std::vector<TableEntry> entries_;
  Buffer<uint32_t> entry_slots_;
  std::set<std::pair<uint32_t, uint32_t>> duplicates_;  // reported: whether it is an import, and which
  std::vector<std::vector<uint32_t>> logs_;  // by scope: its entries in the order in which they came or changed
  std::vector<uint32_t> open_globs_;         // by scope: globs whose module is not known yet
  uint64_t version_ = 0;                     // counts changes of any table
  std::vector<ImportWork> import_work_;
  std::vector<uint32_t> open_imports_;
  bool fallback_ = false;  // whether a name may be taken from outside while globs of its module are open
  bool forced_ = false;    // nothing more will come: what is not found now is not there
  bool released_ = false;  // attributes that name no macro are inert
  bool skipping_ = false;  // macros are looked for behind calls that wait
  bool prelude_unknown_ = false;
  bool macro_use_unknown_ = false;                    // of a crate that is missing
  std::vector<std::vector<uint32_t>> foreign_names_;  // [crate][name]: the number there
  std::unordered_map<uint32_t, CrateDefs::ExternName> extern_names_;
  std::vector<uint8_t> no_prelude_;  // by scope
  std::map<std::pair<NameId, Namespace>, Binding> macro_use_;

  std::deque<CallWork> calls_;
  std::vector<uint32_t> open_calls_;
  std::set<std::pair<uint32_t, uint32_t>> inert_;  // (source, first slot) of attributes judged to be no macros
  // The same of those that mean `derive` by a path or another name.
  std::set<std::pair<uint32_t, uint32_t>> derive_attributes_;
  std::map<DefRef, std::unique_ptr<CompiledMacro>> compiled_;
  std::map<std::pair<CrateIndex, uint32_t>, SourceId> foreign_sources_;
  TokenStream output_;  // of the call that is being expanded, one after the other
  uint64_t tokens_made_ = 0;
  bool out_of_tokens_ = false;
  uint32_t eager_depth_ = 0;
  bool eager_waits_ = false;
  std::vector<std::vector<bool>> removed_bits_;  // by source and node
};

}  // namespace rp
