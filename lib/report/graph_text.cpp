// The crate graph as a tree for people, as those know it who use `cargo tree`.
#include <algorithm>

#include "report/graph_view.h"

namespace rp {
namespace {

// Names in a line, cut where it gets too long.
std::string listed(const std::vector<std::string>& names, size_t width) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0 && out.size() + names[i].size() > width)
      return out + " and " + std::to_string(names.size() - i) + " more";
    out += (i == 0 ? "" : ", ") + names[i];
  }
  return out;
}

class TreeWriter {
 public:
  TreeWriter(const GraphView& view, std::string_view root) : view_(view), root_(root), printed_(view.nodes.size()) {}

  std::string run() {
    for (const uint32_t root : view_.roots) {
      // Members are shown at the left only; elsewhere their names stand alone.
      if (!out_.empty()) out_ += '\n';
      line(root, nullptr, "", "");
      children(root);
    }
    if (view_.roots.empty()) out_ += "no package\n";
    summary();
    return std::move(out_);
  }

 private:
  // What is open at each level: a loop in place of a recursion, since chains of dependencies may be long.
  struct Level {
    uint32_t package;
    size_t next;
    std::string prefix;
    manifest::DependencyKind kind;
    bool started;
  };

  void children(uint32_t root) {
    std::vector<Level> open;
    open.push_back({root, 0, "", manifest::DependencyKind::Normal, false});
    while (!open.empty()) {
      Level& level = open.back();
      const std::vector<GraphView::Edge>& edges = view_.nodes[level.package].edges;
      if (level.next == edges.size()) {
        open.pop_back();
        continue;
      }
      const GraphView::Edge& edge = edges[level.next++];
      if (!level.started || edge.kind != level.kind) {
        if (edge.kind != manifest::DependencyKind::Normal)
          out_ += level.prefix + "[" + std::string(dependency_kind_name(edge.kind)) + "-dependencies]\n";
        level.kind = edge.kind;
        level.started = true;
      }
      const bool last = level.next == edges.size() || edges[level.next].kind != edge.kind;
      const std::string prefix_here = level.prefix;
      const bool done = printed_[edge.to] || view_.nodes[edge.to].root;
      const bool again = done && !view_.nodes[edge.to].edges.empty();
      line(edge.to, &edge, prefix_here + (last ? "└── " : "├── "), again ? " (*)" : "");
      if (done) continue;
      printed_[edge.to] = true;
      open.push_back({edge.to, 0, prefix_here + (last ? "    " : "│   "), manifest::DependencyKind::Normal, false});
    }
  }

  void line(uint32_t index, const GraphView::Edge* edge, std::string_view prefix, std::string_view suffix) {
    const PackageNode& package = view_.graph.packages[index];
    out_.append(prefix).append(package_label(package));
    std::string notes;
    const auto note = [&](std::string_view text) {
      notes += notes.empty() ? "" : ", ";
      notes += text;
    };
    if (package.origin == PackageOrigin::Missing)
      note("missing");
    else if (package.origin != PackageOrigin::Registry && package.origin != PackageOrigin::Vendored &&
             package.origin != PackageOrigin::MadeUp)
      note(path_from(root_, package.folder));
    if (package.is_proc_macro) note("proc-macro");
    if (package.has_build_script) note("build script");
    if (edge != nullptr && !edge->renamed.empty()) note("as " + edge->renamed);
    if (edge != nullptr && edge->optional) note("optional");
    if (edge != nullptr && !edge->platforms.empty()) note(listed(edge->platforms, 60));
    if (!notes.empty()) out_ += " (" + notes + ")";
    if (suffix.empty() && !package.features.empty()) out_ += " [" + listed(package.features, 60) + "]";
    out_.append(suffix);
    out_ += '\n';
  }

  void summary() {
    size_t shown = 0;
    for (const GraphView::Node& node : view_.nodes) shown += node.shown;
    out_ += "\n" + std::to_string(shown) + (shown == 1 ? " package" : " packages") + " for " + view_.graph.target;
    if (view_.hidden > 0)
      out_ += "; " + std::to_string(view_.hidden) + " more in the lock file for other targets or features";
    out_ += '\n';
    const auto section = [&](std::string_view title, const std::vector<uint32_t>& packages, const auto& more) {
      if (packages.empty()) return;
      out_.append("\n").append(title).append(" (").append(std::to_string(packages.size())).append("):\n");
      for (const uint32_t each : packages)
        out_.append("  ")
            .append(package_label(view_.graph.packages[each]))
            .append(more(view_.graph.packages[each]))
            .append("\n");
    };
    section("missing, all names in them are unknown", view_.missing,
            [](const PackageNode& p) { return p.missing_reason.empty() ? std::string() : ": " + p.missing_reason; });
    section("code that runs at build time", view_.build_time, [](const PackageNode& p) {
      return std::string(p.is_proc_macro && p.has_build_script ? ": procedural macro and build script"
                         : p.is_proc_macro                     ? ": procedural macro"
                                                               : ": build script");
    });
    if (view_.duplicates.empty()) return;
    out_ += "\nin several versions (" + std::to_string(view_.duplicates.size()) + "):\n";
    for (const std::vector<uint32_t>& packages : view_.duplicates) {
      for (const uint32_t each : packages) {
        std::vector<std::string> from;
        for (uint32_t i = 0; i < view_.nodes.size(); ++i)
          for (const GraphView::Edge& edge : view_.nodes[i].edges)
            if (edge.to == each && view_.nodes[i].shown) {
              from.push_back(package_label(view_.graph.packages[i]));
              break;
            }
        out_ += "  " + package_label(view_.graph.packages[each]);
        if (!from.empty()) out_ += " from " + listed(from, 80);
        out_ += '\n';
      }
    }
  }

  const GraphView& view_;
  std::string_view root_;
  std::vector<bool> printed_;
  std::string out_;
};

}  // namespace

std::string render_graph_text(const GraphView& view, std::string_view root) { return TreeWriter(view, root).run(); }

}  // namespace rp
