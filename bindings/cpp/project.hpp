// project.hpp - what cargo and rustc make of a workspace: packages, crates, definitions, references, expansions,
// layouts.
#ifndef RUSTPRO_PROJECT_HPP
#define RUSTPRO_PROJECT_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base.hpp"
#include "layout.hpp"
#include "report.hpp"
#include "workspace.hpp"

namespace rustpro {

// Plain values of the C interface. Their texts are rp_string: text() makes a view of one.
using CargoWorkspace = rp_cargo_workspace;
using Package = rp_package;
using PackageEdge = rp_package_edge;
using Crate = rp_crate;
using CrateDependency = rp_crate_dependency;
using CfgFact = rp_cfg_fact;
using DefinitionInfo = rp_definition_info;
using DefinitionKind = rp_definition_kind;
using Lookup = rp_lookup;
using Answer = rp_answer;
using Reference = rp_reference;
using ExpansionInfo = rp_expansion_info;
using ExpansionToken = rp_expansion_token;
using Gap = rp_gap;
using GapKind = rp_gap_kind;
using Problem = rp_problem;
using SourceFile = rp_source_file;
using GraphFormat = rp_graph_format;

inline std::string_view text(rp_string value) noexcept { return detail::view(value); }
inline std::string_view definition_kind_name(DefinitionKind kind) noexcept {
  return detail::view(rp_definition_kind_name(kind));
}
inline std::string_view answer_name(Answer answer) noexcept { return detail::view(rp_answer_name(answer)); }
inline std::string_view gap_kind_name(GapKind kind) noexcept { return detail::view(rp_gap_kind_name(kind)); }

namespace detail {

inline Reference reference_at(const rp_references* references, size_t index) {
  return rp_references_get(references, index);
}
inline ExpansionToken token_at(const rp_expansion* expansion, size_t index) {
  return rp_expansion_get_token(expansion, index);
}

}  // namespace detail

// Places in local crates where a name is written. Valid as long as its Project.
class References {
 public:
  // Takes over a handle of the C interface.
  explicit References(rp_references* handle) noexcept : handle_(handle) {}

  // Places are there with RP_ANSWER_FOUND and RP_ANSWER_LOCAL alone.
  Answer answer() const noexcept { return rp_references_answer(handle_.get()); }
  using Places = detail::IndexRange<rp_references, Reference, detail::reference_at>;
  Places places() const noexcept { return {handle_.get(), rp_references_count(handle_.get())}; }

 private:
  detail::Handle<rp_references, rp_references_free> handle_;
};

// A definition of a crate: a value that is valid as long as its Project. One of nothing converts to false.
class Definition {
 public:
  Definition() = default;
  explicit Definition(rp_definition definition) noexcept : definition_(definition) {}

  explicit operator bool() const noexcept { return rp_definition_is_null(definition_) == 0; }
  friend bool operator==(const Definition& a, const Definition& b) noexcept {
    return rp_definition_equal(a.definition_, b.definition_) != 0;
  }
  friend bool operator!=(const Definition& a, const Definition& b) noexcept { return !(a == b); }

  DefinitionInfo info() const {
    DefinitionInfo info = RP_DEFINITION_INFO_INIT;
    detail::ErrorSlot error;
    error.check(rp_definition_get_info(definition_, &info, error.out()));
    return info;
  }
  // "crate::module::Item".
  std::string path() const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_definition_path(definition_, &buffer, error.out()));
    return detail::take(buffer);
  }
  // One of those that lie directly in it; of nothing when there is none.
  Definition child(size_t index) const noexcept { return Definition(rp_definition_child(definition_, index)); }
  References references() const {
    rp_references* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_definition_references(definition_, &made, error.out()));
    return References(made);
  }

  rp_definition get() const noexcept { return definition_; }

 private:
  rp_definition definition_ = {nullptr, 0, 0};
};

// What one macro call, derive or attribute became. Valid as long as its Project.
class Expansion {
 public:
  // Takes over a handle of the C interface.
  explicit Expansion(rp_expansion* handle) noexcept : handle_(handle) {}

