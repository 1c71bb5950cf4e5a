// What an rp_project holds: the projects of a workspace, and what its getters hand out, made once so that they cannot
// fail.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "names/query.h"
#include "names/workspace_projects.h"
#include "rustpro/rustpro.h"
#include "source/line_index.h"

namespace rp::abi {

// A file that places are in.
struct ProjectFile {
  std::string shown;      // relative to the workspace's folder when it lies below it
  std::string_view text;  // empty when it is not at hand
  bool has_text = false;
  bool has_lines = false;
  LineIndex lines;
};

struct ProjectPlace {
  uint32_t file = UINT32_MAX;  // in rp_project::files
  ByteSpan span;
};

struct ProjectProblem {
  rp_problem_kind kind = RP_PROBLEM_MANIFEST;
  std::string_view code;
  size_t crate = RP_NO_INDEX;
  ProjectPlace place;
  std::string message;
};

struct ProjectGap {
  const Gap* gap = nullptr;
  size_t crate = RP_NO_INDEX;
  ProjectPlace place;
};

struct ProjectSourceFile {
  std::string path;
  FileState state = FileState::Unread;
  std::vector<size_t> crates;
};

struct ProjectTypes;  // layout.cpp

}  // namespace rp::abi

struct rp_project {
  rp_project(const rp::PackagedWorkspace& workspace, rp::ProjectOptions options);

  // One of cargo's workspaces.
  struct Part {
    const rp::Project* project = nullptr;
    std::string manifest;
    bool made_up = false;
    size_t first_package = 0;
    size_t first_crate = 0;  // those of the graph, then the sysroot's
    // Of each package: its folder and manifest as shown.
    std::vector<std::pair<std::string, std::string>> package_paths;
    std::vector<std::string> roots;                         // of each crate of the graph, as shown
    std::vector<std::vector<rp::manifest::CfgFact>> facts;  // of each crate of the graph
    std::vector<std::vector<uint32_t>> sources;             // by CrateIndex and SourceId: the file; UINT32_MAX for none
    [[nodiscard]] size_t crate_count() const { return project->analysis.crates.size(); }
  };
  struct Crate {
    const Part* part = nullptr;
    rp::CrateIndex index = rp::kNoCrate;
    [[nodiscard]] const rp::CrateDefs* defs() const { return part->project->analysis.crate(index); }
    // Null for the sysroot's.
    [[nodiscard]] const rp::CrateNode* node() const {
      const rp::CrateId id = rp::Project::crate_of(index);
      return id ? &part->project->graph.crates[id.value] : nullptr;
    }
  };

  [[nodiscard]] const Part* part_of_package(size_t package) const;
  // `part` null when there is no such crate.
  [[nodiscard]] Crate crate_at(size_t index) const;
  [[nodiscard]] size_t crate_number(const Part& part, rp::CrateIndex index) const;
  [[nodiscard]] rp_definition public_definition(const Part& part, rp::DefRef def) const;
  [[nodiscard]] rp::abi::ProjectPlace place_of(const Part& part, const rp::FilePlace& place) const;
  [[nodiscard]] rp_place public_place(const rp::abi::ProjectPlace& place) const;
  // The places of a file of the workspace, by its path relative to the folder or absolute.
  [[nodiscard]] std::vector<rp::FileInCrate> places_of(std::string_view path) const;

  rp::MemoryBudget budget;  // outlives what is charged to it
  rp::WorkspaceProjects projects;
  std::string root;  // of the workspace, absolute
  std::vector<Part> parts;
  size_t package_count = 0;
  size_t crate_count = 0;
  std::vector<rp::abi::ProjectFile> files;
  std::vector<rp::abi::ProjectGap> gaps;
  std::vector<rp::abi::ProjectProblem> problems;
  std::vector<rp::abi::ProjectSourceFile> source_files;
  std::vector<rp::Unread> unread;

  // What is known of types, made when it is asked for the first time; it belongs to whoever holds the lock.
  mutable std::mutex types_mutex;
  mutable std::unordered_map<const Part*, std::shared_ptr<rp::abi::ProjectTypes>> types;

 private:
  void add_part(const rp::WorkspaceProject& project);
  void add_problems(const Part& part);
  void add_gaps(const Part& part);
  [[nodiscard]] std::string shown(std::string_view path) const;
  uint32_t file_number(std::string_view path);
  void keep_text(uint32_t file, std::string_view text, bool lines);

  std::unordered_map<std::string, uint32_t> file_numbers_;  // by absolute path
};
