// The targets of a package: those that are written, and those that its folder holds.
// The Cargo Book, "Cargo Targets", "Target auto-discovery".
#include <array>
#include <unordered_set>

#include "manifest/assembly.h"

namespace rp::manifest {
namespace {

struct Found {
  std::string name;
  std::string path;  // relative to the package
};

// What a target is before its path is sure.
struct Draft {
  std::string name;
  bool has_name = false;
  std::string path;  // relative or absolute
  bool has_path = false;
  uint32_t written = UINT32_MAX;
};

std::string_view kind_key(TargetKind kind) {
  constexpr std::array<std::string_view, 6> kKeys = {"lib", "bin", "example", "test", "bench", "build"};
  return kKeys[static_cast<size_t>(kind)];
}

std::string_view kind_folder(TargetKind kind) {
  constexpr std::array<std::string_view, 6> kFolders = {"src", "src/bin", "examples", "tests", "benches", ""};
  return kFolders[static_cast<size_t>(kind)];
}

// The way cargo compares paths: `.` and doubled slashes do not count, `..` does.
std::string plain_path(std::string_view path) {
  std::string out = path.starts_with('/') ? "/" : "";
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (part.empty() || part == ".") continue;
    if (!out.empty() && out != "/") out += '/';
    out += part;
  }
  return out;
}

std::string_view file_stem(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? path : path.substr(0, dot);
}

class TargetAssembly {
 public:
  explicit TargetAssembly(Assembly& assembly) : a_(assembly) {}

  void run() {
    const PackageTable& own = *a_.manifest.package;
    library(own.autolib);
    several(TargetKind::Bin, own.autobins);
    several(TargetKind::Example, own.autoexamples);
    several(TargetKind::Test, own.autotests);
    several(TargetKind::Bench, own.autobenches);
    build_scripts(own);
    check(own);
  }

 private:
  [[nodiscard]] bool exists(std::string_view path) {
    return a_.reader.kind(join_path(a_.package.folder, path)) != PathKind::Missing;
  }
  [[nodiscard]] const TargetEntry& entry(uint32_t index) const { return a_.manifest.targets[index]; }
  [[nodiscard]] Span place(const Draft& draft) const {
    if (draft.written == UINT32_MAX) return a_.manifest.package->span;
    const TargetEntry& written = entry(draft.written);
    return written.name ? written.name.span : written.span;
  }

  Draft draft_of(uint32_t index) const {
    const TargetEntry& from = entry(index);
    return {std::string(from.name.value), static_cast<bool>(from.name), std::string(from.path.value),
            static_cast<bool>(from.path), index};
  }

  std::vector<Draft> written(TargetKind kind) const {
    std::vector<Draft> drafts;
    for (uint32_t i = 0; i < a_.manifest.targets.size(); ++i) {
      if (entry(i).kind == kind) drafts.push_back(draft_of(i));
    }
    return drafts;
  }

  // "Library".
  void library(const BoolField& automatic) {
    std::vector<Draft> drafts = written(TargetKind::Lib);
    const bool off = automatic && !automatic.value;
    const bool has_default = exists("src/lib.rs");
    if (drafts.empty()) {
      if (off || !has_default) return;
      drafts.emplace_back();
    }
    Draft& draft = drafts.front();
    if (!draft.has_name) {
      draft.name = a_.package.name;
      std::replace(draft.name.begin(), draft.name.end(), '-', '_');
      draft.has_name = true;
    }
    if (draft.name.find_first_not_of(" \t\n") == std::string::npos) a_.error(place(draft), "lib.name is empty");
    if (draft.name.find('-') != std::string::npos)
      a_.error(place(draft), "lib.name has a dash", "an identifier, with `_` for `-`");
    if (!draft.has_path) {
      const std::string old = "src/" + draft.name + ".rs";
      if (has_default) {
        draft.path = "src/lib.rs";
      } else if (a_.package.edition == Edition::k2015 && exists(old)) {
        a_.warn(place(draft), "the library is found at " + old + " only in the 2015 edition", "lib.path");
        draft.path = old;
      } else {
        a_.error(place(draft), "the library has no file: there is no src/lib.rs", "lib.path");
        return;
      }
    }
    add(TargetKind::Lib, draft);
  }

