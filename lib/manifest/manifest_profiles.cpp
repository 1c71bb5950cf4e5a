// [profile.*] and [lints]. The Cargo Book, "Profiles", "The lints section".
#include <array>

#include "manifest/package_id_spec.h"
#include "manifest/reading.h"

namespace rp::manifest {
namespace {

void read_opt_level(TableReader& table, ProfileEntry* out) {
  const TomlNodeId value = table.take("opt-level");
  if (!value.valid()) return;
  const TomlNode& node = table.node(value);
  constexpr std::string_view kAccepts = "0, 1, 2, 3, \"s\" or \"z\"";
  if (node.kind == TomlKind::Integer) {
    out->opt_level.value = table.reading().arena.copy(std::to_string(node.integer));
  } else if (node.kind == TomlKind::String && (node.string == "s" || node.string == "z")) {
    out->opt_level.value = node.string;
  } else {
    table.reading().error(node.span, table.path_of("opt-level") + " is no optimization level", kAccepts);
    return;
  }
  table.place(value, &out->opt_level);
}

void read_debug(TableReader& table, ProfileEntry* out) {
  const TomlNodeId value = table.take("debug");
  if (!value.valid()) return;
  const TomlNode& node = table.node(value);
  constexpr std::array<std::string_view, 5> kNames = {"none", "line-directives-only", "line-tables-only", "limited",
                                                      "full"};
  std::optional<DebugInfo> info;
  if (node.kind == TomlKind::Boolean) info = node.boolean ? DebugInfo::Full : DebugInfo::None;
  if (node.kind == TomlKind::Integer) {
    if (node.integer == 0) info = DebugInfo::None;
    if (node.integer == 1) info = DebugInfo::Limited;
    if (node.integer == 2) info = DebugInfo::Full;
  }
  if (node.kind == TomlKind::String) {
    for (size_t i = 0; i < kNames.size(); ++i) {
      if (node.string == kNames[i]) info = static_cast<DebugInfo>(i);
    }
  }
  if (!info) {
    table.reading().error(
        node.span, table.path_of("debug") + " is no amount of debug information",
        "true, false, 0, 1, 2, \"none\", \"limited\", \"full\", \"line-tables-only\" or \"line-directives-only\"");
    return;
  }
  out->debug.value = *info;
  table.place(value, &out->debug);
}

// What an override may not say.
void check_override(TableReader& table, const ProfileEntry& entry) {
  if (entry.scope == ProfileScope::Whole) return;
  for (const std::string_view key : {"panic", "lto", "rpath", "package", "build-override"}) {
    const TomlNodeId value = table.reading().document.find(table.id(), key);
    if (value.valid())
      table.reading().error(table.node(value).key.span, table.path_of(key) + " cannot be set in an override");
  }
}

void check_values(TableReader& table, const ProfileEntry& entry) {
  Reading& reading = table.reading();
  if (entry.panic && entry.panic.value != "unwind" && entry.panic.value != "abort" &&
      entry.panic.value != "immediate-abort")
    reading.error(entry.panic.span, table.path_of("panic") + " has no such setting",
                  "\"unwind\", \"abort\" or \"immediate-abort\"");
  if (entry.lto && (entry.lto.value.text == "true" || entry.lto.value.text == "false"))
    reading.error(entry.lto.span, table.path_of("lto") + " is a string", "true, false, \"thin\", \"fat\" or \"off\"");
  if (entry.dir_name) reading.error(entry.dir_name.key, table.path_of("dir-name") + " is not allowed");
  if (entry.inherits && entry.inherits.value == "debug")
    reading.error(entry.inherits.span, table.path_of("inherits") + " names no profile", "\"dev\"");
  if (entry.scope != ProfileScope::Whole) return;
  if (entry.name.value == "doc") reading.warn(entry.name.span, "profile.doc is deprecated and has no effect");
  if (entry.panic && (entry.name.value == "test" || entry.name.value == "bench"))
    reading.warn(entry.panic.key, table.path_of("panic") + " is ignored: tests unwind");
}

bool is_trim_paths(const TomlDocument& document, TomlNodeId id) {
  const TomlNode& node = document.node(id);
  const auto is_part = [](const TomlNode& n) {
    return n.kind == TomlKind::String && (n.string == "diagnostics" || n.string == "macro" || n.string == "object");
  };
  if (node.kind == TomlKind::Boolean || is_part(node)) return true;
  if (node.kind == TomlKind::String) return node.string == "none" || node.string == "all";
  if (node.kind != TomlKind::Array) return false;
  for (uint32_t i = 0; i < node.child_count; ++i) {
    if (!is_part(document.node(document.child(id, i)))) return false;
  }
  return true;
}

void read_profile(Reading& reading, TomlNodeId id, const std::string& path, ProfileEntry entry,
                  std::vector<ProfileEntry>* out) {
  TableReader table(reading, id, path);
  entry.span = table.node(id).span;
  read_opt_level(table, &entry);
  table.bool_or_text("lto", &entry.lto);
  table.text("codegen-backend", &entry.codegen_backend);
  table.number("codegen-units", 0, UINT32_MAX, &entry.codegen_units);
  read_debug(table, &entry);
  table.text("split-debuginfo", &entry.split_debuginfo);
  table.boolean("debug-assertions", &entry.debug_assertions);
  table.boolean("rpath", &entry.rpath);
  table.boolean("overflow-checks", &entry.overflow_checks);
  table.boolean("incremental", &entry.incremental);
  table.text("panic", &entry.panic);
  table.text("inherits", &entry.inherits);
  table.bool_or_text("strip", &entry.strip);
  table.list("rustflags", &entry.rustflags);
  table.text("dir-name", &entry.dir_name);
  if (const TomlNodeId paths = table.take("trim-paths"); paths.valid()) {
    entry.trim_paths.value = paths;
    table.place(paths, &entry.trim_paths);
    if (!is_trim_paths(reading.document, paths))
      reading.error(entry.trim_paths.span, table.path_of("trim-paths") + " has no such setting",
                    "true, false, \"none\", \"all\", or of \"diagnostics\", \"macro\" and \"object\" one or a list");
  }
  table.boolean("hint-mostly-unused", &entry.hint_mostly_unused);
  check_override(table, entry);
  check_values(table, entry);
  out->push_back(entry);

  const TomlNodeId packages = table.table("package");
  const TomlNodeId build = table.table("build-override");
  table.finish();
  if (entry.scope != ProfileScope::Whole) return;  // overrides do not nest, so neither does this
  if (build.valid()) {
    ProfileEntry nested;
    nested.name = entry.name;
    nested.scope = ProfileScope::Build;
    read_profile(reading, build, path + ".build-override", nested, out);
  }
  if (!packages.valid()) return;
  for (uint32_t i = 0; i < table.node(packages).child_count; ++i) {
    const TomlNodeId value = reading.document.child(packages, i);
    const Text& spec = table.node(value).key;
    std::string why;
    if (spec.value != "*" && !parse_package_id_spec(spec.value, &why))
      reading.error(spec.span, path + ".package has a key that is no package: " + why, "a package id spec, or `*`");
    if (table.node(value).kind != TomlKind::Table) {
      reading.error(table.node(value).span, path + ".package." + std::string(spec.value) + " is no table", "a table");
      continue;
    }
    ProfileEntry nested;
    nested.name = entry.name;
    nested.scope = ProfileScope::Package;
    nested.package = spec;
    read_profile(reading, value, path + ".package." + std::string(spec.value), nested, out);
  }
}

std::optional<LintLevel> lint_level(std::string_view text) {
  if (text == "allow") return LintLevel::Allow;
  if (text == "warn") return LintLevel::Warn;
  if (text == "deny") return LintLevel::Deny;
  if (text == "forbid") return LintLevel::Forbid;
  return std::nullopt;
}

bool is_lint_config(std::string_view tool, std::string_view lint, std::string_view key) {
  return (tool == "rust" && lint == "unexpected_cfgs" && key == "check-cfg") ||
         (tool == "cargo" && lint == "unused_dependencies" && key == "ignore");
}

void read_lint(Reading& reading, TomlNodeId value, Text tool, const std::string& path, std::vector<LintEntry>* out) {
  const TomlNode& node = reading.document.node(value);
  constexpr std::string_view kLevels = "\"allow\", \"warn\", \"deny\" or \"forbid\"";
  LintEntry lint;
  lint.tool = tool;
  lint.name = node.key;
  lint.span = node.span;
  TextField level{node.string, node.key.span, node.span, Origin::Written};
  if (node.kind == TomlKind::Table) {
    TableReader table(reading, value, path);
    level = {};
    table.text("level", &level);
    if (!level) reading.error(node.key.span, path + " has no level", kLevels);
    if (const TomlNodeId priority = table.take("priority"); priority.valid()) {
      const TomlNode& number = table.node(priority);
      if (number.kind != TomlKind::Integer || number.integer < -128 || number.integer > 127)
        reading.error(number.span, path + ".priority is no small integer", "-128 to 127");
      else
        lint.priority = number.integer;
    }
    lint.config = value;
    for (uint32_t i = 0; i < node.child_count; ++i) {
      const std::string_view key = reading.document.node(reading.document.child(value, i)).key.value;
      if (!is_lint_config(tool.value, node.key.value, key)) continue;
      ListField list;
      table.list(key, &list);
    }
    table.finish();
  } else if (node.kind != TomlKind::String) {
    reading.error(node.span, path + " is " + std::string(toml_kind_name(node.kind)), "a level, or a table with one");
    return;
  }
  if (!level) return;
  if (const std::optional<LintLevel> known = lint_level(level.value)) {
    lint.level = *known;
    out->push_back(lint);
  } else {
    reading.error(level.span, path + " has no such level", kLevels);
  }
}

}  // namespace

void read_profiles(Reading& reading, TomlNodeId table, std::vector<ProfileEntry>* out) {
  if (!table.valid()) return;
  for (uint32_t i = 0; i < reading.document.node(table).child_count; ++i) {
    const TomlNodeId value = reading.document.child(table, i);
    const TomlNode& node = reading.document.node(value);
    const std::string path = "profile." + std::string(node.key.value);
    if (const std::string why = check_profile_name(node.key.value); !why.empty()) reading.error(node.key.span, why);
    if (node.kind != TomlKind::Table) {
      reading.error(node.span, path + " is " + std::string(toml_kind_name(node.kind)), "a table");
      continue;
    }
    ProfileEntry entry;
    entry.name = node.key;
    read_profile(reading, value, path, entry, out);
  }
}

void read_lints(Reading& reading, TomlNodeId table, const std::string& path, BoolField* inherited,
                std::vector<LintEntry>* out) {
  if (!table.valid()) return;
  for (uint32_t i = 0; i < reading.document.node(table).child_count; ++i) {
    const TomlNodeId value = reading.document.child(table, i);
    const TomlNode& node = reading.document.node(value);
    const Text tool = node.key;
    if (inherited != nullptr && tool.value == "workspace" && node.kind == TomlKind::Boolean) {
      *inherited = {node.boolean, node.key.span, node.span, Origin::Written};
      if (!node.boolean) reading.error(node.span, path + ".workspace can only be true", "true");
      continue;
    }
    const std::string tool_path = path + "." + std::string(tool.value);
    if (node.kind != TomlKind::Table) {
      reading.error(node.span, tool_path + " is " + std::string(toml_kind_name(node.kind)), "a table of lints");
      continue;
    }
    const bool known =
        tool.value == "rust" || tool.value == "clippy" || tool.value == "rustdoc" || tool.value == "cargo";
    if (!known) reading.warn(tool.span, tool_path + " is no known tool", "rust, clippy, rustdoc or cargo");
    for (uint32_t j = 0; j < node.child_count; ++j) {
      const TomlNodeId lint = reading.document.child(value, j);
      const Text& name = reading.document.node(lint).key;
      const std::string lint_path = tool_path + "." + std::string(name.value);
      if (known && name.value.find("::") != std::string_view::npos)
        reading.error(name.span, lint_path + " is no lint: the tool is the table's name, not part of the lint's");
      read_lint(reading, lint, tool, lint_path, out);
    }
  }
  if (inherited != nullptr && inherited->value && !out->empty())
    reading.error(inherited->key, path + " cannot both inherit the workspace's lints and add to them");
}

}  // namespace rp::manifest
