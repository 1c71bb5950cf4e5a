// [lib], [[bin]], [[example]], [[test]], [[bench]] as written. The Cargo Book, "Cargo Targets".
#include "manifest/reading.h"

namespace rp::manifest {
namespace {

void read_target(Reading& reading, Manifest& manifest, TomlNodeId id, TargetKind kind, std::string path) {
  TableReader table(reading, id, std::move(path));
  TargetEntry entry;
  entry.kind = kind;
  entry.span = table.node(id).span;
  table.text("name", &entry.name);
  table.text("path", &entry.path);
  if (const TomlNodeId types = take_dashed(table, "crate-type", &manifest.underscores); types.valid())
    table.read_list(types, "crate-type", &entry.crate_type);
  table.text("filename", &entry.filename);
  table.text("edition", &entry.edition);
  if (entry.edition) {
    if (!parse_edition(entry.edition.value))
      reading.error(entry.edition.span, table.path_of("edition") + " is no edition", "2015, 2018, 2021 or 2024");
    reading.warn(entry.edition.key, table.path_of("edition") + " is deprecated: a package has one edition");
  }
  table.boolean("test", &entry.test);
  table.boolean("doctest", &entry.doctest);
  table.boolean("bench", &entry.bench);
  table.boolean("doc", &entry.doc);
  table.boolean("doc-scrape-examples", &entry.doc_scrape_examples);
  table.boolean("harness", &entry.harness);
  if (const TomlNodeId macro = take_dashed(table, "proc-macro", &manifest.underscores); macro.valid()) {
    if (table.node(macro).kind == TomlKind::Boolean) {
      entry.proc_macro.value = table.node(macro).boolean;
      table.place(macro, &entry.proc_macro);
    } else {
      table.wrong_kind(macro, "proc-macro", "true or false");
    }
  }
  table.list("required-features", &entry.required_features);
  table.finish();
  manifest.targets.push_back(entry);
}

void read_target_list(Reading& reading, Manifest& manifest, TableReader& root, std::string_view key, TargetKind kind) {
  const TomlNodeId list = root.take(key);
  if (!list.valid()) return;
  if (root.node(list).kind != TomlKind::Array) {
    root.wrong_kind(list, key, "an array of tables: [[" + std::string(key) + "]]");
    return;
  }
  manifest.has_targets[static_cast<size_t>(kind)] = true;
  for (uint32_t i = 0; i < root.node(list).child_count; ++i) {
    const TomlNodeId id = reading.document.child(list, i);
    const std::string path = std::string(key) + "[" + std::to_string(i) + "]";
    if (root.node(id).kind == TomlKind::Table)
      read_target(reading, manifest, id, kind, path);
    else
      root.wrong_kind(id, path, "a table");
  }
}

}  // namespace

void read_targets(Reading& reading, Manifest& manifest, TableReader& root) {
  if (const TomlNodeId lib = root.table("lib"); lib.valid()) {
    manifest.has_targets[static_cast<size_t>(TargetKind::Lib)] = true;
    read_target(reading, manifest, lib, TargetKind::Lib, "lib");
  }
  read_target_list(reading, manifest, root, "bin", TargetKind::Bin);
  read_target_list(reading, manifest, root, "example", TargetKind::Example);
  read_target_list(reading, manifest, root, "test", TargetKind::Test);
  read_target_list(reading, manifest, root, "bench", TargetKind::Bench);
}

}  // namespace rp::manifest
