// What an rp_workspace holds.
#pragma once

#include <memory>
#include <string>

#include "crates/packaged_workspace.h"
#include "names/facts.h"
#include "rustpro/rustpro.h"

namespace rp::abi {

struct Progress {
  rp_progress_callback callback = nullptr;
  void* user_data = nullptr;
};

}  // namespace rp::abi

struct rp_workspace {
  rp_workspace(const std::string& path, const rp::WorkspaceOptions& options, const rp::abi::Progress& on_progress)
      : files(path, options), progress(on_progress) {}
  rp_workspace(const rp::WorkspaceOptions& options, const rp::abi::Progress& on_progress)
      : files(options), progress(on_progress) {}

  rp::PackagedWorkspace files;
  rp::abi::Progress progress;
  // What is read once for all reviews and projects of the workspace.
  std::shared_ptr<rp::SharedSysroot> sysroot = std::make_shared<rp::SharedSysroot>();
};
