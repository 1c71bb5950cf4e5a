#include "manifest/toml_document.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace rp::manifest {
namespace {

// toml++ found what it had asserted not to be.
class BrokenAssertion : public std::exception {};
[[noreturn]] void refuse_text() { throw BrokenAssertion(); }

}  // namespace
}  // namespace rp::manifest

// The library is header-only, and lib/source uses it with other settings. Under a name of its own the two cannot be
// taken for each other when the program is linked.
#define toml rp_toml11
// An assertion of toml++ fails for `[=]`, and where NDEBUG is set, the compiler is told that it holds. So it is made an
// exception in all builds.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : rp::manifest::refuse_text())
#define TOML_ENABLE_FORMATTERS 0
// What this version calls unreleased is TOML 1.1.
#define TOML_ENABLE_UNRELEASED_FEATURES 1
#include <toml++/toml.h>
#undef toml
#pragma pop_macro("NDEBUG")

namespace rp::manifest {
namespace {

// toml++ takes a table apart recursively, one call for each part of a dotted key.
constexpr size_t kMaxKeyParts = 1000;
constexpr size_t kMaxBytes = 0xFFFF'FFFE;

// Looks for a statement with more than kMaxKeyParts dots outside strings and comments.
class KeyDepthScan {
 public:
  explicit KeyDepthScan(std::string_view text) : text_(text) {}

  // The place of the first dot too many, or npos.
  size_t find() {
    size_t dots = 0;
    size_t brackets = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      }
      if (c == '[' || c == '{') ++brackets;
      if ((c == ']' || c == '}') && brackets > 0) --brackets;
      if (c == '.' && ++dots > kMaxKeyParts) return at_;
      // Within brackets a comma ends what one key can be.
      if (c == ',' || (c == '\n' && brackets == 0)) dots = 0;
      ++at_;
    }
    return std::string_view::npos;
  }

 private:
  void skip_string(char quote) {
    const std::string_view triple = quote == '"' ? "\"\"\"" : "'''";
    const bool escapes = quote == '"';
    if (text_.substr(at_, 3) == triple) {
      at_ += 3;
      while (at_ < text_.size() && text_.substr(at_, 3) != triple) at_ += escapes && text_[at_] == '\\' ? 2 : 1;
      at_ = std::min(at_ + 3, text_.size());
      // Up to two more quotes belong to the string.
      for (int extra = 0; extra < 2 && at_ < text_.size() && text_[at_] == quote; ++extra) ++at_;
      return;
    }
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n')
      at_ += escapes && text_[at_] == '\\' ? 2 : 1;
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
    at_ = std::min(at_, text_.size());
  }

  std::string_view text_;
  size_t at_ = 0;
};

// toml++ gives places as line and column, and a column counts code points. A sample of the offsets of code points keeps
// the way back short on any line.
class PlaceMap {
 public:
  explicit PlaceMap(std::string_view text) : text_(text) {
    size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    size_t point = 0;
    lines_.push_back(0);
    for (; at < text.size(); ++at) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if ((byte & 0xC0) == 0x80) continue;
      if (point % kStep == 0) samples_.push_back(static_cast<uint32_t>(at));
      ++point;
      if (byte == '\n') lines_.push_back(static_cast<uint32_t>(point));
    }
    points_ = point;
  }

  [[nodiscard]] uint32_t offset(const rp_toml11::source_position& place) const {
    if (place.line == 0) return 0;
    const size_t line = std::min<size_t>(place.line - 1, lines_.size() - 1);
    const size_t point = lines_[line] + (place.column == 0 ? 0 : place.column - 1);
    if (point >= points_) return static_cast<uint32_t>(text_.size());
    size_t at = samples_[point / kStep];
    for (size_t left = point % kStep; left > 0; --left) {
      ++at;
      while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xC0) == 0x80) ++at;
    }
    return static_cast<uint32_t>(at);
  }
  [[nodiscard]] Span span(const rp_toml11::source_region& region) const {
    const uint32_t begin = offset(region.begin);
    return {begin, std::max(begin, offset(region.end))};
  }

 private:
  static constexpr size_t kStep = 32;
  std::string_view text_;
  std::vector<uint32_t> lines_;    // the code point that a line begins with
  std::vector<uint32_t> samples_;  // the byte of each kStep-th code point
  size_t points_ = 0;
};

}  // namespace

// Breadth first, so that the children of a node are neighbours and nothing recurses.
class TomlFlattener {
 public:
  static TomlDocument parse(std::string text) {
    TomlDocument document;
    document.text_ = std::make_unique<const std::string>(std::move(text));
    document.nodes_.emplace_back();
    const std::string_view all = *document.text_;
    if (all.size() > kMaxBytes) {
      fail(document, {}, "the file is larger than 4 GiB");
      return document;
    }
    if (const size_t deep = KeyDepthScan(all).find(); deep != std::string_view::npos) {
      const auto at = static_cast<uint32_t>(deep);
      fail(document, {at, at + 1}, "a key has more than 1000 parts");
      return document;
    }
    const PlaceMap places(all);
    try {
      const rp_toml11::table root = rp_toml11::parse(all);
      TomlFlattener(document, places).run(root);
      refuse_extensions(document);
    } catch (const BrokenAssertion&) {
      fail(document, nameless_header(all), "not valid TOML: a table has no name");
    } catch (const rp_toml11::parse_error& error) {
      const std::string message = "not valid TOML: " + std::string(error.description());
      fail(document, places.span(error.source()), message);
    }
    return document;
  }

 private:
  TomlFlattener(TomlDocument& document, const PlaceMap& places) : document_(document), places_(places) {}

