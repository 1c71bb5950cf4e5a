#include "manifest/reading.h"

namespace rp::manifest {

TableReader::TableReader(Reading& reading, TomlNodeId table, std::string path)
    : reading_(reading), table_(table), path_(std::move(path)) {
  if (table_.valid()) taken_.resize(node(table_).child_count);
}

std::string TableReader::path_of(std::string_view key) const {
  std::string out = path_;
  if (!out.empty()) out += '.';
  out += key;
  return out;
}

TomlNodeId TableReader::take(std::string_view key) {
  const TomlNodeId id = reading_.document.find(table_, key);
  if (id.valid()) taken_[id.value - node(table_).first_child] = true;
  return id;
}

void TableReader::wrong_kind(TomlNodeId value, std::string_view key, std::string_view wanted) {
  std::string message = path_of(key) + " is ";
  message += toml_kind_name(node(value).kind);
  reading_.error(node(value).span, message, wanted);
}

bool TableReader::read_text(TomlNodeId value, std::string_view key, TextField* out) {
  if (node(value).kind != TomlKind::String) {
    wrong_kind(value, key, "a string");
    return false;
  }
  out->value = node(value).string;
  place(value, out);
  return true;
}

bool TableReader::read_list(TomlNodeId value, std::string_view key, ListField* out) {
  if (node(value).kind != TomlKind::Array) {
    wrong_kind(value, key, "an array of strings");
    return false;
  }
  std::vector<Text> items;
  items.reserve(node(value).child_count);
  for (uint32_t i = 0; i < node(value).child_count; ++i) {
    const TomlNodeId id = reading_.document.child(value, i);
    if (node(id).kind != TomlKind::String) {
      wrong_kind(id, std::string(key) + "[" + std::to_string(i) + "]", "a string");
      continue;
    }
    items.push_back({node(id).string, node(id).span});
  }
  out->value = reading_.arena.copy(items);
  place(value, out);
  return true;
}

void TableReader::text(std::string_view key, TextField* out) {
  if (const TomlNodeId value = take(key); value.valid()) read_text(value, key, out);
}

void TableReader::list(std::string_view key, ListField* out) {
  if (const TomlNodeId value = take(key); value.valid()) read_list(value, key, out);
}

void TableReader::text_or_list(std::string_view key, ListField* out) {
  const TomlNodeId value = take(key);
  if (!value.valid()) return;
  if (node(value).kind != TomlKind::String) {
    read_list(value, key, out);
    return;
  }
  out->value = reading_.arena.copy(std::vector<Text>{{node(value).string, node(value).span}});
  place(value, out);
}

void TableReader::boolean(std::string_view key, BoolField* out) {
  const TomlNodeId value = take(key);
  if (!value.valid()) return;
  if (node(value).kind != TomlKind::Boolean) {
    wrong_kind(value, key, "true or false");
    return;
  }
  out->value = node(value).boolean;
  place(value, out);
}

void TableReader::bool_or_text(std::string_view key, Field<BoolOrText>* out) {
  const TomlNodeId value = take(key);
  if (!value.valid()) return;
  if (node(value).kind == TomlKind::Boolean) {
    out->value = {true, node(value).boolean, {}};
  } else if (node(value).kind == TomlKind::String) {
    out->value = {false, false, node(value).string};
  } else {
    wrong_kind(value, key, "a string, true or false");
    return;
  }
  place(value, out);
}

void TableReader::number(std::string_view key, int64_t least, int64_t most, Field<uint32_t>* out) {
  const TomlNodeId value = take(key);
  if (!value.valid()) return;
  if (node(value).kind != TomlKind::Integer) {
    wrong_kind(value, key, "an integer");
    return;
  }
  if (node(value).integer < least || node(value).integer > most) {
    reading_.error(node(value).span, path_of(key) + " is out of range",
                   std::to_string(least) + " to " + std::to_string(most));
    return;
  }
  out->value = static_cast<uint32_t>(node(value).integer);
  place(value, out);
}

TomlNodeId TableReader::table(std::string_view key) {
  const TomlNodeId value = take(key);
  if (!value.valid() || node(value).kind == TomlKind::Table) return value;
  wrong_kind(value, key, "a table");
  return {};
}

void TableReader::finish() {
  for (uint32_t i = 0; i < taken_.size(); ++i) {
    if (taken_[i]) continue;
    const Text& key = node(reading_.document.child(table_, i)).key;
    reading_.warn(key.span, "unknown key " + path_of(key.value) + ": cargo does not use it");
  }
}

TomlNodeId take_dashed(TableReader& table, std::string_view dashed, std::vector<UnderscoreKey>* underscores) {
  std::string old(dashed);
  std::replace(old.begin(), old.end(), '-', '_');
  const TomlNodeId now = table.take(dashed);
  const TomlNodeId before = table.take(old);
  if (before.valid()) underscores->push_back({table.node(before).key, now.valid()});
  return now.valid() ? now : before;
}

}  // namespace rp::manifest
