// Methods, by what they are called on.
#include <algorithm>
#include <charconv>

#include "expand/script_interpreter.h"
#include "manifest/reader.h"

namespace rp::script {
namespace {

using N = NodeKind;
using T = TokenKind;
using K = Value::Kind;

// Methods that give what they are called on, seen through references: sorted.
constexpr std::string_view kSame[] = {"as_bytes",        "as_deref",       "as_deref_mut",  "as_encoded_bytes",
                                      "as_mut",          "as_os_str",      "as_path",       "as_ref",
                                      "as_slice",        "as_str",         "borrow",        "borrow_mut",
                                      "chars",           "clone",          "cloned",        "copied",
                                      "deref",           "display",        "fuse",          "into",
                                      "into_boxed_path", "into_boxed_str", "into_bytes",    "into_iter",
                                      "into_os_string",  "into_owned",     "into_path_buf", "into_string_lossy",
                                      "into_vec",        "iter",           "lock",          "peekable",
                                      "to_os_string",    "to_owned",       "to_path_buf",   "to_string",
                                      "to_string_lossy", "to_vec"};
static_assert(std::is_sorted(std::begin(kSame), std::end(kSame)));

}  // namespace

Value Interpreter::method(Code e) {
  const Code receiver = e.child(Role::receiver);
  const std::string_view name = e.child(Role::name).text();
  const Code arguments = e.child(Role::arguments);
  const Tree& t = *e.tree;
  Value self = eval(receiver);
  std::vector<Value> args;
  if (arguments)
    for (NodeId c = t.first_child(arguments.node); c && !dead_; c = t.next_sibling(c))
      if (t.role(c) == Role::argument) args.push_back(eval({&t, c}));
  if (dead_) return {};
  Value out;
  // Methods of the script's own types, and of its traits on any type.
  if (functions_.contains(name) && !self.is(K::AutoCfg) && !self.is(K::Command)) {
    const bool own = self.is(K::Struct) && types_.contains(self.text);
    bool of_trait = false;
    const auto [begin, end] = functions_.equal_range(name);
    for (auto it = begin; it != end; ++it) of_trait |= !it->second.self_type.empty() || !it->second.trait_name.empty();
    if (of_trait && (own || !self.known() || self.is(K::Variant) || self.is(K::Struct))) {
      bool found = false;
      out = call_local(name, own ? std::string_view(self.text) : std::string_view(), args, &self, &found);
      if (found) {
        // What it did to its receiver is not followed.
        if (Variable* v = dead_ ? nullptr : place(receiver)) store(v, {});
        return out;
      }
    }
  }
  if (name == "as_mut" || name == "as_deref_mut" || name == "borrow_mut" || name == "iter_mut") lose(receiver);
  if (common_method(name, self, args, &out)) return out;
  bool changed = false;
  bool understood = false;
  switch (self.kind) {
    case K::Some:
    case K::None:
    case K::Ok:
    case K::Err:
      understood = option_method(name, self, args, &out);
      break;
    case K::Str:
      understood = text_method(name, self, args, e, &out);
      break;
    case K::List:
      understood = list_method(name, self, args, &changed, &out);
      break;
    case K::Command:
      understood = command_method(name, self, args, &changed, &out);
      break;
    case K::AutoCfg:
      understood = autocfg_method(name, args, &out);
      break;
    case K::Struct:
      understood = record_method(name, self, args, &out);
      break;
    case K::Bool:
      if (name == "then" && args.size() == 1) {
        out = self.number != 0 ? wrap(K::Some, call_value(args[0], {})) : none();
        understood = true;
      } else if (name == "then_some" && args.size() == 1) {
        out = self.number != 0 ? wrap(K::Some, args[0]) : none();
        understood = true;
      } else if (name == "not") {
        out = boolean(negate(self.truth()));
        understood = true;
      }
      break;
    case K::Stdout:
      understood = true;
      if ((name == "write_all" || name == "write") && args.size() == 1) {
        Printed line;
        line.add(args[0]);
        print(std::move(line));
      } else {
        out.kind = K::Stdout;
      }
      break;
    case K::Formatter:
      understood = true;
      if ((name == "write_str" || name == "pad" || name == "write_char") && args.size() == 1 && !captures_.empty()) {
        Capture& capture = captures_.back();
        capture.uncertain |= maybe_ != capture.maybe;
        capture.text.add(args[0]);
        out = wrap(K::Ok, unit());
      } else if (!captures_.empty()) {
        captures_.back().uncertain = true;
      }
      break;
    case K::Closure:
    case K::Function:
      if (name == "call") {
        out = call_value(self, std::move(args));
        understood = true;
      }
      break;
    default:
      break;
  }
  if (dead_) return {};
  if (understood) {
    if (changed) store_receiver(receiver, std::move(self));
    return out;
  }
  // A trait of the script may be implemented for types that are not its own.
  if (functions_.contains(name)) {
    bool found = false;
    out = call_local(name, {}, args, &self, &found);
    if (found) return out;
  }
  for (const Value& arg : args) escape(arg);
  // `x.field()`, where the field can be called, needs parentheses in Rust; a method can only change its receiver.
  if (!self.is(K::Stdout)) store(place(receiver), {});
  escape(self);
  if (self.is(K::Stdout)) out.kind = K::Stdout;
  return out;
}

void Interpreter::store_receiver(Code receiver, Value self) {
  Code at = receiver;
  while (at && (at.kind() == N::ParenExpr || at.kind() == N::UnaryExpr))
    at = at.child(at.kind() == N::ParenExpr ? Role::expression : Role::operand);
  if (!at) return;
  Variable* v = place(at);
  if (v == nullptr) return;
  if (at.kind() == N::PathExpr) return store(v, std::move(self));
  // A part of the variable. What a method gave is a value of its own, unless it lends: as commands do.
  if (at.kind() != N::MethodCallExpr) return store(v, {});
  if (self.is(K::Command) && v->value.is(K::Command)) return store(v, std::move(self));
  for (; at && at.kind() == N::MethodCallExpr; at = at.child(Role::receiver)) {
    const std::string_view name = at.child(Role::name).text();
    if (name == "by_ref" || name.ends_with("_mut") || name.find("mut_") != std::string_view::npos || name == "entry")
      return store(v, {});
  }
}

bool Interpreter::common_method(std::string_view name, const Value& self, std::vector<Value>& args, Value* out) {
  if (args.empty() && std::binary_search(std::begin(kSame), std::end(kSame), name) && !self.is(K::Stdout)) {
    if (name == "chars" || ((name == "iter" || name == "into_iter") && (self.is(K::Some) || self.is(K::None)))) {
      if (name == "chars") {
        std::vector<Value> parts;
        for (const char c : self.text) {
          if (static_cast<unsigned char>(c) >= 0x80 || !self.is(K::Str)) return false;
          parts.push_back(text(std::string(1, c)));
        }
        *out = self.is(K::Str) ? list(std::move(parts), self.exact) : Value();
        return self.is(K::Str);
      }
      *out = self.is(K::Some) ? list({self.parts[0]}) : list({});
      return true;
    }
    *out = self;
    return true;
  }
  // Comparisons as methods.
  if (args.size() == 1 && self.known() && self.kind == args[0].kind) {
    const auto order = [&](auto test) {
      const std::optional<int> o = compare(self, args[0]);
      *out = o ? boolean(tri(test(*o))) : Value();
      return true;
    };
    if (name == "eq") return *out = boolean(equal(self, args[0])), true;
    if (name == "ne") return *out = boolean(negate(equal(self, args[0]))), true;
    if (name == "ge") return order([](int o) { return o >= 0; });
    if (name == "gt") return order([](int o) { return o > 0; });
    if (name == "le") return order([](int o) { return o <= 0; });
    if (name == "lt") return order([](int o) { return o < 0; });
  }
  if (!self.known()) {
    // The build would have failed.
    if (name == "unwrap" || name == "expect" || name == "unwrap_or_default") return true;
  }
  return false;
}

bool Interpreter::option_method(std::string_view name, const Value& self, std::vector<Value>& args, Value* out) {
  const bool yes = self.is_success();
  const bool is_option = self.is(K::Some) || self.is(K::None);
  const auto inner = [&]() -> Value { return self.parts.empty() ? Value() : self.parts[0]; };
  const auto call_with = [&](const Value& f, Value arg) {
    std::vector<Value> list;
    list.push_back(std::move(arg));
    return call_value(f, std::move(list));
  };
  if (args.empty()) {
    if (name == "unwrap") {
      if (!yes) die();
      *out = inner();
      return true;
    }
    if (name == "unwrap_or_default") {
      // The default of env::var(..) is the empty string; of others the type is not known.
      if (yes) {
        *out = inner();
      } else if (self.is(K::Err) && !self.parts.empty() && self.parts[0].is(K::Variant) &&
                 self.parts[0].text2 == "VarError") {
        *out = text("");
      }
      return true;
    }
    if (name == "is_some" || name == "is_ok") return *out = boolean(tri(yes)), true;
    if (name == "is_none" || name == "is_err") return *out = boolean(tri(!yes)), true;
    if (name == "ok") return *out = yes ? wrap(K::Some, inner()) : none(), true;
    if (name == "err") return *out = yes ? none() : wrap(K::Some, inner()), true;
    if (name == "unwrap_err" || name == "expect_err") return *out = inner(), true;
    if (name == "flatten") return *out = yes ? inner() : self, true;
    return false;
  }
  if (args.size() == 1) {
    Value& a = args[0];
    if (name == "expect") {
      if (!yes) die();
      *out = inner();
      return true;
    }
    if (name == "unwrap_or") return *out = yes ? inner() : a, true;
    if (name == "unwrap_or_else") {
      *out = yes ? inner() : is_option ? call_value(a, {}) : call_with(a, inner());
      return true;
    }
    if (name == "map") {
      *out = yes ? wrap(self.kind, call_with(a, inner())) : self;
      return true;
    }
    if (name == "and_then") {
      *out = yes ? call_with(a, inner()) : self;
      return true;
    }
    if (name == "map_err") {
      *out = yes ? self : wrap(K::Err, call_with(a, inner()));
      return true;
    }
    if (name == "is_some_and" || name == "is_ok_and") {
      *out = yes ? boolean(call_with(a, inner()).truth()) : boolean(Tri::No);
      return true;
    }
    if (name == "is_none_or") {
      *out = yes ? boolean(call_with(a, inner()).truth()) : boolean(Tri::Yes);
      return true;
    }
    if (name == "filter" && is_option) {
      if (!yes) return *out = self, true;
      const Tri keep = call_with(a, inner()).truth();
      *out = keep == Tri::Yes ? self : keep == Tri::No ? none() : Value();
      return true;
    }
    if (name == "or") return *out = yes ? self : a, true;
    if (name == "or_else") return *out = yes ? self : is_option ? call_value(a, {}) : call_with(a, inner()), true;
    if (name == "and") return *out = yes ? a : self, true;
    if (name == "ok_or") return *out = yes ? wrap(K::Ok, inner()) : wrap(K::Err, a), true;
    if (name == "ok_or_else") return *out = yes ? wrap(K::Ok, inner()) : wrap(K::Err, call_value(a, {})), true;
    return false;
  }
  if (args.size() == 2 && name == "map_or") return *out = yes ? call_with(args[1], inner()) : args[0], true;
  if (args.size() == 2 && name == "map_or_else") {
    *out = yes ? call_with(args[1], inner()) : is_option ? call_value(args[0], {}) : call_with(args[0], inner());
    return true;
  }
  return false;
}

bool Interpreter::list_method(std::string_view name, Value& self, std::vector<Value>& args, bool* changed, Value* out) {
  const auto call_with = [&](const Value& f, Value arg) {
    std::vector<Value> list;
    list.push_back(std::move(arg));
    return call_value(f, std::move(list));
  };
  if (name == "collect" || name == "enumerate" || name == "rev" || name == "skip" || name == "take") {
    if (name == "collect") return *out = self, true;
    if (name == "rev") {
      if (!self.exact) return false;
      *out = self;
      std::reverse(out->parts.begin(), out->parts.end());
      return true;
    }
    if (name == "enumerate") {
      std::vector<Value> parts;
      for (size_t i = 0; i < self.parts.size(); ++i)
        parts.push_back(tuple({integer(static_cast<int64_t>(i)), self.parts[i]}));
      *out = list(std::move(parts), self.exact);
      return true;
    }
    if (args.size() != 1 || !args[0].is(K::Int) || args[0].number < 0) return false;
    const size_t n = std::min(static_cast<size_t>(args[0].number), self.parts.size());
    if (!self.exact && n != static_cast<size_t>(args[0].number)) return false;
    *out = self;
    if (name == "skip") {
      out->parts.erase(out->parts.begin(), out->parts.begin() + static_cast<std::ptrdiff_t>(n));
    } else {
      out->parts.resize(n);
      out->exact = true;
    }
    return true;
  }
  if (name == "next" && args.empty()) {
    *changed = true;
    if (self.parts.empty()) {
      if (self.exact) *out = none();
      return true;
    }
    *out = wrap(K::Some, self.parts.front());
    self.parts.erase(self.parts.begin());
    return true;
  }
  if ((name == "nth" || name == "get") && args.size() == 1 && args[0].is(K::Int) && args[0].number >= 0) {
    const size_t n = static_cast<size_t>(args[0].number);
    *changed = name == "nth";
    if (n >= self.parts.size()) {
      if (self.exact) *out = none();
      if (*changed) self.parts.clear();
      return true;
    }
    *out = wrap(K::Some, self.parts[n]);
    if (*changed) self.parts.erase(self.parts.begin(), self.parts.begin() + static_cast<std::ptrdiff_t>(n) + 1);
    return true;
  }
  if (name == "first" && args.empty()) {
    if (!self.parts.empty()) *out = wrap(K::Some, self.parts.front());
    if (self.parts.empty() && self.exact) *out = none();
    return true;
  }
  if ((name == "last" || name == "pop") && args.empty()) {
    if (!self.exact) return false;
    *out = self.parts.empty() ? none() : wrap(K::Some, self.parts.back());
    *changed = name == "pop";
    if (*changed && !self.parts.empty()) self.parts.pop_back();
    return true;
  }
  if ((name == "len" || name == "count") && args.empty()) {
    if (self.exact) *out = integer(static_cast<int64_t>(self.parts.size()));
    return true;
  }
  if (name == "is_empty" && args.empty()) {
    if (!self.parts.empty()) *out = boolean(Tri::No);
    if (self.parts.empty() && self.exact) *out = boolean(Tri::Yes);
    return true;
  }
  if (name == "contains" && args.size() == 1) {
    Tri any = self.exact ? Tri::No : Tri::Maybe;
    for (const Value& part : self.parts) any = either(any, equal(part, args[0]));
    *out = boolean(any);
    return true;
  }
  if (name == "push" && args.size() == 1) {
    *changed = true;
    std::vector<Value> parts = std::move(self.parts);
    parts.push_back(std::move(args[0]));
    self = list(std::move(parts), self.exact);
    *out = unit();
    return true;
  }
  if (name == "join" || name == "concat") {
    std::string joined;
    if (!self.exact || (name == "join" && (args.size() != 1 || !args[0].exact_text()))) return true;
    for (size_t i = 0; i < self.parts.size(); ++i) {
      if (!self.parts[i].exact_text()) return true;
      if (i > 0 && name == "join") joined += args[0].text;
      joined += self.parts[i].text;
    }
    *out = text(std::move(joined));
    return true;
  }
  if (name == "chain" && args.size() == 1) {
    if (!self.exact) return *out = self, true;
    if (args[0].is(K::Some)) args[0] = list({args[0].parts[0]});
    if (args[0].is(K::None)) args[0] = list({});
    if (!args[0].is(K::List)) {
      *out = self;
      out->exact = false;
      escape(args[0]);
      return true;
    }
    std::vector<Value> parts = self.parts;
    parts.insert(parts.end(), args[0].parts.begin(), args[0].parts.end());
    if (parts.size() > 1000) return false;
    *out = list(std::move(parts), args[0].exact);
    return true;
  }
  const bool by_closure = name == "map" || name == "filter" || name == "any" || name == "all" || name == "find" ||
                          name == "for_each" || name == "filter_map" || name == "position";
  if ((name == "sort" || name == "sort_unstable") && args.empty()) {
    *changed = true;
    *out = unit();
    bool ordered = self.exact;
    for (size_t i = 0; i < self.parts.size() && ordered; ++i)
      for (size_t j = 0; j < i && ordered; ++j) ordered = compare(self.parts[i], self.parts[j]).has_value();
    if (ordered) {
      std::stable_sort(self.parts.begin(), self.parts.end(),
                       [](const Value& a, const Value& b) { return compare(a, b).value_or(0) < 0; });
    } else {
      self = Value();
    }
    return true;
  }
  if (name == "dedup" && args.empty()) {
    *changed = true;
    *out = unit();
    std::vector<Value> kept;
    for (Value& part : self.parts) {
      const Tri same = kept.empty() ? Tri::No : equal(kept.back(), part);
      if (same == Tri::Maybe) {
        self = Value();
        return true;
      }
      if (same == Tri::No) kept.push_back(std::move(part));
    }
    self.parts = std::move(kept);
    return true;
  }
  if (!by_closure || args.size() != 1 || (!self.exact && name != "find")) return false;
  std::vector<Value> parts;
  Tri all = Tri::Yes;
  Tri any = Tri::No;
  for (size_t i = 0; i < self.parts.size() && !dead_; ++i) {
    const Value& part = self.parts[i];
    Value v = call_with(args[0], part);
    const Tri holds = v.truth();
    all = both(all, holds);
    any = either(any, holds);
    if (name == "map") parts.push_back(std::move(v));
    if (name == "filter") {
      if (holds == Tri::Maybe) return true;
      if (holds == Tri::Yes) parts.push_back(part);
    }
    if (name == "filter_map") {
      if (!v.is(K::Some) && !v.is(K::None)) return true;
      if (v.is(K::Some)) parts.push_back(v.parts[0]);
    }
    if (name == "find" || name == "position") {
      if (holds == Tri::Maybe) return true;
      if (holds == Tri::Yes) {
        *out = wrap(K::Some, name == "find" ? part : integer(static_cast<int64_t>(i)));
        return true;
      }
    }
  }
  if (name == "any") *out = boolean(any);
  if (name == "all") *out = boolean(all);
  if ((name == "find" || name == "position") && self.exact) *out = none();
  if (name == "for_each") *out = unit();
  if (name == "map" || name == "filter" || name == "filter_map") *out = list(std::move(parts));
  return true;
}

bool Interpreter::command_method(std::string_view name, Value& self, std::vector<Value>& args, bool* changed,
                                 Value* out) {
  if (name == "arg" && args.size() == 1) {
    *changed = true;
    if (self.parts.size() < 200 && args[0].depth < 8 && args[0].weight < 100) {
      self.weight += args[0].weight;
      self.depth = std::max<uint8_t>(self.depth, static_cast<uint8_t>(args[0].depth + 1));
      self.parts.push_back(std::move(args[0]));
    } else {
      self.text.clear();
    }
    *out = self;
    return true;
  }
  if (name == "args" && args.size() == 1) {
    *changed = true;
    if (args[0].is(K::List) && self.parts.size() + args[0].parts.size() < 200) {
      for (const Value& part : args[0].parts) {
        self.parts.push_back(part.is(K::Str) && part.weight < 100 ? part : Value());
        self.weight += self.parts.back().weight;
      }
      self.depth = 10;
      self.exact = self.exact && args[0].exact;
    } else {
      self.exact = false;
    }
    *out = self;
    return true;
  }
  if (name == "env" && args.size() == 2) {
    // Unstable features can be had from a stable compiler by a variable.
    *changed = true;
    if (!args[0].exact_text() || args[0].text == "RUSTC_BOOTSTRAP") self.text.clear();
    *out = self;
    return true;
  }
  if (name == "env_remove" || name == "stderr" || name == "stdout" || name == "stdin" || name == "current_dir" ||
      name == "env_clear") {
    *changed = name == "current_dir";
    if (*changed) self.exact = false;
    *out = self;
    return true;
  }
  if (name == "output") return *out = run_command(self), true;
  if (name == "status") {
    Value v = run_command(self);
    if (v.is(K::Ok) && !v.parts.empty())
      if (const Value* status = v.parts[0].field("status")) *out = wrap(K::Ok, *status);
    return true;
  }
  return name == "spawn";
}

bool Interpreter::record_method(std::string_view name, const Value& self, std::vector<Value>& args, Value* out) {
  if (self.text == "ExitStatus" && name == "success") {
    *out = self.parts.empty() ? Value() : self.parts[0];
    return true;
  }
  if (self.text == "Channel") {
    if (name == "is_nightly" || name == "supports_features" || name == "is_dev" || name == "is_beta") {
      const bool is_no = self.parts[0].truth() == Tri::No || name == "is_dev" || name == "is_beta";
      *out = boolean(tri(!is_no));
      return true;
    }
    if (name == "is_stable") {
      *out = boolean(negate(self.parts[0].truth()));
      return true;
    }
  }
  if (self.text != "Version" || self.parts.size() != 3 || types_.contains("Version")) return false;
  if ((name == "at_least" || name == "at_most" || name == "exactly") && args.size() == 1 && args[0].exact_text()) {
    std::string_view wanted = args[0].text;
    if (!wanted.starts_with("1.")) return true;
    wanted.remove_prefix(2);
    int64_t minor = 0;
    const auto [at, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), minor);
    if (error != std::errc() || !self.parts[1].is(K::Int)) return true;
    const int64_t own = self.parts[1].number;
    if (own == minor) {
      const std::string_view rest(at, static_cast<size_t>(wanted.data() + wanted.size() - at));
      if (name == "at_least" && (rest.empty() || rest == ".0")) *out = boolean(Tri::Yes);
      return true;
    }
    *out = boolean(tri(name == "at_least" ? own > minor : name == "at_most" ? own < minor : false));
    return true;
  }
  if (name == "to_mmp" && args.empty()) {
    *out = tuple({self.parts[0], self.parts[1], self.parts[2]});
    return true;
  }
  return false;
}

