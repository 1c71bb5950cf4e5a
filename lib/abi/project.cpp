// The functions of rustpro/project.h: opening, packages, crates, lists, rendering. Names are in project_names.cpp.
#include <memory>
#include <string>
#include <utility>

#include "abi/abi.h"
#include "abi/project_handle.h"
#include "abi/workspace_handle.h"
#include "report/project_text.h"

using namespace rp::abi;

namespace {

static_assert(RP_ORIGIN_MADE_UP == static_cast<int>(rp::PackageOrigin::MadeUp) + 1);
static_assert(RP_ORIGIN_MISSING == static_cast<int>(rp::PackageOrigin::Missing) + 1);
static_assert(RP_DEPENDENCY_BUILD == static_cast<int>(rp::manifest::DependencyKind::Build) + 1);
static_assert(RP_CRATE_BUILD_SCRIPT == static_cast<int>(rp::manifest::TargetKind::BuildScript) + 1);
static_assert(RP_GAP_LIMIT == static_cast<int>(rp::Gap::Kind::Limit) + 1);
static_assert(RP_FILE_UNREAD == static_cast<int>(rp::FileState::Unread) + 1);
static_assert(RP_GRAPH_SVG == static_cast<int>(rp::GraphFormat::Svg) + 1);

constexpr rp_place kNoPlace = {kEmptyString, {0, 0}, {0, 0, 0}, {0, 0, 0}, kEmptyString};

std::string_view view(rp_string text) { return as_view(text.data, text.length); }

rp_status check_string(rp_error** error, const char* name, rp_string text) {
  if (const rp_status s = check_text(error, name, text.data, text.length); s != RP_OK) return s;
  if (view(text).find('\0') != std::string_view::npos)
    return failf(error, RP_ERROR_INVALID_ARGUMENT, "`%s` contains a NUL character", name);
  return RP_OK;
}

// An absolute path, without symbolic links where it is there.
std::string absolute_folder(std::string_view folder) {
  if (folder.empty()) return {};
  std::string real = rp::real_path(std::string(folder));
  if (!real.empty()) return real;
  const std::string here = rp::real_path(".");
  return rp::manifest::join_path(here.empty() ? "/" : here, folder);
}

rp_status check_folder(rp_error** error, const char* name, rp_string folder, bool must_be_there, std::string* out) {
  if (const rp_status s = check_string(error, name, folder); s != RP_OK) return s;
  *out = absolute_folder(view(folder));
  if (!out->empty() && must_be_there && rp::real_path(*out).empty())
    return fail(error, RP_ERROR_NOT_FOUND, "`" + *out + "`, given as `" + name + "`, is not there");
  return RP_OK;
}

rp_status read_project_options(rp_error** error, const rp_project_options* in, rp::ProjectOptions* out) {
  rp_project_options options = RP_PROJECT_OPTIONS_INIT;
  rp_status s = read_options(error, "rp_project_options", in, kProjectOptionsFirstSize, &options);
  if (s != RP_OK) return s;
  out->graph.all_features = options.all_features != 0;
  out->graph.no_default_features = options.no_default_features != 0;
  out->graph.test_cfg = options.test_cfg != 0;
  if (s = check_string(error, "target", options.target); s != RP_OK) return s;
  out->graph.target = view(options.target);
  if (!out->graph.target.empty() && rp::find_target(out->graph.target) == nullptr)
    return fail(error, RP_ERROR_INVALID_ARGUMENT,
                "the target `" + out->graph.target + "` is not known; write it as `rustc --print target-list` does");
  if (options.feature_count != 0 && options.features == nullptr) return null_argument(error, "features");
  for (size_t i = 0; i < options.feature_count; ++i) {
    if (s = check_string(error, "features", options.features[i]); s != RP_OK) return s;
    out->graph.features.emplace_back(view(options.features[i]));
  }
  if (s = check_folder(error, "cargo_home", options.cargo_home, false, &out->graph.cargo_home); s != RP_OK) return s;
  if (options.source_count != 0 && options.sources == nullptr) return null_argument(error, "sources");
  for (size_t i = 0; i < options.source_count; ++i) {
    rp::NamedSource source;
    if (s = check_string(error, "sources", options.sources[i].package); s != RP_OK) return s;
    source.package = view(options.sources[i].package);
    if (options.sources[i].folder.length == 0)
      return fail(error, RP_ERROR_INVALID_ARGUMENT, "a source among `sources` has no folder");
    if (s = check_folder(error, "sources", options.sources[i].folder, true, &source.folder); s != RP_OK) return s;
    out->graph.sources.push_back(std::move(source));
  }
  if (s = check_folder(error, "cache_folder", options.cache_folder, false, &out->cache_folder); s != RP_OK) return s;
  return check_folder(error, "std_sources", options.std_sources, true, &out->std_sources);
}

template <typename Element>
const Element* element_at(const rp_project* project, const std::vector<Element> rp_project::* table, size_t index) {
  if (project == nullptr || index >= (project->*table).size()) return nullptr;
  return &(project->*table)[index];
}

const rp::PackageNode* package_at(const rp_project* project, size_t index, const rp_project::Part** part) {
  *part = project == nullptr ? nullptr : project->part_of_package(index);
  return *part == nullptr ? nullptr : &(*part)->project->graph.packages[index - (*part)->first_package];
}

rp_string string_at(const std::vector<std::string>& strings, size_t index) {
  return index < strings.size() ? to_public(std::string_view(strings[index])) : kEmptyString;
}

// Puts a text into a new buffer.
rp_status hand_over(std::string text, rp_buffer** out_buffer) {
  auto buffer = std::make_unique<rp_buffer>();
  buffer->text = std::move(text);
  *out_buffer = buffer.release();
  return RP_OK;
}

}  // namespace

