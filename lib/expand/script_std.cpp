// Functions of the standard library and of crates that build scripts use, as far as they decide about facts.
#include <algorithm>
#include <charconv>

#include "expand/script_interpreter.h"
#include "manifest/reader.h"

namespace rp::script {
namespace {

using K = Value::Kind;

// "1.36", "1.36.0": the minor version of Rust 1; -1 for another text.
int64_t minor_of(std::string_view version) {
  if (!version.starts_with("1.")) return version == "1" ? 0 : -1;
  int64_t n = 0;
  const char* end = version.data() + version.size();
  const auto [at, error] = std::from_chars(version.data() + 2, end, n);
  if (error != std::errc() || (at != end && *at != '.')) return -1;
  // Patch releases are not modelled: only `.0` is exact.
  if (at != end && std::string_view(at, static_cast<size_t>(end - at)) != ".0") return -1;
  return n;
}

}  // namespace

Value Interpreter::std_call(std::string_view type, std::string_view name, std::vector<Value>& args) {
  const auto first_text = [&] { return !args.empty() && args[0].is(K::Str); };
  if (type == "env") {
    if (name == "var" || name == "var_os") {
      if (!first_text() || !args[0].exact) return {};
      bool known = false;
      Value v = environment(args[0].text, &known);
      if (name == "var_os" || !v.known()) return v;
      return v.is(K::Some) ? wrap(K::Ok, std::move(v.parts[0])) : wrap(K::Err, variant("VarError", "NotPresent"));
    }
    if (name == "set_var" || name == "remove_var") {
      changed_variables_.insert(first_text() && args[0].exact ? args[0].text : std::string());
      return unit();
    }
    return {};
  }
  if (type == "process" && name == "exit") {
    // With success the script is over, otherwise the package does not build.
    if (args.size() == 1 && args[0].is(K::Int) && args[0].number != 0) {
      die();
      return {};
    }
    Frame& main = frames_.front();
    leave(main.returned, 0, unit());
    ++frame_leaves_;
    // Whoever called this function is over, too: from here on nothing is certain in them.
    for (size_t i = 1; i < frames_.size(); ++i) frames_[i].exits = true;
    die();
    return {};
  }
  if (type == "process" && name == "abort") {
    die();
    return {};
  }
  if (type == "Command" && name == "new") {
    Value v;
    v.kind = K::Command;
    v.text = first_text() && args[0].exact ? args[0].text : std::string();
    return v;
  }
  if (name == "stdout" && args.empty()) {
    Value v;
    v.kind = K::Stdout;
    return v;
  }
  if ((type == "String" || type == "PathBuf" || type == "OsString") && name == "new") return text("");
  if (name == "from_utf8" || name == "from_utf8_unchecked")
    return first_text() ? (name == "from_utf8" ? wrap(K::Ok, args[0]) : args[0]) : Value();
  // `u32::from_str(text)`, which is `text.parse::<u32>()`.
  if (name == "from_str" && args.size() == 1)
    for (const std::string_view number : {"u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"})
      if (type == number) return parsed_number(args[0]);
  if (name == "from_utf8_lossy") return first_text() ? args[0] : Value();
  const bool text_type = type == "String" || type == "PathBuf" || type == "OsString" || type == "Path" ||
                         type == "OsStr" || type == "Cow" || type == "ToString" || type == "str";
  if (text_type && (name == "from" || name == "new" || name == "to_string"))
    return args.size() == 1 ? args[0] : Value();
  if ((type == "Box" || type == "Rc" || type == "Arc" || type == "Into" || type == "BufWriter" ||
       type == "LineWriter") &&
      (name == "new" || name == "from") && args.size() == 1)
    return args[0];
  if (type == "Option" && name == "Some" && args.size() == 1) return wrap(K::Some, args[0]);
  if (type == "Result" && (name == "Ok" || name == "Err") && args.size() == 1)
    return wrap(name == "Ok" ? K::Ok : K::Err, args[0]);
  if ((type == "Vec" || type == "VecDeque") && (name == "new" || name == "with_capacity")) return list({});
  if (type == "Vec" && name == "from" && args.size() == 1 && args[0].is(K::List)) return args[0];
  if (type == "iter" && name == "once" && args.size() == 1) return list({args[0]});
  if (type == "iter" && name == "empty") return list({});
  if (type == "mem" && name == "drop") return unit();
  // Files of the package, from whose folder the script is run.
  if ((type == "fs" && (name == "metadata" || name == "exists" || name == "read_to_string" || name == "read")) ||
      (type == "Path" && name == "exists")) {
    if (first_text() && args[0].exact && !args[0].text.empty()) {
      const std::string path = manifest::join_path(input_.package_folder, args[0].text);
      if (path.starts_with(input_.package_folder + "/")) {
        const bool there = files_.exists(path);
        if (type == "Path") return boolean(tri(there));
        if (name == "exists") return wrap(K::Ok, boolean(tri(there)));
        if (!there) return wrap(K::Err, Value());
        std::string content;
        const bool readable = name != "metadata" && files_.read(path, &content) && content.size() < 200'000;
        return wrap(K::Ok, readable ? text(std::move(content)) : Value());
      }
    }
    return {};
  }
  bool output = false;
  for (const Value& arg : args) {
    output |= arg.is(K::Stdout);
    escape(arg);
  }
  Value v;
  if (output) v.kind = K::Stdout;
  return v;
}

Value Interpreter::external_call(const std::vector<std::string_view>& path, std::vector<Value>& args) {
  const std::string_view crate = path.front();
  const std::string_view last = path.back();
  const std::string_view type = path.size() > 2 ? path[path.size() - 2] : std::string_view();
  const CompilerModel& compiler = input_.compiler;
  // A nightly 1.96.0 stands before 1.96.0 for semver.
  const auto patch = [&] { return integer(compiler.stable || crate == "version_check" ? 0 : -1); };
  const auto first_text = [&] { return !args.empty() && args[0].exact_text(); };
  if (crate == "autocfg") {
    Value v;
    v.kind = K::AutoCfg;
    if (last == "new" && type.empty()) return v;
    if (type == "AutoCfg" && (last == "new" || last == "with_dir")) return wrap(K::Ok, v);
    if (last == "emit") {
      if (first_text()) {
        print_fact(args[0].text);
      } else {
        anything_ = true;
      }
    }
    return unit();
  }
  if (crate == "version_check") {
    if (last == "is_min_version" && first_text()) {
      const int64_t wanted = minor_of(args[0].text);
      if (compiler.minor == 0 || wanted < 0) return {};
      return wrap(K::Some, boolean(tri(compiler.minor >= wanted)));
    }
    if (last == "is_max_version" && first_text()) {
      const int64_t wanted = minor_of(args[0].text);
      if (compiler.minor == 0 || wanted < 0 || compiler.minor == wanted) return {};
      return wrap(K::Some, boolean(tri(compiler.minor <= wanted)));
    }
    if (last == "is_feature_flaggable" || last == "supports_feature")
      return wrap(K::Some, boolean(tri(!compiler.stable)));
    if (last == "is_nightly_date" || last == "is_min_date") return {};
    const Value version = compiler.minor == 0 ? Value() : version_record(compiler.minor, patch());
    const Value channel = record("Channel", {"nightly"}, {boolean(tri(!compiler.stable))});
    if (type == "Version" && last == "read") return wrap(K::Some, version);
    if (type == "Channel" && last == "read") return wrap(K::Some, channel);
    if (last == "triple") return wrap(K::Some, tuple({version, channel, Value()}));
    return {};
  }
  if (crate == "rustc_version" || crate == "semver") {
    const Value version = compiler.minor == 0 ? Value() : version_record(compiler.minor, patch());
    if (crate == "rustc_version" && type.empty() && last == "version") return wrap(K::Ok, version);
    if (crate == "rustc_version" && type.empty() && last == "version_meta") {
      const Value channel = variant("Channel", compiler.stable ? "Stable" : "Nightly");
      return wrap(K::Ok, record("VersionMeta", {"semver", "channel"}, {version, channel}));
    }
    if (type == "Version" && last == "new" && args.size() == 3)
      return record("Version", {"major", "minor", "patch"}, {args[0], args[1], args[2]});
    if (type == "Version" && last == "parse" && first_text()) {
      std::vector<Value> parts;
      std::string_view rest = args[0].text;
      while (!rest.empty() && parts.size() < 3) {
        int64_t n = 0;
        const auto [at, error] = std::from_chars(rest.data(), rest.data() + rest.size(), n);
        if (error != std::errc()) return {};
        parts.push_back(integer(n));
        rest.remove_prefix(static_cast<size_t>(at - rest.data()));
        if (!rest.starts_with('.')) break;
        rest.remove_prefix(1);
      }
      if (parts.size() != 3 || !rest.empty()) return {};
      return wrap(K::Ok, record("Version", {"major", "minor", "patch"}, std::move(parts)));
    }
    return {};
  }
  for (const Value& arg : args) escape(arg);
  static constexpr std::string_view kQuiet[] = {
      "anyhow",     "bindgen",    "cbindgen",     "cc",          "chrono",      "clang_sys", "cmake",
      "dunce",      "flate2",     "fs_extra",     "glob",        "heck",        "ignore",    "itertools",
      "lalrpop",    "libc",       "log",          "nasm_rs",     "num_cpus",    "once_cell", "phf_codegen",
      "phf_shared", "pkg_config", "prettyplease", "proc_macro2", "prost_build", "quote",     "rand",
      "regex",      "serde",      "serde_json",   "syn",         "tempfile",    "toml",      "tonic_build",
      "ureq",       "vcpkg",      "walkdir",      "which",       "winres",      "zip"};
  static_assert(std::is_sorted(std::begin(kQuiet), std::end(kQuiet)));
  // What other crates do is not known: they may print facts.
  if (!std::binary_search(std::begin(kQuiet), std::end(kQuiet), crate)) anything_ = true;
  return {};
}

}  // namespace rp::script
