// How much of a crate the compiler does not check, counted through macro expansion: what is written in its files, and
// what is there only because a macro brings it. Counts alone, so that those of a dependency can be kept in the cache
// beside its facts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "crates/cfg_set.h"
#include "names/analysis.h"

namespace rp {

enum class UnsafeKind : uint8_t { Fn = 1, Block, Impl, Trait, Attribute, ExternBlock, StaticMut };
inline constexpr size_t kUnsafeKinds = 8;  // numbers in use, 0 included

// What the crate says of unsafe code at its root: `#![forbid(unsafe_code)]`.
enum class UnsafeCodeLevel : uint8_t { None, Deny, Forbid };

struct UnsafeTally {
  using Counts = std::array<uint32_t, kUnsafeKinds>;  // by UnsafeKind

  // A macro that brings unsafe code with it.
  struct FromMacro {
    std::string path;      // "bytes::buf::try_get"
    uint32_t calls = 0;    // whose output has some of it
    uint32_t count = 0;    // in all of them together
    bool foreign = false;  // another crate defines it
  };

  // In files of the crate, arguments of macros among it that come out of them: what the macro takes once counts once.
  Counts written{};
  // Brought by definitions of macros, once for each call. Macros of the standard library are its own affair, and
  // what a model of a procedural macro makes stands for something else: neither is counted.
  Counts expanded{};
  std::vector<FromMacro> macros;  // that `expanded` comes from, sorted by path
  uint32_t inactive = 0;          // in parts of files that cfg takes away
  uint32_t in_definitions = 0;    // keywords in definitions of macros, which are nothing until somebody calls them
  // What nobody could see: macros whose output is not known, and the keywords among their arguments; procedural
  // macros that a model stands for, which says nothing of unsafe code; files that are missing or could not be read.
  uint32_t opaque_macros = 0;
  uint32_t opaque_unsafe = 0;
  uint32_t modelled_macros = 0;
  uint32_t missing_files = 0;
  uint32_t files = 0;  // that were read
  UnsafeCodeLevel level = UnsafeCodeLevel::None;

  // A line of numbers, then one for each macro. The second is false for a text that is none.
  [[nodiscard]] std::string to_text() const;
  [[nodiscard]] bool from_text(std::string_view text);
};

// `crate` has sources (it was not read from facts) and was collected with `cfg`. Files in `skip`, which another crate
// of the package has already, count nothing; may be null. Throws std::bad_alloc.
UnsafeTally tally_unsafe(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg,
                         const std::unordered_set<std::string>* skip = nullptr);

}  // namespace rp