// ---- Opening ----------------------------------------------------------------------------------------------------

rp_status rp_project_open(const rp_workspace* workspace, const rp_project_options* options, rp_project** out_project,
                          rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_project == nullptr) return null_argument(error, "out_project");
    *out_project = nullptr;
    if (workspace == nullptr) return null_argument(error, "workspace");
    rp::ProjectOptions internal;
    if (const rp_status s = read_project_options(error, options, &internal); s != RP_OK) return s;
    internal.sysroot = workspace->sysroot;
    *out_project = new rp_project(workspace->files, std::move(internal));
    return RP_OK;
  });
}

void rp_project_free(rp_project* project) { delete project; }

// ---- Workspaces of cargo ----------------------------------------------------------------------------------------

size_t rp_project_workspace_count(const rp_project* project) { return project == nullptr ? 0 : project->parts.size(); }

rp_cargo_workspace rp_project_workspace(const rp_project* project, size_t index) {
  const rp_project::Part* part = element_at(project, &rp_project::parts, index);
  if (part == nullptr) return {kEmptyString, kEmptyString, 0, 0, 0, 0, 0};
  return {to_public(std::string_view(part->manifest)),
          to_public(std::string_view(part->project->graph.target)),
          part->made_up ? 1 : 0,
          part->first_package,
          part->project->graph.packages.size(),
          part->first_crate,
          part->crate_count()};
}

// ---- Packages ---------------------------------------------------------------------------------------------------

size_t rp_project_package_count(const rp_project* project) { return project == nullptr ? 0 : project->package_count; }

rp_package rp_project_package(const rp_project* project, size_t index) {
  const rp_project::Part* part = nullptr;
  const rp::PackageNode* package = package_at(project, index, &part);
  if (package == nullptr)
    return {0,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            rp_package_origin{},
            kEmptyString,
            kEmptyString,
            kEmptyString,
            0,
            0,
            0,
            0,
            0,
            0,
            0};
  const auto& [folder, manifest] = part->package_paths[index - part->first_package];
  return {static_cast<size_t>(part - project->parts.data()),
          to_public(std::string_view(package->name)),
          to_public(std::string_view(package->version)),
          to_public(std::string_view(package->source)),
          to_public(std::string_view(package->checksum)),
          static_cast<rp_package_origin>(static_cast<int>(package->origin) + 1),
          to_public(std::string_view(package->missing_reason)),
          to_public(std::string_view(folder)),
          to_public(std::string_view(manifest)),
          package->has_build_script ? 1 : 0,
          package->is_proc_macro ? 1 : 0,
          package->built_for_target ? 1 : 0,
          package->built_for_host ? 1 : 0,
          package->features.size(),
          package->build_features.size(),
          package->dependencies.size()};
}

rp_string rp_project_package_feature(const rp_project* project, size_t package, size_t index) {
  const rp_project::Part* part = nullptr;
  const rp::PackageNode* node = package_at(project, package, &part);
  return node == nullptr ? kEmptyString : string_at(node->features, index);
}

rp_string rp_project_package_build_feature(const rp_project* project, size_t package, size_t index) {
  const rp_project::Part* part = nullptr;
  const rp::PackageNode* node = package_at(project, package, &part);
  return node == nullptr ? kEmptyString : string_at(node->build_features, index);
}

