// A project's crates with a cache: what a second run reads, and that it says the same.

// Before cmocka, which makes `fail` a macro.
#include <filesystem>

#include "unit_test.h"

#include <atomic>

#include "memory_project.h"
#include "names/cache_records.h"
#include "names/project.h"
#include "temporary_folder.h"

namespace {

using namespace rp;

// ---- A project with a cache -----------------------------------------------------------------------------------------

class CountingSources final : public MemorySources {
 public:
  using MemorySources::MemorySources;
  std::atomic<int> dependency_reads{0};
  Outcome read(std::string_view path, std::string* text) override {
    const Outcome outcome = MemorySources::read(path, text);
    if (outcome == Outcome::Ok && path.starts_with("/home") && path.ends_with(".rs")) ++dependency_reads;
    return outcome;
  }
};

// What the names of the workspace's crates stand for.
std::string meanings(const Files& files, const std::string& cache, uint32_t threads, int* reads) {
  MemoryManifests manifests(files);
  CountingSources sources(files);
  ProjectOptions options;
  options.graph.cargo_home = "/home";
  options.cache_folder = cache;
  options.analysis.threads = threads;
  const auto project = analyze_project("/w/Cargo.toml", manifests, sources, options);
  *reads = sources.dependency_reads;
  std::string out;
  for (uint32_t i = 0; i < project->analysis.crates.size(); ++i) {
    if (!project->has_names[i]) continue;
    for (const NameUse& use : project->names[i].uses) {
      const CrateDefs* home = project->analysis.crate(use.resolution.def.crate);
      out += home != nullptr ? home->path_of(use.resolution.def.def) : "-";
      out += ' ';
    }
    for (const NameDiagnostic& d : project->names[i].diagnostics) out += std::string(d.code) + (d.proven ? "! " : "? ");
  }
  return out;
}

// What is unstable in the standard library comes and goes: a crate that uses it was written for another version than
// ours, perhaps. What our version has is found all the same, and what no version has is an error as before.
void nightly_crates_may_know_another_std(void**) {
  const std::string package = "[package]\nedition = \"2021\"\nversion = \"1.0.0\"\nname = \"w\"\n";
  const std::string code =
      "use std::intrinsics::simd::*;\nuse std::mem::{swap, no_such_name};\nuse std::no_such_module::X;\n"
      "mod m { fn f() { missing(); } }\nfn g() { simd_no_such(); swap::<u8>; }\n";
  for (const bool nightly : {false, true}) {
    Files files;
    files["/w/Cargo.toml"] = package;
    files["/w/src/lib.rs"] = (nightly ? "#![feature(core_intrinsics)]\n" : "#![allow(unused)]\n") + code;
    int reads = 0;
    const std::string found = meanings(files, "", 1, &reads);
    size_t proven = 0;
    for (const char c : found) proven += c == '!';
    assert_true(found.find("core::mem::swap") != std::string::npos);
    assert_true(found.find("E0425!") != std::string::npos);
    assert_int_equal(proven, nightly ? 1 : 4);
  }
}

// ---- What build scripts decide ----------------------------------------------------------------------------------

// A package `one` of the registry with a build script, `two` that uses it, and the workspace's `w`.
struct Scripted {
  Files files;
  std::string one = "/home/registry/src/index.crates.io-0123/one-1.0.0/";
  std::string two = "/home/registry/src/index.crates.io-0123/two-1.0.0/";

  Scripted() {
    const std::string package = "[package]\nedition = \"2021\"\nversion = \"1.0.0\"\nname = ";
    const auto locked = [](const std::string& name, const std::string& dependency) {
      return "[[package]]\nname = \"" + name + "\"\nversion = \"1.0.0\"\n" +
             "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"" +
             std::string(64, name[0] == 'o' ? '0' : '1') + "\"\n" +
             (dependency.empty() ? "" : "dependencies = [\"" + dependency + "\"]\n");
    };
    files["/w/Cargo.toml"] = package + "\"w\"\n[dependencies]\none = \"1\"\ntwo = \"1\"\n";
    files["/w/Cargo.lock"] = "version = 3\n" + locked("one", "") + locked("two", "one") +
                             "[[package]]\nname = \"w\"\nversion = \"1.0.0\"\ndependencies = [\"one\", \"two\"]\n";
    files["/w/src/lib.rs"] = "fn f(t: one::T) { one::g(); two::h(); }\n";
    files[one + "Cargo.toml"] = package + "\"one\"\n";
    files[one + "build.rs"] = "fn main() { if found() { println!(\"cargo:rustc-cfg=fast\"); } }\n";
    files[two + "Cargo.toml"] = package + "\"two\"\n[dependencies]\none = \"1\"\n";
  }

