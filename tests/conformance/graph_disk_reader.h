// Files of the disk for the programs of this folder, as lib/manifest asks for them. No limits and no roots.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "manifest/reader.h"

namespace rp {

class DiskReader : public manifest::ManifestReader {
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

}  // namespace rp
