// lib/manifest: TOML with places, versions, conditions, manifests, packages, workspaces, lock files, configuration.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "manifest/cargo_config.h"
#include "manifest/glob.h"
#include "manifest/lockfile.h"
#include "manifest/package_id_spec.h"
#include "manifest/rust_toolchain.h"
#include "manifest/workspace.h"
#include "unit_test.h"

using namespace rp::manifest;

namespace {

// Files in memory; folders are those that have something in them.
class MemoryReader : public ManifestReader {
 public:
  explicit MemoryReader(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  PathKind kind(std::string_view path) override {
    if (files_.contains(std::string(path))) return PathKind::File;
    const std::string prefix = path == "/" ? "/" : std::string(path) + "/";
    const auto at = files_.lower_bound(prefix);
    return at != files_.end() && at->first.starts_with(prefix) ? PathKind::Folder : PathKind::Missing;
  }
  bool read(std::string_view path, std::string* text) override {
    ++reads[std::string(path)];
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
  std::map<std::string, int> reads;

 private:
  std::map<std::string, std::string> files_;
};

Workspace load(std::map<std::string, std::string> files, std::string_view path = "/w/Cargo.toml") {
  MemoryReader reader(std::move(files));
  return load_workspace(path, reader);
}

std::string slice(std::string_view text, Span span) { return std::string(text.substr(span.begin, span.length())); }

// All that is wrong, one a line: "error: message".
std::string complaints(const std::vector<Problem>& problems) {
  std::string out;
  for (const Problem& each : problems) {
    out += each.severity == Severity::Error ? "error: " : "warning: ";
    out += each.message;
    out += '\n';
  }
  return out;
}

std::string all_complaints(const Workspace& workspace) {
  std::string out;
  for (const Manifest& manifest : workspace.manifests) out += complaints(manifest.problems);
  for (const Package& package : workspace.packages) out += complaints(package.problems);
  for (const WorkspaceProblem& each : workspace.problems) out += complaints({each.problem});
  return out;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

const Package& package_named(const Workspace& workspace, std::string_view name) {
  for (const Package& each : workspace.packages) {
    if (each.name == name) return each;
  }
  fail_msg("there is no package %s", std::string(name).c_str());
  std::abort();
}

std::string target_list(const Package& package) {
  constexpr const char* kKinds[] = {"lib", "bin", "example", "test", "bench", "build"};
  std::string out;
  for (const Target& each : package.targets) {
    if (!out.empty()) out += ' ';
    out += kKinds[static_cast<size_t>(each.kind)];
    out += ':';
    out += each.name;
    out += '=';
    out += relative_path(package.folder, each.path);
  }
  return out;
}

// ---- TOML ------------------------------------------------------------------------------------------------------

void toml_places(void**) {
  const TomlDocument document = TomlDocument::parse(
      "\xEF\xBB\xBF# \xC3\xA9\xC3\xA9\n[package]\nname = \"a\\u00e9b\" # c\n\"qu.oted\" = { x = 1,\n y = "
      "[\"\xC3\xA9\", 'z'], }\na.b = "
      "true\n");
  assert_true(document.readable());
  const std::string_view text = document.text();
  const TomlNodeId package = document.find(document.root(), "package");
  const TomlNode& name = document.node(document.find(package, "name"));
  assert_text_equal(name.string,
                    "a\xC3\xA9"
                    "b");
  assert_text_equal(slice(text, name.span), "\"a\\u00e9b\"");
  assert_text_equal(slice(text, name.key.span), "name");
  const TomlNodeId quoted = document.find(package, "qu.oted");
  assert_text_equal(slice(text, document.node(quoted).key.span), "\"qu.oted\"");
  const TomlNodeId list = document.find(quoted, "y");
  assert_text_equal(slice(text, document.node(list).span), "[\"\xC3\xA9\", 'z']");
  assert_text_equal(slice(text, document.node(document.child(list, 1)).span), "'z'");
  assert_true(document.node(document.find(document.find(package, "a"), "b")).boolean);
  assert_false(document.find(package, "none").valid());
}

void toml_errors(void**) {
  const TomlDocument broken = TomlDocument::parse("a = 1\nb = \"x\n");
  assert_false(broken.readable());
  assert_true(broken.error()->span.begin >= 6);
  assert_int_equal(broken.node(broken.root()).child_count, 0);
  assert_false(TomlDocument::parse(std::string("a = \"\xFF\"")).readable());
  std::string deep = "a";
  for (int i = 0; i < 100000; ++i) deep += ".a";
  assert_false(TomlDocument::parse(deep + " = 1").readable());
  assert_false(TomlDocument::parse("a = " + std::string(100000, '[')).readable());
  assert_true(TomlDocument::parse("").readable());
  for (const char* bad :
       {"[=]", "[[=]]", "[\n]", "a = 1\n [ \t", "a+b = 1", "\xC3\xA9 = 1", "a = 0x1p3", "a == \"b\"", "[]"})
    assert_false(TomlDocument::parse(bad).readable());
  assert_int_equal(TomlDocument::parse("a = 1\n[=]\n").error()->span.begin, 7);
}

// ---- Versions --------------------------------------------------------------------------------------------------

void versions(void**) {
  const auto version = parse_version("1.2.3-alpha.1+build.05");
  assert_true(version.has_value());
  assert_text_equal(to_string(*version), "1.2.3-alpha.1+build.05");
  for (const char* bad : {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3+", "a.b.c", " 1.2.3",
                          "1.2.3-a..b", "18446744073709551616.0.0"})
    assert_false(parse_version(bad).has_value());
  // The order of SemVer, 11, and of build metadata behind it.
  const char* ordered[] = {
      "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
      "1.0.0",       "1.0.0+a",       "1.0.0+b",          "1.0.1",      "1.1.0",        "2.0.0"};
  for (size_t i = 0; i + 1 < std::size(ordered); ++i)
    assert_true(compare(*parse_version(ordered[i]), *parse_version(ordered[i + 1])) < 0);
  assert_true(compare_precedence(*parse_version("1.0.0+a"), *parse_version("1.0.0+b")) == 0);
}

void requirements(void**) {
  struct Case {
    const char* req;
    const char* shown;
    const char* yes;
    const char* no;
  };
  const Case cases[] = {
      {"1", "^1", "1.0.0 1.9.9", "0.9.0 2.0.0 1.0.0-rc.1"},
      {"0.2.3", "^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0"},
      {"0.0.3", "^0.0.3", "0.0.3", "0.0.4"},
      {"0.0", "^0.0", "0.0.0 0.0.9", "0.1.0"},
      {"^1.2.3-rc.1", "^1.2.3-rc.1", "1.2.3-rc.1 1.2.3-rc.2 1.2.3 1.9.0", "1.2.4-rc.1 1.2.3-alpha"},
      {"~1.2.3", "~1.2.3", "1.2.3 1.2.9", "1.3.0"},
      {"~1", "~1", "1.0.0 1.9.0", "2.0.0"},
      {"*", "*", "0.0.0 9.9.9", "1.0.0-rc.1"},
      {"1.*", "1.*", "1.0.0 1.9.0", "2.0.0"},
      {"1.2.x", "1.2.*", "1.2.0 1.2.9", "1.3.0"},
      {"1.*.*", "1.*", "1.5.0", "2.0.0"},
      {"=1.2", "=1.2", "1.2.0 1.2.9", "1.3.0"},
      {"=1.2.3-rc.1", "=1.2.3-rc.1", "1.2.3-rc.1", "1.2.3"},
      {">=1.2, <1.5", ">=1.2, <1.5", "1.2.0 1.4.9", "1.5.0 1.1.0"},
      {"> 1", ">1", "2.0.0", "1.9.9"},
      {">1.2", ">1.2", "1.3.0", "1.2.9"},
      {"<= 1.2", "<=1.2", "1.2.9 0.1.0", "1.3.0"},
      {" >=1.0.0 , <2.0.0 ", ">=1.0.0, <2.0.0", "1.5.0", "2.0.0"},
      {"1.2.3+meta", "^1.2.3", "1.2.3", "1.2.2"},
  };
  for (const Case& each : cases) {
    const auto req = parse_version_req(each.req);
    assert_true(req.has_value());
    assert_text_equal(to_string(*req), each.shown);
    for (const bool wanted : {true, false}) {
      std::string_view rest = wanted ? each.yes : each.no;
      while (!rest.empty()) {
        const size_t space = std::min(rest.find(' '), rest.size());
        if (req->matches(*parse_version(rest.substr(0, space))) != wanted)
          fail_msg("%s and %s", each.req, std::string(rest.substr(0, space)).c_str());
        rest.remove_prefix(std::min(space + 1, rest.size()));
      }
    }
  }
  for (const char* bad : {"", "1,", ",1", "*, 1", "*.1", "1.*.3", "1 2", "^", "1.2.3.4", ">=*", "01", "1.2.3-", "a"})
    assert_false(parse_version_req(bad).has_value());
  std::string many = "1";
  for (int i = 0; i < 31; ++i) many += ",1";
  assert_true(parse_version_req(many).has_value());
  assert_false(parse_version_req(many + ",1").has_value());
}

void package_ids(void**) {
  const auto spec = parse_package_id_spec("serde@1.2");
  assert_true(spec && spec->name == "serde" && spec->version->matches(*parse_version("1.2.9")));
  assert_true(parse_package_id_spec("serde:1.2.3")->version->patch == 3U);
  const auto url = parse_package_id_spec("git+https://host/some/repo?branch=x#foo@1.0.0");
  assert_true(url && url->name == "foo" && url->kind == "git");
  assert_text_equal(parse_package_id_spec("https://host/bar")->name, "bar");
  assert_text_equal(parse_package_id_spec("https://host/bar#1.2.3")->name, "bar");
  std::string why;
  for (const char* bad : {"", "a b", "serde@", "serde@x", "host/path", "1a"})
    assert_false(parse_package_id_spec(bad, &why).has_value());
}

// ---- Conditions ------------------------------------------------------------------------------------------------

void conditions(void**) {
  const CfgFact facts[] = {{"unix", {}, false}, {"target_os", "linux", true}, {"target_family", "unix", true}};
  const auto holds = [&](std::string_view text) {
    const auto expr = CfgExpr::parse(text);
    assert_true(expr.has_value());
    return expr->holds(facts);
  };
  assert_true(holds("unix"));
  assert_false(holds("windows"));
  assert_true(holds("all(unix, target_os = \"linux\")"));
  assert_false(holds("all(unix, not(any(target_os = \"linux\", windows)))"));
  assert_true(holds("all()"));
  assert_false(holds("any()"));
  assert_true(holds("any(windows, all(true, not(false),),)"));
  assert_true(holds("r#unix"));
  for (const char* bad : {"", "all", "all(", "all(unix", "not()", "not(unix, windows)", "unix windows", "a = b",
                          "a = \"", "unix)", "1", "all(,)", "target_os = "})
    assert_false(CfgExpr::parse(bad).has_value());
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "not(";
  CfgError error;
  assert_false(CfgExpr::parse(deep, &error).has_value());
  assert_true(contains(error.message, "too deep"));
  for (const char* text :
       {"cfg(all(unix, not(target_os = \"linux\"), any(), x))", "cfg(r#true)", "x86_64-unknown-linux-gnu"}) {
    const auto platform = parse_platform(text);
    assert_true(platform.has_value());
    if (!contains(text, "r#")) assert_text_equal(to_string(*platform), text);
  }
  assert_false(parse_platform("all(unix)").has_value());
  assert_text_equal(useless_cfg_name(*CfgExpr::parse("any(unix, feature = \"x\")")), "feature");
}

// ---- Manifests -------------------------------------------------------------------------------------------------

void manifest_values(void**) {
  const Manifest manifest = read_manifest(R"(cargo-features = ["metabuild"]
[package]
name = "a"
version = "1.0.0"
edition.workspace = true
publish = ["mine"]
unknown = 1
[dependencies]
b = "1"
c = { version = "2", optional = true, default_features = false, features = ["x"], odd = 1 }
d.workspace = true
[target.'cfg(unix)'.dependencies]
e = { git = "https://host/e", branch = "x" }
[features]
default = ["dep:c", "f?/g"]
[profile.release]
lto = "thin"
opt-level = "s"
[profile.release.package."*"]
debug = "line-tables-only"
[lints.rust]
unsafe_code = { level = "deny", priority = 1 }
)",
                                          "/a/Cargo.toml");
  const std::string_view text = manifest.document.text();
  assert_text_equal(complaints(manifest.problems),
                    "warning: unknown key package.unknown: cargo does not use it\n"
                    "warning: unknown key dependencies.c.odd: cargo does not use it\n");
  assert_true(manifest.package->edition.origin == Origin::Inherited);
  assert_text_equal(slice(text, manifest.package->name.span), "\"a\"");
  assert_int_equal(manifest.dependencies.size(), 4);
  const DependencyEntry& c = manifest.dependencies[1];
  assert_true(c.optional.value && !c.default_features.value && c.default_features);
  assert_text_equal(slice(text, c.version.span), "\"2\"");
  assert_text_equal(slice(text, c.features.value[0].span), "\"x\"");
  assert_int_equal(manifest.underscores.size(), 1);
  assert_true(manifest.dependencies[2].inherited);
  assert_true(manifest.dependencies[3].platform.valid());
  assert_true(manifest.features[0].values[1].weak);
  assert_int_equal(manifest.profiles.size(), 2);
  assert_text_equal(manifest.profiles[0].lto.value.text, "thin");
  assert_true(manifest.profiles[1].debug.value == DebugInfo::LineTablesOnly);
  assert_int_equal(manifest.lints[0].priority, 1);
}

// Each of these has exactly one error, and the rest is read nevertheless.
void manifest_errors(void**) {
  const std::pair<const char*, const char*> cases[] = {
      {"[package]\nname = 1", "package.name is an integer"},
      {"[package]\nname = \"1a\"", "begins with a digit"},
      {"[package]\nname = \"a\"\nversion = \"1\"", "package.version is no version"},
      {"[package]\nname = \"a\"\nrust-version = \"1.2.3-x\"", "package.rust-version is no version of Rust"},
      {"[package]\nname = \"a\"\nedition = { workspace = false }", "package.edition is a table"},
      {"[package]\nname = \"a\"\n[dependencies]\nb = { }", "neither version nor path nor git"},
      {"[package]\nname = \"a\"\n[dependencies]\nb = \"y\"", "no valid version requirement"},
      {"[package]\nname = \"a\"\n[dependencies]\nb = true", "dependencies.b is a boolean"},
      {"[package]\nname = \"a\"\n[dependencies]\nb = { workspace = false }", "can only be true"},
      {"[package]\nname = \"a\"\n[dependencies]\nb = { git = \"https://h/x\", path = \"y\" }", "both git and path"},
      {"[package]\nname = \"a\"\n[dependencies]\nb = { version = \"1\", branch = \"y\" }", "without git"},
      {"[package]\nname = \"a\"\n[dependencies]\nb = { version = \"1\", features = [\"x/y\"] }", "with a slash"},
      {"[package]\nname = \"a\"\n[target.'cfg(']\n", "is no target"},
      {"[package]\nname = \"a\"\n[features]\n\"a/b\" = []", "has a character"},
      {"[package]\nname = \"a\"\n[profile.debug]", "reserved"},
      {"[package]\nname = \"a\"\n[profile.dev]\npanic = \"x\"", "no such setting"},
      {"[package]\nname = \"a\"\n[profile.dev.build-override]\nlto = true", "cannot be set in an override"},
      {"[package]\nname = \"a\"\n[lints.rust]\nx = \"loud\"", "no such level"},
      {"[package]\nname = \"a\"\nresolver = \"4\"", "resolver has no such version"},
      {"[workspace]\n[dependencies]\n", "has no dependencies"},
      {"[profile.dev]\n", "neither [package] nor [workspace]"},
      {"[package]\nname = \"a\"\nworkspace = \"..\"\n[workspace]", "cannot be set beside"},
      {"[package]\nname = \"a\"\n[[bin]]\nname = []", "bin[0].name is an array"},
      {"[package]\nname = \"a\"\n[replace]\n\"b\" = { path = \"x\" }", "must name the version"},
      {"[package\n", "not valid TOML"},
  };
  for (const auto& [text, message] : cases) {
    const Manifest manifest = read_manifest(text, "/a/Cargo.toml");
    int errors = 0;
    for (const Problem& each : manifest.problems) errors += each.severity == Severity::Error ? 1 : 0;
    if (errors != 1 || !contains(complaints(manifest.problems), message))
      fail_msg("%s\ngives %s", text, complaints(manifest.problems).c_str());
  }
}

// ---- Packages --------------------------------------------------------------------------------------------------

void discovers_targets(void**) {
  const std::map<std::string, std::string> files = {{"/w/src/lib.rs", ""},       {"/w/src/main.rs", ""},
                                                    {"/w/src/bin/two.rs", ""},   {"/w/src/bin/three/main.rs", ""},
                                                    {"/w/src/bin/not/x.rs", ""}, {"/w/src/bin/.hidden.rs", ""},
                                                    {"/w/examples/e.rs", ""},    {"/w/examples/data.txt", ""},
                                                    {"/w/tests/t/main.rs", ""},  {"/w/benches/b.rs", ""},
                                                    {"/w/build.rs", ""}};
  auto with = [&](const char* manifest) {
    std::map<std::string, std::string> all = files;
    all["/w/Cargo.toml"] = manifest;
    return load(all);
  };
  const Workspace plain = with("[package]\nname = \"my-app\"\nedition = \"2021\"\n");
  assert_text_equal(all_complaints(plain), "");
  assert_text_equal(
      target_list(plain.packages[0]),
      "lib:my_app=src/lib.rs bin:my-app=src/main.rs bin:three=src/bin/three/main.rs bin:two=src/bin/two.rs "
      "example:e=examples/e.rs test:t=tests/t/main.rs bench:b=benches/b.rs build:build-script-build=build.rs");
  assert_true(plain.packages[0].targets[0].doctest && plain.packages[0].targets[0].discovered);

  // In the 2015 edition a written binary turns off the search for others.
  const Workspace old = with("[package]\nname = \"a\"\n[[bin]]\nname = \"two\"\n");
  assert_text_equal(target_list(old.packages[0]).substr(0, 40), "lib:a=src/lib.rs bin:two=src/bin/two.rs ");
  const Workspace newer = with("[package]\nname = \"a\"\nedition = \"2018\"\n[[bin]]\nname = \"two\"\ntest = false\n");
  assert_int_equal(newer.packages[0].targets.size(), 8);
  assert_false(newer.packages[0].targets[3].test);

  const Workspace off = with(
      "[package]\nname = \"a\"\nedition = \"2021\"\nautobins = false\nautolib = false\nautoexamples = false\n"
      "autotests = false\nautobenches = false\nbuild = false\n[lib]\nproc-macro = true\n");
  assert_text_equal(target_list(off.packages[0]), "lib:a=src/lib.rs");
  assert_text_equal(off.packages[0].targets[0].crate_types[0], "proc-macro");

  assert_true(contains(all_complaints(with("[package]\nname = \"a\"\nedition = \"2021\"\n[[bin]]\nname = \"none\"\n")),
                       "the target none has no file"));
  assert_true(contains(all_complaints(with("[package]\nname = \"a\"\n[lib]\nname = \"a-b\"\n")), "has a dash"));
  assert_true(contains(all_complaints(load({{"/w/Cargo.toml", "[package]\nname = \"a\"\n"}})), "has no targets"));
  assert_true(contains(all_complaints(with("[package]\nname = \"a\"\nedition = \"2021\"\ndefault-run = \"q\"\n")),
                       "names no binary"));
}

void features(void**) {
  auto with = [](const char* rest) {
    return load({{"/w/Cargo.toml", std::string("[package]\nname = \"a\"\nedition = \"2021\"\n") + rest},
                 {"/w/src/lib.rs", ""}});
  };
  const Workspace workspace = with(
      "[dependencies]\nb = { version = \"1\", optional = true }\nc = { version = \"1\", optional = true }\nd = \"1\"\n"
      "[features]\nx = [\"dep:c\", \"b\", \"d/y\", \"c?/z\"]\n");
  assert_text_equal(all_complaints(workspace), "");
  const Package& package = workspace.packages[0];
  assert_int_equal(package.features.size(), 2);
  assert_text_equal(package.features[0].name, "b");
  assert_true(package.features[0].implicit);
  assert_text_equal(package.features[0].values[0].text.value, "dep:b");
  const std::pair<const char*, const char*> wrong[] = {
      {"[features]\nx = [\"y\"]\n", "no such feature or dependency"},
      {"[features]\nx = [\"dep:y\"]\n", "no such dependency"},
      {"[dependencies]\ny = \"1\"\n[features]\nx = [\"y\"]\n", "not optional"},
      {"[dependencies]\ny = \"1\"\n[features]\nx = [\"dep:y\"]\n", "not optional"},
      {"[dependencies]\ny = \"1\"\n[features]\nx = [\"y?/z\"]\n", "not optional"},
      {"[dependencies]\ny = \"1\"\n[features]\nx = [\"dep:y/z\"]\n", "do not go together"},
      {"[dependencies]\ny = { version = \"1\", optional = true }\n[features]\nx = [\"y\"]\nz = [\"dep:y\"]\n",
       "has no implicit feature"},
      {"[dependencies]\ny = { version = \"1\", optional = true }\n[features]\ny = []\n", "no feature enables"},
  };
  for (const auto& [text, message] : wrong) {
    if (!contains(all_complaints(with(text)), message))
      fail_msg("%s\ngives %s", text, all_complaints(with(text)).c_str());
  }
}

void inherits(void**) {
  const Workspace workspace = load(
      {{"/w/Cargo.toml",
        "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/out\"]\n[workspace.package]\nversion = \"1.2.3\"\n"
        "edition = \"2021\"\nlicense-file = \"LICENSE\"\n[workspace.dependencies]\nb = { path = \"crates/b\", features "
        "= [\"x\"] }\n"
        "c = { version = \"1\", default-features = false }\n[workspace.lints.rust]\nunsafe_code = \"deny\"\n"},
       {"/w/crates/a/Cargo.toml",
        "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\nlicense-file = { workspace = "
        "true }\n"
        "[lints]\nworkspace = true\n[dependencies]\nb = { workspace = true, features = [\"y\"], optional = true }\n"
        "c = { workspace = true, default-features = true }\n"},
       {"/w/crates/a/src/lib.rs", ""},
       {"/w/crates/b/Cargo.toml", "[package]\nname = \"b\"\nedition = \"2024\"\nhomepage.workspace = true\n"},
       {"/w/crates/b/src/lib.rs", ""},
       {"/w/crates/out/Cargo.toml", "[package]\nname = \"out\"\n"}},
      "/w/crates/a/Cargo.toml");
  assert_text_equal(workspace.root_manifest, "/w/Cargo.toml");
  assert_int_equal(workspace.packages.size(), 2);
  const Package& a = package_named(workspace, "a");
  assert_text_equal(to_string(a.version), "1.2.3");
  assert_int_equal(static_cast<int>(a.edition), 2021);
  assert_text_equal(a.license_file.value, "../../LICENSE");
  assert_int_equal(a.lints.size(), 1);
  assert_text_equal(a.dependencies[0].location, "/w/crates/b");
  assert_int_equal(a.dependencies[0].features.size(), 2);
  assert_text_equal(a.dependencies[0].features[1], "y");
  assert_true(a.dependencies[0].optional && a.dependencies[1].default_features);
  assert_true(
      contains(all_complaints(workspace), "package.homepage is inherited, but workspace.package does not have it"));
  assert_int_equal(workspace.default_members.size(), 1);
}

// ---- Workspaces ------------------------------------------------------------------------------------------------

void follows_path_dependencies(void**) {
  const Workspace workspace =
      load({{"/w/Cargo.toml",
             "[workspace]\n[package]\nname = \"root\"\nedition = \"2024\"\n[dependencies]\na = { path = \"a\" }\n"},
            {"/w/src/lib.rs", ""},
            {"/w/a/Cargo.toml",
             "[package]\nname = \"a\"\nedition = \"2021\"\n[dev-dependencies]\nroot = { path = \"..\" }\ngone = { path "
             "= \"../gone\" }\n"},
            {"/w/a/src/lib.rs", ""}});
  assert_int_equal(workspace.packages.size(), 2);
  assert_true(workspace.resolver == ResolverVersion::V3);
  assert_true(contains(all_complaints(workspace), "there is no manifest to read at /w/gone/Cargo.toml"));
}

void many_members(void**) {
  std::map<std::string, std::string> files = {{"/w/Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"m*\"]\n"}};
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "m" + std::to_string(i);
    files["/w/" + name + "/Cargo.toml"] =
        "[package]\nname = \"" + name + "\"\nedition = \"2021\"\n[dependencies]\nm0 = { path = \"../m0\" }\n";
    files["/w/" + name + "/src/lib.rs"] = "";
  }
  MemoryReader reader(std::move(files));
  const Workspace workspace = load_workspace("/w/Cargo.toml", reader);
  assert_int_equal(workspace.packages.size(), 5000);
  for (const auto& [path, count] : reader.reads) assert_int_equal(count, 1);
  assert_int_equal(workspace.default_members.size(), 5000);
}

void patterns(void**) {
  assert_true(matches_glob("a*b?c", "axxbyc"));
  assert_true(matches_glob("[a-c]*", "b"));
  assert_true(matches_glob("[!a-c]", "d"));
  assert_false(matches_glob("[!a-c]", "b"));
  assert_true(matches_glob("[]]", "]"));
  assert_true(matches_glob("?", "\xC3\xA9"));
  assert_false(matches_glob("*a*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
  assert_text_equal(check_glob("a/**/b"), "");
  assert_true(!check_glob("a**").empty() && !check_glob("[a").empty());
  MemoryReader reader({{"/w/a/x/f", ""}, {"/w/b/f", ""}, {"/w/g", ""}});
  uint32_t left = 100;
  assert_int_equal(expand_glob("/w", "*", reader, &left).size(), 3);
  assert_int_equal(expand_glob("/w", "**/f", reader, &left).size(), 2);
  assert_text_equal(join_path("/a/b", "../c/./d//"), "/a/c/d");
  assert_text_equal(relative_path("/a/b", "/a/c/d"), "../c/d");
}

// ---- Lock files, configuration, toolchains -----------------------------------------------------------------------

void lock_files(void**) {
  const Lockfile file = read_lockfile(R"toml(version = 4
[[package]]
name = "a"
version = "1.0.0"
dependencies = ["b 1.0.0", "b 2.0.0 (registry+https://x/y)", "c", "none"]
[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://x/y"
checksum = "00"
[[package]]
name = "b"
version = "2.0.0"
source = "registry+https://x/y"
[[package]]
name = "b"
version = "2.0.0"
source = "git+https://x/b?branch=q#0123"
[[package]]
name = "c"
version = "0.1.0"
)toml",
                                      "/w/Cargo.lock");
  assert_int_equal(file.version, 4);
  assert_int_equal(file.packages.size(), 5);
  const auto& dependencies = file.packages[0].dependencies;
  assert_int_equal(dependencies[0].package.value, 1);
  assert_int_equal(dependencies[1].package.value, 2);
  assert_int_equal(dependencies[2].package.value, 4);
  assert_false(dependencies[3].package.valid());
  assert_int_equal(file.problems.size(), 1);

  const Lockfile old = read_lockfile(R"toml([root]
name = "a"
version = "0.1.0"
dependencies = ["b 1.0.0 (registry+https://x/y)"]
[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://x/y"
[metadata]
"checksum b 1.0.0 (registry+https://x/y)" = "abcd"
)toml",
                                     "/w/Cargo.lock");
  assert_int_equal(old.version, 1);
  assert_int_equal(old.root.value, 0);
  assert_text_equal(old.packages[1].checksum.value, "abcd");
  assert_int_equal(old.packages[0].dependencies[0].package.value, 1);
  assert_int_equal(read_lockfile("[[package]]\nname=\"a\"\nversion=\"1.0.0\"\nchecksum=\"x\"\n", "").version, 2);
  assert_int_equal(read_lockfile("version = 9\n", "").problems.size(), 1);
  assert_int_equal(read_lockfile("version = ", "").problems.size(), 1);
}

void configuration(void**) {
  std::vector<ConfigInput> inputs;
  inputs.push_back({"[build]\nrustflags = [\"-near\"]\n[source.crates-io]\nreplace-with = \"vendored\"\n",
                    "/w/p/.cargo/config.toml"});
  inputs.push_back(
      {"paths = [\"x\"]\n[build]\ntarget = \"wasm32-unknown-unknown\"\nrustflags = \"-far -more\"\n"
       "[source.crates-io]\nreplace-with = \"other\"\n[source.vendored]\ndirectory = \"vendor\"\n"
       "[registries.mine]\nindex = \"https://x/y\"\n[env]\nA = \"b\"\n",
       "/w/.cargo/config"});
  inputs.push_back({"[build\n", "/.cargo/config.toml"});
  const CargoConfig config = read_cargo_config(std::move(inputs));
  const ConfigSource* source = config.replacement_of("crates-io");
  assert_non_null(source);
  assert_text_equal(source->directory.path, "/w/vendor");
  assert_int_equal(source->directory.file, 1);
  assert_null(config.replacement_of("vendored"));
  assert_int_equal(config.build_rustflags.size(), 3);
  assert_text_equal(config.build_rustflags[2], "-near");
  assert_text_equal(config.build_targets[0].value, "wasm32-unknown-unknown");
  assert_text_equal(config.paths[0].path, "/w/x");
  assert_text_equal(config.registries[0].name, "mine");
  assert_int_equal(config.files[2].problems.size(), 1);
}

void toolchains(void**) {
  const RustToolchain legacy = read_rust_toolchain(" nightly-2024-01-02\n", "/w/rust-toolchain");
  assert_true(legacy.legacy);
  assert_text_equal(legacy.channel.value, "nightly-2024-01-02");
  assert_int_equal(legacy.channel.span.begin, 1);
  const RustToolchain file = read_rust_toolchain(
      "[toolchain]\nchannel = \"1.80\"\ncomponents = [\"clippy\"]\ntargets = [\"wasm32-wasip1\"]\nprofile = \"tiny\"\n",
      "/w/rust-toolchain.toml");
  assert_text_equal(file.components.value[0].value, "clippy");
  assert_int_equal(file.problems.size(), 1);
  assert_int_equal(read_rust_toolchain("", "/w/rust-toolchain").problems.size(), 1);
  assert_int_equal(read_rust_toolchain("[toolchain]\n", "/w/rust-toolchain.toml").problems.size(), 1);
  const ToolchainName name = split_toolchain_name("1.80.0-beta.2-x86_64-unknown-linux-gnu");
  assert_text_equal(name.release, "1.80.0-beta.2");
  assert_text_equal(name.host, "x86_64-unknown-linux-gnu");
  assert_text_equal(split_toolchain_name("nightly-2024-01-02-aarch64-apple-darwin").date, "2024-01-02");
  assert_text_equal(split_toolchain_name("my-own").release, "");
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(toml_places), cmocka_unit_test(toml_errors), cmocka_unit_test(versions),
           cmocka_unit_test(requirements), cmocka_unit_test(package_ids), cmocka_unit_test(conditions),
           cmocka_unit_test(manifest_values), cmocka_unit_test(manifest_errors), cmocka_unit_test(discovers_targets),
           cmocka_unit_test(features), cmocka_unit_test(inherits), cmocka_unit_test(follows_path_dependencies),
           cmocka_unit_test(many_members), cmocka_unit_test(patterns), cmocka_unit_test(lock_files),
           cmocka_unit_test(configuration), cmocka_unit_test(toolchains))
