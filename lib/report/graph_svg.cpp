// The crate graph as a picture: layers from left to right, every edge drawn through the layers between its ends.
//
// The way of Sugiyama: layers by the longest path from the members, dummy nodes where an edge crosses a layer, the
// order in each layer by the mean of the neighbours' places, then places that come near to those means without overlap.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "report/char_width.h"
#include "report/graph_view.h"

namespace rp {
namespace {

constexpr double kLetter = 7.3;  // of the 12-pixel monospace font
constexpr double kBoxHeight = 22;
constexpr double kBoxGap = 8;
constexpr double kDummyHeight = 6;
constexpr double kDummyGap = 3;
constexpr double kLayerGap = 70;
constexpr double kMargin = 24;
constexpr size_t kLongestLabel = 40;
constexpr int kSweeps = 12;
// Beyond this only the nodes are placed: no one can follow so many lines, and dummy nodes would be without number.
constexpr size_t kMaxSegments = 20'000;

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // Control characters are no XML.
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
  }
  return out;
}

std::string number(double value) {
  char text[32];
  const long long tenths = std::llround(value * 10);
  std::snprintf(text, sizeof text, tenths % 10 == 0 ? "%lld" : "%lld.%lld", tenths / 10, std::llabs(tenths % 10));
  return text;
}

class Layout {
 public:
  explicit Layout(const GraphView& view) : view_(view) {}

  std::string draw() {
    assign_layers();
    make_items();
    order();
    place();
    return write();
  }

 private:
  struct Item {  // a package, or a point where an edge crosses a layer
    uint32_t package = UINT32_MAX;
    uint32_t layer = 0;
    double y = 0;  // of its middle
    double wanted = 0;
    std::vector<uint32_t> left, right;
    [[nodiscard]] double height() const { return package == UINT32_MAX ? kDummyHeight : kBoxHeight; }
  };
  struct Line {
    const GraphView::Edge* edge = nullptr;
    uint32_t from = 0;
    std::vector<uint32_t> items;  // first to last
  };

  // Longest paths from the members. Dev dependencies may form rings; an edge that closes one is left out here.
  void assign_layers() {
    const size_t count = view_.nodes.size();
    std::vector<uint8_t> state(count);  // 1 open, 2 done
    std::vector<uint32_t> finished;
    struct Open {
      uint32_t package;
      size_t next;
    };
    forward_.resize(count);
    for (const uint32_t root : view_.roots) {
      if (state[root] != 0) continue;
      std::vector<Open> open = {{root, 0}};
      state[root] = 1;
      while (!open.empty()) {
        Open& at = open.back();
        const std::vector<GraphView::Edge>& edges = view_.nodes[at.package].edges;
        if (at.next == edges.size()) {
          state[at.package] = 2;
          finished.push_back(at.package);
          open.pop_back();
          continue;
        }
        const uint32_t to = edges[at.next++].to;
        if (state[to] != 1) forward_[at.package].push_back(static_cast<uint32_t>(at.next - 1));
        if (state[to] != 0) continue;
        state[to] = 1;
        open.push_back({to, 0});
      }
    }
    layer_.assign(count, 0);
    for (size_t i = finished.size(); i-- > 0;)
      for (const uint32_t e : forward_[finished[i]]) {
        const uint32_t to = view_.nodes[finished[i]].edges[e].to;
        layer_[to] = std::max(layer_[to], layer_[finished[i]] + 1);
      }
    for (uint32_t i = 0; i < count; ++i)
      if (view_.nodes[i].shown) layers_.resize(std::max<size_t>(layers_.size(), layer_[i] + 1));
  }