  static void fail(TomlDocument& document, Span span, std::string_view message) {
    document.nodes_.resize(1);
    document.nodes_[0] = TomlNode();
    document.error_ = Problem{Severity::Error, span, document.arena_.copy(message), "TOML 1.1"};
  }

  // What toml++ takes beyond TOML 1.1: other characters in bare keys, floats in hexadecimal digits.
  static void refuse_extensions(TomlDocument& document) {
    const std::string_view all = *document.text_;
    const auto fits = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    for (const TomlNode& node : document.nodes_) {
      const std::string_view key = all.substr(node.key.span.begin, node.key.span.length());
      if (!key.empty() && key.front() != '"' && key.front() != '\'' && !std::all_of(key.begin(), key.end(), fits)) {
        fail(document, node.key.span, "not valid TOML: a key has characters that need quotes");
        return;
      }
      if (node.kind == TomlKind::Float &&
          all.substr(node.span.begin, node.span.length()).find('x') < node.span.length()) {
        fail(document, node.span, "not valid TOML: a float has hexadecimal digits");
        return;
      }
    }
  }

  // The first line that begins like a table's header and has no name there.
  static Span nameless_header(std::string_view text) {
    for (size_t line = 0; line < text.size(); line = std::min(text.find('\n', line), text.size() - 1) + 1) {
      size_t at = text.find_first_not_of(" \t", line);
      if (at == std::string_view::npos || text[at] != '[') continue;
      at = text.find_first_not_of("[ \t", at);
      if (at == std::string_view::npos) at = text.size() - 1;
      const auto byte = static_cast<unsigned char>(text[at]);
      const bool name = text[at] == '"' || text[at] == '\'' || text[at] == '_' || text[at] == '-' || byte >= 0x80 ||
                        (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
      if (!name) return {static_cast<uint32_t>(at), static_cast<uint32_t>(at + 1)};
    }
    return {};
  }

  void run(const rp_toml11::table& root) {
    std::vector<const rp_toml11::node*> sources{&root};
    for (uint32_t i = 0; i < sources.size(); ++i) {
      const rp_toml11::node& from = *sources[i];
      fill(document_.nodes_[i], from);
      const auto first = static_cast<uint32_t>(sources.size());
      if (const rp_toml11::table* table = from.as_table()) {
        for (auto&& [key, value] : *table) {
          TomlNode& child = append(i, sources, value);
          child.key.span = places_.span(key.source());
          child.key.value = keep(key.str(), child.key.span);
        }
      } else if (const rp_toml11::array* array = from.as_array()) {
        for (const rp_toml11::node& value : *array) append(i, sources, value);
      }
      document_.nodes_[i].first_child = first;
      document_.nodes_[i].child_count = static_cast<uint32_t>(sources.size()) - first;
    }
  }

  TomlNode& append(uint32_t parent, std::vector<const rp_toml11::node*>& sources, const rp_toml11::node& value) {
    sources.push_back(&value);
    TomlNode& child = document_.nodes_.emplace_back();
    child.parent = TomlNodeId(parent);
    return child;
  }

  void fill(TomlNode& to, const rp_toml11::node& from) {
    to.span = places_.span(from.source());
    switch (from.type()) {
      case rp_toml11::node_type::table:
        to.kind = TomlKind::Table;
        break;
      case rp_toml11::node_type::array:
        to.kind = TomlKind::Array;
        break;
      case rp_toml11::node_type::string:
        to.kind = TomlKind::String;
        to.string = keep(from.as_string()->get(), to.span);
        break;
      case rp_toml11::node_type::integer:
        to.kind = TomlKind::Integer;
        to.integer = from.as_integer()->get();
        break;
      case rp_toml11::node_type::floating_point:
        to.kind = TomlKind::Float;
        to.floating = from.as_floating_point()->get();
        break;
      case rp_toml11::node_type::boolean:
        to.kind = TomlKind::Boolean;
        to.boolean = from.as_boolean()->get();
        break;
      default:
        to.kind = TomlKind::DateTime;
    }
  }

  // A string that stands in the text as it is (most do) is a view of it.
  std::string_view keep(std::string_view value, Span span) {
    const std::string_view text = *document_.text_;
    for (uint32_t quotes : {1U, 0U}) {
      const std::string_view written = text.substr(std::min<size_t>(span.begin + quotes, text.size()), value.size());
      if (written == value && span.length() == value.size() + 2 * quotes) return written;
    }
    return document_.arena_.copy(value);
  }

  TomlDocument& document_;
  const PlaceMap& places_;
};

TomlDocument TomlDocument::parse(std::string text) { return TomlFlattener::parse(std::move(text)); }

TomlNodeId TomlDocument::find(TomlNodeId table, std::string_view key) const {
  if (!table.valid() || node(table).kind != TomlKind::Table) return {};
  const TomlNode& of = node(table);
  const auto first = nodes_.begin() + of.first_child;
  const auto last = first + of.child_count;
  const auto at = std::lower_bound(first, last, key,
                                   [](const TomlNode& n, std::string_view wanted) { return n.key.value < wanted; });
  if (at == last || at->key.value != key) return {};
  return TomlNodeId(static_cast<uint32_t>(at - nodes_.begin()));
}

std::string_view toml_kind_name(TomlKind kind) {
  switch (kind) {
    case TomlKind::Table:
      return "a table";
    case TomlKind::Array:
      return "an array";
    case TomlKind::String:
      return "a string";
    case TomlKind::Integer:
      return "an integer";
    case TomlKind::Float:
      return "a float";
    case TomlKind::Boolean:
      return "a boolean";
    case TomlKind::DateTime:
      return "a date or time";
  }
  return "";
}

}  // namespace rp::manifest