  // What a folder holds: files that end in .rs, and folders with a main.rs.
  std::vector<Found> search(std::string_view folder) {
    std::vector<Found> found;
    for (const FolderEntry& each : a_.reader.list(join_path(a_.package.folder, folder))) {
      if (each.name.starts_with('.')) continue;
      const std::string path = std::string(folder) + "/" + each.name;
      if (each.kind == PathKind::Folder) {
        if (exists(path + "/main.rs")) found.push_back({each.name, path + "/main.rs"});
      } else if (each.name.ends_with(".rs")) {
        found.push_back({each.name.substr(0, each.name.size() - 3), path});
      }
    }
    return found;
  }

  std::vector<Found> search_kind(TargetKind kind) {
    std::vector<Found> found;
    if (kind == TargetKind::Bin && exists("src/main.rs"))
      found.push_back({std::string(a_.package.name), "src/main.rs"});
    for (Found& each : search(kind_folder(kind))) found.push_back(std::move(each));
    return found;
  }

  void several(TargetKind kind, const BoolField& automatic) {
    std::vector<Draft> drafts = written(kind);
    const bool off = automatic && !automatic.value;
    const bool complete =
        std::all_of(drafts.begin(), drafts.end(), [](const Draft& d) { return d.has_name && d.has_path; });
    // With discovery off and nothing to look for, the order is that of the text; otherwise that of the names.
    if (!off || !complete) {
      const std::vector<Found> found = search_kind(kind);
      add_found(kind, automatic, found, &drafts);
      std::stable_sort(drafts.begin(), drafts.end(), [](const Draft& x, const Draft& y) {
        return std::pair(x.has_name, std::string_view(x.name)) < std::pair(y.has_name, std::string_view(y.name));
      });
      for (Draft& draft : drafts) {
        if (draft.has_name && !draft.has_path) draft.has_path = find_path(kind, found, &draft);
      }
    }
    std::unordered_set<std::string_view> names;
    for (const Draft& draft : drafts) {
      if (!check_name(kind, draft) || !draft.has_path) continue;
      if (!names.insert(draft.name).second)
        a_.error(place(draft), "there are two targets " + std::string(kind_key(kind)) + " named " + draft.name);
      add(kind, draft);
    }
  }

  // Adds what was found and is not written. In the 2015 edition a written target turns discovery off.
  void add_found(TargetKind kind, const BoolField& automatic, const std::vector<Found>& found,
                 std::vector<Draft>* drafts) {
    const bool any_written = a_.manifest.has_targets[static_cast<size_t>(kind)];
    std::unordered_set<std::string> names;
    std::unordered_set<std::string> paths;
    for (const Draft& draft : *drafts) {
      if (draft.has_name) names.insert(draft.name);
      if (draft.has_path) paths.insert(relative_to_package(draft.path));
    }
    const bool by_default = !any_written || a_.package.edition != Edition::k2015;
    const bool on = automatic ? automatic.value : by_default;
    std::string left_out;
    for (const Found& each : found) {
      if (names.contains(each.name) || paths.contains(relative_to_package(each.path))) continue;
      if (on)
        drafts->push_back({each.name, true, each.path, true, UINT32_MAX});
      else
        left_out += " " + each.path;
    }
    if (!automatic && !on && !left_out.empty())
      a_.warn(drafts->empty() ? a_.manifest.package->span : place(drafts->front()),
              "in the 2015 edition a written target hides these files:" + left_out,
              "auto" + std::string(kind == TargetKind::Bench ? "benches" : std::string(kind_key(kind)) + "s") +
                  " in [package]");
  }

  [[nodiscard]] std::string relative_to_package(std::string_view path) const {
    std::string whole =
        path.starts_with('/') ? std::string(path) : std::string(a_.package.folder) + "/" + std::string(path);
    return plain_path(whole);
  }

