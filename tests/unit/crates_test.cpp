// lib/crates: cfg sets, targets, packages through the lock file, features, crates.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "crates/crate_graph.h"
#include "unit_test.h"

using namespace rp;
using manifest::FolderEntry;
using manifest::PathKind;

namespace {

using Files = std::map<std::string, std::string>;

// Files in memory; folders are those that have something in them.
class MemoryReader : public manifest::ManifestReader {
 public:
  explicit MemoryReader(Files files) : files_(std::move(files)) {}
  PathKind kind(std::string_view path) override {
    if (files_.contains(std::string(path))) return PathKind::File;
    const std::string prefix = path == "/" ? "/" : std::string(path) + "/";
    const auto at = files_.lower_bound(prefix);
    return at != files_.end() && at->first.starts_with(prefix) ? PathKind::Folder : PathKind::Missing;
  }
  bool read(std::string_view path, std::string* text) override {
    const auto at = files_.find(std::string(path));
    if (at == files_.end()) return false;
    *text = at->second;
    return true;
  }
  std::vector<FolderEntry> list(std::string_view folder) override {
    std::vector<FolderEntry> out;
    const std::string prefix = folder == "/" ? "/" : std::string(folder) + "/";
    for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix); ++at) {
      const std::string rest = at->first.substr(prefix.size());
      const size_t slash = rest.find('/');
      const std::string name = rest.substr(0, slash);
      if (out.empty() || out.back().name != name)
        out.push_back({name, slash == std::string::npos ? PathKind::File : PathKind::Folder});
    }
    return out;
  }

 private:
  Files files_;
};

std::string complaints(const CrateGraph& graph) {
  std::string out;
  for (const GraphProblem& each : graph.problems) out += each.message + "\n";
  return out;
}

// With one thread; with several, which read packages ahead, it must be the same.
CrateGraph build(Files files, const CrateGraphOptions& options = {}, std::string_view path = "/w/Cargo.toml") {
  MemoryReader reader(std::move(files));
  CrateGraph graph = build_crate_graph(path, reader, options);
  CrateGraphOptions several = options;
  several.threads = 3;
  const CrateGraph other = build_crate_graph(path, reader, several);
  assert_text_equal(complaints(other), complaints(graph));
  const auto packages = [](const CrateGraph& of) {
    std::string out;
    for (const PackageNode& each : of.packages)
      out += each.name + " " + each.version + " " + each.folder + " " + each.missing_reason + "\n";
    return out;
  };
  assert_text_equal(packages(other), packages(graph));
  assert_int_equal(other.crates.size(), graph.crates.size());
  return graph;
}

std::string package_text(std::string_view name, std::string_view rest = {}, std::string_view version = "1.0.0") {
  return "[package]\nname = \"" + std::string(name) + "\"\nversion = \"" + std::string(version) +
         "\"\nedition = \"2021\"\n" + std::string(rest);
}

// A package with a library.
void add_package(Files* files, const std::string& folder, std::string_view name, std::string_view rest = {},
                 std::string_view version = "1.0.0") {
  (*files)[folder + "/Cargo.toml"] = package_text(name, rest, version);
  (*files)[folder + "/src/lib.rs"] = "";
}

constexpr std::string_view kIndex = "registry+https://github.com/rust-lang/crates.io-index";

// One [[package]] of a lock file. `dependencies` is what stands between the brackets.
std::string locked(std::string_view name, std::string_view version, std::string_view source,
                   std::string_view dependencies) {
  std::string out = "[[package]]\nname = \"" + std::string(name) + "\"\nversion = \"" + std::string(version) + "\"\n";
  if (!source.empty()) out += "source = \"" + std::string(source) + "\"\n";
  if (!dependencies.empty()) out += "dependencies = [" + std::string(dependencies) + "]\n";
  return out;
}

const PackageNode& package_named(const CrateGraph& graph, std::string_view name, std::string_view version = {}) {
  for (const PackageNode& each : graph.packages) {
    if (each.name == name && (version.empty() || each.version == version)) return each;
  }
  fail_msg("there is no package %s", std::string(name).c_str());
  std::abort();
}

