#include "abi/project_handle.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "abi/abi.h"

using rp::abi::ProjectGap;
using rp::abi::ProjectPlace;
using rp::abi::ProjectProblem;

rp_project::rp_project(const rp::PackagedWorkspace& workspace, rp::ProjectOptions options)
    : budget(workspace.options().memory_limit) {
  options.analysis.budget = &budget;
  std::vector<rp::Unread> left_out;
  const std::vector<rp::CargoProject> cargo = rp::load_cargo_projects(workspace, &left_out);
  projects = rp::analyze_workspace(workspace, cargo, options);
  root = workspace.sources().root().empty() ? "/" : workspace.sources().root();

  parts.reserve(projects.projects.size());  // pointers to parts stay
  for (const rp::WorkspaceProject& project : projects.projects) add_part(project);
  for (const Part& part : parts) {
    add_problems(part);
    add_gaps(part);
  }
  for (size_t i = 0; i < workspace.files().size(); ++i) {
    rp::abi::ProjectSourceFile file;
    file.path = workspace.files()[i].path;
    file.state = projects.state_of(i);
    for (const rp::FileInCrate& place : projects.places_of(i))
      file.crates.push_back(crate_number(parts[place.project], place.crate));
    source_files.push_back(std::move(file));
  }
  unread = workspace.unread();
  unread.insert(unread.end(), left_out.begin(), left_out.end());
  unread.insert(unread.end(), projects.unread.begin(), projects.unread.end());
  std::sort(unread.begin(), unread.end(), [](const rp::Unread& a, const rp::Unread& b) {
    return std::tie(a.path, a.reason) < std::tie(b.path, b.reason);
  });
}

std::string rp_project::shown(std::string_view path) const {
  if (root == "/") return rp::to_utf8(path.starts_with('/') ? path.substr(1) : path);
  if (rp::is_below(path, root) && path.size() > root.size()) return rp::to_utf8(path.substr(root.size() + 1));
  return rp::to_utf8(path);
}

uint32_t rp_project::file_number(std::string_view path) {
  const auto [at, added] = file_numbers_.emplace(std::string(path), static_cast<uint32_t>(files.size()));
  if (added) {
    files.emplace_back();
    files.back().shown = shown(path);
  }
  return at->second;
}

void rp_project::keep_text(uint32_t file, std::string_view text, bool lines) {
  rp::abi::ProjectFile& kept = files[file];
  if (!kept.has_text) {
    kept.text = text;
    kept.has_text = true;
  }
  if (!lines || kept.has_lines) return;
  kept.lines = rp::LineIndex(kept.text);
  kept.has_lines = true;
}

void rp_project::add_part(const rp::WorkspaceProject& project) {
  Part part;
  part.project = project.project.get();
  part.made_up = project.made_up;
  part.first_package = package_count;
  part.first_crate = crate_count;
  const rp::CrateGraph& graph = part.project->graph;
  if (!part.made_up) part.manifest = shown(graph.workspace.root_manifest);
  for (const rp::PackageNode& package : graph.packages)
    part.package_paths.emplace_back(package.folder.empty() ? std::string() : shown(package.folder),
                                    package.manifest_path.empty() ? std::string() : shown(package.manifest_path));
  for (const rp::CrateNode& crate : graph.crates) {
    part.roots.push_back(shown(crate.root_file));
    part.facts.push_back(crate.cfg.facts());
  }
  for (const rp::manifest::Manifest& manifest : graph.workspace.manifests)
    keep_text(file_number(manifest.path), manifest.document.text(), true);
  if (graph.lockfile != nullptr) keep_text(file_number(graph.lockfile->path), graph.lockfile->document.text(), true);
  part.sources.resize(part.project->analysis.crates.size());
  for (rp::CrateIndex i = 0; i < part.sources.size(); ++i) {
    const rp::CrateDefs* crate = part.project->analysis.crate(i);
    if (crate == nullptr) continue;
    part.sources[i].assign(crate->sources.size(), UINT32_MAX);
    for (size_t s = 0; s < crate->sources.size(); ++s) {
      const rp::SourceInfo& info = crate->sources[s];
      if (info.source == nullptr || info.path.empty()) continue;
      part.sources[i][s] = file_number(info.path);
      keep_text(part.sources[i][s], info.source->text, part.project->has_names[i]);
    }
  }
  package_count += graph.packages.size();
  crate_count += part.crate_count();
  parts.push_back(std::move(part));
}

