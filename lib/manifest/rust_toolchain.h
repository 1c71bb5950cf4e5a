// rust-toolchain and rust-toolchain.toml. The rustup book, "Overrides", "The toolchain file".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "manifest/text.h"
#include "manifest/toml_document.h"

namespace rp::manifest {

struct RustToolchain {
  std::string path;
  TomlDocument document;
  Arena arena;
  bool legacy = false;                     // one line with a name, in a file without `.toml`
  Field<std::string_view> channel;         // "stable", "nightly-2024-01-01", "1.80", "1.80.0-x86_64-unknown-linux-gnu"
  Field<std::string_view> toolchain_path;  // instead of a channel
  Field<std::string_view> profile;         // "minimal", "default", "complete"
  Field<TextList> components;
  Field<TextList> targets;
  std::vector<Problem> problems;

  explicit RustToolchain(TomlDocument parsed) : document(std::move(parsed)) {}
};

// The parts of a channel: `1.80.0-x86_64-unknown-linux-gnu` is a release, a date, and a host, each of which may lack.
struct ToolchainName {
  std::string_view release;  // "stable", "beta", "nightly", "1.80", "1.80.0-beta.1"; empty for a name of one's own
  std::string_view date;     // "2024-01-01"
  std::string_view host;     // a target's name
};
ToolchainName split_toolchain_name(std::string_view channel);

// A file named rust-toolchain may be a name alone; one named rust-toolchain.toml is TOML.
RustToolchain read_rust_toolchain(std::string text, std::string path);

}  // namespace rp::manifest
