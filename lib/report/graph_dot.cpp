// The crate graph for Graphviz.
#include "report/graph_view.h"

namespace rp {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

std::string render_graph_dot(const GraphView& view) {
  std::string out =
      "digraph crates {\n  rankdir=LR;\n  node [shape=box, style=filled, fillcolor=white, fontname=monospace];\n"
      "  edge [color=\"#607080\"];\n";
  for (uint32_t i = 0; i < view.nodes.size(); ++i) {
    const GraphView::Node& node = view.nodes[i];
    if (!node.shown) continue;
    const PackageNode& package = view.graph.packages[i];
    out += "  p" + std::to_string(i) + " [label=" + quoted(package_label(package));
    if (package.origin == PackageOrigin::Missing)
      out += ", style=\"filled,dashed\", color=red";
    else if (node.root)
      out += ", fillcolor=\"#cfe2ff\"";
    else if (node.duplicate)
      out += ", fillcolor=\"#fff3c4\"";
    if (package.is_proc_macro || package.has_build_script) out += ", peripheries=2";
    out += "];\n";
  }
  for (uint32_t i = 0; i < view.nodes.size(); ++i) {
    if (!view.nodes[i].shown) continue;
    for (const GraphView::Edge& edge : view.nodes[i].edges) {
      out += "  p" + std::to_string(i) + " -> p" + std::to_string(edge.to);
      if (edge.kind == manifest::DependencyKind::Development) out += " [style=dotted, label=dev]";
      if (edge.kind == manifest::DependencyKind::Build) out += " [style=dashed, label=build]";
      out += ";\n";
    }
  }
  return out + "}\n";
}

}  // namespace rp