  void make_items() {
    item_of_.assign(view_.nodes.size(), UINT32_MAX);
    for (uint32_t i = 0; i < view_.nodes.size(); ++i)
      if (view_.nodes[i].shown) item_of_[i] = add_item(i, layer_[i]);
    for (uint32_t i = 0; i < view_.nodes.size() && items_.size() < kMaxSegments; ++i) {
      if (!view_.nodes[i].shown) continue;
      for (const uint32_t e : forward_[i]) {
        const GraphView::Edge& edge = view_.nodes[i].edges[e];
        // Two kinds of dependency on one package are drawn as one line, the plainest.
        const bool drawn = std::any_of(forward_[i].begin(), forward_[i].end(), [&](uint32_t other) {
          return other < e && view_.nodes[i].edges[other].to == edge.to;
        });
        if (drawn) continue;
        Line line;
        line.edge = &edge;
        line.from = i;
        line.items.push_back(item_of_[i]);
        for (uint32_t layer = layer_[i] + 1; layer < layer_[edge.to]; ++layer)
          line.items.push_back(add_item(UINT32_MAX, layer));
        line.items.push_back(item_of_[edge.to]);
        for (size_t k = 0; k + 1 < line.items.size(); ++k) {
          items_[line.items[k]].right.push_back(line.items[k + 1]);
          items_[line.items[k + 1]].left.push_back(line.items[k]);
        }
        lines_.push_back(std::move(line));
      }
    }
  }

  uint32_t add_item(uint32_t package, uint32_t layer) {
    Item item;
    item.package = package;
    item.layer = layer;
    items_.push_back(std::move(item));
    layers_[layer].push_back(static_cast<uint32_t>(items_.size() - 1));
    return static_cast<uint32_t>(items_.size() - 1);
  }

