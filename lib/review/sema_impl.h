// What Sema is made of: nobody else includes it. sema.cpp (the file and its crate), sema_paths.cpp (what paths stand
// for), sema_defs.cpp (definitions, impls, who can name what), sema_locals.cpp (variables), sema_types.cpp (types),
// sema_values.cpp (constants), sema_layout.cpp (layouts), sema_errors.cpp (errors of types).
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "names/project.h"
#include "review/def_memo.h"
#include "review/sema.h"
#include "review/written_paths.h"

namespace rp {

class Typing;
struct TypeLease;
struct TypesAndLayouts;
class SharedImplTable;

// A public path of the documentation, looked up in the crates of a project.
struct PublicPath {
  bool crate_known = false;    // a crate of that name was read
  std::vector<DefRef> defs;    // in all namespaces
  std::vector<DefRef> owners;  // what all but the last segment stand for: a type or trait
  std::string_view primitive;  // or a primitive type: "str", "slice"
  std::string_view last;       // the last segment
  std::string text;            // with core and alloc as std, and `_` for `-` in the first segment
};

// A table of public paths as one lookup.
struct CompiledTable {
  std::vector<const PublicPath*> paths;
  std::unordered_map<uint64_t, uint32_t> by_def;           // the key of a DefRef: its entry
  std::unordered_map<std::string_view, uint32_t> by_text;  // PublicPath::text
  std::unordered_multimap<std::string_view, uint32_t> by_last;
};
constexpr uint64_t def_key(DefRef def) { return (uint64_t{def.crate} << 32) | def.def.value; }

// What is found once for a crate of the project that has its sources.
struct CrateIndexes {
  // Uses of variables and definitions: numbers in CrateNames::uses.
  std::vector<std::pair<uint64_t, uint32_t>> local_uses;                // by (source, node) of the declaration
  std::vector<std::pair<uint64_t, uint32_t>> def_uses;                  // by def_key
  std::vector<std::pair<uint64_t, SemaImpl>> impls;                     // by def_key of the type
  std::vector<std::pair<DefId, std::pair<DefRef, DefRef>>> impl_heads;  // by impl: its type and its trait
  std::vector<bool> reachable;                                          // by DefId: code outside can name it
  bool reachable_unknown = false;  // names that could not be seen may be re-exported
  // Traits in reach of some module that have a method, by its name.
  std::unordered_map<std::string_view, std::vector<DefRef>> trait_methods;
};
constexpr uint64_t node_key(SourceId source, NodeId node) { return (uint64_t{source.value} << 32) | node.value; }

// CrateNames::uses by the place where they stand, small enough to be searched for each name that is asked for.
struct UsePlaces {
  std::vector<uint32_t> first_of_source;  // by source, and one behind the last
  Buffer<uint32_t> nodes;                 // of each use
};

struct ParsedSignature {
  std::string text;
  Tree tree;
  NodeId item;
};

class SemaShared {
 public:
  explicit SemaShared(const Project* project);
  ~SemaShared();

  [[nodiscard]] const Project* project() const { return project_; }
  [[nodiscard]] const CrateDefs* crate(CrateIndex index) const {
    return project_ != nullptr ? project_->analysis.crate(index) : nullptr;
  }
  [[nodiscard]] const Def* def(DefRef ref) const {
    const CrateDefs* defs = crate(ref.crate);
    return defs != nullptr && ref.def && ref.def.value < defs->defs.size() ? &defs->defs[ref.def.value] : nullptr;
  }
  [[nodiscard]] const CrateNames* names(CrateIndex index) const {
    return project_ != nullptr && index < project_->has_names.size() && project_->has_names[index]
               ? &project_->names[index]
               : nullptr;
  }
  const PublicPath& find(std::string_view path);
  const CompiledTable& table(PathTable table);
  const CrateIndexes& indexes(CrateIndex crate);
  // Of a crate with names.
  const UsePlaces& use_places(CrateIndex crate);
  // The signature of an item of a crate that was read from facts; null when it has none.
  const ParsedSignature* signature(DefRef def);
  // Traits that a method call in a crate may be of.
  std::span<const DefRef> traits_with(CrateIndex crate, std::string_view method);
  // What types are asked of; one for each thread at a time.
  std::unique_ptr<TypesAndLayouts> take_types();
  void give_back(std::unique_ptr<TypesAndLayouts> types) noexcept;
  // Names by which code of the project may speak of a `static mut` (sema_defs.cpp).
  const std::unordered_set<std::string_view>& mutable_statics();
  // What a rule keeps.
  DefMemo<uint32_t>& kept_by(const void* rule);
  // What Sema::no_std answers for a crate, plus one; 0 when nobody has asked yet.
  std::atomic<uint8_t>& kept_no_std(CrateIndex crate) { return no_std_[crate]; }
  // The names of all async functions.
  const std::unordered_set<std::string_view>& async_names();
  // Of a crate, with the source that each is in (sema_errors.cpp).
  std::span<const std::pair<SourceId, SemaTypeError>> type_errors(CrateIndex crate);
  // As Sema's (sema_layout.cpp).
  const layout::TypeView* layout_of(DefRef def);
  // The names of all fields of packed structs and unions that code of the project's crates can name (sema_layout.cpp).
  const std::unordered_set<std::string_view>& packed_fields();
  std::optional<uint64_t> size_with_boxed_variant(DefRef def, uint32_t variant);