void rp_project::add_problems(const Part& part) {
  const size_t first = problems.size();
  const rp::CrateGraph& graph = part.project->graph;
  const auto add_manifest = [&](const std::string& path, const rp::manifest::Problem& problem) {
    if (problem.severity != rp::manifest::Severity::Error) return;
    ProjectProblem out;
    out.kind = RP_PROBLEM_MANIFEST;
    out.place = {file_number(path), {problem.span.begin, problem.span.end}};
    out.message = problem.message;
    if (!problem.accepts.empty()) out.message.append("; cargo takes ").append(problem.accepts);
    problems.push_back(std::move(out));
  };
  for (const rp::manifest::Manifest& manifest : graph.workspace.manifests)
    for (const rp::manifest::Problem& problem : manifest.problems) add_manifest(manifest.path, problem);
  for (const rp::manifest::WorkspaceProblem& problem : graph.workspace.problems)
    add_manifest(problem.manifest < graph.workspace.manifests.size() ? graph.workspace.manifests[problem.manifest].path
                                                                     : graph.workspace.root_manifest,
                 problem.problem);
  if (graph.lockfile != nullptr)
    for (const rp::manifest::Problem& problem : graph.lockfile->problems) add_manifest(graph.lockfile->path, problem);
  for (const rp::GraphProblem& problem : graph.problems) {
    if (problem.missing) continue;  // a gap
    ProjectProblem out;
    out.kind = RP_PROBLEM_GRAPH;
    if (!problem.path.empty()) out.place = {file_number(problem.path), {problem.span.begin, problem.span.end}};
    out.message = problem.message;
    problems.push_back(std::move(out));
  }
  for (rp::CrateIndex i = 0; i < part.project->names.size(); ++i) {
    if (!part.project->has_names[i]) continue;
    for (const rp::NameDiagnostic& diagnostic : part.project->names[i].diagnostics) {
      if (!diagnostic.proven || !diagnostic.source) continue;
      const rp::WrittenPlace written =
          rp::written_place(*part.project->analysis.crate(i), diagnostic.source, diagnostic.span);
      ProjectProblem out;
      out.kind = RP_PROBLEM_NAME;
      out.code = diagnostic.code;
      out.crate = crate_number(part, i);
      out.place = place_of(part, {i, written.source, written.span});
      out.message = diagnostic.message;
      problems.push_back(std::move(out));
    }
  }
  for (size_t i = first; i < problems.size(); ++i) problems[i].message = rp::to_utf8(problems[i].message);
  const auto key = [&](const ProjectProblem& p) {
    const std::string_view path = p.place.file == UINT32_MAX ? std::string_view() : files[p.place.file].shown;
    return std::tuple(p.kind, path, p.place.span.start, p.place.span.end, p.code, std::string_view(p.message));
  };
  const auto begin = problems.begin() + static_cast<std::ptrdiff_t>(first);
  std::stable_sort(begin, problems.end(),
                   [&](const ProjectProblem& a, const ProjectProblem& b) { return key(a) < key(b); });
  // A file that several crates share has one error.
  problems.erase(std::unique(begin, problems.end(),
                             [&](const ProjectProblem& a, const ProjectProblem& b) { return key(a) == key(b); }),
                 problems.end());
}

void rp_project::add_gaps(const Part& part) {
  for (const rp::Gap& gap : part.project->gaps) {
    ProjectGap out;
    out.gap = &gap;
    if (gap.crate != rp::kNoCrate) out.crate = crate_number(part, gap.crate);
    if (!gap.path.empty()) out.place = {file_number(gap.path), gap.span};
    gaps.push_back(out);
  }
}

