// Files of the disk for the programs of this folder, as lib/manifest and lib/names ask for them. No limits and no
// roots.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "manifest/reader.h"
#include "names/analysis.h"

namespace rp {

class DiskManifests : public manifest::ManifestReader {
 public:
  manifest::PathKind kind(std::string_view path) override {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(std::filesystem::path(path), error);
    if (error || !std::filesystem::exists(status)) return manifest::PathKind::Missing;
    return of(status);
  }
  bool read(std::string_view path, std::string* text) override {
    std::ifstream in{std::filesystem::path(path), std::ios::binary};
    if (!in) return false;
    text->assign(std::istreambuf_iterator<char>(in), {});
    return true;
  }
  std::vector<manifest::FolderEntry> list(std::string_view folder) override {
    std::vector<manifest::FolderEntry> out;
    std::error_code error;
    for (const auto& each : std::filesystem::directory_iterator(std::filesystem::path(folder), error)) {
      const std::filesystem::file_status status = each.symlink_status(error);
      out.push_back({each.path().filename().string(), error ? manifest::PathKind::Other : of(status)});
    }
    return out;
  }

 private:
  static manifest::PathKind of(const std::filesystem::file_status& status) {
    if (std::filesystem::is_directory(status)) return manifest::PathKind::Folder;
    return std::filesystem::is_regular_file(status) ? manifest::PathKind::File : manifest::PathKind::Other;
  }
};

class DiskSources final : public SourceReader {
 public:
  Outcome read(std::string_view path, std::string* text) override {
    // Not by a stream: reading must not show in what is timed.
    std::FILE* file = exists(path) ? std::fopen(std::string(path).c_str(), "rb") : nullptr;
    if (file == nullptr) return Outcome::NotFound;
    char buffer[1 << 16];
    text->clear();
    for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) != 0;) text->append(buffer, n);
    std::fclose(file);
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override {
    std::error_code error;
    return std::filesystem::is_regular_file(std::filesystem::path(path), error);
  }
};

}  // namespace rp
