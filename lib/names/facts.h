// The interface of a crate as bytes: what CrateDefs says of a crate, without sources, bodies and documentation. Facts
// of core, alloc, std, proc_macro and test are part of the library; those of dependencies are kept in a cache
// directory.
//
// A facts file is untrusted input: every index in it is checked once when it is read.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "names/analysis.h"

namespace rp {

// Changes with every change of the format or of what collecting finds.
inline constexpr uint32_t kFactsVersion = 6;

// The same crate gives the same bytes. References to other crates are stored as paths: how the crate is reached through
// names of dependencies, and the names from its root down. So facts depend neither on the numbering of an analysis nor
// on whether the other crate was read from sources or from facts. `cfg` is what the crate was
// collected with. Empty when the crate is too large for the format.
std::string write_facts(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg);

// Makes a CrateDefs (from_facts = true) that becomes crate `index`; `dependencies` gives the index of each crate that
// the facts name, by extern name. Lazy: signatures are read out of `bytes` later, which `storage` keeps alive (it may
// be null for bytes that live for ever). `target` chooses among the targets that the facts describe (the sysroot's
// describe many); it means nothing for facts of one target, and empty is the first.
// Returns null with a reason when the bytes are damaged, of another version, or name things that are not there.
// Throws std::bad_alloc.
std::unique_ptr<CrateDefs> read_facts(std::string_view bytes, std::shared_ptr<const void> storage, CrateIndex index,
                                      const Analysis& analysis, std::span<const CollectInput::Dependency> dependencies,
                                      std::string* error, std::string_view target = {});

// The facts of a sysroot crate that are part of the library, for all targets that it knows.
std::string_view builtin_facts(SysrootCrate crate);
// Reads those of all sysroot crates into `analysis`, whose places for them must be there. False with a reason when the
// target is not known. Throws std::bad_alloc.
bool read_builtin_facts(Analysis* analysis, std::string_view target, std::string* error);

// The same crates for all analyses that share it, each target read once. Thread-safe.
class SharedSysroot {
 public:
  // As above.
  bool read(Analysis* analysis, std::string_view target, std::string* error);

 private:
  struct Target {
    std::string name;
    std::array<std::shared_ptr<const CrateDefs>, kSysrootCrates> crates;
  };
  std::mutex mutex_;
  std::deque<Target> targets_;  // the latest last
};

// The version of Rust whose standard library they describe: "1.96.0".
std::string_view builtin_facts_version();

// What the facts of a crate depend on, as a key for the cache: `input` (folders of the machine aside), the keys of its
// dependencies in the order of `input.dependencies` (empty for one that is missing), and `content`, which stands for
// the files of its package: the checksum of the lock file, or a hash over paths and contents.
std::string facts_key(const CollectInput& input, std::span<const std::string> dependency_keys,
                      std::string_view content);

// A directory of facts, by content: the key is a hash of all that the facts depend on, as hexadecimal digits. Safe
// against several writers (written aside, then renamed), damaged and foreign files (checked on reading, ignored). A
// cache that cannot be written is no error. Throws std::bad_alloc only.
class FactsCache {
 public:
  explicit FactsCache(std::string folder) : folder_(std::move(folder)) {}
  // Empty when there is none.
  [[nodiscard]] std::string load(std::string_view key) const;
  void store(std::string_view key, std::string_view facts) const;

 private:
  std::string folder_;
};

}  // namespace rp