  ExpansionInfo info() const {
    ExpansionInfo info = RP_EXPANSION_INFO_INIT;
    detail::ErrorSlot error;
    error.check(rp_expansion_get_info(handle_.get(), &info, error.out()));
    return info;
  }
  using Tokens = detail::IndexRange<rp_expansion, ExpansionToken, detail::token_at>;
  Tokens tokens() const { return {handle_.get(), info().token_count}; }

 private:
  detail::Handle<rp_expansion, rp_expansion_free> handle_;
};

struct ProjectOptions {
  std::string target;  // empty: what cargo's configuration says
  std::vector<std::string> features;
  bool all_features = false;
  bool no_default_features = false;
  bool test_cfg = false;
  // Where cargo keeps registry and git sources; default_cargo_home() asks the environment.
  std::string cargo_home;
  std::vector<std::pair<std::string, std::string>> sources;  // the name of a package, or empty, and a folder
  std::string cache_folder;                                  // empty: nothing is kept
  std::string std_sources;                                   // empty: what the library knows itself
};

// CARGO_HOME, else ~/.cargo; empty when the environment has neither.
inline std::string default_cargo_home() {
  if (const char* named = std::getenv("CARGO_HOME"); named != nullptr && *named != '\0') return named;
  const char* home = std::getenv("HOME");
  return home != nullptr && *home != '\0' ? std::string(home) + "/.cargo" : std::string();
}

namespace detail {

inline CargoWorkspace cargo_workspace_at(const rp_project* project, size_t index) {
  return rp_project_workspace(project, index);
}
inline Package package_at(const rp_project* project, size_t index) { return rp_project_package(project, index); }
inline Crate crate_at(const rp_project* project, size_t index) { return rp_project_crate(project, index); }
inline Gap gap_at(const rp_project* project, size_t index) { return rp_project_gap(project, index); }
inline Problem problem_at(const rp_project* project, size_t index) { return rp_project_problem(project, index); }
inline SourceFile source_file_at(const rp_project* project, size_t index) { return rp_project_file(project, index); }
inline Unread project_unread_at(const rp_project* project, size_t index) {
  const rp_unread unread = rp_project_unread(project, index);
  return {view(unread.path), view(unread.reason)};
}

}  // namespace detail

// All cargo workspaces that the files of a workspace belong to. Immutable and independent of its Workspace.
class Project {
 public:
  // Takes over a handle of the C interface.
  explicit Project(rp_project* handle) noexcept : handle_(handle) {}

