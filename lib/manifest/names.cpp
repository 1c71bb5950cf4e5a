// Which names cargo takes for packages, features, profiles and registries.
#include <array>
#include <string>
#include <string_view>

#include "manifest/manifest.h"
#include "syntax/lexer.h"

namespace rp::manifest {
namespace {

// The code point at the front of valid UTF-8, which TOML is.
char32_t take_point(std::string_view* text) {
  const auto lead = static_cast<unsigned char>(text->front());
  const size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length && i < text->size(); ++i)
    point = (point << 6) | (static_cast<unsigned char>((*text)[i]) & 0x3F);
  text->remove_prefix(std::min(length, text->size()));
  return point;
}

std::string quoted(std::string_view what, std::string_view name) {
  return std::string(what) + " \"" + std::string(name) + "\" ";
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string check_plain_name(std::string_view name, std::string_view what) {
  if (name.empty()) return std::string(what) + " is empty";
  std::string_view rest = name;
  char32_t point = take_point(&rest);
  if (point >= '0' && point <= '9') return quoted(what, name) + "begins with a digit";
  if (point != '_' && !is_xid_start(point)) return quoted(what, name) + "does not begin with a letter or `_`";
  while (!rest.empty()) {
    point = take_point(&rest);
    if (point != '-' && !is_xid_continue(point))
      return quoted(what, name) + "has a character that is no letter, digit, `-` or `_`";
  }
  return {};
}

std::string check_package_name(std::string_view name, std::string_view what) {
  for (;;) {
    const size_t colons = name.find("::");
    std::string problem = check_plain_name(name.substr(0, colons), what);
    if (!problem.empty() || colons == std::string_view::npos) return problem;
    name.remove_prefix(colons + 2);
  }
}

std::string check_feature_name(std::string_view name) {
  constexpr std::string_view what = "feature name";
  if (name.empty()) return std::string(what) + " is empty";
  if (name.starts_with("dep:")) return quoted(what, name) + "begins with `dep:`";
  std::string_view rest = name;
  char32_t point = take_point(&rest);
  if (point != '_' && !(point >= '0' && point <= '9') && !is_xid_start(point))
    return quoted(what, name) + "does not begin with a letter, a digit or `_`";
  while (!rest.empty()) {
    point = take_point(&rest);
    if (point != '-' && point != '+' && point != '.' && !is_xid_continue(point))
      return quoted(what, name) + "has a character that is no letter, digit, `-`, `_`, `+` or `.`";
  }
  return {};
}

std::string check_profile_name(std::string_view name) {
  constexpr std::string_view what = "profile name";
  std::string small;
  std::string_view rest = name;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const char32_t point = take_point(&rest);
    if (point < 0x80) small += lower(before.front());
    if (point != '-' && !is_xid_continue(point))
      return quoted(what, name) + "has a character that is no letter, digit, `-` or `_`";
  }
  if (small == "debug") return quoted(what, name) + "is reserved; the profile of development is `dev`";
  constexpr std::array<std::string_view, 20> kReserved = {
      "build-override", "build",  "check", "clean", "config", "fetch", "fix",     "install", "metadata", "package",
      "publish",        "report", "root",  "run",   "rust",   "rustc", "rustdoc", "target",  "tmp",      "uninstall"};
  for (const std::string_view reserved : kReserved) {
    if (small == reserved) return quoted(what, name) + "is reserved";
  }
  if (small.starts_with("cargo")) return quoted(what, name) + "is reserved: it begins with `cargo`";
  return {};
}

std::optional<Edition> parse_edition(std::string_view text) {
  if (text == "2015") return Edition::k2015;
  if (text == "2018") return Edition::k2018;
  if (text == "2021") return Edition::k2021;
  if (text == "2024") return Edition::k2024;
  return std::nullopt;
}

}  // namespace rp::manifest
