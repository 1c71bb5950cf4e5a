// The readers of lib/manifest: Cargo.toml and the package it makes, Cargo.lock, cargo's configuration, rust-toolchain,
// cfg conditions, versions and requirements, package ids, globs. The first byte chooses.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "harness.h"
#include "manifest/cargo_config.h"
#include "manifest/cfg_expr.h"
#include "manifest/glob.h"
#include "manifest/lockfile.h"
#include "manifest/manifest.h"
#include "manifest/package.h"
#include "manifest/package_id_spec.h"
#include "manifest/rust_toolchain.h"
#include "manifest/semver.h"
#include "manifest/workspace.h"

namespace {

using namespace rp::manifest;

void check_span(Span span, std::string_view text) { FUZZ_CHECK(span.begin <= span.end && span.end <= text.size()); }

void check_problems(const std::vector<Problem>& problems, std::string_view text) {
  for (const Problem& problem : problems) {
    check_span(problem.span, text);
    FUZZ_CHECK(!problem.message.empty());
    FUZZ_CHECK(rp::find_invalid_utf8(problem.message) == std::string_view::npos);
  }
}

// Every node below its parent, every span inside the text.
void check_document(const TomlDocument& document) {
  const std::string_view text = document.text();
  FUZZ_CHECK(document.node_count() >= 1);
  for (uint32_t i = 0; i < document.node_count(); ++i) {
    const TomlNode& node = document.node(TomlNodeId(i));
    check_span(node.span, text);
    check_span(node.key.span, text);
    FUZZ_CHECK(uint64_t{node.first_child} + node.child_count <= document.node_count());
    for (uint32_t k = 0; k < node.child_count; ++k) {
      const TomlNodeId child = document.child(TomlNodeId(i), k);
      FUZZ_CHECK(child.value > i && document.node(child).parent == TomlNodeId(i));
      if (node.kind == TomlKind::Table)
        FUZZ_CHECK(document.find(TomlNodeId(i), document.node(child).key.value) == child);
    }
  }
}

// A folder tree in memory: the manifests of the input, and what their targets may look for.
class FolderReader final : public ManifestReader {
 public:
  explicit FolderReader(std::vector<std::string_view> manifests) : manifests_(std::move(manifests)) {}

  PathKind kind(std::string_view path) override {
    if (!text_of(path).empty()) return PathKind::File;
    for (const std::string_view file : kFiles)
      if (path.ends_with(file)) return PathKind::File;
    if (path == "/" || path == "/w" || path == "/w/a" || path == "/w/b" || path.ends_with("/src") ||
        path.ends_with("/src/bin"))
      return PathKind::Folder;
    return PathKind::Missing;
  }
  bool read(std::string_view path, std::string* text) override {
    const std::string_view found = text_of(path);
    *text = found.empty() ? std::string("not there") : std::string(found);
    return !found.empty();
  }
  std::vector<FolderEntry> list(std::string_view folder) override {
    if (folder == "/w") return {{"a", PathKind::Folder}, {"b", PathKind::Folder}, {"src", PathKind::Folder}};
    if (folder.ends_with("/src")) return {{"lib.rs", PathKind::File}, {"bin", PathKind::Folder}};
    if (folder.ends_with("/bin")) return {{"one.rs", PathKind::File}, {"two.rs", PathKind::File}};
    return {};
  }

