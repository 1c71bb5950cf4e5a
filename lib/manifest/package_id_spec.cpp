#include "manifest/package_id_spec.h"

#include <algorithm>

#include "manifest/manifest.h"

namespace rp::manifest {
namespace {

// "name", "name@version" or "name:version".
bool parse_name_and_version(std::string_view text, PackageIdSpec* out, std::string* problem) {
  size_t split = text.find('@');
  for (size_t at = 0; split == std::string_view::npos && at < text.size(); ++at) {
    if (text[at] != ':') continue;
    if (text.substr(at, 2) == "::")
      ++at;
    else
      split = at;
  }
  out->name = text.substr(0, split);
  *problem = check_package_name(out->name, "package name");
  if (!problem->empty()) return false;
  if (split == std::string_view::npos) return true;
  SemverError error;
  out->version = parse_partial_version(text.substr(split + 1), &error);
  if (!out->version) *problem = "no valid version: " + error.message;
  return out->version.has_value();
}

bool is_version(std::string_view text) { return !text.empty() && text.front() >= '0' && text.front() <= '9'; }

bool parse_url(std::string_view text, PackageIdSpec* out, std::string* problem) {
  std::string_view url = text;
  const size_t hash = text.find('#');
  const std::string_view fragment = hash == std::string_view::npos ? std::string_view() : text.substr(hash + 1);
  url = text.substr(0, hash);
  const size_t scheme = url.find("://");
  if (const size_t plus = url.find('+'); plus < scheme) {
    const std::string_view kind = url.substr(0, plus);
    if (kind == "git" || kind == "registry" || kind == "sparse" || kind == "path") {
      out->kind = kind;
      url.remove_prefix(plus + 1);
    }
  }
  out->url = url;
  std::string_view path = url.substr(std::min(url.find("://") + 3, url.size()));
  path = path.substr(0, path.find('?'));
  while (path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  std::string_view last = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  if (last.empty()) {
    *problem = "the URL has no path";
    return false;
  }
  if (fragment.empty()) {
    out->name = last;
    return true;
  }
  if (is_version(fragment)) {
    out->name = last;
    SemverError error;
    out->version = parse_partial_version(fragment, &error);
    if (!out->version) *problem = "no valid version: " + error.message;
    return out->version.has_value();
  }
  return parse_name_and_version(fragment, out, problem);
}

}  // namespace

std::optional<PackageIdSpec> parse_package_id_spec(std::string_view text, std::string* problem) {
  std::string why;
  PackageIdSpec spec;
  bool good = false;
  if (text.find("://") != std::string_view::npos) {
    good = parse_url(text, &spec, &why);
  } else if (text.find('/') != std::string_view::npos) {
    why = "a path or URL needs a scheme, such as https://";
  } else {
    good = parse_name_and_version(text, &spec, &why);
  }
  if (problem != nullptr) *problem = why;
  if (!good) return std::nullopt;
  return spec;
}

bool PackageIdSpec::matches(std::string_view package_name, const Version& package_version,
                            std::string_view source) const {
  if (name != package_name) return false;
  if (version && !version->matches(package_version)) return false;
  return url.empty() || url == source;
}

}  // namespace rp::manifest
