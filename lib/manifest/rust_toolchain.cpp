#include "manifest/rust_toolchain.h"

#include <algorithm>
#include <utility>

#include "manifest/reading.h"

namespace rp::manifest {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_date(std::string_view text) {
  if (text.size() < 10 || (text.size() > 10 && text[10] != '-')) return false;
  for (size_t i = 0; i < 10; ++i) {
    if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return false;
  }
  return true;
}

// The length of "1.80", "1.80.0" or "1.80.0-beta.1" at the front; 0 for none.
size_t number_length(std::string_view text) {
  size_t at = 0;
  int parts = 0;
  for (;;) {
    const size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    if (at == start) return 0;
    ++parts;
    if (parts == 3 || at >= text.size() || text[at] != '.') break;
    ++at;
  }
  constexpr std::string_view kBeta = "-beta";
  if (text.substr(at).starts_with(kBeta)) {
    at += kBeta.size();
    if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
      ++at;
      while (at < text.size() && is_digit(text[at])) ++at;
    }
  }
  return at == text.size() || text[at] == '-' ? at : 0;
}

std::string_view trim(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

void check(Reading& reading, RustToolchain& file, Span place) {
  const bool more = file.profile || file.components || file.targets;
  if (file.channel && file.toolchain_path)
    reading.error(file.toolchain_path.key, "the toolchain has both channel and path", "one of them");
  if (file.toolchain_path && more)
    reading.error(file.toolchain_path.key, "a toolchain given by path takes no components, targets or profile");
  if (!file.channel && !file.toolchain_path && !more)
    reading.error(place, "the toolchain file says nothing", "channel, path, components, targets or profile");
  if (file.channel && file.channel.value.empty()) reading.error(file.channel.span, "toolchain.channel is empty");
  if (file.profile && file.profile.value != "minimal" && file.profile.value != "default" &&
      file.profile.value != "complete")
    reading.error(file.profile.span, "toolchain.profile has no such value", "\"minimal\", \"default\" or \"complete\"");
}

}  // namespace

ToolchainName split_toolchain_name(std::string_view channel) {
  ToolchainName out;
  size_t length = number_length(channel);
  for (const std::string_view name : {"stable", "beta", "nightly"}) {
    if (channel.starts_with(name) && (channel.size() == name.size() || channel[name.size()] == '-'))
      length = name.size();
  }
  if (length == 0) return out;
  out.release = channel.substr(0, length);
  channel.remove_prefix(std::min(length + 1, channel.size()));
  if (is_date(channel)) {
    out.date = channel.substr(0, 10);
    channel.remove_prefix(std::min<size_t>(11, channel.size()));
  }
  out.host = channel;
  return out;
}

RustToolchain read_rust_toolchain(std::string text, std::string path) {
  const std::string_view whole = trim(text);
  const bool one_line = whole.find('\n') == std::string_view::npos;
  const bool legacy = one_line && !path.ends_with(".toml");
  if (legacy) {
    // The name alone: kept in a document that is no TOML, so that places refer to its text.
    std::string kept = std::move(text);
    RustToolchain file(TomlDocument::parse({}));
    file.path = std::move(path);
    file.legacy = true;
    const std::string_view copy = file.arena.copy(kept);
    const std::string_view name = trim(copy);
    const auto begin = static_cast<uint32_t>(name.empty() ? 0 : name.data() - copy.data());
    const Span span{begin, begin + static_cast<uint32_t>(name.size())};
    Reading reading{file.document, file.arena, file.problems};
    if (name.empty())
      reading.error({}, "the toolchain file is empty", "a toolchain's name");
    else
      file.channel = {name, span, span, Origin::Written};
    return file;
  }
  RustToolchain file(TomlDocument::parse(std::move(text)));
  file.path = std::move(path);
  if (!file.document.readable()) {
    file.problems.push_back(*file.document.error());
    return file;
  }
  Reading reading{file.document, file.arena, file.problems};
  TableReader root(reading, file.document.root(), "");
  TableReader table(reading, root.table("toolchain"), "toolchain");
  if (!table.is_table()) {
    if (file.problems.empty()) reading.error({}, "the toolchain file has no [toolchain]", "[toolchain]");
    return file;
  }
  table.text("channel", &file.channel);
  table.text("path", &file.toolchain_path);
  table.text("profile", &file.profile);
  table.list("components", &file.components);
  table.list("targets", &file.targets);
  check(reading, file, table.node(table.id()).span);
  table.finish();
  root.finish();
  reading.sort_problems();
  return file;
}

}  // namespace rp::manifest