rp_package_edge rp_project_package_dependency(const rp_project* project, size_t package, size_t index) {
  const rp_project::Part* part = nullptr;
  const rp::PackageNode* node = package_at(project, package, &part);
  if (node == nullptr || index >= node->dependencies.size())
    return {RP_NO_INDEX, kEmptyString, rp_dependency_kind{}, 0, 0, kEmptyString};
  const rp::PackageEdge& edge = node->dependencies[index];
  return {part->first_package + edge.to.value,
          to_public(std::string_view(edge.name)),
          static_cast<rp_dependency_kind>(static_cast<int>(edge.kind) + 1),
          edge.optional ? 1 : 0,
          edge.active ? 1 : 0,
          to_public(std::string_view(edge.platform))};
}

// ---- Crates -----------------------------------------------------------------------------------------------------

size_t rp_project_crate_count(const rp_project* project) { return project == nullptr ? 0 : project->crate_count; }

rp_crate rp_project_crate(const rp_project* project, size_t index) {
  rp_crate out = {
      kEmptyString, 0, RP_NO_INDEX, rp_crate_kind{}, rp_crate_state{}, 0, 0, 0, 0, 0, kEmptyString, 0, 0, 0};
  const rp_project::Crate at = project == nullptr ? rp_project::Crate() : project->crate_at(index);
  if (at.part == nullptr) return out;
  const rp::CrateDefs* defs = at.defs();
  out.workspace = static_cast<size_t>(at.part - project->parts.data());
  out.state = defs == nullptr ? RP_CRATE_UNREAD : defs->from_facts ? RP_CRATE_INTERFACE : RP_CRATE_READ;
  out.definition_count = defs == nullptr ? 0 : defs->defs.size();
  const rp::CrateNode* node = at.node();
  if (node == nullptr) {
    out.name = to_public(rp::kSysrootCrateNames[at.index]);
    out.kind = RP_CRATE_SYSROOT;
    out.edition = defs == nullptr ? 0 : static_cast<uint32_t>(defs->edition);
    out.is_proc_macro = 0;
    return out;
  }
  out.name = to_public(std::string_view(node->name));
  out.package = at.part->first_package + node->package.value;
  out.kind = static_cast<rp_crate_kind>(static_cast<int>(node->kind) + 1);
  out.edition = static_cast<uint32_t>(node->edition);
  out.is_local = node->local ? 1 : 0;
  out.is_proc_macro = node->proc_macro ? 1 : 0;
  out.for_host = node->for_host ? 1 : 0;
  out.is_test = node->test_cfg ? 1 : 0;
  out.root = string_at(at.part->roots, index - at.part->first_crate);
  out.dependency_count = node->dependencies.size();
  out.fact_count = at.part->facts[index - at.part->first_crate].size();
  return out;
}

rp_crate_dependency rp_project_crate_dependency(const rp_project* project, size_t crate, size_t index) {
  const rp_project::Crate at = project == nullptr ? rp_project::Crate() : project->crate_at(crate);
  const rp::CrateNode* node = at.part == nullptr ? nullptr : at.node();
  if (node == nullptr || index >= node->dependencies.size()) return {kEmptyString, RP_NO_INDEX, RP_NO_INDEX};
  const rp::CrateDependency& dependency = node->dependencies[index];
  return {to_public(std::string_view(dependency.name)),
          dependency.crate ? at.part->first_crate + dependency.crate.value : RP_NO_INDEX,
          dependency.package ? at.part->first_package + dependency.package.value : RP_NO_INDEX};
}

rp_cfg_fact rp_project_crate_fact(const rp_project* project, size_t crate, size_t index) {
  const rp_project::Crate at = project == nullptr ? rp_project::Crate() : project->crate_at(crate);
  if (at.part == nullptr || at.node() == nullptr) return {kEmptyString, kEmptyString, 0};
  const std::vector<rp::manifest::CfgFact>& facts = at.part->facts[crate - at.part->first_crate];
  if (index >= facts.size()) return {kEmptyString, kEmptyString, 0};
  const rp::manifest::CfgFact& fact = facts[index];
  return {to_public(fact.key), fact.has_value ? to_public(fact.value) : kEmptyString, fact.has_value ? 1 : 0};
}

// ---- What was not seen, and what is wrong -----------------------------------------------------------------------

size_t rp_project_gap_count(const rp_project* project) { return project == nullptr ? 0 : project->gaps.size(); }

rp_gap rp_project_gap(const rp_project* project, size_t index) {
  const ProjectGap* gap = element_at(project, &rp_project::gaps, index);
  if (gap == nullptr) return {rp_gap_kind{}, 0, kNoPlace, kEmptyString, kEmptyString};
  return {static_cast<rp_gap_kind>(static_cast<int>(gap->gap->kind) + 1), gap->crate, project->public_place(gap->place),
          to_public(std::string_view(gap->gap->name)), to_public(std::string_view(gap->gap->message))};
}