 private:
  PublicPath look_up(std::string_view path) const;
  void look_up_in(CrateIndex crate, const std::vector<std::string_view>& segments, PublicPath* out) const;

  const Project* project_;
  std::shared_ptr<SharedImplTable> impls_;  // of all contexts of types
  std::shared_mutex mutex_;
  std::unordered_map<std::string_view, std::unique_ptr<PublicPath>> paths_;
  std::unordered_map<const std::string_view*, std::unique_ptr<CompiledTable>> tables_;
  std::unordered_map<CrateIndex, std::unique_ptr<CrateIndexes>> indexes_;
  std::unordered_map<CrateIndex, std::unique_ptr<UsePlaces>> use_places_;
  std::unordered_map<uint64_t, std::unique_ptr<ParsedSignature>> signatures_;
  std::vector<std::atomic<uint8_t>> no_std_;  // by crate
  std::once_flag statics_once_;
  std::unordered_set<std::string_view> mutable_statics_;
  std::unordered_map<const void*, std::unique_ptr<DefMemo<uint32_t>>> kept_;
  std::once_flag async_once_;
  std::unordered_set<std::string_view> async_names_;
  std::vector<std::unique_ptr<TypesAndLayouts>> types_;  // that nobody uses now
  struct CheckedCrate;
  std::unordered_map<CrateIndex, std::shared_ptr<CheckedCrate>> checked_;
  // Types and their layouts belong to one thread at a time.
  struct LaidOut;
  std::mutex layout_mutex_;
  std::shared_ptr<LaidOut> laid_out_;
  // What layout_of has answered; `no_view_` for nothing.
  DefMemo<const layout::TypeView*> views_;
  std::shared_ptr<const layout::TypeView> no_view_;
  std::once_flag packed_once_;
  std::unordered_set<std::string_view> packed_fields_;
  LaidOut* laid_out();
};

// Builds the indexes of one crate.
CrateIndexes make_crate_indexes(const SemaShared& shared, CrateIndex crate);

struct Sema::Impl {
  const Sema* self = nullptr;
  SemaInput input;
  std::shared_ptr<SemaShared> shared;
  const Tree* tree = nullptr;
  const CrateDefs* defs = nullptr;  // null when the crate is not known
  const CrateNames* names = nullptr;
  const CrateNode* node = nullptr;  // null without a manifest
  const PackageNode* package = nullptr;
  const manifest::Package* manifest = nullptr;

  // The nodes of the names that are used in this file, sorted, and which of CrateNames::uses the first of them is.
  // Questions come more or less in the order of the text, so each begins where the last one ended.
  std::span<const uint32_t> used;
  size_t first_use = 0;
  size_t next_use = 0;
  std::unique_ptr<WrittenPaths> written;
  std::optional<Reply> for_wasm, for_embedded;  // asked for many nodes of a file
  // Several rules ask the same of one item, one behind the other: the last answers.
  NodeId defined;
  DefRef defined_as;
  NodeId reached;
  Answer reached_answer = Answer::Unknown;
  const CrateIndexes* own_indexes = nullptr;        // of input.crate, once they were asked for
  std::pair<const void*, DefMemo<uint32_t>*> kept;  // of the rule that asked last
  std::unordered_map<uint64_t, std::unique_ptr<Sema>> others;

  std::unordered_map<const char*, const PublicPath*> path_cache;
  std::unordered_map<const std::string_view*, const CompiledTable*> table_cache;
  std::unordered_map<uint32_t, std::pair<std::vector<LocalUse>, bool>> local_uses;
  std::unordered_map<uint64_t, std::vector<TreeNode>> references;
  std::unordered_map<uint64_t, std::vector<SemaImpl>> impls;

  std::shared_ptr<TypeLease> lease;
  std::unique_ptr<Typing> typing;
  std::unordered_map<uint64_t, std::vector<DefId>> fields_of;

  // ---- Names ----
  const NameUse* use_at(NodeId node);
  const PublicPath& path(std::string_view text);
  const CompiledTable& table(PathTable table);
  const CrateIndexes& indexes(CrateIndex crate);
  // The segment, name or lifetime whose meaning is asked for.
  [[nodiscard]] NodeId name_node(NodeId node) const;
  NameMeaning meaning_of_name(NodeId name);
  NameMeaning to_meaning(const Resolution& resolution, NodeId name) const;
  // What a type alias stands for, and `Self` in an impl; the definition itself for all others.
  DefRef behind(DefRef def);
  std::string_view written_path(NodeId node, std::string* storage);
  // Whether the file names a crate.
  bool mentions(std::string_view crate);
  Reply find_for_wasm();
  Reply find_for_embedded();
  Reply compare(NodeId node, const NameMeaning& meaning, const PublicPath& path);
  // The owner of an associated item: what the path before its last segment stands for.
  NameMeaning owner_of(NodeId name);
  // Null when the crate is not known.
  Typing* types_here();
  const Sema* typed_at(NodeId node);
  [[nodiscard]] NodeId macro_call(NodeId node) const;
  const Expansion* expansion_at(NodeId call) const;
};

// The path of segments of any node that has one; the node itself for a segment.
NodeId path_node(const Tree& tree, NodeId node);

}  // namespace rp
