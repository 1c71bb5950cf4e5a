// Prints what lib/manifest makes of a workspace as JSON, in the words of `cargo metadata --no-deps`, so that the two
// can be compared: manifest_dump Cargo.toml
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "disk_reader.h"
#include "manifest/cargo_config.h"
#include "manifest/workspace.h"

namespace {

using nlohmann::json;
namespace fs = std::filesystem;
using namespace rp::manifest;

// The configuration that cargo would read in the folder of a manifest, cargo's home aside.
CargoConfig config_of(std::string_view manifest_path) {
  rp::DiskManifests reader;
  std::vector<ConfigInput> inputs;
  for (std::string_view folder = path_parent(manifest_path); !folder.empty(); folder = path_parent(folder)) {
    for (const char* name : {".cargo/config", ".cargo/config.toml"}) {
      ConfigInput input{{}, join_path(folder, name)};
      if (reader.kind(input.path) != PathKind::File || !reader.read(input.path, &input.text)) continue;
      inputs.push_back(std::move(input));
      break;
    }
  }
  return read_cargo_config(std::move(inputs));
}

json text_or_null(std::string_view text, bool present) { return present ? json(std::string(text)) : json(nullptr); }
json field(const TextField& text) { return text_or_null(text.value, static_cast<bool>(text)); }
json list(TextList texts) {
  json out = json::array();
  for (const Text& each : texts) out.push_back(std::string(each.value));
  return out;
}
json views(std::span<const std::string_view> texts) {
  json out = json::array();
  for (const std::string_view each : texts) out.push_back(std::string(each));
  return out;
}

std::string git_reference(const Dependency& d) {
  if (!d.branch.empty()) return "?branch=" + std::string(d.branch);
  if (!d.tag.empty()) return "?tag=" + std::string(d.tag);
  if (!d.rev.empty()) return "?rev=" + std::string(d.rev);
  return "";
}

json source_of(const Dependency& d) {
  switch (d.source) {
    case SourceKind::Path:
      return nullptr;
    case SourceKind::Git:
      return "git+" + std::string(d.location) + git_reference(d);
    case SourceKind::Registry:
      break;
  }
  if (!d.location.empty()) return "registry+" + std::string(d.location);
  return d.registry.empty() ? "crates-io" : "registry:" + std::string(d.registry);
}

json dependency(const Dependency& d, const Manifest& manifest) {
  const std::optional<VersionReq> req = parse_version_req(d.requirement);
  json out;
  out["name"] = std::string(d.package);
  out["rename"] = text_or_null(d.name, d.renamed);
  out["req"] = d.requirement.empty() ? "*" : req ? to_string(*req) : "?";
  out["kind"] = d.kind == DependencyKind::Normal        ? json(nullptr)
                : d.kind == DependencyKind::Development ? json("dev")
                                                        : json("build");
  out["optional"] = d.optional;
  out["uses_default_features"] = d.default_features;
  out["features"] = views(d.features);
  out["target"] = d.platform.valid() ? json(to_string(manifest.platforms[d.platform.value].platform)) : json(nullptr);
  out["source"] = source_of(d);
  out["path"] = text_or_null(d.location, d.source == SourceKind::Path);
  return out;
}

json target(const Target& t) {
  json out;
  switch (t.kind) {
    case TargetKind::Lib:
      out["kind"] = views(t.crate_types);
      break;
    case TargetKind::Bin:
      out["kind"] = {"bin"};
      break;
    case TargetKind::Example:
      out["kind"] = {"example"};
      break;
    case TargetKind::Test:
      out["kind"] = {"test"};
      break;
    case TargetKind::Bench:
      out["kind"] = {"bench"};
      break;
    case TargetKind::BuildScript:
      out["kind"] = {"custom-build"};
      break;
  }
  out["crate_types"] = views(t.crate_types);
  out["name"] = std::string(t.name);
  out["src_path"] = std::string(t.path);
  out["edition"] = std::to_string(static_cast<int>(t.edition));
  out["required-features"] = t.has_required_features ? list(t.required_features) : json(nullptr);
  out["doc"] = t.doc;
  out["doctest"] = t.doctest;
  out["test"] = t.test;
  return out;
}

json package(const Package& p, const Manifest& manifest) {
  json out;
  out["name"] = std::string(p.name);
  out["version"] = to_string(p.version);
  out["manifest_path"] = manifest.path;
  out["edition"] = std::to_string(static_cast<int>(p.edition));
  out["rust_version"] = p.rust_version ? json(to_string(p.rust_version.value)) : json(nullptr);
  out["license"] = field(p.license);
  out["license_file"] = field(p.license_file);
  out["description"] = field(p.description);
  out["homepage"] = field(p.homepage);
  out["documentation"] = field(p.documentation);
  out["repository"] = field(p.repository);
  out["links"] = field(p.links);
  out["authors"] = list(p.authors.value);
  out["keywords"] = list(p.keywords.value);
  out["categories"] = list(p.categories.value);
  out["readme"] = text_or_null(p.readme, p.has_readme);
  out["default_run"] = text_or_null(p.default_run, !p.default_run.empty());
  out["publish"] = p.publish_limited ? list(p.publish_registries) : p.may_publish ? json(nullptr) : json::array();
  out["dependencies"] = json::array();
  for (const Dependency& d : p.dependencies) out["dependencies"].push_back(dependency(d, manifest));
  out["targets"] = json::array();
  for (const Target& t : p.targets) out["targets"].push_back(target(t));
  out["features"] = json::object();
  for (const Feature& f : p.features) {
    json values = json::array();
    for (const FeatureValue& v : f.values) values.push_back(std::string(v.text.value));
    out["features"][std::string(f.name)] = values;
  }
  return out;
}

json problem(const std::string& path, const Problem& p) {
  return {{"path", path},
          {"severity", p.severity == Severity::Error     ? "error"
                       : p.severity == Severity::Warning ? "warning"
                                                         : "build error"},
          {"begin", p.span.begin},
          {"end", p.span.end},
          {"message", std::string(p.message)},
          {"accepts", std::string(p.accepts)}};
}

json dump(const Workspace& workspace) {
  json out;
  out["workspace_root"] = std::string(path_parent(workspace.root_manifest));
  out["resolver"] = static_cast<int>(workspace.resolver);
  out["packages"] = json::array();
  out["problems"] = json::array();
  for (const Package& p : workspace.packages) {
    const Manifest& manifest = workspace.manifests[p.manifest];
    out["packages"].push_back(package(p, manifest));
    for (const Problem& each : p.problems) out["problems"].push_back(problem(manifest.path, each));
  }
  for (const Manifest& manifest : workspace.manifests) {
    for (const Problem& each : manifest.problems) out["problems"].push_back(problem(manifest.path, each));
  }
  for (const WorkspaceProblem& each : workspace.problems) {
    const bool known = each.manifest < workspace.manifests.size();
    out["problems"].push_back(problem(known ? workspace.manifests[each.manifest].path : "", each.problem));
  }
  out["default_members"] = json::array();
  for (const uint32_t each : workspace.default_members)
    out["default_members"].push_back(std::string(workspace.packages[each].name));
  return out;
}

}  // namespace

// Reads paths from the command line, or one a line from the standard input, and prints a line of JSON for each.
int main(int count, char** arguments) {
  const auto show = [](const std::string& path) {
    rp::DiskManifests reader;
    const std::string whole = fs::absolute(path).string();
    const CargoConfig config = config_of(whole);
    std::vector<PathBase> bases;
    for (const ConfigPathBase& each : config.path_bases) bases.push_back({each.name, each.folder.path});
    WorkspaceOptions options;
    options.path_bases = bases;
    const Workspace workspace = load_workspace(whole, reader, options);
    std::cout << dump(workspace).dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  };
  for (int i = 1; i < count; ++i) show(arguments[i]);
  std::string line;
  while (count == 1 && std::getline(std::cin, line)) show(line);
  return 0;
}
