// The files of a project in memory, by absolute path: for whoever reads manifests and for whoever reads sources.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/reader.h"
#include "names/analysis.h"

namespace rp {

using Files = std::map<std::string, std::string, std::less<>>;

class MemoryManifests final : public manifest::ManifestReader {
 public:
  explicit MemoryManifests(const Files& files) : files_(files) {}
  manifest::PathKind kind(std::string_view path) override {
    if (files_.contains(path)) return manifest::PathKind::File;
    const std::string prefix = std::string(path) + "/";
    const auto at = files_.lower_bound(prefix);
    return at != files_.end() && at->first.starts_with(prefix) ? manifest::PathKind::Folder
                                                               : manifest::PathKind::Missing;
  }
  bool read(std::string_view path, std::string* text) override {
    const auto at = files_.find(path);
    if (at == files_.end()) return false;
    *text = at->second;
    return true;
  }
  std::vector<manifest::FolderEntry> list(std::string_view folder) override {
    std::vector<manifest::FolderEntry> out;
    const std::string prefix = std::string(folder) + "/";
    for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix); ++at) {
      const std::string rest = at->first.substr(prefix.size());
      const size_t slash = rest.find('/');
      const std::string name = rest.substr(0, slash);
      if (out.empty() || out.back().name != name)
        out.push_back({name, slash == std::string::npos ? manifest::PathKind::File : manifest::PathKind::Folder});
    }
    return out;
  }

 private:
  const Files& files_;
};

class MemorySources : public SourceReader {
 public:
  explicit MemorySources(const Files& files) : files_(files) {}
  Outcome read(std::string_view path, std::string* text) override {
    const auto at = files_.find(path);
    if (at == files_.end()) return Outcome::NotFound;
    *text = at->second;
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override { return files_.contains(path); }

 private:
  const Files& files_;
};

}  // namespace rp
