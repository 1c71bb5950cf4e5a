#include "names/analysis.h"

namespace rp {

std::shared_ptr<const Source> SharedSources::get(const std::string& path, Edition edition,
                                                 FunctionRef<std::shared_ptr<const Source>()> read) {
  File* file = nullptr;
  {
    const std::lock_guard lock(mutex_);
    file = &files_[path + '\n' + std::to_string(static_cast<int>(edition))];
  }
  const std::lock_guard lock(file->mutex);
  std::shared_ptr<const Source> source = file->source.lock();
  if (source == nullptr) file->source = source = read();
  return source;
}

}  // namespace rp
