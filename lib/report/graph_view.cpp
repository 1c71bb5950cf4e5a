#include "report/graph_view.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "report/project_text.h"
#include "source/file_system.h"

namespace rp {

GraphView::GraphView(const Project& project) : graph(project.graph), nodes(project.graph.packages.size()) {
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const PackageNode& package = graph.packages[i];
    if (package.origin == PackageOrigin::Member || package.origin == PackageOrigin::MadeUp) roots.push_back(i);
    for (const PackageEdge& edge : package.dependencies) {
      // What a missing package needs is known from the lock file alone: whether it is built is not.
      if (!edge.active && package.origin != PackageOrigin::Missing) continue;
      std::vector<Edge>& edges = nodes[i].edges;
      const auto same = std::find_if(edges.begin(), edges.end(),
                                     [&](const Edge& e) { return e.to == edge.to.value && e.kind == edge.kind; });
      const bool everywhere = edge.platform.empty();
      if (same != edges.end()) {
        same->optional = same->optional && edge.optional;
        if (everywhere || same->platforms.empty())
          same->platforms.clear();
        else
          same->platforms.push_back(edge.platform);
        continue;
      }
      Edge added;
      added.to = edge.to.value;
      added.kind = edge.kind;
      added.optional = edge.optional;
      if (!everywhere) added.platforms.push_back(edge.platform);
      if (edge.name != graph.packages[added.to].name) added.renamed = edge.name;
      edges.push_back(std::move(added));
    }
    std::sort(nodes[i].edges.begin(), nodes[i].edges.end(),
              [](const Edge& a, const Edge& b) { return std::tie(a.kind, a.to) < std::tie(b.kind, b.to); });
  }
  std::vector<uint32_t> open = roots;
  for (const uint32_t root : roots) nodes[root].shown = nodes[root].root = true;
  while (!open.empty()) {
    const uint32_t at = open.back();
    open.pop_back();
    for (const Edge& edge : nodes[at].edges) {
      // Dev dependencies of others are not built.
      if (nodes[edge.to].shown) continue;
      nodes[edge.to].shown = true;
      open.push_back(edge.to);
    }
  }
  std::map<std::string_view, std::vector<uint32_t>> by_name;
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const PackageNode& package = graph.packages[i];
    if (!nodes[i].shown) {
      ++hidden;
      continue;
    }
    by_name[package.name].push_back(i);
    if (package.origin == PackageOrigin::Missing) missing.push_back(i);
    if (package.has_build_script || package.is_proc_macro) build_time.push_back(i);
  }
  for (auto& [name, packages] : by_name) {
    if (packages.size() < 2 || graph.packages[packages[0]].origin == PackageOrigin::MadeUp) continue;
    for (const uint32_t each : packages) nodes[each].duplicate = true;
    duplicates.push_back(std::move(packages));
  }
}

std::string package_label(const PackageNode& package) {
  return package.version.empty() ? package.name : package.name + " v" + package.version;
}

std::string_view origin_name(PackageOrigin origin) {
  static constexpr std::array<std::string_view, 8> kNames = {"member", "path",  "vendored", "registry",
                                                             "git",    "named", "missing",  "made up"};
  static_assert(kNames.size() == static_cast<size_t>(PackageOrigin::MadeUp) + 1);
  return kNames[static_cast<size_t>(origin)];
}

std::string_view dependency_kind_name(manifest::DependencyKind kind) {
  switch (kind) {
    case manifest::DependencyKind::Development:
      return "dev";
    case manifest::DependencyKind::Build:
      return "build";
    default:
      return "normal";
  }
}

std::string path_from(std::string_view root, std::string_view path) {
  if (root == "/") root = {};
  if (root.empty() ? path.starts_with('/') && path.size() > 1 : path.size() > root.size() && is_below(path, root))
    path.remove_prefix(root.size() + 1);
  return to_utf8(path);
}

std::string render_graph(const Project& project, GraphFormat format, std::string_view root) {
  const GraphView view(project);
  switch (format) {
    case GraphFormat::Text:
      return render_graph_text(view, root);
    case GraphFormat::Json:
      return render_graph_json(view, root);
    case GraphFormat::Dot:
      return render_graph_dot(view);
    case GraphFormat::Svg:
      return render_graph_svg(view);
  }
  return {};
}

}  // namespace rp