  void order() {
    for (std::vector<uint32_t>& layer : layers_) stack(layer);
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      const bool to_right = sweep % 2 == 0;
      for (size_t i = 0; i < layers_.size(); ++i) {
        std::vector<uint32_t>& layer = layers_[to_right ? i : layers_.size() - 1 - i];
        for (const uint32_t each : layer)
          items_[each].wanted = mean(to_right ? items_[each].left : items_[each].right, items_[each].y);
        std::stable_sort(layer.begin(), layer.end(),
                         [&](uint32_t a, uint32_t b) { return items_[a].wanted < items_[b].wanted; });
        stack(layer);
      }
    }
  }

  double mean(const std::vector<uint32_t>& neighbours, double otherwise) const {
    if (neighbours.empty()) return otherwise;
    double sum = 0;
    for (const uint32_t each : neighbours) sum += items_[each].y;
    return sum / static_cast<double>(neighbours.size());
  }

  double gap(const Item& a, const Item& b) const {
    return (a.height() + b.height()) / 2 + (a.package == UINT32_MAX || b.package == UINT32_MAX ? kDummyGap : kBoxGap);
  }

  // One below the other, the middle of the layer at 0.
  void stack(const std::vector<uint32_t>& layer) {
    double y = 0;
    for (size_t i = 0; i < layer.size(); ++i) {
      if (i > 0) y += gap(items_[layer[i - 1]], items_[layer[i]]);
      items_[layer[i]].y = y;
    }
    for (const uint32_t each : layer) items_[each].y -= y / 2;
  }

  // Every item towards the mean of its neighbours, as near as the order allows: the places that have the least sum of
  // squares, found by pooling those that would overlap.
  void settle(const std::vector<uint32_t>& layer) {
    struct Pool {
      double sum;
      size_t count;
      [[nodiscard]] double mean() const { return sum / static_cast<double>(count); }
    };
    std::vector<Pool> pools;
    double below = 0;  // of the first item, when all stand as close as they may
    for (size_t i = 0; i < layer.size(); ++i) {
      if (i > 0) below += gap(items_[layer[i - 1]], items_[layer[i]]);
      pools.push_back({items_[layer[i]].wanted - below, 1});
      while (pools.size() > 1 && pools[pools.size() - 2].mean() > pools.back().mean()) {
        const Pool last = pools.back();
        pools.pop_back();
        pools.back().sum += last.sum;
        pools.back().count += last.count;
      }
    }
    size_t at = 0;
    below = 0;
    for (const Pool& pool : pools)
      for (size_t i = 0; i < pool.count; ++i, ++at) {
        if (at > 0) below += gap(items_[layer[at - 1]], items_[layer[at]]);
        items_[layer[at]].y = pool.mean() + below;
      }
  }

  void place() {
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
      for (size_t i = 0; i < layers_.size(); ++i) {
        const std::vector<uint32_t>& layer = layers_[sweep % 2 == 0 ? i : layers_.size() - 1 - i];
        for (const uint32_t each : layer) {
          Item& item = items_[each];
          std::vector<uint32_t> both = item.left;
          both.insert(both.end(), item.right.begin(), item.right.end());
          item.wanted = mean(both, item.y);
        }
        settle(layer);
      }
    }
    double top = 0;
    for (const Item& item : items_) top = std::min(top, item.y - item.height() / 2);
    for (Item& item : items_) {
      item.y += kMargin - top;
      bottom_ = std::max(bottom_, item.y + item.height() / 2);
    }
    double x = kMargin;
    for (const std::vector<uint32_t>& layer : layers_) {
      double width = 0;
      for (const uint32_t each : layer)
        if (items_[each].package != UINT32_MAX) width = std::max(width, box_width(items_[each].package));
      left_.push_back(x);
      widths_.push_back(width);
      // Where many lines turn, they need room to do so.
      x += width + kLayerGap + std::min(160.0, static_cast<double>(layer.size()));
    }
    right_ = left_.empty() ? kMargin : left_.back() + widths_.back();
  }

  [[nodiscard]] std::string label(uint32_t package) const {
    std::string text = package_label(view_.graph.packages[package]);
    if (text.size() <= kLongestLabel) return text;
    size_t end = kLongestLabel - 1;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "…";
  }
  [[nodiscard]] double box_width(uint32_t package) const {
    return static_cast<double>(text_width(label(package))) * kLetter + 16;
  }

  // ---- Writing ----

  void write_line(const Line& line) {
    const Item& first = items_[line.items.front()];
    double x = left_[first.layer] + box_width(first.package);
    double y = first.y;
    out_ += "<path class=\"";
    out_ += line.edge->kind == manifest::DependencyKind::Development ? "e d"
            : line.edge->kind == manifest::DependencyKind::Build     ? "e b"
                                                                     : "e";
    out_ += "\" d=\"M" + number(x) + " " + number(y);
    // Straight through the column of boxes that it starts beside.
    if (x < left_[first.layer] + widths_[first.layer]) {
      x = left_[first.layer] + widths_[first.layer];
      out_ += "H" + number(x);
    }
    for (size_t i = 1; i < line.items.size(); ++i) {
      const Item& to = items_[line.items[i]];
      const double end = left_[to.layer];
      const double middle = (x + end) / 2;
      out_ += "C" + number(middle) + " " + number(y) + " " + number(middle) + " " + number(to.y) + " " + number(end) +
              " " + number(to.y);
      x = end;
      y = to.y;
      if (i + 1 < line.items.size()) {
        x += widths_[to.layer];
        out_ += "H" + number(x);
      }
    }
    out_ += "\"><title>" + escape(package_label(view_.graph.packages[line.from])) + " → " +
            escape(package_label(view_.graph.packages[line.edge->to])) + "</title></path>\n";
  }

  void write_box(const Item& item) {
    const PackageNode& package = view_.graph.packages[item.package];
    const GraphView::Node& node = view_.nodes[item.package];
    const double x = left_[item.layer];
    std::string style = package.origin == PackageOrigin::Missing ? "m" : node.root ? "r" : node.duplicate ? "u" : "p";
    if (package.is_proc_macro || package.has_build_script) style += " x";
    out_ += "<g class=\"" + style + "\"><rect x=\"" + number(x) + "\" y=\"" + number(item.y - kBoxHeight / 2) +
            "\" width=\"" + number(box_width(item.package)) + "\" height=\"" + number(kBoxHeight) +
            "\" rx=\"4\"/><text x=\"" + number(x + 8) + "\" y=\"" + number(item.y + 4) + "\">" +
            escape(label(item.package)) + "</text><title>" + escape(package_label(package));
    if (package.is_proc_macro) out_ += ", procedural macro";
    if (package.has_build_script) out_ += ", build script";
    if (!package.missing_reason.empty()) out_ += ", missing: " + escape(package.missing_reason);
    for (size_t i = 0; i < package.features.size(); ++i)
      out_ += (i == 0 ? "; features " : ", ") + escape(package.features[i]);
    out_ += "</title></g>\n";
  }

  void write_legend(double y) {
    struct Entry {
      const char* style;
      const char* text;
    };
    static constexpr Entry kEntries[] = {{"r", "member"},
                                         {"p", "dependency"},
                                         {"p x", "runs code at build time"},
                                         {"u", "several versions"},
                                         {"m", "missing"}};
    double x = kMargin;
    for (const Entry& entry : kEntries) {
      const std::string_view text = entry.text;
      const double width = static_cast<double>(text.size()) * kLetter + 16;
      out_ += std::string("<g class=\"") + entry.style + "\"><rect x=\"" + number(x) + "\" y=\"" + number(y) +
              "\" width=\"" + number(width) + "\" height=\"" + number(kBoxHeight) + "\" rx=\"4\"/><text x=\"" +
              number(x + 8) + "\" y=\"" + number(y + 15) + "\">" + entry.text + "</text></g>\n";
      x += width + 12;
    }
    for (const auto& [style, text] : {std::pair("e d", "dev"), std::pair("e b", "build")}) {
      out_ += std::string("<path class=\"") + style + "\" d=\"M" + number(x) + " " + number(y + 11) +
              "h36\"/><text x=\"" + number(x + 42) + "\" y=\"" + number(y + 15) + "\">" + text + "</text>\n";
      x += 42 + static_cast<double>(std::string_view(text).size()) * kLetter + 16;
    }
    right_ = std::max(right_, x);
  }

  std::string write() {
    std::string body;
    for (const Line& line : lines_) write_line(line);
    for (const Item& item : items_)
      if (item.package != UINT32_MAX) write_box(item);
    write_legend(bottom_ + kMargin);
    body.swap(out_);
    const std::string width = number(right_ + kMargin);
    const std::string height = number(bottom_ + 2 * kMargin + kBoxHeight);
    out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" + height +
           "\" viewBox=\"0 0 " + width + " " + height +
           "\">\n<title>crate graph</title>\n<style>text{font:12px monospace;fill:#1b2733}"
           "rect{fill:#fff;stroke:#8a99a8}.r rect{fill:#cfe2ff;stroke:#2f6fd0}.u rect{fill:#fff3c4;stroke:#b58900}"
           ".m rect{fill:#fff;stroke:#c62828;stroke-dasharray:4 3}.m text{fill:#c62828}"
           ".x rect{stroke-width:2.5;stroke:#7b3fb5}.e{fill:none;stroke:#5d7288;stroke-opacity:.55}"
           ".d{stroke-dasharray:2 3}.b{stroke-dasharray:7 3}.e:hover{stroke:#d02f2f;stroke-opacity:1;stroke-width:2.5}"
           "</style>\n<rect width=\"100%\" height=\"100%\" style=\"fill:#fff;stroke:none\"/>\n" +
           body + "</svg>\n";
    return std::move(out_);
  }

  const GraphView& view_;
  std::vector<std::vector<uint32_t>> forward_;  // edges of each package that close no ring
  std::vector<uint32_t> layer_;
  std::vector<std::vector<uint32_t>> layers_;  // items, top to bottom
  std::vector<uint32_t> item_of_;
  std::vector<Item> items_;
  std::vector<Line> lines_;
  std::vector<double> left_, widths_;
  double bottom_ = 0, right_ = 0;
  std::string out_;
};

}  // namespace

std::string render_graph_svg(const GraphView& view) { return Layout(view).draw(); }

}  // namespace rp
