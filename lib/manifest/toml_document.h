// A TOML text as flat tables, with the bytes that each key and value takes. All readers of this folder start here.
//
// TOML 1.1, as cargo takes it: line breaks and a trailing comma in inline tables, `\e`, `\xHH`, times without seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "manifest/text.h"

namespace rp::manifest {

struct TomlNodeTag;
using TomlNodeId = Id<TomlNodeTag>;

enum class TomlKind : uint8_t { Table, Array, String, Integer, Float, Boolean, DateTime };
// "a string", "a table": for messages.
std::string_view toml_kind_name(TomlKind kind);

// The children of a node are neighbours: `first_child` up to, not including, `first_child + child_count`. Those of a
// table are in byte order of their keys, those of an array in the order of the text.
struct TomlNode {
  TomlKind kind = TomlKind::Table;
  bool boolean = false;
  Text key;                 // of a child of a table; escapes resolved
  Span span;                // the value; for a [table], its header, or the key that opened it
  std::string_view string;  // of a String
  int64_t integer = 0;      // of an Integer
  double floating = 0;      // of a Float
  uint32_t first_child = 0;
  uint32_t child_count = 0;
  TomlNodeId parent;
};

class TomlDocument {
 public:
  // Keeps the text. A text that is not TOML gives an empty root table and one error with its place; a text nested too
  // deep, or of 4 GiB and more, likewise. Time n log n in the size of the text.
  static TomlDocument parse(std::string text);

  TomlDocument(TomlDocument&&) noexcept = default;
  TomlDocument& operator=(TomlDocument&&) noexcept = default;

  [[nodiscard]] std::string_view text() const { return *text_; }
  [[nodiscard]] bool readable() const { return !error_.has_value(); }
  // Why the text could not be read.
  [[nodiscard]] const std::optional<Problem>& error() const { return error_; }

  [[nodiscard]] TomlNodeId root() const { return TomlNodeId(0); }
  [[nodiscard]] const TomlNode& node(TomlNodeId id) const { return nodes_[id.value]; }
  [[nodiscard]] uint32_t node_count() const { return static_cast<uint32_t>(nodes_.size()); }
  // The child of a table with that key; an invalid id when there is none, or `table` is none. Time log n.
  [[nodiscard]] TomlNodeId find(TomlNodeId table, std::string_view key) const;
  // The n-th child.
  [[nodiscard]] TomlNodeId child(TomlNodeId id, uint32_t n) const { return TomlNodeId(node(id).first_child + n); }

 private:
  friend class TomlFlattener;
  TomlDocument() = default;

  std::unique_ptr<const std::string> text_;
  std::vector<TomlNode> nodes_;
  Arena arena_;
  std::optional<Problem> error_;
};

}  // namespace rp::manifest
