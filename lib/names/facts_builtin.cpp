// The standard library's facts, as std/generate.cpp wrote them and std/embed.py put them into the library: the version,
// the size of each crate's facts in the order of SysrootCrate, then the facts.
#include "names/facts.h"

#include <algorithm>

#include "names/facts_format.h"

extern "C" {
extern const char rp_std_facts[];
extern const char rp_std_facts_end[];
}

namespace rp {
namespace {

// Of so many targets the crates are kept: some 20 MB each.
constexpr size_t kSharedTargets = 3;

struct Builtin {
  std::string_view version;
  std::array<std::string_view, kSysrootCrates> facts;
};

Builtin builtin() {
  Builtin out;
  const std::string_view all(rp_std_facts, static_cast<size_t>(rp_std_facts_end - rp_std_facts));
  FactsCursor cursor(all);
  out.version = cursor.text();
  std::array<uint64_t, kSysrootCrates> sizes{};
  for (uint64_t& size : sizes) size = cursor.number();
  for (size_t i = 0; i < sizes.size(); ++i) out.facts[i] = cursor.bytes(sizes[i]);
  return out;
}

}  // namespace

std::string_view builtin_facts(SysrootCrate crate) { return crate < kSysrootCrates ? builtin().facts[crate] : ""; }

std::string_view builtin_facts_version() { return builtin().version; }

bool read_builtin_facts(Analysis* analysis, std::string_view target, std::string* error) {
  const Builtin all = builtin();
  for (const SysrootCrate crate : kSysrootOrder) {
    analysis->crates[crate] = read_facts(all.facts[crate], nullptr, crate, *analysis, {}, error, target);
    if (analysis->crates[crate] == nullptr) return false;
  }
  return true;
}

bool SharedSysroot::read(Analysis* analysis, std::string_view target, std::string* error) {
  const std::lock_guard lock(mutex_);
  const auto known =
      std::find_if(targets_.begin(), targets_.end(), [&](const Target& each) { return each.name == target; });
  if (known != targets_.end()) {
    std::copy(known->crates.begin(), known->crates.end(), analysis->crates.begin());
    return true;
  }
  if (!read_builtin_facts(analysis, target, error)) return false;
  if (targets_.size() == kSharedTargets) targets_.pop_front();
  Target& added = targets_.emplace_back();
  added.name = target;
  std::copy_n(analysis->crates.begin(), kSysrootCrates, added.crates.begin());
  return true;
}

}  // namespace rp
