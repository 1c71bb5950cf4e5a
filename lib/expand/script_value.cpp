#include "expand/script_value.h"

#include <algorithm>
#include <charconv>

namespace rp::script {
namespace {

using K = Value::Kind;
// Values nest no deeper; what would is unknown.
constexpr uint8_t kMaxDepth = 16;
// No value holds more than so many parts, nor a text more than so many bytes.
constexpr uint32_t kMaxWeight = 10'000;
constexpr size_t kMaxText = 100'000;

Value with_parts(K kind, std::vector<Value> parts) {
  Value v;
  uint8_t depth = 0;
  uint64_t weight = 1;
  for (const Value& part : parts) {
    depth = std::max(depth, part.depth);
    weight += part.weight;
  }
  if (depth >= kMaxDepth || weight > kMaxWeight) return v;
  v.weight = static_cast<uint32_t>(weight);
  v.kind = kind;
  v.depth = static_cast<uint8_t>(depth + 1);
  v.parts = std::move(parts);
  return v;
}

}  // namespace

const Value* Value::field(std::string_view name) const {
  for (size_t i = 0; i < names.size() && i < parts.size(); ++i)
    if (names[i] == name) return &parts[i];
  return nullptr;
}

Value unit() {
  Value v;
  v.kind = K::Unit;
  return v;
}

Value boolean(Tri t) {
  Value v;
  if (t == Tri::Maybe) return v;
  v.kind = K::Bool;
  v.number = t == Tri::Yes ? 1 : 0;
  return v;
}

Value integer(int64_t n) {
  Value v;
  v.kind = K::Int;
  v.number = n;
  return v;
}

Value text(std::string s, bool exact) {
  Value v;
  v.kind = K::Str;
  if (s.size() > kMaxText) {
    s.resize(kMaxText);
    exact = false;
  }
  v.weight = static_cast<uint32_t>(1 + s.size() / 64);
  v.text = std::move(s);
  v.exact = exact;
  return v;
}

Value wrap(K kind, Value inner) {
  std::vector<Value> parts;
  parts.push_back(std::move(inner));
  return with_parts(kind, std::move(parts));
}

Value none() {
  Value v;
  v.kind = K::None;
  return v;
}

Value list(std::vector<Value> parts, bool exact) {
  Value v = with_parts(K::List, std::move(parts));
  if (v.is(K::List)) v.exact = exact;
  return v;
}

Value tuple(std::vector<Value> parts) { return with_parts(K::Tuple, std::move(parts)); }

Value variant(std::string of, std::string name) {
  Value v;
  v.kind = K::Variant;
  v.text = std::move(name);
  v.text2 = std::move(of);
  return v;
}

Value record(std::string name, std::vector<std::string> names, std::vector<Value> parts) {
  Value v = with_parts(K::Struct, std::move(parts));
  v.text = std::move(name);
  v.names = std::move(names);
  return v;
}

Value join(const Value& a, const Value& b) {
  if (a.is(K::Stdout) || b.is(K::Stdout)) return a.is(K::Stdout) ? a : b;
  if (a.kind != b.kind) return {};
  switch (a.kind) {
    case K::Bool:
    case K::Int:
      return a.number == b.number ? a : Value();
    case K::Str: {
      if (a.text == b.text && a.exact && b.exact) return a;
      size_t same = 0;
      while (same < a.text.size() && same < b.text.size() && a.text[same] == b.text[same]) ++same;
      return text(a.text.substr(0, same), false);
    }
    case K::Unit:
    case K::None:
    case K::AutoCfg:
    case K::Formatter:
      return a;
    case K::Variant:
    case K::Path:
      return a.text == b.text && a.text2 == b.text2 ? a : Value();
    case K::Struct:
      if (a.text != b.text || a.names != b.names) return {};
      break;
    case K::Function:
    case K::Closure:
      return a.code.tree == b.code.tree && a.code.node == b.code.node && a.serial == b.serial ? a : Value();
    case K::Command:
      // The arguments decide; two commands that differ are none that is understood.
      if (a.text != b.text || a.parts.size() != b.parts.size()) return {};
      break;
    default:
      break;
  }
  if (a.parts.size() != b.parts.size()) {
    if (!a.is(K::List)) return {};
    Value v = a;
    size_t same = 0;
    while (same < a.parts.size() && same < b.parts.size() && equal(a.parts[same], b.parts[same]) == Tri::Yes) ++same;
    v.parts.resize(same);
    v.exact = false;
    return v;
  }
  Value v = a;
  for (size_t i = 0; i < v.parts.size(); ++i) v.parts[i] = join(a.parts[i], b.parts[i]);
  v.exact = a.exact && b.exact;
  return v;
}

std::optional<int> compare(const Value& a, const Value& b) {
  if ((a.is(K::Int) && b.is(K::Int)) || (a.is(K::Bool) && b.is(K::Bool)))
    return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  if (a.is(K::Str) && b.is(K::Str)) {
    if (a.exact && b.exact) return a.text.compare(b.text);
    const size_t n = std::min(a.text.size(), b.text.size());
    if (const int order = a.text.compare(0, n, b.text, 0, n); order != 0) return order;
    // One is known to the end and shorter than what is known of the other.
    if (a.exact && a.text.size() < b.text.size()) return -1;
    if (b.exact && b.text.size() < a.text.size()) return 1;
    return std::nullopt;
  }
  if (a.is(K::Variant) && b.is(K::Variant) && a.text2 == b.text2 && a.number > 0 && b.number > 0)
    return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
  if (a.is(K::None) && b.is(K::None)) return 0;
  if (a.is(K::None) && b.is(K::Some)) return -1;
  if (a.is(K::Some) && b.is(K::None)) return 1;
  if (a.is(K::Unit) && b.is(K::Unit)) return 0;
  const bool parts =
      a.kind == b.kind && (a.is(K::Some) || a.is(K::Ok) || a.is(K::Err) || a.is(K::Tuple) || a.is(K::List) ||
                           (a.is(K::Struct) && a.text == "Version" && b.text == "Version"));
  if (!parts) return std::nullopt;
  const size_t n = std::min(a.parts.size(), b.parts.size());
  for (size_t i = 0; i < n; ++i) {
    const std::optional<int> order = compare(a.parts[i], b.parts[i]);
    if (!order || *order != 0) return order;
  }
  if (!a.exact || !b.exact) return std::nullopt;
  return a.parts.size() < b.parts.size() ? -1 : a.parts.size() > b.parts.size() ? 1 : 0;
}

Tri equal(const Value& a, const Value& b) {
  if (a.is(K::Variant) && b.is(K::Variant)) return a.text2 != b.text2 ? Tri::Maybe : tri(a.text == b.text);
  if ((a.is(K::Ok) && b.is(K::Err)) || (a.is(K::Err) && b.is(K::Ok))) return Tri::No;
  if (a.kind == b.kind && a.parts.size() == b.parts.size() && a.exact && b.exact && !a.parts.empty() &&
      (!a.is(K::Struct) || (a.text == "Version" && b.text == "Version")) && !a.is(K::Command)) {
    Tri all = Tri::Yes;
    for (size_t i = 0; i < a.parts.size(); ++i) all = both(all, equal(a.parts[i], b.parts[i]));
    return all;
  }
  const std::optional<int> order = compare(a, b);
  return order ? tri(*order == 0) : Tri::Maybe;
}

Value parsed_number(const Value& text) {
  if (!text.exact_text()) return {};
  int64_t n = 0;
  const char* end = text.text.data() + text.text.size();
  const auto [at, error] = std::from_chars(text.text.data(), end, n);
  return error == std::errc() && at == end && n >= 0 && n < 128 ? wrap(K::Ok, integer(n)) : Value();
}

}  // namespace rp::script