  bool find_path(TargetKind kind, const std::vector<Found>& found, Draft* draft) {
    const Found* first = nullptr;
    const Found* second = nullptr;
    for (const Found& each : found) {
      if (each.name != draft->name) continue;
      (first == nullptr ? first : second) = &each;
    }
    if (first != nullptr && second == nullptr) {
      draft->path = first->path;
      return true;
    }
    if (a_.package.edition == Edition::k2015 && find_old_path(kind, draft)) return true;
    const std::string key = std::string(kind_key(kind)) + ".path";
    // Only a binary without a file is refused at once.
    const Severity severity = kind == TargetKind::Bin ? Severity::Error : Severity::BuildError;
    if (first == nullptr)
      a_.report(severity, place(*draft),
                "the target " + draft->name + " has no file in " + std::string(kind_folder(kind)), key);
    else
      a_.report(severity, place(*draft),
                "the target " + draft->name + " has two files: " + first->path + ", " + second->path, key);
    return false;
  }

  // Places where only the 2015 edition looks.
  bool find_old_path(TargetKind kind, Draft* draft) {
    std::vector<std::string> places;
    if (kind == TargetKind::Bin) {
      const bool has_lib = !a_.package.targets.empty() && a_.package.targets.front().kind == TargetKind::Lib;
      if (!has_lib) places.push_back("src/" + draft->name + ".rs");
      places.emplace_back("src/main.rs");
      places.emplace_back("src/bin/main.rs");
    } else if (kind == TargetKind::Bench && draft->name == "bench") {
      places.emplace_back("src/bench.rs");
    }
    for (std::string& each : places) {
      if (!exists(each)) continue;
      a_.warn(place(*draft), "the target " + draft->name + " is found at " + each + " only in the 2015 edition",
              std::string(kind_key(kind)) + ".path");
      draft->path = std::move(each);
      return true;
    }
    return false;
  }

  bool check_name(TargetKind kind, const Draft& draft) {
    const std::string key = std::string(kind_key(kind)) + ".name";
    if (!draft.has_name) {
      a_.error(place(draft), key + " is missing");
      return false;
    }
    if (draft.name.find_first_not_of(" \t\n") == std::string::npos) a_.error(place(draft), key + " is empty");
    if (kind == TargetKind::Bin &&
        (draft.name == "deps" || draft.name == "examples" || draft.name == "build" || draft.name == "incremental"))
      a_.error(place(draft), key + " is the name of a folder in which cargo builds");
    return true;
  }

  void add(TargetKind kind, const Draft& draft) {
    Target out;
    out.kind = kind;
    out.discovered = draft.written == UINT32_MAX;
    out.written = draft.written;
    out.name = a_.arena.copy(draft.name);
    out.path = a_.arena.copy(join_path(a_.package.folder, draft.path));
    out.edition = a_.package.edition;
    out.test = kind == TargetKind::Lib || kind == TargetKind::Bin || kind == TargetKind::Test;
    out.bench = kind == TargetKind::Lib || kind == TargetKind::Bin || kind == TargetKind::Bench;
    out.doc = kind == TargetKind::Lib || kind == TargetKind::Bin;
    out.doctest = kind == TargetKind::Lib;
    static const TargetEntry kNothing;
    const TargetEntry& from = out.discovered ? kNothing : entry(draft.written);
    out.test = from.test.value_or(out.test);
    out.bench = from.bench.value_or(out.bench);
    out.doc = from.doc.value_or(out.doc);
    out.harness = from.harness.value_or(true);
    crate_types(from, draft, &out);
    const bool documentable = std::any_of(out.crate_types.begin(), out.crate_types.end(), [](std::string_view type) {
      return type == "lib" || type == "rlib" || type == "proc-macro";
    });
    out.doctest = kind == TargetKind::Lib && documentable && from.doctest.value_or(true);
    if (kind != TargetKind::Lib && from.required_features) {
      out.required_features = from.required_features.value;
      out.has_required_features = true;
    }
    if (const std::optional<Edition> edition = parse_edition(from.edition.value)) out.edition = *edition;
    a_.package.targets.push_back(out);
  }

