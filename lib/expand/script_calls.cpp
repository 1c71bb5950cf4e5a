// Calls: functions of the script, closures, functions of the standard library, crates that scripts use.
#include <algorithm>
#include <charconv>

#include "expand/script_interpreter.h"
#include "manifest/reader.h"

namespace rp::script {
namespace {

using N = NodeKind;
using T = TokenKind;
using K = Value::Kind;
constexpr size_t kMaxFrames = 40;
// What stands behind the version. Scripts ask for the date of nightly compilers only.
constexpr const char* kMadeUpHash = "012345678 2026-03-01";

bool is_upper(std::string_view name) { return !name.empty() && name[0] >= 'A' && name[0] <= 'Z'; }

std::string_view crate_of(const std::vector<std::string_view>& path) { return path.empty() ? "" : path.front(); }

constexpr std::string_view kStdTypes[] = {
    "Arc",        "Box",      "BTreeMap", "BTreeSet", "BufReader", "BufWriter", "Command",  "Cow",   "Default",
    "Duration",   "File",     "HashMap",  "HashSet",  "Instant",   "Into",      "Iterator", "Mutex", "OpenOptions",
    "Option",     "OsStr",    "OsString", "Path",     "PathBuf",   "Rc",        "Result",   "Stdio", "String",
    "SystemTime", "ToString", "Vec",      "VecDeque", "bool",      "char",      "f32",      "f64",   "i32",
    "i64",        "isize",    "str",      "u16",      "u32",       "u64",       "u8",       "usize"};

}  // namespace

// ---- What nobody understands ----

void Interpreter::escape(const Value& value) {
  if (value.is(K::Closure) || value.is(K::Function)) {
    maybe_call(value);
    return;
  }
  for (const Value& part : value.parts) escape(part);
}

void Interpreter::maybe_call(const Value& f) {
  if (dead_ || frames_.size() > kMaxFrames) {
    if (!dead_) anything_ = true;
    return;
  }
  forget_assigned(f.code);
  Fork fork(*this);
  fork.begin();
  call_value(f, {});
  // Whether it was called at all is not known, nor how often.
  fork.end({});
  fork.begin();
  fork.end({});
  fork.finish();
  forget_assigned(f.code);
}

// ---- Functions of the script ----

Value Interpreter::call_value(const Value& f, std::vector<Value> args) {
  if (f.is(K::Closure)) return call_closure(f, std::move(args));
  if (f.is(K::Function)) {
    const auto [begin, end] = functions_.equal_range(f.code.child(Role::name).text());
    for (auto it = begin; it != end; ++it) {
      Function& function = it->second;
      if (function.code.tree != f.code.tree || function.code.node != f.code.node) continue;
      function.visited = true;
      return call_function(function, args, nullptr);
    }
    return {};
  }
  if (f.is(K::Path)) {
    std::vector<std::string_view> path;
    const std::string& text = f.text;
    for (size_t at = 0; at <= text.size();) {
      const size_t end = std::min(text.find("::", at), text.size());
      path.push_back(std::string_view(text).substr(at, end - at));
      at = end + 2;
    }
    return call_path(path, args);
  }
  if (!f.known()) anything_ = true;
  for (const Value& arg : args) escape(arg);
  return {};
}

Value Interpreter::call_closure(const Value& f, std::vector<Value> args) {
  const uint32_t home = f.frame;
  if (home == 0 || home > frames_.size() || frames_[home - 1].id != static_cast<uint32_t>(f.number) ||
      frames_.size() > kMaxFrames) {
    // The function that made it is over: what it held is unknown.
    if (frames_.size() > kMaxFrames) {
      gave_up_ = dead_ = true;
      return {};
    }
  }
  const bool alive = home > 0 && home <= frames_.size() && frames_[home - 1].id == static_cast<uint32_t>(f.number);
  const uint32_t maybe = maybe_;
  frames_.push_back({++next_frame_, alive ? home : 0, f.serial, vars_.size(), {}, false, false, {}});
  const size_t index = frames_.size();
  if (alive) frame().self_type = frames_[home - 1].self_type;
  const Tree& t = *f.code.tree;
  size_t i = 0;
  for (NodeId c = t.first_child(f.code.node); c; c = t.next_sibling(c)) {
    if (t.kind(c) != N::Param) continue;
    const Code pattern = Code{&t, c}.child(Role::pattern);
    match(pattern, i < args.size() ? args[i] : Value());
    ++i;
  }
  const Value tail = eval(f.code.child(Role::body));
  // A closure that owns what it uses changes its own.
  if (!dead_ && t.has_token(f.code.node, T::KwMove)) forget_assigned(f.code);
  return leave_frame(index - 1, maybe, tail);
}

// Goes on with what the ways out of a function or block leave; its end is one of them.
Value Interpreter::arrive(Exit& exit, size_t base, const Value& end) {
  if (!dead_) join_into(exit, vars_, base, end);
  dead_ = !exit.any || gave_up_;
  if (dead_) return {};
  vars_ = std::move(exit.state);
  return std::move(exit.value);
}

Value Interpreter::leave_frame(size_t index, uint32_t maybe, const Value& end) {
  Frame& own = frames_[index];
  Value out = arrive(own.returned, own.base, end);
  const bool exits = own.exits;
  maybe_ = maybe + (exits ? 1 : 0);
  frames_.pop_back();
  if (exits) frame().exits = true;
  return out;
}

Value Interpreter::call_function(const Function& f, const std::vector<Value>& args, const Value* self) {
  const Code body = f.code.child(Role::body);
  if (frames_.size() > kMaxFrames) {
    gave_up_ = dead_ = true;
    return {};
  }
  if (!body) return {};
  const Tree& t = *f.code.tree;
  if (t.has_token(f.code.node, T::KwAsync)) {
    anything_ = true;
    return {};
  }
  const uint32_t maybe = maybe_;
  frames_.push_back({++next_frame_, 0, 0, vars_.size(), {}, main_fails_, false, f.self_type});
  main_fails_ = false;
  const size_t index = frames_.size();
  const Code parameters = f.code.child(Role::parameters);
  size_t i = 0;
  if (parameters) {
    for (NodeId c = t.first_child(parameters.node); c; c = t.next_sibling(c)) {
      if (t.kind(c) == N::SelfParam) {
        if (self != nullptr) {
          bind("self", *self);
        } else {
          bind("self", i < args.size() ? args[i] : Value());
          ++i;
        }
      }
      if (t.kind(c) != N::Param) continue;
      match(Code{&t, c}.child(Role::pattern), i < args.size() ? args[i] : Value());
      ++i;
    }
  }
  const Value tail = block(body);
  return leave_frame(index - 1, maybe, tail);
}

// All functions of the script with that name, of that type when it is known. With more than one each may be meant.
Value Interpreter::call_local(std::string_view name, std::string_view type, const std::vector<Value>& args,
                              const Value* self, bool* found) {
  std::vector<Function*> fitting;
  const auto [begin, end] = functions_.equal_range(name);
  for (auto it = begin; it != end; ++it) {
    Function& f = it->second;
    if (!f.code.child(Role::body)) continue;  // a trait's, without a default
    if (!type.empty() && !f.self_type.empty() && f.self_type != type) continue;
    if (!type.empty() && f.self_type.empty() && f.trait_name.empty()) continue;
    if (type.empty() && self == nullptr && !f.self_type.empty()) continue;
    if (self != nullptr) {
      const Code parameters = f.code.child(Role::parameters);
      if (!parameters || !parameters.child(Role::receiver)) continue;
    }
    fitting.push_back(&f);
  }
  *found = !fitting.empty();
  if (fitting.empty()) return {};
  for (Function* f : fitting) f->visited = true;
  if (fitting.size() == 1) return call_function(*fitting[0], args, self);
  Fork fork(*this);
  for (const Function* f : fitting) {
    fork.begin();
    Value v = call_function(*f, args, self);
    fork.end(std::move(v));
  }
  // Two with one name: cfg decides which of them is there, and each is a way of its own; none of them is certain.
  fork.begin();
  fork.end({});
  return fork.finish();
}

Value Interpreter::call(Code e) {
  Code callee = e.child(Role::callee);
  const Code arguments = e.child(Role::arguments);
  while (callee && callee.kind() == N::ParenExpr) callee = callee.child(Role::expression);
  const Tree& t = *e.tree;
  std::vector<Value> args;
  if (arguments)
    for (NodeId c = t.first_child(arguments.node); c && !dead_; c = t.next_sibling(c))
      if (t.role(c) == Role::argument) args.push_back(eval({&t, c}));
  if (dead_ || !callee) return {};
  if (callee.kind() != N::PathExpr) {
    const Value f = eval(callee);
    if (dead_) return {};
    return call_value(f, std::move(args));
  }
  const std::vector<std::string_view> path = path_of(callee);
  if (path.empty()) {  // <T as Trait>::f
    for (const Value& arg : args) escape(arg);
    if (t.text().find("rustc-cfg") != std::string_view::npos && !functions_.empty()) {
      for (const std::string_view segment : path_of(callee))
        if (functions_.contains(segment)) anything_ = true;
    }
    return {};
  }
  if (path.size() == 1)
    if (const Variable* v = find(path[0])) {
      const Value f = v->value;
      return call_value(f, std::move(args));
    }
  return call_path(path, args);
}

Value Interpreter::call_path(const std::vector<std::string_view>& path, std::vector<Value>& args) {
  const std::vector<std::string_view> full = full_path(path);
  if (full.empty()) {
    anything_ = true;
    for (const Value& arg : args) escape(arg);
    return {};
  }
  const std::string_view last = full.back();
  std::string_view type = full.size() > 1 ? full[full.size() - 2] : std::string_view();
  if (type == "Self") type = frame().self_type;
  const std::string_view first = crate_of(full);
  const bool is_std = first == "std" || first == "core" || first == "alloc";
  // Functions of the script: by their own name, of a module, or of a type.
  if (!is_std) {
    const bool of_type = !type.empty() && is_upper(type);
    if (!of_type || types_.contains(type)) {
      bool found = false;
      Value v = call_local(last, of_type ? type : std::string_view(), args, nullptr, &found);
      if (found) return v;
    }
    // A tuple struct, or a variant with fields.
    const std::string_view made = last == "Self" ? frame().self_type : last;
    if (is_upper(last) && types_.contains(made) && types_.find(made)->second.kind() == N::StructItem) {
      std::vector<std::string> names;
      for (size_t i = 0; i < args.size(); ++i) names.push_back(std::to_string(i));
      return record(std::string(made), std::move(names), std::move(args));
    }
    if (is_upper(last) && (types_.contains(made) || types_.contains(type))) {
      for (const Value& arg : args)
        if (arg.is(K::Closure)) escape(arg);
      return {};
    }
    if (types_.contains(type)) {  // derived: default(), clone(), from()
      for (const Value& arg : args) escape(arg);
      return {};
    }
  }
  if (full.size() == 1) {
    if (last == "Some" || last == "Ok" || last == "Err")
      return args.size() == 1 ? wrap(last == "Some" ? K::Some
                                     : last == "Ok" ? K::Ok
                                                    : K::Err,
                                     std::move(args[0]))
                              : Value();
    if (last == "drop") return unit();
    if (last == "from_utf8" || last == "var" || last == "var_os" || last == "exit") {
      // Of a use of everything in a module of std.
      if (!foreign_glob_) return std_call(last == "exit" ? "process" : last == "from_utf8" ? "str" : "env", last, args);
    }
    // Not defined here: of a use of everything, or made by a macro.
    if (foreign_glob_ || unseen_items_) anything_ = true;
    for (const Value& arg : args) escape(arg);
    return {};
  }
  if (is_std || std::find(std::begin(kStdTypes), std::end(kStdTypes), full[0]) != std::end(kStdTypes) ||
      (full.size() == 2 && (full[0] == "env" || full[0] == "process" || full[0] == "fs" || full[0] == "str" ||
                            full[0] == "io" || full[0] == "iter" || full[0] == "mem" || full[0] == "path")))
    return std_call(type, last, args);
  // A type parameter, or a name of the prelude: other crates' names are brought by `use`, or begin with the crate.
  if (full.size() == 2 && is_upper(full[0]) && !uses_.contains(full[0]) && !foreign_glob_) {
    const auto [begin, end] = functions_.equal_range(last);
    std::vector<Function*> named;
    for (auto it = begin; it != end; ++it) named.push_back(&it->second);
    for (const Value& arg : args) escape(arg);
    for (Function* f : named) {
      Value v;
      v.kind = K::Function;
      v.code = f->code;
      maybe_call(v);
    }
    return {};
  }
  return external_call(full, args);
}

// ---- The environment ----

Value Interpreter::environment(std::string_view name, bool* known) {
  *known = true;
  if (changed_variables_.contains(name) || changed_variables_.contains("")) return {};
  const CfgSet& cfg = *input_.cfg;
  const auto some = [](std::string s) { return wrap(K::Some, text(std::move(s))); };
  const auto any = [] { return wrap(K::Some, Value()); };
  for (const auto& [key, value] : input_.env)
    if (key == name) return some(value);
  const auto lower = [](std::string_view s) {
    std::string out;
    for (const char c : s) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  };
  if (name.starts_with("CARGO_FEATURE_")) {
    const std::string wanted = lower(name.substr(14));
    for (const manifest::CfgFact& f : cfg.facts()) {
      if (f.key != "feature" || !f.has_value) continue;
      std::string feature = lower(f.value);
      std::replace(feature.begin(), feature.end(), '-', '_');
      if (feature == wanted) return some("1");
    }
    return none();
  }
  if (name.starts_with("CARGO_CFG_")) {
    const std::string wanted = lower(name.substr(10));
    if (wanted == "feature") return any();
    if (wanted == "debug_assertions" || wanted == "test" || wanted == "proc_macro") return none();
    if (wanted == "panic") return any();
    std::string values;
    bool there = false;
    for (const manifest::CfgFact& f : cfg.facts()) {
      if (f.key != wanted) continue;
      if (there && f.has_value) values += ',';
      there = true;
      if (f.has_value) values += f.value;
    }
    if (there) return some(values);
    // Names of rustc's are there on other targets; others come from RUSTFLAGS.
    return none();
  }
  if (name == "TARGET") return input_.target.empty() ? any() : some(input_.target);
  if (name == "CARGO_MANIFEST_DIR") return some(input_.package_folder);
  if (name == "RUSTC") return some("rustc");
  if (name == "CARGO_ENCODED_RUSTFLAGS") return some("");
  for (const std::string_view there : {"OUT_DIR", "HOST", "NUM_JOBS", "OPT_LEVEL", "DEBUG", "PROFILE", "RUSTDOC",
                                       "CARGO", "CARGO_MANIFEST_PATH", "PATH"})
    if (name == there) return any();
  // What systems and their users set for other reasons, and what build scripts of dependencies say.
  for (const std::string_view begin :
       {"DEP_",         "CARGO",      "CC",       "CXX",     "CFLAGS",    "AR",         "CPATH",       "LD_",
        "LIBRARY_PATH", "PKG_CONFIG", "HOME",     "USER",    "LANG",      "LC_",        "PWD",         "SHELL",
        "TERM",         "TMP",        "TEMP",     "XDG_",    "CI",        "GITHUB_",    "VIRTUAL_ENV", "CONDA_",
        "PYTHON",       "JAVA_",      "ANDROID_", "MACOSX_", "IPHONEOS_", "SDKROOT",    "WASI_",       "EMSDK",
        "LLVM",         "LIBCLANG",   "CLANG",    "OPENSSL", "OS",        "SYSTEMROOT", "WINDIR",      "PROCESSOR_",
        "RUSTUP_",      "VCPKG",      "CMAKE",    "NIX_",    "HOST_",     "TARGET_"})
    if (name.starts_with(begin)) return {};
  if (name.ends_with("_DIR") || name.ends_with("_PATH") || name.ends_with("_HOME") || name.ends_with("_ROOT"))
    return {};
  *known = true;
  return none();
}

// ---- The compiler ----

Value Interpreter::version_record(int64_t minor, const Value& patch) const {
  return record("Version", {"major", "minor", "patch"}, {integer(1), integer(minor), patch});
}

// What `rustc --version` prints.
Value Interpreter::compiler_version_text() const {
  if (input_.compiler.minor == 0) return text("rustc 1.", false);
  const std::string begin = "rustc 1." + std::to_string(input_.compiler.minor) + ".";
  return text(begin + (input_.compiler.stable ? "0" : "0-nightly") + " (" + kMadeUpHash + ")\n");
}

Value Interpreter::run_command(const Value& command) {
  if (!command.is(K::Command) || command.text != "rustc") return {};
  bool all_known = command.exact;
  for (const Value& arg : command.parts) all_known &= arg.exact_text();
  const auto has = [&](std::string_view what) {
    return std::any_of(command.parts.begin(), command.parts.end(),
                       [&](const Value& arg) { return arg.exact_text() && arg.text == what; });
  };
  const auto output = [](Tri success, Value out) {
    Value status = record("ExitStatus", {"success"}, {boolean(success)});
    return wrap(K::Ok, record("Output", {"status", "stdout", "stderr"}, {status, std::move(out), Value()}));
  };
  if (all_known && command.parts.size() == 1 && (has("--version") || has("-V")))
    return output(Tri::Yes, compiler_version_text());
  if (all_known && input_.compiler.minor != 0 &&
      (has("-vV") || has("-Vv") || (has("--version") && (has("--verbose") || has("-v"))))) {
    const std::string release =
        "1." + std::to_string(input_.compiler.minor) + (input_.compiler.stable ? ".0" : ".0-nightly");
    return output(Tri::Yes, text("rustc " + release + " (" + kMadeUpHash + ")\nbinary: rustc\ncommit-date: " +
                                     std::string(kMadeUpHash).substr(10) + "\nrelease: " + release + "\n",
                                 false));
  }
  // A file that asks for an unstable feature: a stable compiler refuses it.
  if (!input_.compiler.stable) return {};
  for (const Value& arg : command.parts) {
    if (!arg.exact_text() || !arg.text.ends_with(".rs")) continue;
    std::string content;
    if (!files_.read(manifest::join_path(input_.package_folder, arg.text), &content)) continue;
    Source source;
    source.storage = std::move(content);
    source.text = source.storage;
    ParseOptions options;
    options.edition = kLatestEdition;
    source.tree = lex_and_parse(source.text, options);
    const Tree& t = source.tree;
    for (NodeId c = t.first_child(t.root()); c; c = t.next_sibling(c)) {
      const NodeId path = t.kind(c) == N::Attr ? t.child(c, Role::path) : NodeId();
      if (path && t.has_token(c, T::Bang) && t.text(path) == "feature") return output(Tri::No, text(""));
    }
  }
  return {};
}

}  // namespace rp::script
