// The standard library, read once for all reviews of a test program: reading it takes longer than most of them.
#pragma once

#include <memory>

#include "names/facts.h"

inline const std::shared_ptr<rp::SharedSysroot>& shared_sysroot() {
  static const auto sysroot = std::make_shared<rp::SharedSysroot>();
  return sysroot;
}
