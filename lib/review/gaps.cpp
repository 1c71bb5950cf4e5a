#include "review/gaps.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "source/line_index.h"

namespace rp {
namespace {

GapKind to_kind(Gap::Kind kind) {
  switch (kind) {
    case Gap::Kind::MissingPackage:
      return GapKind::MissingPackage;
    case Gap::Kind::UnreadableFile:
      return GapKind::UnreadableFile;
    case Gap::Kind::OpaqueMacro:
      return GapKind::OpaqueMacro;
    case Gap::Kind::UnresolvedMacro:
      return GapKind::UnresolvedMacro;
    case Gap::Kind::FailedMacro:
      return GapKind::FailedMacro;
    case Gap::Kind::UnknownStd:
      return GapKind::UnknownStd;
    case Gap::Kind::Limit:
      return GapKind::Limit;
  }
  return GapKind::Limit;
}

class GapList {
 public:
  GapList(const PackagedWorkspace& workspace, ReviewResult* result)
      : root_(workspace.sources().root().empty() ? "/" : workspace.sources().root()), result_(*result) {}

  void add(const Project& project) {
    for (const PackageNode& package : project.graph.packages) {
      if (package.origin != PackageOrigin::Missing) continue;
      add(GapKind::MissingPackage, package.version.empty() ? package.name : package.name + " " + package.version,
          package.missing_reason, {}, nullptr);
    }
    for (const Gap& gap : project.gaps) {
      // Packages stand in the graph, with their names.
      if (gap.kind == Gap::Kind::MissingPackage && gap.crate == kNoCrate) continue;
      const std::string path = relative(gap.path);
      // A file is part of several crates: of a library, and of the same with its tests.
      if (!path.empty() && !seen_.emplace(static_cast<int>(gap.kind), path, gap.span.start, gap.name).second) continue;
      add(to_kind(gap.kind), gap.name, gap.message, path, path.empty() ? nullptr : &gap, &project);
    }
  }

  void add_inactive(const std::string& path, FileState state) {
    add(GapKind::InactiveFile, path,
        state == FileState::NoTarget ? "it lies in a package, and no target of it leads there"
                                     : "the target and the features that were chosen leave it out",
        path, nullptr);
  }

  void add_not_rust(const std::string& path, const std::string& why) {
    add(GapKind::NotRust, path, why, path, nullptr);
  }

  void finish() {
    for (auto& [key, gap] : gaps_) result_.gaps.push_back(gap);
  }

 private:
  [[nodiscard]] std::string relative(const std::string& path) const {
    if (path.empty() || !is_below(path, root_)) return {};
    return path.substr(root_ == "/" ? 1 : root_.size() + 1);
  }

  void add(GapKind kind, const std::string& name, const std::string& message, const std::string& path, const Gap* place,
           const Project* project = nullptr) {
    const std::string shown = is_utf8(name) ? name : to_utf8(name);
    const auto [at, added] = gaps_.try_emplace({static_cast<int>(kind), shown});
    ReviewGap& gap = at->second;
    if (!added) {
      ++gap.count;
      return;
    }
    gap.kind = kind;
    gap.name = result_.texts.add(shown);
    gap.message = result_.texts.add(is_utf8(message) ? message : to_utf8(message));
    gap.path = result_.texts.add(is_utf8(path) ? path : to_utf8(path));
    if (place == nullptr || project == nullptr) return;
    const CrateDefs* defs = project->analysis.crate(place->crate);
    if (defs == nullptr) return;
    for (const SourceInfo& info : defs->sources) {
      if (info.source == nullptr || info.path != place->path) continue;
      if (place->span.start > info.source->text.size()) return;
      gap.at = LineIndex(info.source->text).position(place->span.start);
      gap.has_place = true;
      return;
    }
  }

  const std::string root_;
  ReviewResult& result_;
  std::map<std::pair<int, std::string>, ReviewGap> gaps_;
  std::set<std::tuple<int, std::string, uint32_t, std::string>> seen_;
};

}  // namespace

void add_gaps(const PackagedWorkspace& workspace, const WorkspaceProjects& projects,
              std::span<const std::string> not_rust, ReviewResult* result) {
  GapList list(workspace, result);
  for (const WorkspaceProject& each : projects.projects) list.add(*each.project);
  for (size_t i = 0; i < workspace.files().size(); ++i) {
    const FileState state = projects.state_of(i);
    if (!not_rust[i].empty())
      list.add_not_rust(workspace.files()[i].path, not_rust[i]);
    else if (state == FileState::Inactive || state == FileState::NoTarget)
      list.add_inactive(workspace.files()[i].path, state);
  }
  list.finish();
}

}  // namespace rp
