// The crate graph and the definitions of a crate as text, JSON, DOT and SVG.
#include <nlohmann/json.hpp>

#include "names/query.h"
#include "names/workspace_projects.h"
#include "report/project_text.h"
#include "unit_test.h"

namespace {

using namespace rp;

struct World {
  World() : workspace(WorkspaceOptions()) {
    workspace.set_file("Cargo.toml", "[workspace]\nmembers = [\"app\", \"lib<&>\"]\nresolver = \"2\"\n");
    workspace.set_file("app/Cargo.toml",
                       "[package]\nname = \"app\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[dependencies]\n"
                       "core-lib = { path = \"../lib<&>\", optional = true }\nmine = { package = \"core-lib\", "
                       "path = \"../lib<&>\" }\ngone = \"1\"\n[target.'cfg(windows)'.dependencies]\nwin = \"1\"\n"
                       "[target.'cfg(unix)'.dependencies]\nnix = \"1\"\n"
                       "[build-dependencies]\ncore-lib = { path = \"../lib<&>\" }\n");
    workspace.set_file("app/build.rs", "fn main() {}\n");
    workspace.set_file("app/src/lib.rs", "//! Docs.\npub mod m { pub(super) fn f() {} }\n#[derive(Clone)] struct S;\n");
    workspace.set_file("lib<&>/Cargo.toml",
                       "[package]\nname = \"core-lib\"\nversion = \"0.2.0\"\nedition = \"2021\"\n[features]\n"
                       "default = [\"a\"]\na = []\n[dev-dependencies]\napp = { path = \"../app\" }\n");
    workspace.set_file("lib<&>/src/lib.rs", "");
    std::vector<Unread> unread;
    projects = analyze_workspace(workspace, load_cargo_projects(workspace, &unread), {});
  }
  [[nodiscard]] const Project& project() const { return *projects.projects[0].project; }
  PackagedWorkspace workspace;
  WorkspaceProjects projects;
};

void text(void**) {
  const World w;
  const std::string out = render_graph(w.project(), GraphFormat::Text, "/");
  assert_text_equal(out.substr(0, out.find("\nin several")),
                    "app v1.0.0 (app, build script)\n"
                    "├── core-lib v0.2.0 (lib<&>, as mine) (*)\n"
                    "├── gone (missing)\n"
                    "└── nix (missing, cfg(unix))\n"
                    "[build-dependencies]\n"
                    "└── core-lib v0.2.0 (lib<&>) (*)\n"
                    "\n"
                    "core-lib v0.2.0 (lib<&>) [a, default]\n"
                    "[dev-dependencies]\n"
                    "└── app v1.0.0 (app, build script) (*)\n"
                    "\n" +
                        out.substr(out.find("4 packages for"), out.find("\nin several") - out.find("4 packages for")));
  assert_true(out.find("code that runs at build time (1):\n  app v1.0.0: build script\n") != std::string::npos);
  assert_true(out.find("missing, all names in them are unknown (2):\n  gone") != std::string::npos);
}

void machines(void**) {
  const World w;
  const auto json = nlohmann::json::parse(render_graph(w.project(), GraphFormat::Json, "/"));
  assert_int_equal(json["schema_version"], 1);
  assert_text_equal(json["manifest"].get<std::string>(), "Cargo.toml");
  const auto& app = json["packages"][0];
  assert_text_equal(app["name"].get<std::string>(), "app");
  assert_text_equal(app["folder"].get<std::string>(), "app");
  bool windows = false;
  for (const auto& edge : app["dependencies"])
    if (edge["name"] == "win") windows = edge["active"].get<bool>();
  assert_false(windows);
  for (const auto& crate : json["crates"])
    for (const auto& dependency : crate["dependencies"])
      assert_true(dependency["crate"].is_null() == (dependency["name"] == "gone" || dependency["name"] == "nix"));
  const std::string dot = render_graph(w.project(), GraphFormat::Dot);
  assert_true(dot.starts_with("digraph crates {") && dot.ends_with("}\n"));
  assert_true(dot.find("style=dashed, label=build") != std::string::npos);
  assert_true(dot.find("color=red") != std::string::npos);
}

// Boxes do not overlap, nothing is outside of the picture, and texts are escaped.
void picture(void**) {
  const World w;
  const std::string svg = render_graph(w.project(), GraphFormat::Svg);
  assert_true(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
  const auto number_at = [&](size_t at) { return std::stod(svg.substr(at)); };
  const double width = number_at(svg.find("width=\"") + 7), height = number_at(svg.find("height=\"") + 8);
  struct Box {
    double x, y, width, height;
  };
  std::vector<Box> boxes;
  for (size_t at = svg.find("<rect x="); at != std::string::npos; at = svg.find("<rect x=", at + 1)) {
    const auto value = [&](const char* name) { return number_at(svg.find(name, at) + std::string_view(name).size()); };
    boxes.push_back({value("x=\""), value("y=\""), value("width=\""), value("height=\"")});
  }
  assert_int_equal(boxes.size(), 4 + 5);  // packages and the legend
  for (size_t i = 0; i < boxes.size(); ++i) {
    const Box& a = boxes[i];
    assert_true(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height);
    for (size_t k = 0; k < i; ++k) {
      const Box& b = boxes[k];
      assert_true(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y);
    }
  }
  assert_true(svg.find("lib<&>") == std::string::npos);
}

void symbols(void**) {
  const World w;
  const CrateIndex crate = find_definition(w.project(), "app").crate;
  const std::string out = render_symbols(w.project(), crate, SymbolFormat::Text, "/");
  assert_text_equal(out,
                    "app/src/lib.rs:1:1: pub module app (docs 1:1-1:10)\n"
                    "app/src/lib.rs:2:9: pub module app::m\n"
                    "app/src/lib.rs:2:27: pub(crate) function app::m::f\n"
                    "app/src/lib.rs:3:10: pub impl app::<impl core::clone::Clone for app::S> (from a macro)\n"
                    "app/src/lib.rs:3:10: pub associated function app::<app::S as core::clone::Clone>::clone (from a "
                    "macro)\n"
                    "app/src/lib.rs:3:25: pub(crate) struct app::S\n");
  const auto json = nlohmann::json::parse(render_symbols(w.project(), crate, SymbolFormat::Json, "/"));
  assert_text_equal(json["state"].get<std::string>(), "read");
  assert_int_equal(json["definitions"].size(), 6);
  for (const auto& definition : json["definitions"])
    if (definition.contains("parent")) assert_true(definition["parent"] < json["definitions"].size());
  assert_true(render_symbols(w.project(), 9999, SymbolFormat::Text).empty());
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(text), cmocka_unit_test(machines), cmocka_unit_test(picture), cmocka_unit_test(symbols))
