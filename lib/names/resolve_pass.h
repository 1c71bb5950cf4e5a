// The pass of resolve_crate(): its state, and the scopes ("ribs") of what it walks through. Inside of lib/names only.
//
// A rib is one step of nesting; names bound in ribs lie in one array, and each name knows the newest binding of it, so
// that a lookup costs as much as there are bindings of that one name. Items are not in ribs: a rib of kind Module or
// Block knows the scope of collecting that has them.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "names/resolve_lookup.h"
#include "syntax/ast.h"

namespace rp {

enum class RibKind : uint8_t {
  Normal,
  Block,
  Module,           // nothing further out is seen
  Item,             // locals and generics further out may not be used
  AssocItem,        // as Item, but generics of the impl or trait may be used
  Function,         // labels further out may not be used; also closures and async blocks
  Constant,         // locals and labels further out may not be used
  ConstParamType,   // generics may not be used either
  MacroDefinition,  // macro_rules! in a block: what it makes sees the locals around it
};

struct Rib {
  RibKind kind = RibKind::Normal;
  // In the statements of it stood a macro call whose output is unknown: it may have bound anything.
  bool unknown_values = false;
  uint32_t scope = UINT32_MAX;  // of Block and Module
  uint32_t first_bound = 0;
  DefRef macro;  // of MacroDefinition
};

enum class BoundSpace : uint8_t { Type, Value, Lifetime, Label };
inline constexpr size_t kBoundSpaces = 4;

struct Bound {
  uint32_t name = 0;
  BoundSpace space = BoundSpace::Value;
  bool parameter = false;  // generic: hygiene of items, not of locals
  ContextId context = kRootContext;
  uint32_t previous = UINT32_MAX;  // of the same name and space
  uint32_t rib = 0;
  Resolution resolution;
};

// What a path is used as: decides what may stand there, and the code of the error (rustc's PathSource).
enum class PathUse : uint8_t { Type, Trait, TraitBound, Expr, Pat, TupleStruct, Struct, Macro, Module, UseArgument };

struct Segment {
  NodeId node;
  uint32_t slot = 0;
  TokenKind kind = TokenKind::Eof;
  uint32_t name = 0;
  ContextId context = kRootContext;
  Resolution resolution;
};

struct PathOutcome {
  enum class Kind : uint8_t { Full, Partial, Failed, Unknown };
  Kind kind = Kind::Failed;
  Resolution resolution;              // of Full, or of what Partial hangs from
  Namespace space = Namespace::Type;  // in which Full was found
  bool doubtful = false;              // something unknown may give another answer
  bool normal_module = false;         // Full: a module or crate
  uint32_t resolved = 0;              // segments that were found
  uint32_t failed = 0;                // of Failed: which segment
  bool last = false;                  // of Failed: it is the last
  uint32_t private_at = UINT32_MAX;
};

// A name bound by a pattern that is being read.
struct PatternName {
  uint32_t name = 0;
  ContextId context = kRootContext;
  uint8_t mode = 0;        // 1: ref, 2: mut
  bool uncertain = false;  // it may be the name of a constant that cannot be seen
  uint32_t slot = 0;
  uint32_t previous = UINT32_MAX;  // of the same name
  Resolution resolution;
};

// The uses of names in the order in which they are found. In pieces, since nobody knows how many there will be: a
// single array would be copied each time it grows, and touch three times the memory.
class UseLog {
 public:
  void add(const NameUse& use);
  // By source and node, one for each place. Leaves the log empty.
  void sort_into(size_t sources, Buffer<NameUse>* out);

 private:
  static constexpr size_t kPiece = 2000;
  static void sort_by_node(std::span<NameUse> uses);

  std::vector<Buffer<NameUse>> pieces_;
  size_t left_ = 0;  // in the last piece
};

class ResolvePass {
 public:
  ResolvePass(const CrateDefs& crate, const Analysis& analysis, const ResolveOptions& options, CrateNames* out);
  void run();

 private:
  enum class ItemContext : uint8_t { Module, Block, Trait, Impl, Extern };

  // Where the walk is.
  struct Place {
    SourceId source;
    const Source* text = nullptr;
    const Tree* tree = nullptr;
    const std::vector<NodeId>* removed = nullptr;
    ExpansionId expansion;
  };

  class Depth {
   public:
    explicit Depth(ResolvePass& pass) : pass_(pass) { ok = ++pass.depth_ <= kMaxDepth; }
    ~Depth() { --pass_.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    bool ok;

   private:
    ResolvePass& pass_;
  };
  static constexpr uint32_t kMaxDepth = 20'000;

