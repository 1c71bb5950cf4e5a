#include "names/workspace_sources.h"

#include <sys/stat.h>

#include <cerrno>
#include <new>

namespace rp {

SourceReader::Outcome WorkspaceSources::read(std::string_view path, std::string* text) {
  const Workspace& sources = scope_.sources();
  if (scope_.kind_in_memory(path) == manifest::PathKind::File) {
    std::string_view below;
    scope_.relative(path, &below);
    *text = sources.overlays().find(below)->second;
    return Outcome::Ok;
  }
  text->clear();
  if (!scope_.has_disk()) return Outcome::NotFound;
  const std::string real = paths_.resolve(path).path;
  if (real.empty()) {
    const int error = errno;
    if (error == ENOENT || error == ENOTDIR) return Outcome::NotFound;
    *text = errno_reason(error);
    return Outcome::Refused;
  }
  if (!scope_.may_read(path) || !scope_.may_read(real)) {
    *text = "outside the folders that may be read";
    return Outcome::Refused;
  }
  ReadOutcome outcome = read_file(real, sources.options().file_limit, text);
  if (outcome) return Outcome::Ok;
  *text = std::move(outcome.reason);
  return outcome.kind == ReadOutcome::Kind::NotFound ? Outcome::NotFound : Outcome::Refused;
}

bool WorkspaceSources::exists(std::string_view path) {
  if (scope_.kind_in_memory(path) != manifest::PathKind::Missing) return true;
  if (!scope_.has_disk()) return false;
  struct stat info{};
  if (stat(std::string(path).c_str(), &info) == 0) return true;
  if (errno == ENOMEM) throw std::bad_alloc();
  return errno != ENOENT && errno != ENOTDIR;
}

}  // namespace rp