  // What is doubted in one crate; `reads` counts files of dependencies.
  std::string doubts(const std::string& cache, std::string_view crate_name, int* reads) const {
    MemoryManifests manifests(files);
    CountingSources sources(files);
    ProjectOptions options;
    options.graph.cargo_home = "/home";
    options.cache_folder = cache;
    const auto project = analyze_project("/w/Cargo.toml", manifests, sources, options);
    *reads = sources.dependency_reads;
    std::string out;
    for (const auto& crate : project->analysis.crates) {
      if (crate == nullptr || crate->index < kSysrootCrates || crate->name != crate_name) continue;
      if (crate->impls_unseen) out += "unseen\n";
      for (const Doubt& each : crate->doubts) {
        static constexpr std::pair<uint8_t, const char*> kWords[] = {{Doubt::kPresence, " there"},
                                                                     {Doubt::kInside, " inside"},
                                                                     {Doubt::kHead, " head"},
                                                                     {Doubt::kRepr, " repr"},
                                                                     {Doubt::kDerives, " derives"}};
        out += crate->def(each.def).kind == DefKind::Impl ? "impl" : crate->path_of(each.def);
        for (const auto& [bit, word] : kWords) out += (each.what & bit) != 0 ? word : "";
        out += "\n";
      }
      for (const CrateDefs::DoubtfulName& each : crate->doubtful_names)
        out +=
            "name " + crate->path_of(crate->scopes[each.scope].def) + " " + std::string(crate->text(each.name)) + "\n";
    }
    return out;
  }
};

// Facts doubt what sources doubt: what a build script may take away or bring, and what leads there.
void facts_doubt_what_a_build_script_decides(void**) {
  Scripted project;
  project.files[project.one + "src/lib.rs"] =
      "pub struct T { #[cfg(not(fast))] pub a: u64 }\n"
      "#[cfg_attr(fast, repr(C))] pub struct Packed { pub b: u8 }\n"
      "#[cfg_attr(fast, derive(Clone))] pub struct Copied;\n"
      "pub fn g<#[cfg(not(fast))] A>() {}\n"
      "#[cfg(not(fast))] pub mod m { pub struct Inner; impl Inner { pub fn new() {} } }\n"
      "#[cfg(fast)] pub struct Gone;\n"
      "#[cfg(not(fast))] #[macro_export] macro_rules! make { ($n:ident) => { pub struct $n; } }\n"
      "make!(Made);\n"
      "pub struct Certain;\n";
  project.files[project.two + "src/lib.rs"] =
      "pub use one::*;\npub use one::Gone as There;\none::make!(Twice);\n"
      "pub struct Certain;\npub fn h() {}\n";
  const TemporaryFolder folder;
  const std::string cache = folder.path() + "/cache";
  int first = 0, again = 0;
  const std::string one = project.doubts(cache, "one", &first);
  assert_text_equal(one,
                    "one::T inside\none::T::a there inside\none::Packed repr\none::Copied derives\n"
                    "one::g inside head\none::m there\none::m::Inner there\nimpl there\none::m::new there\n"
                    "one::make there inside\none::Made there\nname one Gone\n");
  const std::string two = project.doubts(cache, "two", &again);
  assert_int_equal(again, 0);
  assert_text_equal(two, "two::Twice there\nname two Gone\nname two There\n");
  assert_text_equal(project.doubts(cache, "one", &again), one);
  assert_text_equal(project.doubts("", "two", &again), two);
  assert_int_equal(again, first);
}

// Files of dependencies are read once, whatever their build scripts decide. What such a script sets is kept, too,
// unless it looks outside of its package.
void build_scripts_do_not_keep_crates_out_of_the_cache(void**) {
  for (const bool conditional : {false, true}) {
    for (const bool outside : {false, true}) {
      Scripted project;
      project.files[project.one + "src/lib.rs"] =
          std::string("pub struct T { ") + (conditional ? "#[cfg(not(fast))] " : "") + "a: u64 }\npub fn g() {}\n";
      project.files[project.two + "src/lib.rs"] = "pub fn h() {}\n";
      if (outside)
        project.files[project.one + "build.rs"] =
            "#[path = \"../shared.rs\"] mod shared;\n"
            "fn main() { if shared::found() { println!(\"cargo:rustc-cfg=fast\"); } }\n";
      const TemporaryFolder folder;
      int first = 0, again = 0;
      const std::string cold = meanings(project.files, folder.path() + "/cache", 1, &first);
      assert_text_equal(meanings(project.files, folder.path() + "/cache", 1, &again), cold);
      assert_int_equal(first, 3);
      assert_int_equal(again, outside ? 1 : 0);
    }
  }
}

void script_records_give_back_what_was_stored(void**) {
  ScriptFacts facts;
  facts.has_script = true;
  facts.facts = {{"a", "", false, true, false}, {"b", "x y", true, false, false}, {"c", "", true, false, true}};
  facts.open_names = {"has_"};
  const std::string text = script_text(facts);
  ScriptFacts again;
  assert_true(read_script_facts(text, &again));
  assert_true(again.has_script && !again.anything && again.facts == facts.facts &&
              again.open_names == facts.open_names);
  for (size_t length = 0; length < text.size(); ++length)
    assert_false(read_script_facts(std::string_view(text).substr(0, length), &again));
  assert_false(read_script_facts(text + "x", &again));
}

void project_with_a_cache_reads_no_dependency_again(void**) {
  const std::string package = "[package]\nedition = \"2021\"\nversion = \"1.0.0\"\nname = ";
  const std::string index = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
  const std::string sum = "checksum = \"" + std::string(63, '0');
  const std::string home = "/home/registry/src/index.crates.io-0123/";
  Files files;
  files["/w/Cargo.toml"] = package + "\"w\"\n[dependencies]\none = \"1\"\n";
  files["/w/src/lib.rs"] = "use one::{make, two_again::Two};\nmake!(Made);\nfn f(t: Two) -> Made { one::gone() }\n";
  files["/w/Cargo.lock"] = "version = 3\n[[package]]\nname = \"one\"\nversion = \"1.0.0\"\n" + index + sum +
                           "1\"\ndependencies = [\"two\"]\n[[package]]\nname = \"two\"\nversion = \"1.0.0\"\n" + index +
                           sum + "2\"\n[[package]]\nname = \"w\"\nversion = \"1.0.0\"\ndependencies = [\"one\"]\n";
  files[home + "one-1.0.0/Cargo.toml"] = package + "\"one\"\n[dependencies]\ntwo = \"1\"\n";
  files[home + "one-1.0.0/src/lib.rs"] =
      "#[macro_export] macro_rules! make { ($n:ident) => { pub struct $n; } }\n"
      "pub use two as two_again;\n";
  files[home + "two-1.0.0/Cargo.toml"] = package + "\"two\"\n";
  files[home + "two-1.0.0/src/lib.rs"] = "mod inner;\npub use inner::Two;\n";
  files[home + "two-1.0.0/src/inner.rs"] = "pub struct Two;\n";

  const TemporaryFolder folder;
  const std::string cache = folder.path() + "/cache";
  int reads = 0;
  const std::string without = meanings(files, "", 1, &reads);
  assert_int_equal(reads, 3);
  assert_true(without.find("two::inner::Two") != std::string::npos);
  assert_true(without.find("E0425!") != std::string::npos);
  assert_text_equal(meanings(files, cache, 1, &reads), without);
  assert_int_equal(reads, 3);
  for (const uint32_t threads : {1U, 2U, 4U}) {
    assert_text_equal(meanings(files, cache, threads, &reads), without);
    assert_int_equal(reads, 0);
  }
  // A cache that was damaged gives the same, and is made whole.
  for (const auto& each : std::filesystem::recursive_directory_iterator(cache))
    if (each.is_regular_file()) std::filesystem::resize_file(each.path(), each.file_size() / 2);
  assert_text_equal(meanings(files, cache, 2, &reads), without);
  assert_int_equal(reads, 3);
  assert_text_equal(meanings(files, cache, 2, &reads), without);
  assert_int_equal(reads, 0);
  // Other content under another checksum is another crate.
  files[home + "two-1.0.0/src/inner.rs"] = "pub enum Two {}\npub fn gone() {}\n";
  files["/w/Cargo.lock"].replace(files["/w/Cargo.lock"].find("02\""), 3, "03\"");
  meanings(files, cache, 2, &reads);
  assert_int_equal(reads, 3);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(nightly_crates_may_know_another_std),
           cmocka_unit_test(facts_doubt_what_a_build_script_decides),
           cmocka_unit_test(build_scripts_do_not_keep_crates_out_of_the_cache),
           cmocka_unit_test(script_records_give_back_what_was_stored),
           cmocka_unit_test(project_with_a_cache_reads_no_dependency_again))
