// The crate graph as all its renderings show it: which packages, which edges, in which order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "names/project.h"

namespace rp {

struct GraphView {
  struct Edge {
    uint32_t to = 0;
    manifest::DependencyKind kind = manifest::DependencyKind::Normal;
    bool optional = false;
    std::vector<std::string> platforms;  // empty: on all
    std::string renamed;                 // as the dependent writes it, when that is another name
  };
  struct Node {
    bool shown = false;  // reached from a member by active edges
    bool root = false;
    bool duplicate = false;   // another version of it is there, too
    std::vector<Edge> edges;  // active ones, one for each package and kind, sorted by kind and name
  };
  explicit GraphView(const Project& project);

  const CrateGraph& graph;
  std::vector<Node> nodes;                        // by PackageId
  std::vector<uint32_t> roots;                    // members first, in the order of packages
  std::vector<std::vector<uint32_t>> duplicates;  // packages of one name
  std::vector<uint32_t> missing;                  // shown ones
  std::vector<uint32_t> build_time;               // those whose code runs at build time
  size_t hidden = 0;                              // packages that are only there for other targets or features
};

// "name v1.2.3", or the name alone.
std::string package_label(const PackageNode& package);
std::string_view origin_name(PackageOrigin origin);
std::string_view dependency_kind_name(manifest::DependencyKind kind);
// A path relative to `root` when it lies below it.
std::string path_from(std::string_view root, std::string_view path);

std::string render_graph_text(const GraphView& view, std::string_view root);
std::string render_graph_json(const GraphView& view, std::string_view root);
std::string render_graph_dot(const GraphView& view);
std::string render_graph_svg(const GraphView& view);

}  // namespace rp
