// The parts of putting a package together that have files of their own.
#pragma once

#include <string>
#include <string_view>

#include "manifest/package.h"
#include "manifest/reading.h"

namespace rp::manifest {

// Everything that is at hand while one package is put together.
struct Assembly {
  const Manifest& manifest;
  const Manifest* root;  // the workspace's manifest, or NULL
  ManifestReader& reader;
  Arena& arena;
  std::span<const PathBase> path_bases;
  Package& package;

  [[nodiscard]] const WorkspaceTable* workspace() const {
    return root != nullptr && root->workspace ? &*root->workspace : nullptr;
  }
  [[nodiscard]] std::string_view root_folder() const { return root == nullptr ? "" : path_parent(root->path); }

  void report(Severity severity, Span span, std::string_view message, std::string_view accepts = {}) {
    package.problems.push_back({severity, span, arena.copy(message), arena.copy(accepts)});
    if (severity == Severity::Error) package.usable = false;
  }
  void error(Span span, std::string_view message, std::string_view accepts = {}) {
    report(Severity::Error, span, message, accepts);
  }
  void warn(Span span, std::string_view message, std::string_view accepts = {}) {
    report(Severity::Warning, span, message, accepts);
  }
};

// Each needs what those above it fill in.
void assemble_dependencies(Assembly& assembly);
void assemble_features(Assembly& assembly);
void assemble_targets(Assembly& assembly);

}  // namespace rp::manifest
