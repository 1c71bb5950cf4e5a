// Methods of strings, characters and paths. Of a string whose end is not known only what its begin decides is said.
#include <algorithm>
#include <charconv>

#include "expand/script_interpreter.h"
#include "manifest/reader.h"

namespace rp::script {
namespace {

using K = Value::Kind;
using N = NodeKind;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

std::string_view trimmed_start(std::string_view s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  return s;
}
std::string_view trimmed_end(std::string_view s) {
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

// Where one of the separators stands at or after `from`; npos when there is none. `length` becomes its length.
size_t find_separator(std::string_view s, const std::vector<std::string>& separators, size_t from, size_t* length) {
  size_t best = std::string_view::npos;
  for (const std::string& each : separators) {
    if (each.empty()) continue;
    const size_t at = s.find(each, from);
    if (at < best) {
      best = at;
      *length = each.size();
    }
  }
  return best;
}

// What a pattern of str's methods is: a string, a character, or a list of characters.
bool separators_of(const Value& by, std::vector<std::string>* out) {
  if (by.exact_text() && !by.text.empty()) {
    out->push_back(by.text);
    return true;
  }
  if (!by.is(K::List) || !by.exact) return false;
  for (const Value& each : by.parts) {
    if (!each.exact_text() || each.text.empty()) return false;
    out->push_back(each.text);
  }
  return true;
}

// How a file name ends: what is behind its last dot.
std::string_view file_name(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

// For each character whether a closure takes it; nullopt when one of them is not known, or not ASCII.
std::optional<std::vector<bool>> Interpreter::taken_by(const Value& closure, std::string_view s) {
  std::vector<bool> out;
  if ((!closure.is(K::Closure) && !closure.is(K::Function) && !closure.is(K::Path)) || s.size() > 500)
    return std::nullopt;
  for (const char c : s) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    std::vector<Value> args;
    args.push_back(text(std::string(1, c)));
    const Tri holds = call_value(closure, std::move(args)).truth();
    if (holds == Tri::Maybe || dead_) return std::nullopt;
    out.push_back(holds == Tri::Yes);
  }
  return out;
}

Value Interpreter::split_text(const Value& self, const Value& by, bool* known) {
  if (by.is(K::Closure)) {
    const std::optional<std::vector<bool>> taken = taken_by(by, self.text);
    *known = taken.has_value();
    if (!taken) return {};
    std::vector<Value> parts;
    size_t at = 0;
    for (size_t i = 0; i < taken->size(); ++i) {
      if (!(*taken)[i]) continue;
      parts.push_back(text(self.text.substr(at, i - at)));
      at = i + 1;
    }
    if (self.exact) parts.push_back(text(self.text.substr(at)));
    return list(std::move(parts), self.exact);
  }
  std::vector<std::string> separators;
  *known = separators_of(by, &separators);
  if (!*known) return {};
  std::vector<Value> parts;
  size_t at = 0;
  for (;;) {
    size_t length = 0;
    const size_t end = find_separator(self.text, separators, at, &length);
    if (end == std::string_view::npos || parts.size() > 1000) break;
    parts.push_back(text(self.text.substr(at, end - at)));
    at = end + length;
  }
  if (self.exact) parts.push_back(text(self.text.substr(at)));
  return list(std::move(parts), self.exact);
}

bool Interpreter::text_method(std::string_view name, const Value& self, std::vector<Value>& args, Code e, Value* out) {
  const std::string& s = self.text;
  if (args.empty()) {
    if (name == "to_str" || name == "into_string") {
      *out = wrap(name == "to_str" ? K::Some : K::Ok, self);
      return true;
    }
    if (name == "len" || name == "is_empty") {
      if (self.exact) *out = name == "len" ? integer(static_cast<int64_t>(s.size())) : boolean(tri(s.empty()));
      if (!self.exact && name == "is_empty" && !s.empty()) *out = boolean(Tri::No);
      return true;
    }
    if (name == "trim" || name == "trim_end" || name == "trim_right") {
      std::string_view t = s;
      if (name == "trim") t = trimmed_start(t);
      *out = text(std::string(self.exact ? trimmed_end(t) : t), self.exact);
      return true;
    }
    if (name == "trim_start" || name == "trim_left")
      return *out = text(std::string(trimmed_start(s)), self.exact), true;
    if (name == "to_lowercase" || name == "to_ascii_lowercase" || name == "to_uppercase" ||
        name == "to_ascii_uppercase") {
      const bool up = name.ends_with("uppercase");
      std::string t = s;
      for (char& c : t) {
        if (static_cast<unsigned char>(c) >= 0x80) return true;
        if (up && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (!up && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      *out = text(std::move(t), self.exact);
      return true;
    }
    if (name == "lines") {
      bool known = false;
      Value v = split_text(self, text("\n"), &known);
      if (v.is(K::List) && v.exact && !v.parts.empty() && v.parts.back().text.empty()) v.parts.pop_back();
      *out = std::move(v);
      return true;
    }
    if (name == "split_whitespace" || name == "split_ascii_whitespace") {
      std::vector<Value> parts;
      for (size_t at = 0; at < s.size();) {
        while (at < s.size() && is_space(s[at])) ++at;
        size_t end = at;
        while (end < s.size() && !is_space(s[end])) ++end;
        if (end > at && (end < s.size() || self.exact)) parts.push_back(text(s.substr(at, end - at)));
        at = end;
      }
      *out = list(std::move(parts), self.exact);
      return true;
    }
    if (name == "parse") {
      if (!self.exact) return true;
      std::string type;
      if (const Code generics = e.child(Role::generic_arguments)) type = generics.text();
      const bool number = type.empty() || type.find("u8") != std::string::npos ||
                          type.find("u16") != std::string::npos || type.find("32") != std::string::npos ||
                          type.find("64") != std::string::npos || type.find("size") != std::string::npos;
      if (!number || type.find('f') != std::string::npos) return true;
      int64_t n = 0;
      const char* end = s.data() + s.size();
      const auto [at, error] = std::from_chars(s.data(), end, n);
      if (error == std::errc() && at == end && n >= 0 && n < 256) *out = wrap(K::Ok, integer(n));
      return true;
    }
    if (name == "exists" || name == "is_file" || name == "is_dir") {
      if (!self.exact || s.empty()) return true;
      const std::string path = manifest::join_path(input_.package_folder, s);
      if (!path.starts_with(input_.package_folder + "/")) return true;
      const bool there = files_.exists(path);
      if (!there) *out = boolean(Tri::No);
      if (there && name == "exists") *out = boolean(Tri::Yes);
      return true;
    }
    if (name == "metadata") return true;
    if (name == "parent") {
      const size_t slash = s.rfind('/');
      if (self.exact && slash != std::string::npos && slash > 0) *out = wrap(K::Some, text(s.substr(0, slash)));
      return true;
    }
    if (name == "file_name" || name == "extension" || name == "file_stem") {
      if (!self.exact) return true;
      const std::string_view file = file_name(s);
      const size_t dot = file.rfind('.');
      if (name == "file_name") *out = wrap(K::Some, text(std::string(file)));
      if (name == "extension" && dot != std::string_view::npos && dot > 0)
        *out = wrap(K::Some, text(std::string(file.substr(dot + 1))));
      if (name == "file_stem") *out = wrap(K::Some, text(std::string(file.substr(0, dot))));
      return true;
    }
    if (name == "is_absolute") return true;
    if (name.starts_with("is_") && self.exact && s.size() == 1 && static_cast<unsigned char>(s[0]) < 0x80) {
      const char c = s[0];
      const bool digit = c >= '0' && c <= '9';
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (name == "is_ascii_digit" || name == "is_numeric") return *out = boolean(tri(digit)), true;
      if (name == "is_alphabetic" || name == "is_ascii_alphabetic") return *out = boolean(tri(letter)), true;
      if (name == "is_alphanumeric" || name == "is_ascii_alphanumeric")
        return *out = boolean(tri(letter || digit)), true;
      if (name == "is_whitespace" || name == "is_ascii_whitespace") return *out = boolean(tri(is_space(c))), true;
    }
    return false;
  }
  const Value& a = args[0];
  if (args.size() == 1) {
    if (name == "starts_with") {
      if (!a.exact_text()) {
        std::vector<std::string> any;
        if (!separators_of(a, &any)) return escape(a), true;
        Tri holds = Tri::No;
        for (const std::string& each : any)
          holds = either(holds, s.starts_with(each)                                    ? Tri::Yes
                                : self.exact || !std::string_view(each).starts_with(s) ? Tri::No
                                                                                       : Tri::Maybe);
        *out = boolean(holds);
        return true;
      }
      if (s.size() >= a.text.size() || self.exact) {
        *out = boolean(tri(s.starts_with(a.text)));
      } else if (!std::string_view(a.text).starts_with(s)) {
        *out = boolean(Tri::No);
      }
      return true;
    }
    if (name == "ends_with") {
      if (self.exact && a.exact_text()) *out = boolean(tri(s.ends_with(a.text)));
      if (a.is(K::Closure)) escape(a);
      return true;
    }
    if (name == "contains") {
      std::vector<std::string> any;
      if (!separators_of(a, &any)) {
        if (a.exact_text()) *out = boolean(Tri::Yes);  // of the empty string
        escape(a);
        return true;
      }
      size_t length = 0;
      const bool found = find_separator(s, any, 0, &length) != std::string_view::npos;
      if (found || self.exact) *out = boolean(tri(found));
      return true;
    }
    if (name == "eq_ignore_ascii_case") {
      if (!self.exact || !a.exact_text()) return true;
      const auto same = [](char x, char y) {
        const auto low = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
        return low(x) == low(y);
      };
      *out = boolean(tri(std::equal(s.begin(), s.end(), a.text.begin(), a.text.end(), same)));
      return true;
    }
    if (name == "strip_prefix" && a.exact_text()) {
      if (s.starts_with(a.text)) {
        *out = wrap(K::Some, text(s.substr(a.text.size()), self.exact));
      } else if (self.exact || !std::string_view(a.text).starts_with(s)) {
        *out = none();
      }
      return true;
    }
    if (name == "strip_suffix" && a.exact_text()) {
      if (self.exact) *out = s.ends_with(a.text) ? wrap(K::Some, text(s.substr(0, s.size() - a.text.size()))) : none();
      return true;
    }
    if ((name == "trim_start_matches" || name == "trim_left_matches") && a.exact_text() && !a.text.empty()) {
      std::string_view t = s;
      while (t.starts_with(a.text)) t.remove_prefix(a.text.size());
      *out = text(std::string(t), self.exact);
      return true;
    }
    if (name == "trim_end_matches" && a.exact_text() && !a.text.empty() && self.exact) {
      std::string_view t = s;
      while (t.ends_with(a.text)) t.remove_suffix(a.text.size());
      *out = text(std::string(t));
      return true;
    }
    if (name == "split") {
      bool known = false;
      *out = split_text(self, a, &known);
      if (!known) escape(a);
      return true;
    }
    if (name == "rsplit" && self.exact) {
      bool known = false;
      *out = split_text(self, a, &known);
      std::reverse(out->parts.begin(), out->parts.end());
      return true;
    }
    if (name == "split_once" || name == "find") {
      std::vector<std::string> by;
      if (name == "find" && a.is(K::Closure)) {
        const std::optional<std::vector<bool>> taken = taken_by(a, s);
        if (!taken) return true;
        const auto first = std::find(taken->begin(), taken->end(), true);
        if (first != taken->end()) {
          *out = wrap(K::Some, integer(first - taken->begin()));
        } else if (self.exact) {
          *out = none();
        }
        return true;
      }
      if (!separators_of(a, &by)) return escape(a), true;
      size_t length = 0;
      const size_t at = find_separator(s, by, 0, &length);
      if (at == std::string_view::npos) {
        if (self.exact) *out = none();
      } else if (name == "find") {
        *out = wrap(K::Some, integer(static_cast<int64_t>(at)));
      } else {
        *out = wrap(K::Some, tuple({text(s.substr(0, at)), text(s.substr(at + length), self.exact)}));
      }
      return true;
    }
    // Of paths: an absolute one takes the place of what was there.
    if (name == "join" && a.is(K::Str)) {
      if (a.text.empty() && !a.exact) {
        *out = text("", false);
      } else if (a.text.starts_with('/')) {
        *out = a;
      } else if (self.exact) {
        *out = text(s.empty() || s.ends_with('/') ? s + a.text : s + "/" + a.text, a.exact);
      } else {
        *out = text("", false);
      }
      return true;
    }
    if (name == "get" || name == "nth") return true;
    return false;
  }
  if (name == "splitn" && args.size() == 2 && args[0].is(K::Int) && args[0].number > 0) {
    std::vector<std::string> by;
    if (!separators_of(args[1], &by)) return escape(args[1]), true;
    std::vector<Value> parts;
    size_t at = 0;
    bool exact = self.exact;
    while (static_cast<int64_t>(parts.size()) + 1 < args[0].number) {
      size_t length = 0;
      const size_t end = find_separator(s, by, at, &length);
      if (end == std::string_view::npos) break;
      parts.push_back(text(s.substr(at, end - at)));
      at = end + length;
    }
    if (self.exact || static_cast<int64_t>(parts.size()) + 1 == args[0].number) {
      parts.push_back(text(s.substr(at), self.exact));
      exact = true;
    }
    *out = list(std::move(parts), exact);
    return true;
  }
  if (name == "replace" && args.size() == 2) {
    if (!self.exact || !args[0].exact_text() || !args[1].exact_text() || args[0].text.empty()) return true;
    std::string t;
    for (size_t at = 0;;) {
      const size_t end = s.find(args[0].text, at);
      t += s.substr(at, end - at);
      if (end == std::string::npos) break;
      t += args[1].text;
      at = end + args[0].text.size();
    }
    if (t.size() > 100'000) return true;
    *out = text(std::move(t));
    return true;
  }
  return false;
}

}  // namespace rp::script