bool Interpreter::autocfg_method(std::string_view name, const std::vector<Value>& args, Value* out) {
  *out = unit();
  // As autocfg makes names of what it looks for.
  const auto mangled = [](std::string_view s) {
    std::string name_out;
    for (const char c : s) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      name_out += plain ? c : '_';
    }
    return name_out;
  };
  const auto version = [&](Tri* holds) {
    *holds = Tri::Maybe;
    if (args.size() != 2 || !args[0].is(K::Int) || !args[1].is(K::Int)) return false;
    if (input_.compiler.minor != 0)
      *holds = tri(args[0].number < 1 || (args[0].number == 1 && args[1].number <= input_.compiler.minor));
    return true;
  };
  Tri holds = Tri::Maybe;
  if (name == "probe_rustc_version") {
    version(&holds);
    *out = boolean(holds);
    return true;
  }
  if (name == "emit_rustc_version") {
    if (version(&holds)) {
      maybe_print_fact("rustc_" + std::to_string(args[0].number) + "_" + std::to_string(args[1].number), holds);
    } else {
      anything_ = true;
    }
    return true;
  }
  if (name.starts_with("probe_")) return *out = Value(), true;
  if (name == "emit_has_path" || name == "emit_has_type" || name == "emit_has_trait" || name == "emit_sysroot_crate") {
    if (args.size() == 1 && args[0].exact_text()) {
      maybe_print_fact("has_" + mangled(args[0].text), Tri::Maybe);
    } else {
      anything_ = true;
    }
    return true;
  }
  if (name.starts_with("emit_")) {  // emit_…_cfg(what, name)
    if (args.size() == 2 && args[1].exact_text()) {
      maybe_print_fact(args[1].text, Tri::Maybe);
    } else {
      anything_ = true;
    }
    return true;
  }
  if (name.starts_with("set_") || name.starts_with("unset_") || name == "edition" || name == "no_std") return true;
  return false;
}

}  // namespace rp::script
