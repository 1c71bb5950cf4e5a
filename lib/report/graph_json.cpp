// The crate graph as JSON. One object:
//
//   schema_version   1. Members may be added without a new number; none is taken away or changes its meaning.
//   manifest         the path of the workspace's root manifest; absent when the crates were made up
//   target           what it is built for
//   packages         [{"name", "version", "source"?, "checksum"?, "origin": "member" | "path" | "vendored" | "registry"
//   |
//                    "git" | "named" | "missing" | "made up", "missing_reason"?, "folder"?, "features": [string],
//                    "build_features": [string], "build_script": bool, "proc_macro": bool, "built_for_target": bool,
//                    "built_for_host": bool, "dependencies": [{"package": index, "name", "kind": "normal" | "dev" |
//                    "build", "optional": bool, "active": bool, "platform"?}]}], sorted by name and version
//   crates           [{"name", "package": index, "kind": "lib" | "bin" | "example" | "test" | "bench" | "build script",
//                    "edition": number, "root", "local": bool, "proc_macro": bool, "for_host": bool, "test": bool,
//                    "dependencies": [{"name", "crate": index | null, "package": index | null}]}], each behind those it
//                    depends on; a crate that is null is missing
//   missing          [index of a package]: all names in them are unknown
//   build_time_code  [index of a package]: build scripts and procedural macros
//   duplicates       [[index of a package]]: several versions of one name
//   problems         [{"path", "message", "missing": bool}]
#include <array>

#include "report/graph_view.h"
#include "report/json_writer.h"

namespace rp {
namespace {

class GraphWriter {
 public:
  GraphWriter(const GraphView& view, std::string_view root) : view_(view), root_(root), json_(&out_) {}

  std::string run() {
    json_.open('{');
    json_.line("  ");
    json_.member("schema_version", 1);
    if (!view_.graph.workspace.root_manifest.empty()) {
      json_.line("  ");
      json_.member("manifest", path_from(root_, view_.graph.workspace.root_manifest));
    }
    json_.line("  ");
    json_.member("target", view_.graph.target);
    list("packages", view_.graph.packages, [&](const PackageNode& p) { package(p); });
    list("crates", view_.graph.crates, [&](const CrateNode& c) { crate(c); });
    json_.line("  ");
    numbers("missing", view_.missing);
    json_.line("  ");
    numbers("build_time_code", view_.build_time);
    json_.line("  ");
    json_.key("duplicates");
    json_.open('[');
    for (const std::vector<uint32_t>& each : view_.duplicates) {
      json_.open('[');
      for (const uint32_t package : each) json_.number(package);
      json_.close(']');
    }
    json_.close(']');
    list("problems", view_.graph.problems, [&](const GraphProblem& problem) {
      json_.member("path", path_from(root_, problem.path));
      json_.member("message", problem.message);
      json_.member_bool("missing", problem.missing);
    });
    json_.end_line("");
    json_.close('}');
    out_ += '\n';
    return std::move(out_);
  }

 private:
  template <typename Element, typename Write>
  void list(std::string_view name, const std::vector<Element>& elements, const Write& write) {
    json_.line("  ");
    json_.key(name);
    json_.open('[');
    for (const Element& element : elements) {
      json_.line("    ");
      json_.open('{');
      write(element);
      json_.close('}');
    }
    if (!elements.empty()) json_.end_line("  ");
    json_.close(']');
  }
  void numbers(std::string_view name, const std::vector<uint32_t>& values) {
    json_.key(name);
    json_.open('[');
    for (const uint32_t value : values) json_.number(value);
    json_.close(']');
  }
  void strings(std::string_view name, const std::vector<std::string>& values) {
    json_.key(name);
    json_.open('[');
    for (const std::string& value : values) json_.string(value);
    json_.close(']');
  }
  void optional(std::string_view name, std::string_view value) {
    if (!value.empty()) json_.member(name, value);
  }

  void package(const PackageNode& p) {
    json_.member("name", p.name);
    json_.member("version", p.version);
    optional("source", p.source);
    optional("checksum", p.checksum);
    json_.member("origin", origin_name(p.origin));
    optional("missing_reason", p.missing_reason);
    if (!p.folder.empty()) json_.member("folder", path_from(root_, p.folder));
    strings("features", p.features);
    strings("build_features", p.build_features);
    json_.member_bool("build_script", p.has_build_script);
    json_.member_bool("proc_macro", p.is_proc_macro);
    json_.member_bool("built_for_target", p.built_for_target);
    json_.member_bool("built_for_host", p.built_for_host);
    json_.key("dependencies");
    json_.open('[');
    for (const PackageEdge& edge : p.dependencies) {
      json_.open('{');
      json_.member("package", edge.to.value);
      json_.member("name", edge.name);
      json_.member("kind", dependency_kind_name(edge.kind));
      json_.member_bool("optional", edge.optional);
      json_.member_bool("active", edge.active);
      optional("platform", edge.platform);
      json_.close('}');
    }
    json_.close(']');
  }

  void crate(const CrateNode& c) {
    static constexpr std::array<std::string_view, 6> kKinds = {"lib",  "bin",   "example",
                                                               "test", "bench", "build script"};
    json_.member("name", c.name);
    json_.member("package", c.package.value);
    json_.member("kind", kKinds[static_cast<size_t>(c.kind)]);
    json_.member("edition", static_cast<uint64_t>(c.edition));
    json_.member("root", path_from(root_, c.root_file));
    json_.member_bool("local", c.local);
    json_.member_bool("proc_macro", c.proc_macro);
    json_.member_bool("for_host", c.for_host);
    json_.member_bool("test", c.test_cfg);
    json_.key("dependencies");
    json_.open('[');
    for (const CrateDependency& dependency : c.dependencies) {
      json_.open('{');
      json_.member("name", dependency.name);
      number_or_null("crate", dependency.crate.valid(), dependency.crate.value);
      number_or_null("package", dependency.package.valid(), dependency.package.value);
      json_.close('}');
    }
    json_.close(']');
  }

  void number_or_null(std::string_view name, bool there, uint32_t value) {
    if (there)
      json_.member(name, value);
    else
      json_.member_null(name);
  }

  const GraphView& view_;
  std::string_view root_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string render_graph_json(const GraphView& view, std::string_view root) { return GraphWriter(view, root).run(); }

}  // namespace rp