  static Project open(const Workspace& workspace, const ProjectOptions& options = {}) {
    const auto string = [](const std::string& value) { return rp_string{value.data(), value.size()}; };
    rp_project_options plain = RP_PROJECT_OPTIONS_INIT;
    plain.all_features = options.all_features ? 1 : 0;
    plain.no_default_features = options.no_default_features ? 1 : 0;
    plain.test_cfg = options.test_cfg ? 1 : 0;
    plain.target = string(options.target);
    std::vector<rp_string> features;
    for (const std::string& feature : options.features) features.push_back(string(feature));
    plain.features = features.data();
    plain.feature_count = features.size();
    plain.cargo_home = string(options.cargo_home);
    std::vector<rp_named_source> sources;
    for (const auto& [package, folder] : options.sources) sources.push_back({string(package), string(folder)});
    plain.sources = sources.data();
    plain.source_count = sources.size();
    plain.cache_folder = string(options.cache_folder);
    plain.std_sources = string(options.std_sources);
    rp_project* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_open(workspace.get(), &plain, &made, error.out()));
    return Project(made);
  }

  using Workspaces = detail::IndexRange<rp_project, CargoWorkspace, detail::cargo_workspace_at>;
  using Packages = detail::IndexRange<rp_project, Package, detail::package_at>;
  using Crates = detail::IndexRange<rp_project, Crate, detail::crate_at>;
  using Gaps = detail::IndexRange<rp_project, Gap, detail::gap_at>;
  using Problems = detail::IndexRange<rp_project, Problem, detail::problem_at>;
  using Files = detail::IndexRange<rp_project, SourceFile, detail::source_file_at>;
  using UnreadFiles = detail::IndexRange<rp_project, Unread, detail::project_unread_at>;
  Workspaces workspaces() const noexcept { return {get(), rp_project_workspace_count(get())}; }
  Packages packages() const noexcept { return {get(), rp_project_package_count(get())}; }
  Crates crates() const noexcept { return {get(), rp_project_crate_count(get())}; }
  Gaps gaps() const noexcept { return {get(), rp_project_gap_count(get())}; }
  Problems problems() const noexcept { return {get(), rp_project_problem_count(get())}; }
  Files files() const noexcept { return {get(), rp_project_file_count(get())}; }
  UnreadFiles unread() const noexcept { return {get(), rp_project_unread_count(get())}; }

  // Parts of the elements above, by the indexes of both; empty when out of range.
  std::string_view feature(size_t package, size_t index) const noexcept {
    return detail::view(rp_project_package_feature(get(), package, index));
  }
  std::string_view build_feature(size_t package, size_t index) const noexcept {
    return detail::view(rp_project_package_build_feature(get(), package, index));
  }
  PackageEdge dependency(size_t package, size_t index) const noexcept {
    return rp_project_package_dependency(get(), package, index);
  }
  CrateDependency crate_dependency(size_t crate, size_t index) const noexcept {
    return rp_project_crate_dependency(get(), crate, index);
  }
  CfgFact fact(size_t crate, size_t index) const noexcept { return rp_project_crate_fact(get(), crate, index); }
  size_t crate_of_file(size_t file, size_t index) const noexcept { return rp_project_file_crate(get(), file, index); }
  Definition definition(size_t crate, size_t index) const noexcept {
    return Definition(rp_project_crate_definition(get(), crate, index));
  }

  // By its path, "crate::module::Item". Throws Error with RP_ERROR_NOT_FOUND.
  Definition find(std::string_view path) const {
    rp_definition found = {nullptr, 0, 0};
    detail::ErrorSlot error;
    error.check(rp_project_find(get(), path.data(), path.size(), &found, error.out()));
    return Definition(found);
  }
  // What the name at an offset of a file stands for.
  Lookup definition_at(std::string_view path, uint32_t offset) const {
    Lookup lookup = RP_LOOKUP_INIT;
    detail::ErrorSlot error;
    error.check(rp_project_definition_at(get(), path.data(), path.size(), offset, &lookup, error.out()));
    return lookup;
  }
  References references_at(std::string_view path, uint32_t offset) const {
    rp_references* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_references_at(get(), path.data(), path.size(), offset, &made, error.out()));
    return References(made);
  }
  // The innermost macro call at an offset; `recursive`: calls in its result are expanded, too.
  Expansion expansion_at(std::string_view path, uint32_t offset, bool recursive = false) const {
    rp_expansion* made = nullptr;
    detail::ErrorSlot error;
    error.check(
        rp_project_expansion_at(get(), path.data(), path.size(), offset, recursive ? 1 : 0, &made, error.out()));
    return Expansion(made);
  }

  std::string render_graph(size_t workspace = 0, GraphFormat format = RP_GRAPH_TEXT) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_render_graph(get(), workspace, format, &buffer, error.out()));
    return detail::take(buffer);
  }
  std::string render_symbols(size_t crate, Format format = RP_FORMAT_TEXT) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_render_symbols(get(), crate, format, &buffer, error.out()));
    return detail::take(buffer);
  }
  std::string render_expanded(size_t crate, std::string_view module = {}) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_render_expanded(get(), crate, module.data(), module.size(), &buffer, error.out()));
    return detail::take(buffer);
  }

  // A type as Rust writes it: "my_crate::Type<u32, [u8; 4]>". Throws Error with RP_ERROR_NOT_FOUND.
  Layout layout_of(std::string_view type, std::string_view target = {}) const {
    rp_layout* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_layout_of(get(), type.data(), type.size(), target.data(), target.size(), &made, error.out()));
    return Layout(made);
  }
  // All structs, enums and unions of a crate.
  LayoutList layouts(size_t crate) const {
    rp_layout_list* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_project_layouts(get(), crate, &made, error.out()));
    return LayoutList(made);
  }
  Truth implements(std::string_view type, std::string_view trait) const {
    Truth truth = RP_TRUTH_UNKNOWN;
    detail::ErrorSlot error;
    error.check(rp_type_implements(get(), type.data(), type.size(), trait.data(), trait.size(), &truth, error.out()));
    return truth;
  }

  const rp_project* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_project, rp_project_free> handle_;
};

}  // namespace rustpro

#endif