 private:
  static constexpr std::string_view kFiles[] = {"/src/lib.rs", "/src/bin/one.rs", "/src/bin/two.rs", "/build.rs"};
  [[nodiscard]] std::string_view text_of(std::string_view path) const {
    static constexpr std::string_view kPaths[] = {"/w/Cargo.toml", "/w/a/Cargo.toml", "/w/b/Cargo.toml"};
    for (size_t i = 0; i < std::size(kPaths); ++i)
      if (path == kPaths[i] && i < manifests_.size()) return manifests_[i];
    return {};
  }
  std::vector<std::string_view> manifests_;
};

void fuzz_manifest(std::string_view input) {
  const Manifest manifest = read_manifest(std::string(input), "/w/Cargo.toml");
  check_document(manifest.document);
  check_problems(manifest.problems, input);
  for (const DependencyEntry& entry : manifest.dependencies) check_span(entry.span, input);
  for (const FeatureEntry& feature : manifest.features) check_span(feature.span, input);
  for (const TargetEntry& target : manifest.targets) check_span(target.span, input);
}

// A workspace of up to three manifests, between bytes 0x1E.
void fuzz_workspace(std::string_view input) {
  std::vector<std::string_view> texts;
  for (size_t at = 0; at <= input.size() && texts.size() < 3;) {
    const size_t end = std::min(input.find('\x1E', at), input.size());
    texts.push_back(input.substr(at, end - at));
    at = end + 1;
  }
  FolderReader reader(std::move(texts));
  for (const std::string_view start : {"/w/Cargo.toml", "/w/a/Cargo.toml"}) {
    const Workspace workspace = load_workspace(start, reader, {.max_members = 100, .max_folders = 100});
    for (const Package& package : workspace.packages) {
      FUZZ_CHECK(package.manifest < workspace.manifests.size());
      check_problems(package.problems, workspace.manifests[package.manifest].document.text());
      for (const Target& target : package.targets) FUZZ_CHECK(!target.name.empty() || !package.usable);
    }
    for (const WorkspaceProblem& each : workspace.problems) {
      if (each.manifest == UINT32_MAX) continue;  // it was not there
      FUZZ_CHECK(each.manifest < workspace.manifests.size());
      check_span(each.problem.span, workspace.manifests[each.manifest].document.text());
    }
    for (const uint32_t member : workspace.default_members) FUZZ_CHECK(member < workspace.packages.size());
  }
}

void fuzz_lockfile(std::string_view input) {
  const Lockfile lock = read_lockfile(std::string(input), "/w/Cargo.lock");
  check_document(lock.document);
  check_problems(lock.problems, input);
  for (const LockedPackage& package : lock.packages) {
    check_span(package.span, input);
    for (const LockedDependency& dependency : package.dependencies)
      FUZZ_CHECK(!dependency.package.valid() || dependency.package.value < lock.packages.size());
  }
  FUZZ_CHECK(!lock.root.valid() || lock.root.value < lock.packages.size());
}

void fuzz_config(std::string_view input) {
  std::vector<ConfigInput> inputs;
  const size_t second = input.find('\x1E');
  inputs.push_back({std::string(input.substr(0, second)), "/w/.cargo/config.toml"});
  if (second != std::string_view::npos)
    inputs.push_back({std::string(input.substr(second + 1)), "/.cargo/config.toml"});
  const CargoConfig config = read_cargo_config(std::move(inputs));
  for (const ConfigFile& file : config.files) {
    check_document(file.document);
    check_problems(file.problems, file.document.text());
  }
  for (const ConfigSource& source : config.sources) (void)config.replacement_of(source.name);
}

void fuzz_toolchain(std::string_view input) {
  for (const char* path : {"/w/rust-toolchain", "/w/rust-toolchain.toml"}) {
    const RustToolchain toolchain = read_rust_toolchain(std::string(input), path);
    check_problems(toolchain.problems, toolchain.document.text());
    if (toolchain.channel) {
      const ToolchainName name = split_toolchain_name(toolchain.channel.value);
      FUZZ_CHECK(name.release.size() + name.date.size() + name.host.size() <= toolchain.channel.value.size());
    }
  }
}

void fuzz_cfg(std::string_view input) {
  CfgError error;
  const std::optional<Platform> platform = parse_platform(input, &error);
  if (!platform) {
    FUZZ_CHECK(!error.message.empty());
    check_span(error.span, input);
    return;
  }
  const CfgFact facts[] = {{"unix", "", false}, {"target_os", "linux", true}};
  // What is printed means the same.
  const std::string printed = to_string(*platform);
  const std::optional<Platform> again = parse_platform(printed);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(to_string(*again) == printed);
  FUZZ_CHECK(again->matches("x", facts) == platform->matches("x", facts));
  if (platform->condition) (void)useless_cfg_name(*platform->condition);
}

void fuzz_versions(std::string_view input) {
  const size_t line = std::min(input.find('\n'), input.size());
  const std::string_view one = input.substr(0, line);
  const std::string_view other = input.substr(std::min(line + 1, input.size()));
  SemverError error;
  const std::optional<Version> version = parse_version(other, &error);
  if (version) {
    FUZZ_CHECK(to_string(*version) == other);
    FUZZ_CHECK(compare(*version, *version) == std::strong_ordering::equal);
  } else {
    FUZZ_CHECK(!error.message.empty() && error.offset <= other.size());
  }
  if (const std::optional<Version> second = parse_version(one); second && version) {
    FUZZ_CHECK((compare(*second, *version) < 0) == (compare(*version, *second) > 0));
    FUZZ_CHECK((compare_precedence(*second, *version) == 0) == (compare_precedence(*version, *second) == 0));
  }
  if (const std::optional<VersionReq> req = parse_version_req(one, &error)) {
    const std::string printed = to_string(*req);
    const std::optional<VersionReq> again = parse_version_req(printed);
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(to_string(*again) == printed);
    if (version) FUZZ_CHECK(req->matches(*version) == again->matches(*version));
  } else {
    FUZZ_CHECK(!error.message.empty() && error.offset <= one.size());
  }
  if (const std::optional<PartialVersion> partial = parse_partial_version(one)) {
    FUZZ_CHECK(parse_partial_version(to_string(*partial)).has_value());
    if (version) (void)partial->matches(*version);
  }
}

void fuzz_names(std::string_view input) {
  std::string problem;
  if (const std::optional<PackageIdSpec> spec = parse_package_id_spec(input, &problem))
    (void)spec->matches("a", {1, 0, 0, {}, {}}, "https://example.com/a");
  else
    FUZZ_CHECK(!problem.empty());
  const size_t line = std::min(input.find('\n'), input.size());
  const std::string_view pattern = input.substr(0, line);
  (void)matches_glob(pattern, input.substr(std::min(line + 1, input.size())));
  (void)check_glob(pattern);
  FolderReader reader({});
  uint32_t folders = 100;
  (void)expand_glob("/w", pattern, reader, &folders);
  (void)parse_feature_value({input, {0, static_cast<uint32_t>(input.size())}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text = fuzz::as_utf8(fuzz::view(data + 1, size - 1));
  switch (data[0]) {
    case 'm':
      fuzz_manifest(text);
      break;
    case 'w':
      fuzz_workspace(text);
      break;
    case 'l':
      fuzz_lockfile(text);
      break;
    case 'c':
      fuzz_config(text);
      break;
    case 't':
      fuzz_toolchain(text);
      break;
    case 'f':
      fuzz_cfg(text);
      break;
    case 'v':
      fuzz_versions(text);
      break;
    case 'n':
      fuzz_names(text);
      break;
    default:
      break;
  }
  return 0;
}
