// Prints what lib/crates makes of a workspace as JSON, so that it can be compared with cargo (graph.py):
//   graph_dump [--cargo-home FOLDER] [--target NAME] [--features LIST] [--all-features] [--no-default-features]
//              [--test] [--only-libraries] [--time] Cargo.toml...
#include <chrono>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "crates/crate_graph.h"
#include "disk_reader.h"

namespace {

using nlohmann::json;
using namespace rp;

const char* name_of(PackageOrigin origin) {
  constexpr const char* kNames[] = {"member", "path", "vendored", "registry", "git", "named", "missing"};
  return kNames[static_cast<size_t>(origin)];
}
const char* name_of(manifest::DependencyKind kind) {
  constexpr const char* kNames[] = {"normal", "dev", "build"};
  return kNames[static_cast<size_t>(kind)];
}
const char* name_of(manifest::TargetKind kind) {
  constexpr const char* kNames[] = {"lib", "bin", "example", "test", "bench", "custom-build"};
  return kNames[static_cast<size_t>(kind)];
}

json package(const PackageNode& node) {
  json out;
  out["name"] = node.name;
  out["version"] = node.version;
  out["source"] = node.source;
  out["origin"] = name_of(node.origin);
  out["missing"] = node.missing_reason;
  out["manifest_path"] = node.manifest_path;
  out["features"] = node.features;
  out["build_features"] = node.build_features;
  out["target"] = node.built_for_target;
  out["host"] = node.built_for_host;
  out["checksum"] = node.checksum;
  out["dependencies"] = json::array();
  for (const PackageEdge& each : node.dependencies)
    out["dependencies"].push_back({{"to", each.to.value},
                                   {"name", each.name},
                                   {"kind", name_of(each.kind)},
                                   {"optional", each.optional},
                                   {"platform", each.platform},
                                   {"active", each.active}});
  return out;
}

json crate(const CrateNode& node) {
  json out;
  out["name"] = node.name;
  out["package"] = node.package.value;
  out["kind"] = name_of(node.kind);
  out["proc_macro"] = node.proc_macro;
  out["for_host"] = node.for_host;
  out["test"] = node.test_cfg;
  out["root"] = node.root_file;
  out["edition"] = static_cast<int>(node.edition);
  out["local"] = node.local;
  out["cfg"] = json::array();
  for (const manifest::CfgFact& each : node.cfg.facts())
    out["cfg"].push_back(std::string(each.key) + (each.has_value ? "=\"" + std::string(each.value) + "\"" : ""));
  out["dependencies"] = json::array();
  for (const CrateDependency& each : node.dependencies)
    out["dependencies"].push_back({{"name", each.name},
                                   {"crate", each.crate.valid() ? json(each.crate.value) : json(nullptr)},
                                   {"package", each.package.value}});
  return out;
}

json dump(const CrateGraph& graph) {
  json out;
  out["root"] = graph.workspace.root_manifest;
  out["resolver"] = static_cast<int>(graph.workspace.resolver);
  out["target"] = graph.target;
  out["locked"] = graph.lockfile != nullptr;
  out["packages"] = json::array();
  for (const PackageNode& each : graph.packages) out["packages"].push_back(package(each));
  out["crates"] = json::array();
  for (const CrateNode& each : graph.crates) out["crates"].push_back(crate(each));
  out["problems"] = json::array();
  for (const GraphProblem& each : graph.problems)
    out["problems"].push_back({{"path", each.path}, {"message", each.message}, {"missing", each.missing}});
  return out;
}

}  // namespace

int main(int count, char** arguments) {
  CrateGraphOptions options;
  bool time = false;
  std::vector<std::string> paths;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto value = [&] { return std::string(i + 1 < count ? arguments[++i] : ""); };
    if (argument == "--cargo-home") {
      options.cargo_home = value();
    } else if (argument == "--target") {
      options.target = value();
    } else if (argument == "--features") {
      std::istringstream list(value());
      for (std::string each; std::getline(list, each, ',');) options.features.push_back(each);
    } else if (argument == "--all-features") {
      options.all_features = true;
    } else if (argument == "--no-default-features") {
      options.no_default_features = true;
    } else if (argument == "--test") {
      options.test_cfg = true;
    } else if (argument == "--only-libraries") {
      options.all_targets = false;
    } else if (argument == "--time") {
      time = true;
    } else {
      paths.push_back(argument);
    }
  }
  for (const std::string& path : paths) {
    DiskManifests reader;
    const auto start = std::chrono::steady_clock::now();
    const CrateGraph graph = build_crate_graph(std::filesystem::absolute(path).string(), reader, options);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (time)
      std::cout << path << ": " << graph.packages.size() << " packages, " << graph.crates.size() << " crates, "
                << took.count() << " ms\n";
    else
      std::cout << dump(graph).dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  }
  return 0;
}
