#include "manifest/reader.h"

#include <algorithm>

namespace rp::manifest {
namespace {

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

void append_parts(std::string_view path, std::vector<std::string_view>* out) {
  for (const std::string_view part : split_path(path)) {
    if (part == "..") {
      if (!out->empty()) out->pop_back();
    } else if (part != ".") {
      out->push_back(part);
    }
  }
}

}  // namespace

std::string join_path(std::string_view folder, std::string_view path) {
  std::vector<std::string_view> parts;
  if (!path.starts_with('/')) append_parts(folder, &parts);
  append_parts(path, &parts);
  std::string out;
  for (const std::string_view part : parts) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

std::string relative_path(std::string_view folder, std::string_view path) {
  const std::vector<std::string_view> from = split_path(folder);
  const std::vector<std::string_view> to = split_path(path);
  size_t same = 0;
  while (same < from.size() && same < to.size() && from[same] == to[same]) ++same;
  std::string out;
  for (size_t i = same; i < from.size(); ++i) out += out.empty() ? ".." : "/..";
  for (size_t i = same; i < to.size(); ++i) {
    if (!out.empty()) out += '/';
    out += to[i];
  }
  return out;
}

std::string_view path_parent(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos || path == "/") return {};
  return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

}  // namespace rp::manifest