RP_TAKES_ENUM rp_string rp_gap_kind_name(rp_gap_kind kind) {
  static constexpr std::string_view kNames[] = {
      "missing package", "unreadable file",          "opaque macro", "unresolved macro",
      "failed macro",    "unknown standard library", "limit"};
  const uint32_t number = enum_value(&kind);
  return number == 0 || number > std::size(kNames) ? kEmptyString : to_public(kNames[number - 1]);
}

size_t rp_project_problem_count(const rp_project* project) { return project == nullptr ? 0 : project->problems.size(); }

rp_problem rp_project_problem(const rp_project* project, size_t index) {
  const ProjectProblem* problem = element_at(project, &rp_project::problems, index);
  if (problem == nullptr) return {rp_problem_kind{}, kEmptyString, 0, kNoPlace, kEmptyString};
  return {problem->kind, to_public(problem->code), problem->crate, project->public_place(problem->place),
          to_public(std::string_view(problem->message))};
}

size_t rp_project_unread_count(const rp_project* project) { return project == nullptr ? 0 : project->unread.size(); }

rp_unread rp_project_unread(const rp_project* project, size_t index) {
  const rp::Unread* unread = element_at(project, &rp_project::unread, index);
  if (unread == nullptr) return {kEmptyString, kEmptyString};
  return {to_public(std::string_view(unread->path)), to_public(std::string_view(unread->reason))};
}

size_t rp_project_file_count(const rp_project* project) {
  return project == nullptr ? 0 : project->source_files.size();
}

rp_source_file rp_project_file(const rp_project* project, size_t index) {
  const ProjectSourceFile* file = element_at(project, &rp_project::source_files, index);
  if (file == nullptr) return {kEmptyString, rp_file_state{}, 0};
  return {to_public(std::string_view(file->path)), static_cast<rp_file_state>(static_cast<int>(file->state) + 1),
          file->crates.size()};
}

size_t rp_project_file_crate(const rp_project* project, size_t file, size_t index) {
  const ProjectSourceFile* of = element_at(project, &rp_project::source_files, file);
  return of == nullptr || index >= of->crates.size() ? RP_NO_INDEX : of->crates[index];
}

// ---- Rendering --------------------------------------------------------------------------------------------------

RP_TAKES_ENUM rp_status rp_project_render_graph(const rp_project* project, size_t workspace, rp_graph_format format,
                                                rp_buffer** out_buffer, rp_error** error) {
  const uint32_t number = enum_value(&format);
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (project == nullptr) return null_argument(error, "project");
    if (workspace >= project->parts.size())
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "workspace %zu of %zu", workspace, project->parts.size());
    if (number < RP_GRAPH_TEXT || number > RP_GRAPH_SVG)
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "`format` is %u, which is no rp_graph_format", number);
    return hand_over(
        rp::render_graph(*project->parts[workspace].project, static_cast<rp::GraphFormat>(number - 1), project->root),
        out_buffer);
  });
}

RP_TAKES_ENUM rp_status rp_project_render_symbols(const rp_project* project, size_t crate, rp_format format,
                                                  rp_buffer** out_buffer, rp_error** error) {
  const uint32_t number = enum_value(&format);
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (project == nullptr) return null_argument(error, "project");
    const rp_project::Crate at = project->crate_at(crate);
    if (at.part == nullptr)
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "crate %zu of %zu", crate, project->crate_count);
    if (number != RP_FORMAT_TEXT && number != RP_FORMAT_JSON)
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "`format` is %u, which symbols do not have", number);
    if (at.defs() == nullptr)
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "crate %zu was not read: its definitions are unknown", crate);
    return hand_over(
        rp::render_symbols(*at.part->project, at.index,
                           number == RP_FORMAT_JSON ? rp::SymbolFormat::Json : rp::SymbolFormat::Text, project->root),
        out_buffer);
  });
}

rp_status rp_project_render_expanded(const rp_project* project, size_t crate, const char* module, size_t length,
                                     rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (project == nullptr) return null_argument(error, "project");
    if (const rp_status s = check_text(error, "module", module, length); s != RP_OK) return s;
    const rp_project::Crate at = project->crate_at(crate);
    if (at.part == nullptr)
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "crate %zu of %zu", crate, project->crate_count);
    const rp::CrateDefs* defs = at.defs();
    if (defs == nullptr || defs->from_facts)
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "crate %zu was not read from sources: there is nothing to expand",
                   crate);
    const std::string_view path = as_view(module, length);
    if (!rp::module_by_path(*defs, path))
      return fail(error, RP_ERROR_NOT_FOUND, "no module `" + std::string(path) + "` in crate `" + defs->name + "`");
    return hand_over(rp::print_expanded(*at.part->project, at.index, path), out_buffer);
  });
}