const CrateNode& crate_named(const CrateGraph& graph, std::string_view name,
                             manifest::TargetKind kind = manifest::TargetKind::Lib, bool test = false,
                             bool host = false) {
  for (const CrateNode& each : graph.crates) {
    if (each.name == name && each.kind == kind && each.test_cfg == test && (!host || each.for_host)) return each;
  }
  fail_msg("there is no crate %s", std::string(name).c_str());
  std::abort();
}

bool has_crate(const CrateGraph& graph, std::string_view name) {
  return std::any_of(graph.crates.begin(), graph.crates.end(), [&](const CrateNode& c) { return c.name == name; });
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& each : texts) out += (out.empty() ? "" : " ") + each;
  return out;
}

// "name=crate name=?"
std::string prelude(const CrateGraph& graph, const CrateNode& crate) {
  std::string out;
  for (const CrateDependency& each : crate.dependencies) {
    if (!out.empty()) out += ' ';
    out += each.name + "=" + (each.crate.valid() ? graph.crates[each.crate.value].name : "?");
  }
  return out;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

void cfg_sets(void**) {
  CfgSet set;
  set.add("unix");
  set.add("feature", "b");
  set.add("feature", "a");
  set.add("unix");
  set.finish();
  assert_true(set.has("unix"));
  assert_false(set.has("unix", ""));
  assert_true(set.has("feature", "b"));
  assert_false(set.has("feature"));
  assert_int_equal(set.facts().size(), 3);
  assert_text_equal(set.facts()[0].value, "a");
}

void targets(void**) {
  std::string_view last;
  for (const TargetFacts& each : known_targets()) {
    assert_true(last < each.name);
    last = each.name;
    assert_true(find_target(each.name) == &each);
    assert_true(each.panic == "unwind" || each.panic == "abort");
    const auto is_width = [](const manifest::CfgFact& fact) { return fact.key == "target_pointer_width"; };
    assert_int_equal(std::count_if(each.facts.begin(), each.facts.end(), is_width), 1);
  }
  assert_non_null(find_target(default_target()));
  assert_null(find_target("x86_64-unknown-nothing"));
  assert_text_equal(find_target("wasm32-unknown-unknown")->panic, "abort");
  for (const char* name : {"thumbv6m-none-eabi", "riscv32imac-unknown-none-elf", "avr-none", "aarch64-apple-ios",
                           "x86_64-pc-windows-msvc", "wasm32-wasip2", "s390x-unknown-linux-gnu"})
    assert_non_null(find_target(name));
}

void path_packages(void**) {
  Files files;
  files["/w/Cargo.toml"] = "[workspace]\nmembers = [\"app\", \"util-lib\"]\nresolver = \"2\"\n";
  files["/w/app/Cargo.toml"] =
      package_text("my-app",
                   "[dependencies]\nutil = { path = \"../util-lib\", package = \"util-lib\" }\n"
                   "out-side = { path = \"../../out\" }\n"
                   "[dev-dependencies]\nhelp = { path = \"../../help\" }\n");
  for (const char* path : {"src/lib.rs", "src/main.rs", "tests/it.rs", "examples/show.rs", "build.rs"})
    files["/w/app/" + std::string(path)] = "";
  add_package(&files, "/w/util-lib", "util-lib");
  add_package(&files, "/out", "out-side", "[lib]\nname = \"outside_name\"\n[dev-dependencies]\nnone = \"1\"\n");
  add_package(&files, "/help", "help");
  const CrateGraph graph = build(files);
  assert_text_equal(complaints(graph), "");
  assert_int_equal(graph.packages.size(), 4);
  assert_true(package_named(graph, "out-side").origin == PackageOrigin::Path);
  assert_true(package_named(graph, "util-lib").origin == PackageOrigin::Member);

  const CrateNode& lib = crate_named(graph, "my_app");
  assert_text_equal(prelude(graph, lib), "outside_name=outside_name util=util_lib");
  assert_text_equal(lib.root_file, "/w/app/src/lib.rs");
  assert_true(lib.local);
  assert_false(crate_named(graph, "outside_name").local);
  assert_text_equal(prelude(graph, crate_named(graph, "my_app", manifest::TargetKind::Bin)),
                    "my_app=my_app outside_name=outside_name util=util_lib");
  const CrateNode& test = crate_named(graph, "it", manifest::TargetKind::Test, true);
  assert_text_equal(prelude(graph, test), "help=help my_app=my_app outside_name=outside_name util=util_lib");
  assert_true(test.cfg.has("test"));
  assert_false(lib.cfg.has("test"));
  assert_true(lib.cfg.has("debug_assertions"));
  assert_true(lib.cfg.has("panic", "unwind"));
  assert_true(lib.cfg.has("target_os", "linux"));
  const CrateNode& script = crate_named(graph, "build_script_build", manifest::TargetKind::BuildScript);
  assert_true(script.for_host);
  assert_text_equal(prelude(graph, script), "");
  for (uint32_t i = 0; i < graph.crates.size(); ++i) {
    for (const CrateDependency& each : graph.crates[i].dependencies) assert_true(each.crate.value < i);
  }

  CrateGraphOptions options;
  options.all_targets = false;
  assert_false(has_crate(build(files, options), "it"));
  assert_false(has_crate(build(files, options), "help"));
  options.test_cfg = true;
  const CrateGraph tested = build(files, options);
  assert_text_equal(prelude(tested, crate_named(tested, "my_app", manifest::TargetKind::Lib, true)),
                    "help=help outside_name=outside_name util=util_lib");
  assert_false(crate_named(tested, "my_app").cfg.has("test"));
}

// Three kinds of dependencies on one package, each with a feature of its own.
Files split_workspace(std::string_view resolver) {
  Files files;
  files["/w/Cargo.toml"] = "[workspace]\nmembers = [\"a\"]\nresolver = \"" + std::string(resolver) + "\"\n";
  add_package(&files, "/w/a", "a",
              "[dependencies]\nd = { path = \"/d\", features = [\"normal\"] }\nm = { path = \"/m\" }\n"
              "[build-dependencies]\nd = { path = \"/d\", features = [\"build\"], default-features = false }\n"
              "[dev-dependencies]\nd = { path = \"/d\", features = [\"dev\"] }\n"
              "[target.'cfg(windows)'.dependencies]\nd = { path = \"/d\", features = [\"windows\"] }\n");
  files["/w/a/build.rs"] = "";
  files["/w/a/tests/t.rs"] = "";
  add_package(&files, "/d", "d",
              "[features]\ndefault = []\nnormal = []\nbuild = []\ndev = []\nwindows = []\nmacro = []\n");
  add_package(&files, "/m", "m",
              "[lib]\nproc-macro = true\n"
              "[dependencies]\nd = { path = \"/d\", features = [\"macro\"], default-features = false }\n");
  return files;
}

void resolvers(void**) {
  const CrateGraph old = build(split_workspace("1"));
  assert_text_equal(joined(package_named(old, "d").features), "build default dev macro normal windows");
  const CrateGraph graph = build(split_workspace("2"));
  const PackageNode& d = package_named(graph, "d");
  assert_text_equal(joined(d.features), "default dev normal");
  assert_text_equal(joined(d.build_features), "build macro");
  assert_true(d.built_for_target && d.built_for_host);
  assert_int_equal(
      std::count_if(graph.crates.begin(), graph.crates.end(), [](const CrateNode& each) { return each.name == "d"; }),
      2);
  const CrateNode& macro = crate_named(graph, "m");
  assert_true(macro.proc_macro && macro.for_host && macro.cfg.has("proc_macro"));
  const CrateNode& used = graph.crates[macro.dependencies[0].crate.value];
  assert_true(used.for_host && used.cfg.has("feature", "macro") && !used.cfg.has("feature", "normal"));

  CrateGraphOptions options;
  options.all_targets = false;
  assert_text_equal(joined(package_named(build(split_workspace("3"), options), "d").features), "default normal");
  options.target = "x86_64-pc-windows-gnu";
  const CrateGraph windows = build(split_workspace("2"), options);
  assert_text_equal(joined(package_named(windows, "d").features), "default normal windows");
  assert_true(crate_named(windows, "a").cfg.has("windows"));
  assert_true(crate_named(windows, "m").cfg.has("unix"));
}

Files feature_workspace(std::string_view features) {
  Files files;
  add_package(&files, "/w", "a",
              "[dependencies]\nx = { path = \"/x\", optional = true }\ny = { path = \"/y\", optional = true }\n"
              "z = { path = \"/z\", optional = true, default-features = false }\n[features]\n" +
                  std::string(features));
  add_package(&files, "/x", "x", "[features]\nf = []\n");
  add_package(&files, "/y", "y", "[features]\nf = []\n");
  add_package(&files, "/z", "z", "[features]\ndefault = [\"f\"]\nf = []\n");
  return files;
}

std::string features_of(const Files& files, const CrateGraphOptions& options = {}) {
  const CrateGraph graph = build(files, options);
  std::string out;
  for (const PackageNode& each : graph.packages) {
    if (each.built_for_target) out += each.name + "[" + joined(each.features) + "]";
  }
  return out;
}

void features(void**) {
  assert_text_equal(features_of(feature_workspace("")), "a[]");
  assert_text_equal(features_of(feature_workspace("default = [\"x\"]\n")), "a[default x]x[]");
  assert_text_equal(features_of(feature_workspace("default = [\"dep:x\"]\n")), "a[default]x[]");
  assert_text_equal(features_of(feature_workspace("default = [\"x/f\"]\n")), "a[default x]x[f]");
  assert_text_equal(features_of(feature_workspace("q = [\"dep:x\"]\ndefault = [\"x/f\"]\n")), "a[default]x[f]");
  assert_text_equal(features_of(feature_workspace("default = [\"x?/f\"]\n")), "a[default]");
  assert_text_equal(features_of(feature_workspace("default = [\"x?/f\", \"x\"]\n")), "a[default x]x[f]");
  assert_text_equal(features_of(feature_workspace("default = [\"x\", \"x?/f\"]\n")), "a[default x]x[f]");
  assert_text_equal(features_of(feature_workspace("default = [\"z\"]\n")), "a[default z]z[]");
  // A circle.
  assert_text_equal(features_of(feature_workspace("default = [\"p\"]\np = [\"q\"]\nq = [\"p\"]\n")), "a[default p q]");

  CrateGraphOptions options;
  options.no_default_features = true;
  assert_text_equal(features_of(feature_workspace("default = [\"x\"]\n"), options), "a[]");
  options.features = {"y"};
  assert_text_equal(features_of(feature_workspace("default = [\"x\"]\n"), options), "a[y]y[]");
  options.features = {"a/y", "x/f"};
  assert_text_equal(features_of(feature_workspace(""), options), "a[x y]x[f]y[]");
  options.features = {"nothing"};
  assert_true(contains(complaints(build(feature_workspace(""), options)), "no member has the feature nothing"));
  options = {};
  options.all_features = true;
  assert_text_equal(features_of(feature_workspace("default = [\"x\"]\n"), options), "a[default x y z]x[]y[]z[]");
}

void required_features(void**) {
  Files files;
  add_package(&files, "/w", "a", "[features]\nextra = []\n[[bin]]\nname = \"b\"\nrequired-features = [\"extra\"]\n");
  files["/w/src/bin/b.rs"] = "";
  assert_false(has_crate(build(files), "b"));
  CrateGraphOptions options;
  options.all_features = true;
  assert_true(has_crate(build(files, options), "b"));
}

// Two versions of one package, found through the lock file in a folder of packages.
Files locked_workspace() {
  Files files;
  add_package(&files, "/w", "a", "[dependencies]\nx = \"1\"\nold = { package = \"x\", version = \"0.3\" }\n");
  files["/w/Cargo.lock"] = "version = 4\n" + locked("a", "1.0.0", "", "\"x 0.3.1\", \"x 1.2.0\"") +
                           locked("x", "0.3.1", kIndex, "") + locked("x", "1.2.0", kIndex, "\"y\"") +
                           locked("y", "2.0.0+z", kIndex, "");
  return files;
}

void add_registry(Files* files, const std::string& folder) {
  add_package(files, folder + "/x-0.3.1", "x", "", "0.3.1");
  add_package(files, folder + "/x-1.2.0", "x",
              "[dependencies]\ny = \"2\"\nunused = { version = \"1\", optional = true }\n", "1.2.0");
  add_package(files, folder + "/x-1.9.0", "x", "", "1.9.0");
  add_package(files, folder + "/y-2.0.0+z", "y", "", "2.0.0+z");
}

void check_locked(const CrateGraph& graph, PackageOrigin origin) {
  assert_text_equal(complaints(graph), "");
  assert_int_equal(graph.packages.size(), 4);
  for (const PackageNode& each : graph.packages) assert_true(each.name == "a" || each.origin == origin);
  const CrateNode& a = crate_named(graph, "a");
  assert_text_equal(prelude(graph, a), "old=x x=x");
  assert_text_equal(graph.packages[a.dependencies[0].package.value].version, "0.3.1");
  assert_text_equal(graph.packages[a.dependencies[1].package.value].version, "1.2.0");
  assert_text_equal(package_named(graph, "y").version, "2.0.0+z");
}

void sources_of_packages(void**) {
  CrateGraphOptions options;
  options.cargo_home = "/home/.cargo";
  Files files = locked_workspace();
  const CrateGraph missing = build(files, options);
  assert_true(contains(complaints(missing), "missing: x 1.2.0; not in /home/.cargo/registry/src"));
  assert_text_equal(prelude(missing, crate_named(missing, "a")), "old=? x=?");
  assert_true(package_named(missing, "y").origin == PackageOrigin::Missing);
  assert_int_equal(package_named(missing, "x").manifest_package, UINT32_MAX);

  Files home = files;
  add_registry(&home, "/home/.cargo/registry/src/index.crates.io-0123");
  check_locked(build(home, options), PackageOrigin::Registry);
  // Packages of another registry are others.
  Files other = files;
  add_registry(&other, "/home/.cargo/registry/src/my.registry-0123");
  assert_true(contains(complaints(build(other, options)), "missing"));

  Files vendored = files;
  add_registry(&vendored, "/w/vendor");
  vendored["/w/.cargo/config.toml"] = "[source.crates-io]\nreplace-with = \"v\"\n[source.v]\ndirectory = \"vendor\"\n";
  check_locked(build(vendored), PackageOrigin::Vendored);
  // The folders of a directory source may have any names.
  Files renamed = vendored;
  for (const char* name : {"x-1.2.0", "y-2.0.0+z"}) {
    const std::string from = "/w/vendor/" + std::string(name);
    for (const char* file : {"/Cargo.toml", "/src/lib.rs"}) {
      renamed["/w/vendor/any-" + std::string(name, 1) + file] = renamed[from + file];
      renamed.erase(from + file);
    }
  }
  check_locked(build(renamed), PackageOrigin::Vendored);

  Files named = files;
  add_registry(&named, "/named");
  options.sources = {{"", "/named"}};
  check_locked(build(named, options), PackageOrigin::Named);
  options.sources = {{"x", "/named/x-1.2.0"}, {"x", "/named/x-0.3.1"}, {"y", "/named/y-2.0.0+z"}};
  check_locked(build(named, options), PackageOrigin::Named);
}

void git_packages(void**) {
  const std::string source = "git+https://github.com/Some/Repo.git?branch=dev#0123456789abcdef0123456789abcdef01234567";
  Files files;
  add_package(&files, "/w", "a", "[dependencies]\ng = { git = \"https://github.com/some/repo\", branch = \"dev\" }\n");
  files["/w/Cargo.lock"] = "version = 4\n" + locked("a", "1.0.0", "", "\"g\"") + locked("g", "1.5.0", source, "\"h\"") +
                           locked("h", "1.5.0", source, "");
  const std::string checkout = "/home/git/checkouts/repo-89ab/0123456";
  files[checkout + "/Cargo.toml"] = "[workspace]\nmembers = [\"g\", \"h\"]\n[workspace.package]\nversion = \"1.5.0\"\n";
  files[checkout + "/g/Cargo.toml"] =
      "[package]\nname = \"g\"\nversion.workspace = true\n[dependencies]\nh = { path = \"../h\" }\n";
  files[checkout + "/g/src/lib.rs"] = "";
  add_package(&files, checkout + "/h", "h", "", "1.5.0");
  CrateGraphOptions options;
  options.cargo_home = "/home";
  const CrateGraph graph = build(files, options);
  assert_text_equal(complaints(graph), "");
  assert_int_equal(graph.packages.size(), 3);
  assert_text_equal(package_named(graph, "g").folder, checkout + "/g");
  assert_text_equal(package_named(graph, "h").source, source);
  assert_true(package_named(graph, "h").origin == PackageOrigin::Git);
  assert_text_equal(prelude(graph, crate_named(graph, "g")), "h=h");
}

void patches(void**) {
  Files files;
  add_package(&files, "/w", "a", "[dependencies]\nx = \"1\"\n[patch.crates-io]\nx = { path = \"../mine\" }\n");
  add_package(&files, "/mine", "x", "", "1.4.0");
  for (const char* lock : {"", "version = 4\n"}) {
    Files now = files;
    if (*lock != 0) now["/w/Cargo.lock"] = lock + locked("a", "1.0.0", "", "\"x\"") + locked("x", "1.4.0", "", "");
    const CrateGraph graph = build(now);
    assert_text_equal(package_named(graph, "x").folder, "/mine");
    assert_text_equal(prelude(graph, crate_named(graph, "a")), "x=x");
  }
}

void without_lock_file(void**) {
  Files files = locked_workspace();
  files.erase("/w/Cargo.lock");
  add_registry(&files, "/home/registry/src/index.crates.io-0123");
  add_package(&files, "/home/registry/src/index.crates.io-0123/x-1.10.0-pre", "x", "", "1.10.0-pre");
  CrateGraphOptions options;
  options.cargo_home = "/home";
  const CrateGraph graph = build(files, options);
  assert_true(contains(complaints(graph), "there is no Cargo.lock"));
  assert_text_equal(package_named(graph, "x", "1.9.0").version, "1.9.0");
  assert_text_equal(package_named(graph, "x", "0.3.1").version, "0.3.1");
  assert_int_equal(graph.packages.size(), 3);

  // A lock file without the dependency.
  files["/w/Cargo.lock"] = "version = 4\n" + locked("a", "1.0.0", "", "");
  assert_true(
      contains(complaints(build(files, options)), "Cargo.lock has no package for the dependency x of a; 1.9.0"));
}

// What is for other targets is listed, but not compiled, and not complained of.
void inactive_packages(void**) {
  Files files;
  add_package(&files, "/w", "a", "[target.'cfg(windows)'.dependencies]\nw = \"1\"\n");
  files["/w/Cargo.lock"] = "version = 4\n" + locked("a", "1.0.0", "", "\"w\"") + locked("w", "1.0.0", kIndex, "\"v\"") +
                           locked("v", "1.0.0", kIndex, "");
  const CrateGraph graph = build(files);
  assert_text_equal(complaints(graph), "");
  assert_int_equal(graph.packages.size(), 3);
  assert_int_equal(graph.crates.size(), 1);
  const PackageEdge& edge = package_named(graph, "a").dependencies.at(0);
  assert_false(edge.active);
  assert_text_equal(edge.platform, "cfg(windows)");
  assert_text_equal(graph.packages[edge.to.value].name, "w");
  CrateGraphOptions options;
  options.target = "i686-pc-windows-gnu";
  assert_true(contains(complaints(build(files, options)), "missing: w 1.0.0"));
}

void configured(void**) {
  Files files;
  add_package(&files, "/w", "a",
              "[target.'cfg(special)'.dependencies]\nx = { path = \"/x\" }\n[profile.dev]\npanic = \"abort\"\n"
              "debug-assertions = false\n[profile.dev.build-override]\ndebug-assertions = true\n");
  files["/w/build.rs"] = "";
  add_package(&files, "/x", "x");
  files["/w/.cargo/config.toml"] =
      "[build]\ntarget = \"thumbv7em-none-eabi\"\nrustflags = [\"--cfg\", \"special\", \"--cfg=key=\\\"v\\\"\"]\n";
  const CrateGraph graph = build(files);
  assert_text_equal(graph.target, "thumbv7em-none-eabi");
  const CrateNode& a = crate_named(graph, "a");
  assert_text_equal(prelude(graph, a), "x=x");
  assert_true(a.cfg.has("special") && a.cfg.has("key", "v") && a.cfg.has("panic", "abort"));
  assert_true(a.cfg.has("target_arch", "arm"));
  assert_false(a.cfg.has("debug_assertions"));
  assert_true(crate_named(graph, "build_script_build", manifest::TargetKind::BuildScript).cfg.has("debug_assertions"));
  CrateGraphOptions options;
  options.target = "unknown-thing";
  assert_true(contains(complaints(build(files, options)), "unknown-thing is not known"));
}

void hostile_workspaces(void**) {
  Files files;
  add_package(&files, "/w", "a", "[dependencies]\nb = { path = \"b\" }\n");
  add_package(&files, "/w/b", "b", "[dependencies]\nc = { path = \"../c\" }\n");
  add_package(&files, "/w/c", "c", "[dependencies]\na = { path = \"..\" }\nc = { path = \".\" }\n");
  const CrateGraph circle = build(files);
  assert_true(contains(complaints(circle), "cyclic dependency"));
  assert_int_equal(circle.crates.size(), 3);
  // A dev dependency back is no cycle.
  Files back;
  add_package(&back, "/w", "a", "[dev-dependencies]\nb = { path = \"b\" }\n");
  add_package(&back, "/w/b", "b", "[dependencies]\na = { path = \"..\" }\n");
  CrateGraphOptions options;
  options.test_cfg = true;
  assert_text_equal(complaints(build(back, options)), "");

  assert_int_equal(build({}).crates.size(), 0);
  assert_int_equal(build({{"/w/Cargo.toml", "[package\n"}}).crates.size(), 0);
  assert_int_equal(build({{"/w/Cargo.toml", "[workspace]\n"}, {"/w/Cargo.lock", "x = [\n"}}).crates.size(), 0);

  // Long chains of features and of packages.
  constexpr int kLong = 3000;
  std::string chain = "[features]\ndefault = [\"f0\"]\n";
  for (int i = 0; i < kLong; ++i) chain += "f" + std::to_string(i) + " = [\"f" + std::to_string(i + 1) + "\"]\n";
  chain += "f" + std::to_string(kLong) + " = []\n[dependencies]\np0 = { path = \"/p/0\" }\n";
  Files deep;
  add_package(&deep, "/w", "a", chain);
  for (int i = 0; i < kLong; ++i) {
    const std::string next = std::to_string(i + 1);
    add_package(&deep, "/p/" + std::to_string(i), "p" + std::to_string(i),
                i + 1 < kLong ? "[dependencies]\np" + next + " = { path = \"/p/" + next + "\" }\n" : "");
  }
  const CrateGraph graph = build(deep);
  assert_int_equal(package_named(graph, "a").features.size(), kLong + 2);
  assert_int_equal(graph.crates.size(), kLong + 1);
  options = {};
  options.max_packages = 100;
  const CrateGraph limited = build(deep, options);
  assert_true(limited.packages.size() <= 101);
  assert_true(contains(complaints(limited), "too many packages"));

  Cancellation stop;
  stop.request();
  options.cancellation = &stop;
  bool cancelled = false;
  try {
    build(deep, options);
  } catch (const Cancelled&) {
    cancelled = true;
  }
  assert_true(cancelled);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(cfg_sets), cmocka_unit_test(targets), cmocka_unit_test(path_packages),
           cmocka_unit_test(resolvers), cmocka_unit_test(features), cmocka_unit_test(required_features),
           cmocka_unit_test(sources_of_packages), cmocka_unit_test(git_packages), cmocka_unit_test(patches),
           cmocka_unit_test(without_lock_file), cmocka_unit_test(inactive_packages), cmocka_unit_test(configured),
           cmocka_unit_test(hostile_workspaces))