  // ---- Ribs (resolve_ribs.cpp) ----
  uint32_t push_rib(RibKind kind, uint32_t scope = UINT32_MAX, DefRef macro = {});
  void pop_ribs(uint32_t count);  // until so many are left
  void bind(BoundSpace space, uint32_t name, ContextId context, bool parameter, const Resolution& resolution);
  const Bound* find_bound(BoundSpace space, uint32_t name, ContextId context) const;
  // A single name where locals and generics may stand, too. `report`: errors of its use go to the diagnostics.
  struct Lexical {
    Resolution resolution;  // None: nothing
    bool is_private = false;
    bool doubtful = false;
    bool from_rib = false;  // a local, a generic parameter or Self
    bool error = false;     // from_rib, but it may not be used here; was reported
  };
  Lexical find_lexical(const Segment& segment, Namespace space, bool report);
  bool check_use(const Bound& bound, const Segment& segment, bool report);
  [[nodiscard]] DefId current_module() const;
  [[nodiscard]] uint32_t module_scope() const;
  [[nodiscard]] bool values_unknown() const;
  [[nodiscard]] ContextId item_context(ContextId context) const { return context == 0 ? 0 : item_contexts_[context]; }
  void resolve_lifetime(NodeId node);
  void resolve_label(NodeId node);

  // ---- Tokens, uses, diagnostics (resolve_ribs.cpp) ----
  // As lookup_.intern(): most names are short, and come again soon.
  uint32_t intern(std::string_view token);
  bool segment_at(NodeId node, Segment* out);
  [[nodiscard]] uint32_t name_slot(NodeId node) const;
  [[nodiscard]] Edition edition_at(uint32_t slot) const;
  [[nodiscard]] CrateIndex crate_at(uint32_t slot) const;
  void use(NodeId node, Namespace space, const Resolution& resolution);
  void diagnose(std::string_view code, uint32_t slot, std::string message, bool import = false);
  Resolution here(ResolutionKind kind, NodeId node) const;

  // ---- Paths (resolve_paths.cpp) ----
  bool read_path(NodeId path, bool* global);
  PathOutcome resolve_segments(std::span<Segment> segments, bool global, Namespace space, bool ribs, bool report);
  PathOutcome resolve_namespace(std::span<Segment> segments, bool global, Namespace space);
  Resolution resolve_path(NodeId path, PathUse use);
  Resolution resolve_read_path(NodeId path, PathUse use, bool global);
  Resolution resolve_single(NodeId node, PathUse use);  // a NameRef as a path of one segment
  Resolution resolve_qualified(NodeId path, NodeId qualified, PathUse use);
  bool expected(PathUse use, const Resolution& resolution, Namespace space) const;
  void report_unresolved(std::span<const Segment> segments, PathUse use, bool found, const Resolution& resolution);
  void record_segments(std::span<const Segment> segments, size_t resolved, Namespace space, const Resolution& rest);
  void count(const Resolution& resolution);
  [[nodiscard]] bool is_type(const Resolution& resolution) const;

  // ---- Use declarations (resolve_uses.cpp) ----
  // How far the path of a use declaration has come.
  struct UsePath {
    uint32_t count = 0;  // segments so far
    bool global = false;
    bool failed = false;
    bool keyword = false;  // failed: a keyword where it may not stand
    bool unknown = false;
    bool keywords_only = true;  // self and super so far
    uint32_t failed_at = 0;
    uint32_t failed_slot = 0;
    uint32_t private_slot = UINT32_MAX;
    DefRef owner;  // what the segments stand for
    Resolution last;
  };
  void use_item(NodeId tree);
  void use_tree(NodeId tree, UsePath path, bool in_list);
  void extend_use(UsePath* path, Segment* segment);
  void finish_use(NodeId tree, const UsePath& path, const Segment* name, bool glob, bool self);
  void check_reexport(NodeId tree, const Import& import, const ItemScope& scope, const Segment& name);

  // ---- Items (resolve_items.cpp) ----
  void enter_file(SourceId source, uint32_t scope);
  void walk_children(NodeId node);
  void item(NodeId node);
  void function(NodeId node);
  void constant(NodeId node);
  void type_alias(NodeId node);
  void data_type(NodeId node);
  void trait_item(NodeId node);
  void impl_item(NodeId node);
  void check_trait_member(NodeId node, Role name_role);
  [[nodiscard]] bool has_delegations(DefRef trait) const;
  void module(NodeId node);
  void items(NodeId list, ItemContext context);
  RibKind item_rib() const;
  void bind_generics(NodeId params, bool parameters_usable = true);
  void walk_generics(NodeId params, bool data_type);
  void attributes(NodeId node);
  void attribute(NodeId attr);
  void check_derive_path(const Expansion& expansion);
  void macro_call(NodeId node);
  void walk_output(uint32_t expansion);
  void bind_self_type(DefRef def);