const rp_project::Part* rp_project::part_of_package(size_t package) const {
  for (const Part& part : parts)
    if (package >= part.first_package && package - part.first_package < part.project->graph.packages.size())
      return &part;
  return nullptr;
}

rp_project::Crate rp_project::crate_at(size_t index) const {
  for (const Part& part : parts) {
    if (index < part.first_crate || index - part.first_crate >= part.crate_count()) continue;
    const size_t at = index - part.first_crate;
    const size_t own = part.project->graph.crates.size();
    return {&part, static_cast<rp::CrateIndex>(at < own ? at + rp::kSysrootCrates : at - own)};
  }
  return {};
}

size_t rp_project::crate_number(const Part& part, rp::CrateIndex index) const {
  if (index >= part.crate_count()) return RP_NO_INDEX;
  return part.first_crate +
         (index >= rp::kSysrootCrates ? index - rp::kSysrootCrates : part.project->graph.crates.size() + index);
}

rp_definition rp_project::public_definition(const Part& part, rp::DefRef def) const {
  if (part.project->analysis.def(def) == nullptr) return {nullptr, 0, 0};
  return {this, static_cast<uint32_t>(crate_number(part, def.crate)), def.def.value};
}

ProjectPlace rp_project::place_of(const Part& part, const rp::FilePlace& place) const {
  if (place.crate >= part.sources.size() || !place.source || place.source.value >= part.sources[place.crate].size())
    return {};
  return {part.sources[place.crate][place.source.value], place.span};
}

rp_place rp_project::public_place(const ProjectPlace& place) const {
  using rp::abi::kEmptyString;
  rp_place out = {kEmptyString, {0, 0}, {0, 0, 0}, {0, 0, 0}, kEmptyString};
  if (place.file >= files.size()) return out;
  const rp::abi::ProjectFile& file = files[place.file];
  out.path = rp::abi::to_public(std::string_view(file.shown));
  out.span = {place.span.start, place.span.end};
  if (!file.has_text) return out;
  const auto position = [&](uint32_t offset) -> rp_position {
    offset = std::min(offset, static_cast<uint32_t>(file.text.size()));
    if (file.has_lines) {
      const rp::LineColumn at = file.lines.position(offset);
      return {at.line, at.column_bytes, at.column_utf16};
    }
    // A dependency's, seldom asked for: no index is kept.
    const std::string_view before = file.text.substr(0, offset);
    const size_t line = before.rfind('\n') + 1;  // npos + 1 is 0
    uint32_t units = 0;
    for (const char c : before.substr(line)) {
      const auto byte = static_cast<unsigned char>(c);
      units += (byte & 0xC0) != 0x80 ? (byte >= 0xF0 ? 2 : 1) : 0;
    }
    return {static_cast<uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            static_cast<uint32_t>(before.size() - line) + 1, units + 1};
  };
  out.start = position(place.span.start);
  out.end = position(place.span.end);
  return out;
}

std::vector<rp::FileInCrate> rp_project::places_of(std::string_view path) const {
  const std::string absolute = rp::manifest::join_path(root, path);
  std::vector<rp::FileInCrate> places;
  const std::string relative = shown(absolute);
  const auto at =
      std::lower_bound(source_files.begin(), source_files.end(), relative,
                       [](const rp::abi::ProjectSourceFile& f, const std::string& p) { return f.path < p; });
  if (at != source_files.end() && at->path == relative) {
    const auto span = projects.places_of(static_cast<size_t>(at - source_files.begin()));
    places.assign(span.begin(), span.end());
    if (!places.empty()) return places;
  }
  // Outside of the folder, or by another name.
  for (uint32_t i = 0; i < parts.size(); ++i)
    for (const rp::FilePlace& place : rp::sources_of_file(*parts[i].project, absolute))
      places.push_back({i, place.crate, place.source, false});
  return places;
}