  // "The crate-type field", "The proc-macro field".
  void crate_types(const TargetEntry& from, const Draft& draft, Target* out) {
    std::vector<std::string_view> types;
    for (const Text& type : from.crate_type.value) types.push_back(type.value);
    const auto has = [&](std::string_view type) { return std::find(types.begin(), types.end(), type) != types.end(); };
    out->proc_macro = from.proc_macro.value_or(has("proc-macro"));
    if (out->kind == TargetKind::Bin) {
      if (out->proc_macro && from.proc_macro)
        a_.report(Severity::BuildError, from.proc_macro.key, "a binary cannot be a procedural macro");
      if (!types.empty()) a_.report(Severity::BuildError, from.crate_type.key, "a binary cannot have crate types");
    }
    if (out->kind == TargetKind::Lib) {
      if (has("dylib") && has("cdylib")) a_.error(from.crate_type.span, "crate-type has both dylib and cdylib");
      if (has("proc-macro")) {
        a_.warn(from.crate_type.span, "crate-type = [\"proc-macro\"] is better written proc-macro = true");
        if (types.size() > 1) a_.error(from.crate_type.span, "proc-macro does not go with other crate types");
      }
      if (!from.crate_type) types = {out->proc_macro ? "proc-macro" : "lib"};
    } else {
      const bool library = out->kind == TargetKind::Example &&
                           std::any_of(types.begin(), types.end(), [](std::string_view t) { return t != "bin"; });
      if (!library) types = {"bin"};
    }
    static_cast<void>(draft);
    out->crate_types = a_.arena.copy(types);
  }

  void add_build_script(std::string_view path) {
    Target out;
    out.kind = TargetKind::BuildScript;
    out.name = a_.arena.copy("build-script-" + std::string(file_stem(path)));
    out.path = a_.arena.copy(join_path(a_.package.folder, path));
    out.edition = a_.package.edition;
    out.crate_types = a_.arena.copy(std::vector<std::string_view>{"bin"});
    out.discovered = !a_.manifest.package->build;
    a_.package.targets.push_back(out);
  }

  // "The build field".
  void build_scripts(const PackageTable& own) {
    if (!own.build) {
      if (a_.reader.kind(join_path(a_.package.folder, "build.rs")) == PathKind::File) add_build_script("build.rs");
      return;
    }
    if (!own.build_scripts.empty()) {
      for (const Text& script : own.build_scripts) add_build_script(script.value);
    } else if (!own.build.value.is_bool && !own.build.value.text.empty()) {
      add_build_script(own.build.value.text);
    } else if (own.build.value.boolean) {
      add_build_script("build.rs");
    }
  }

  void check(const PackageTable& own) {
    bool any = false;
    bool any_script = static_cast<bool>(own.metabuild);
    bool any_file_script = false;
    bool found_default = false;
    for (const Target& each : a_.package.targets) {
      any_script |= each.kind == TargetKind::BuildScript;
      any_file_script |= each.kind == TargetKind::BuildScript;
      any |= each.kind != TargetKind::BuildScript;
      found_default |= each.kind == TargetKind::Bin && each.name == a_.package.default_run;
    }
    std::unordered_set<std::string_view> scripts;
    for (const Text& script : own.build_scripts) {
      if (!scripts.insert(file_stem(script.value)).second)
        a_.error(script.span, "two build scripts have the same name: " + std::string(script.value));
    }
    if (!own.metabuild.value.empty() && any_file_script)
      a_.error(own.metabuild.key, "package.metabuild excludes package.build");
    for (const Text& name : own.metabuild.value) {
      const bool known =
          std::any_of(a_.package.dependencies.begin(), a_.package.dependencies.end(), [&](const Dependency& d) {
            return d.kind == DependencyKind::Build && !d.platform.valid() && d.name == name.value;
          });
      if (!known)
        a_.error(name.span, "package.metabuild names what is no build dependency: " + std::string(name.value));
    }
    if (!any) a_.error(own.span, "the package has no targets", "src/lib.rs, src/main.rs, [lib] or [[bin]]");
    if (own.links && !any_script) a_.error(own.links.key, "package.links needs a build script");
    if (own.default_run && !found_default) a_.error(own.default_run.span, "package.default-run names no binary");
  }

  Assembly& a_;
};

}  // namespace

void assemble_targets(Assembly& assembly) { TargetAssembly(assembly).run(); }

}  // namespace rp::manifest