  // ---- Bodies (resolve_bodies.cpp) ----
  void walk(NodeId node, bool as_constant = false);
  uint32_t visit(NodeId node, bool as_constant);
  uint32_t visit_path_node(NodeId node);
  bool visit_own_scope(NodeId node);
  bool is_constant_place(NodeId node) const;
  void anonymous_constant(NodeId node);
  void with_binder(NodeId node);
  void block(NodeId node);
  void let_statement(NodeId node);
  void if_expression(NodeId node);
  void loop_expression(NodeId node);
  void block_expression(NodeId node);
  void closure(NodeId node);
  void match_arm(NodeId node);
  void bind_label(NodeId owner);
  void record_fields(NodeId node, const Resolution& resolution);
  [[nodiscard]] bool removed(NodeId node) const;
  [[nodiscard]] bool conditional(NodeId node) const;  // there unless a build script takes it away
  [[nodiscard]] bool conditional_token(uint32_t slot) const;

  // ---- Patterns (resolve_patterns.cpp) ----
  void pattern_top(NodeId pattern);
  void parameters(NodeId owner);  // patterns of all Param children, bound together
  void pattern(NodeId node);
  void or_pattern(NodeId node);
  void guard_pattern(NodeId node);
  void walk_inside_pattern(NodeId node);
  void identifier_pattern(NodeId node);
  void begin_patterns(bool parameters);
  void bind_patterns();
  void add_pattern_name(const PatternName& name);
  void pop_pattern_names(uint32_t count);

  const CrateDefs& crate_;
  const Analysis& analysis_;
  const ResolveOptions& options_;
  CrateNames* out_;
  UseLog uses_;
  NameLookup lookup_;
  // The numbers of tokens of up to 16 bytes, by a hash of those: what came last has the place.
  struct ShortName {
    uint64_t head = 0, tail = 0;
    uint32_t size = 0;
    uint32_t name = 0;
  };
  static constexpr unsigned kShortNameBits = 10;
  std::vector<ShortName> short_names_{size_t{1} << kShortNameBits};
  uint32_t self_type_ = 0, self_value_ = 0, underscore_lifetime_ = 0, static_lifetime_ = 0;

  Place at_;
  uint32_t depth_ = 0;
  uint32_t uncertain_ = 0;
  bool syntax_errors_ = false;
  bool failed_globs_ = false;  // an import of everything from what is not there: rustc reports nothing more
  bool registered_tools_ = false;
  bool generic_const_types_ = false;  // the feature generic_const_parameter_types
  uint32_t test_main_ = UINT32_MAX;   // the name that #![reexport_test_harness_main] gives to what is made for tests
  ItemContext item_context_ = ItemContext::Module;
  DefRef current_trait_;  // of the trait impl
  bool in_trait_impl_ = false;
  uint32_t work_ = 0;
  bool use_reported_ = false;  // E0432 of this use declaration

  std::vector<Rib> ribs_;
  std::vector<uint32_t> scope_ribs_;  // those of kind Block with a scope, and Module
  std::vector<uint32_t> macro_ribs_;
  std::vector<Bound> bounds_;
  std::vector<uint32_t> heads_[kBoundSpaces];
  uint32_t banned_from_ = 0, banned_to_ = 0;  // generics whose defaults are being read
  bool ban_self_ = false;

  std::vector<ContextId> local_contexts_;  // by context: without macros that leave names as the caller would have them
  std::vector<ContextId> item_contexts_;   // by context: what is left of it for the hygiene of items
  std::vector<DefRef> definition_of_;      // by context of items: the `macro` that made it
  std::vector<Segment> segments_;

  std::vector<PatternName> pattern_names_;
  std::vector<uint32_t> pattern_heads_;
  struct PatternFrame {
    bool alternatives = false;
    uint32_t first = 0;
  };
  std::vector<PatternFrame> pattern_frames_;
  bool pattern_parameters_ = false;

  // Files of modules, and imports by their nodes.
  std::vector<std::pair<DefId, SourceId>> module_files_;
  std::vector<std::pair<std::pair<uint32_t, uint32_t>, uint32_t>> imports_;
  struct Pending {
    Place place;
    NodeId list;  // an ItemList; or the root of a file
    uint32_t scope = 0;
    uint32_t uncertain = 0;
  };
  std::deque<Pending> pending_;
};

}  // namespace rp
