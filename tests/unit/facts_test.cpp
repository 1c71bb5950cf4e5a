// lib/names: facts and their cache, signatures.

// Before cmocka, which makes `fail` a macro.
#include <filesystem>
#include <fstream>

#include "unit_test.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "names/facts.h"
#include "names/facts_hash.h"
#include "names/facts_image.h"
#include "names/project.h"
#include "names/signature.h"
#include "temporary_folder.h"

namespace {

using namespace rp;

// ---- Crates put together by hand ---------------------------------------------------------------------------------

// Every definition has a name that its parent's scope knows.
class Builder {
 public:
  Builder(std::string name, CrateIndex index) : crate_(std::make_unique<CrateDefs>()) {
    crate_->name = std::move(name);
    crate_->index = index;
    crate_->edition = Edition::k2021;
    add(DefKind::Module, "", DefId(), Visibility());
  }
  CrateDefs& crate() { return *crate_; }
  DefId add(DefKind kind, std::string_view name, DefId parent, Visibility visibility, uint16_t flags = 0) {
    const DefId id(static_cast<uint32_t>(crate_->defs.size()));
    Def def;
    def.kind = kind;
    def.flags = flags;
    if (!name.empty()) def.name = crate_->names.intern(name);
    def.parent = parent;
    def.visibility = visibility;
    if (kind == DefKind::Module || kind == DefKind::Enum || kind == DefKind::Trait) {
      def.scope = static_cast<uint32_t>(entries_.size());
      Scope scope;
      scope.kind = kind == DefKind::Module ? ScopeKind::Module
                   : kind == DefKind::Enum ? ScopeKind::Enum
                                           : ScopeKind::Trait;
      scope.def = id;
      crate_->scopes.push_back(scope);
      entries_.emplace_back();
    }
    crate_->defs.push_back(def);
    return id;
  }
  void bind(DefId container, std::string_view name, Namespace space, Binding::Target target, DefRef to,
            Visibility visibility = {}, bool glob = false) {
    ScopeEntry entry;
    entry.name = crate_->names.intern(name);
    entry.space = space;
    entry.binding.target = target;
    entry.binding.def = to;
    entry.binding.visibility = visibility;
    entry.binding.glob = glob;
    entries_[crate_->defs[container.value].scope].push_back(entry);
  }
  std::unique_ptr<CrateDefs> finish() {
    for (size_t i = 0; i < entries_.size(); ++i) {
      std::sort(entries_[i].begin(), entries_[i].end(), [](const ScopeEntry& a, const ScopeEntry& b) {
        return a.name != b.name ? a.name < b.name : a.space < b.space;
      });
      crate_->scopes[i].first = static_cast<uint32_t>(crate_->scope_entries.size());
      crate_->scopes[i].count = static_cast<uint32_t>(entries_[i].size());
      crate_->scope_entries.insert(crate_->scope_entries.end(), entries_[i].begin(), entries_[i].end());
    }
    crate_->finish();
    return std::move(crate_);
  }

 private:
  std::unique_ptr<CrateDefs> crate_;
  std::vector<std::vector<ScopeEntry>> entries_;
};

constexpr CrateIndex kFirst = kSysrootCrates, kSecond = kFirst + 1, kThird = kFirst + 2;

// base { pub mod inner { pub struct Thing; fn hidden } pub enum Choice { A } macro shout }
std::unique_ptr<CrateDefs> make_base() {
  Builder b("base", kFirst);
  const DefId inner = b.add(DefKind::Module, "inner", DefId(0), {});
  const DefId thing = b.add(DefKind::Struct, "Thing", inner, {}, kDefUnitFields);
  const DefId hidden = b.add(DefKind::Function, "hidden", inner, {inner.value}, kDefHasBody);
  const DefId choice = b.add(DefKind::Enum, "Choice", DefId(0), {}, kDefNonExhaustive);
  const DefId a = b.add(DefKind::Variant, "A", choice, {}, kDefUnitFields);
  const DefId shout = b.add(DefKind::Macro, "shout", DefId(0), {});
  b.bind(DefId(0), "inner", Namespace::Type, Binding::Target::Def, {kFirst, inner});
  b.bind(inner, "Thing", Namespace::Type, Binding::Target::Def, {kFirst, thing});
  b.bind(inner, "Thing", Namespace::Value, Binding::Target::Def, {kFirst, thing});
  b.bind(inner, "hidden", Namespace::Value, Binding::Target::Def, {kFirst, hidden}, {inner.value});
  b.bind(DefId(0), "Choice", Namespace::Type, Binding::Target::Def, {kFirst, choice});
  b.bind(choice, "A", Namespace::Type, Binding::Target::Def, {kFirst, a});
  b.bind(choice, "A", Namespace::Value, Binding::Target::Def, {kFirst, a});
  b.bind(DefId(0), "shout", Namespace::Macro, Binding::Target::Def, {kFirst, shout});
  b.bind(DefId(0), "Byte", Namespace::Type, Binding::Target::PrimitiveType, {kNoCrate, DefId(9)});
  b.bind(DefId(0), "Mystery", Namespace::Type, Binding::Target::Unknown, {}, {}, true);
  MacroDef macro;
  macro.def = shout;
  macro.exported = true;
  macro.edition = Edition::k2018;
  macro.helper_attributes = {"one", "two"};
  b.crate().macros.push_back(macro);
  b.crate().scopes[1].unknown_names = true;
  b.crate().recursion_limit = 256;
  b.crate().no_implicit_prelude = {inner};
  return b.finish();
}

// middle: pub use base_two::inner::Thing; pub use base_two::Choice::A as First; extern crate base_two
std::unique_ptr<CrateDefs> make_middle(const CrateDefs& base) {
  Builder b("middle", kSecond);
  const DefId thing = base.find(base.defs[1].scope, base.names.find("Thing"), Namespace::Type)->def.def;
  b.bind(DefId(0), "Thing", Namespace::Type, Binding::Target::Def, {kFirst, thing});
  b.bind(DefId(0), "First", Namespace::Value, Binding::Target::Def, {kFirst, DefId(5)});
  b.bind(DefId(0), "whole", Namespace::Type, Binding::Target::Def, {kFirst, DefId(0)}, {0});
  b.crate().extern_prelude = {{b.crate().names.intern("base_two"), kFirst}, {b.crate().names.intern("gone"), kNoCrate}};
  b.crate().prelude_module = {kFirst, DefId(1)};
  b.crate().macro_use_prelude.push_back(
      {b.crate().names.intern("shout"), {Binding::Target::Def, false, false, {}, {kFirst, DefId(6)}}});
  return b.finish();
}

// last: a glob of middle, which reaches into base without depending on it.
std::unique_ptr<CrateDefs> make_last() {
  Builder b("last", kThird);
  b.bind(DefId(0), "Thing", Namespace::Type, Binding::Target::Def, {kFirst, DefId(2)}, {0}, true);
  b.crate().extern_prelude = {{b.crate().names.intern("middle"), kSecond}};
  return b.finish();
}

Analysis make_analysis() {
  Analysis analysis;
  analysis.crates.resize(kThird + 1);
  analysis.crates[kFirst] = make_base();
  analysis.crates[kSecond] = make_middle(*analysis.crates[kFirst]);
  analysis.crates[kThird] = make_last();
  return analysis;
}

CfgSet make_cfg() {
  CfgSet cfg;
  cfg.add("unix");
  cfg.finish();
  return cfg;
}

// Everything about a crate that facts keep, as text: names and paths instead of numbers.
std::string path_of(const Analysis& analysis, DefRef ref) {
  const CrateDefs* crate = analysis.crate(ref.crate);
  if (crate == nullptr) return "nowhere " + std::to_string(ref.def.value);
  return crate->path_of(ref.def) + " kind " + std::to_string(static_cast<int>(crate->defs[ref.def.value].kind));
}
std::string describe(const CrateDefs& crate, const Analysis& analysis) {
  std::string out = crate.name + " " + std::to_string(static_cast<int>(crate.edition)) + " " +
                    std::to_string(crate.recursion_limit) + " " + std::to_string(crate.proc_macro) +
                    std::to_string(crate.no_std) + std::to_string(crate.no_core) + "\n";
  const auto visibility = [&](Visibility v) { return v.is_public() ? "pub" : "in " + crate.path_of(DefId(v.module)); };
  const auto binding = [&](const Binding& b) {
    return std::to_string(static_cast<int>(b.target)) + (b.glob ? " glob " : " ") + (b.ambiguous ? "ambiguous " : "") +
           visibility(b.visibility) + " " + (b.target == Binding::Target::Unknown ? "" : path_of(analysis, b.def));
  };
  for (uint32_t i = 0; i < crate.defs.size(); ++i) {
    const Def& def = crate.defs[i];
    out += crate.path_of(DefId(i)) + " kind " + std::to_string(static_cast<int>(def.kind)) + " flags " +
           std::to_string(def.flags) + " " + visibility(def.visibility) + " children";
    for (const DefId child : crate.children(DefId(i))) out += " " + std::string(crate.name_of(child));
    out += "\n  " + std::string(crate.signature(DefId(i))) + "\n";
  }
  for (const Scope& scope : crate.scopes) {
    out += "scope " + crate.path_of(scope.def) + " " + std::to_string(static_cast<int>(scope.kind)) +
           (scope.unknown_names ? " unknown" : "") + "\n";
    std::vector<std::string> lines;
    for (uint32_t i = scope.first; i < scope.first + scope.count; ++i) {
      const ScopeEntry& entry = crate.scope_entries[i];
      lines.push_back("  " + std::string(crate.text(entry.name)) + " " + std::to_string(static_cast<int>(entry.space)) +
                      " " + binding(entry.binding) + "\n");
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out += line;
  }
  for (const MacroDef& macro : crate.macros) {
    out += "macro " + crate.path_of(macro.def) + " " + std::to_string(static_cast<int>(macro.kind)) +
           std::to_string(macro.exported) + std::to_string(macro.local_inner_macros) +
           std::to_string(macro.builtin_derive) + std::to_string(macro.builtin_attribute) + " " +
           std::to_string(static_cast<int>(macro.edition)) + " " + macro.builtin_name;
    for (const std::string& helper : macro.helper_attributes) out += " " + helper;
    out += "\n  " + macro.text + "\n";
  }
  std::vector<std::string> lines;
  for (const auto& each : crate.extern_prelude) {
    const CrateDefs* to = analysis.crate(each.crate);
    lines.push_back("extern " + std::string(crate.text(each.name)) + " " + (to != nullptr ? to->name : "-") + "\n");
  }
  for (const auto& each : crate.macro_use_prelude)
    lines.push_back("macro_use " + std::string(crate.text(each.name)) + " " + binding(each.binding) + "\n");
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) out += line;
  if (crate.prelude_module) out += "prelude " + path_of(analysis, crate.prelude_module) + "\n";
  for (const DefId module : crate.no_implicit_prelude) out += "no prelude " + crate.path_of(module) + "\n";
  return out;
}

std::vector<CollectInput::Dependency> dependencies_of(CrateIndex index) {
  if (index == kSecond) return {{"base_two", kFirst}, {"gone", kNoCrate}};
  if (index == kThird) return {{"middle", kSecond}};
  return {};
}

void facts_say_what_the_crate_says(void**) {
  Analysis analysis = make_analysis();
  const CfgSet cfg = make_cfg();
  for (CrateIndex index = kFirst; index <= kThird; ++index) {
    const std::string before = describe(*analysis.crates[index], analysis);
    const std::string bytes = write_facts(*analysis.crates[index], analysis, cfg);
    assert_true(bytes == write_facts(*analysis.crates[index], analysis, cfg));
    std::string error;
    auto read = read_facts(bytes, nullptr, index, analysis, dependencies_of(index), &error);
    assert_text_equal(error, "");
    assert_true(read->from_facts);
    // The crates behind it may be read from facts, too.
    analysis.crates[index] = std::move(read);
    assert_text_equal(describe(*analysis.crates[index], analysis), before);
    assert_true(write_facts(*analysis.crates[index], analysis, cfg) == bytes);
  }
}

void facts_do_not_depend_on_the_numbers_of_crates(void**) {
  Analysis analysis = make_analysis();
  const CfgSet cfg = make_cfg();
  const std::string bytes = write_facts(*analysis.crates[kThird], analysis, cfg);
  Analysis other;
  other.crates.resize(20);
  for (const auto& [from, to] : {std::pair{kFirst, 17U}, std::pair{kSecond, 9U}}) {
    std::string error;
    const std::string facts = write_facts(*analysis.crates[from], analysis, cfg);
    std::vector<CollectInput::Dependency> dependencies = dependencies_of(from);
    for (auto& each : dependencies)
      if (each.crate == kFirst) each.crate = 17;
    other.crates[to] = read_facts(facts, std::make_shared<std::string>(facts), to, other, dependencies, &error);
    assert_text_equal(error, "");
  }
  std::string error;
  const std::vector<CollectInput::Dependency> dependencies = {{"middle", 9}};
  const auto read = read_facts(bytes, nullptr, 3, other, dependencies, &error);
  assert_text_equal(error, "");
  const Binding* thing = read->find(0, read->names.find("Thing"), Namespace::Type);
  assert_non_null(thing);
  assert_int_equal(thing->def.crate, 17);
  assert_text_equal(other.crates[17]->path_of(thing->def.def), "base::inner::Thing");
}

void facts_that_need_what_is_not_there_are_refused(void**) {
  Analysis analysis = make_analysis();
  const CfgSet cfg = make_cfg();
  const std::string bytes = write_facts(*analysis.crates[kSecond], analysis, cfg);
  std::string error;
  // A dependency that has become another crate, and one that lost what was re-exported.
  std::vector<CollectInput::Dependency> dependencies = {{"base_two", kThird}, {"gone", kNoCrate}};
  assert_null(read_facts(bytes, nullptr, kSecond, analysis, dependencies, &error).get());
  assert_text_equal(error, "the facts need a crate that is not there");
  Builder b("base", kFirst);
  b.add(DefKind::Module, "inner", DefId(0), {});
  analysis.crates[kFirst] = b.finish();
  assert_null(read_facts(bytes, nullptr, kSecond, analysis, dependencies_of(kSecond), &error).get());
  assert_true(error.find("is not there") != std::string::npos);
}

void damaged_facts_are_refused_or_harmless(void**) {
  Analysis analysis = make_analysis();
  const CfgSet cfg = make_cfg();
  const std::string bytes = write_facts(*analysis.crates[kFirst], analysis, cfg);
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::string error;
    const std::string cut = bytes.substr(0, size);
    assert_null(read_facts(cut, nullptr, kFirst, analysis, {}, &error).get());
    assert_true(!error.empty());
  }
  for (size_t at = 0; at < bytes.size() * 8; ++at) {
    std::string damaged = bytes, error;
    damaged[at / 8] = static_cast<char>(damaged[at / 8] ^ (1 << at % 8));
    const auto read = read_facts(damaged, nullptr, kFirst, analysis, {}, &error);
    assert_true((read == nullptr) == !error.empty());
    if (read == nullptr) continue;
    // zstd ignores a few bits of its headers.
    assert_text_equal(describe(*read, analysis), describe(*analysis.crates[kFirst], analysis));
  }
  std::string error;
  assert_null(read_facts(bytes + "x", nullptr, kFirst, analysis, {}, &error).get());
  std::string other_version = bytes;
  other_version[8] = static_cast<char>(other_version[8] + 1);
  assert_null(read_facts(other_version, nullptr, kFirst, analysis, {}, &error).get());
  assert_text_equal(error, "the facts are of another version");
}

// Behind the checksums: tables with any byte changed.
void wrong_numbers_in_facts_are_refused_or_harmless(void**) {
  Analysis analysis = make_analysis();
  const CfgSet cfg = make_cfg();
  for (const CrateIndex index : {kFirst, kSecond}) {
    const std::string bytes = write_facts(*analysis.crates[index], analysis, cfg);
    std::string_view blocks;
    const std::string tables = unwrap_facts_tables(bytes, &blocks);
    assert_true(!tables.empty());
    assert_true(wrap_facts_tables(tables, blocks) == bytes);
    for (size_t at = 0; at < tables.size(); ++at) {
      for (const int value : {0, 1, 2, 3, 0x7F, 0x80, 0xFF}) {
        std::string damaged = tables, error;
        damaged[at] = static_cast<char>(value);
        const std::string wrapped = wrap_facts_tables(damaged, blocks);
        std::shared_ptr<const CrateDefs> read =
            read_facts(wrapped, nullptr, index, analysis, dependencies_of(index), &error);
        assert_true((read == nullptr) == !error.empty());
        if (read == nullptr) continue;
        // What was read can be asked.
        std::swap(analysis.crates[index], read);
        assert_true(!describe(*analysis.crates[index], analysis).empty());
        std::swap(analysis.crates[index], read);
      }
    }
  }
}

// ---- The cache -----------------------------------------------------------------------------------------------------

const std::string kKey = "00ff00ff00ff00ff00ff00ff00ff00ff";

std::string file_of(const TemporaryFolder& folder) { return folder.path() + "/cache/00/" + kKey.substr(2); }

void cache_gives_back_what_was_stored(void**) {
  const TemporaryFolder folder;
  const FactsCache cache(folder.path() + "/cache");
  assert_text_equal(cache.load(kKey), "");
  cache.store(kKey, "the facts");
  assert_text_equal(cache.load(kKey), "the facts");
  cache.store(kKey, "others");
  assert_text_equal(FactsCache(folder.path() + "/cache").load(kKey), "others");
  assert_text_equal(cache.load("11" + kKey.substr(2)), "");
  // Nothing is left lying about.
  size_t files = 0;
  for (const auto& each : std::filesystem::recursive_directory_iterator(folder.path())) files += each.is_regular_file();
  assert_int_equal(files, 1);
}

void cache_takes_no_key_for_a_path(void**) {
  const TemporaryFolder folder;
  const FactsCache cache(folder.path() + "/cache");
  for (const char* key :
       {"", "00", "../../../../etc/passwd", "0011223/445566", "00112233445566\n", "ABCDEF0011223344"}) {
    cache.store(key, "x");
    assert_text_equal(cache.load(key), "");
  }
  assert_true(std::filesystem::is_empty(folder.path()));
}

void cache_ignores_damaged_and_foreign_files(void**) {
  const TemporaryFolder folder;
  const FactsCache cache(folder.path() + "/cache");
  cache.store(kKey, "the facts");
  std::string whole;
  {
    std::ifstream in(file_of(folder), std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), {});
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    std::ofstream(file_of(folder), std::ios::binary) << damaged;
    assert_text_equal(cache.load(kKey), "");
    std::ofstream(file_of(folder), std::ios::binary) << whole.substr(0, at);
    assert_text_equal(cache.load(kKey), "");
  }
  // The file of another key.
  const std::string other = "00" + std::string(30, '1');
  std::ofstream(folder.path() + "/cache/00/" + other.substr(2), std::ios::binary) << whole;
  assert_text_equal(cache.load(other), "");
  // What is no file, and nobody writes to.
  std::filesystem::remove(file_of(folder));
  assert_int_equal(::mkfifo(file_of(folder).c_str(), 0600), 0);
  assert_text_equal(cache.load(kKey), "");
  cache.store(kKey, "again");
  assert_text_equal(cache.load(kKey), "again");
  std::filesystem::remove(file_of(folder));
  std::filesystem::create_directory(file_of(folder));
  assert_text_equal(cache.load(kKey), "");
  cache.store(kKey, "again");
  assert_text_equal(cache.load(kKey), "");
}

void cache_that_cannot_be_written_is_no_error(void**) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/file") << "x";
  const FactsCache cache(folder.path() + "/file/cache");
  cache.store(kKey, "x");
  assert_text_equal(cache.load(kKey), "");
  FactsCache("").store(kKey, "x");
  assert_text_equal(FactsCache("").load(kKey), "");
}

void cache_is_safe_for_several_writers(void**) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/cache";
  std::atomic<int> wrong{0}, found{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const FactsCache cache(path);
      for (int i = 0; i < 100; ++i) {
        cache.store(kKey, std::string(1000 + static_cast<size_t>(t) * 5000, static_cast<char>('a' + t)));
        const std::string got = cache.load(kKey);
        if (got.empty()) continue;
        ++found;
        if (got.size() != 1000 + static_cast<size_t>(got[0] - 'a') * 5000 ||
            got.find_first_not_of(got[0]) != std::string::npos)
          ++wrong;
      }
    });
  }
  for (std::thread& each : threads) each.join();
  assert_int_equal(wrong.load(), 0);
  assert_int_equal(found.load(), 400);
}

void hash_is_blake2b(void**) {
  const auto hash = [](std::string_view text) {
    ContentHash h;
    h.add_bytes(text);
    return h.finish_hex();
  };
  std::string long_text;
  for (int i = 0; i < 1000; ++i) long_text.push_back(static_cast<char>(i % 251));
  assert_text_equal(hash(""), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  assert_text_equal(hash("abc"), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  assert_text_equal(hash(long_text.substr(0, 128)), "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1");
  assert_text_equal(hash(long_text.substr(0, 129)), "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9");
  assert_text_equal(hash(long_text), "b372d0608f720c8c3dd41e9c8eecb10143b41abe520b616607e754bf79c08331");
  // In pieces.
  ContentHash h;
  for (const char c : long_text) h.add_bytes({&c, 1});
  assert_text_equal(h.finish_hex(), hash(long_text));
}

void key_depends_on_all_that_facts_depend_on(void**) {
  CfgSet cfg = make_cfg(), other_cfg;
  other_cfg.finish();
  CollectInput input;
  input.name = "a";
  input.package_folder = "/x/a";
  input.root_file = "/x/a/src/lib.rs";
  input.cfg = &cfg;
  input.dependencies = {{"b", 7}};
  const std::vector<std::string> keys = {"k1"};
  const std::string key = facts_key(input, keys, "content");
  assert_int_equal(key.size(), 64);
  assert_text_equal(facts_key(input, keys, "content"), key);
  assert_true(facts_key(input, keys, "contents") != key);
  assert_true(facts_key(input, std::vector<std::string>{"k2"}, "content") != key);
  const std::vector<std::function<void(CollectInput&)>> changes = {
      [](CollectInput& i) { i.name = "c"; },
      [](CollectInput& i) { i.edition = Edition::k2024; },
      [](CollectInput& i) { i.root_file = "/x/a/src/main.rs"; },
      [](CollectInput& i) { i.proc_macro = true; },
      [&](CollectInput& i) { i.cfg = &other_cfg; },
      [](CollectInput& i) { i.dependencies[0].name = "d"; },
      [](CollectInput& i) { i.dependencies.clear(); },
      [](CollectInput& i) { i.env.emplace_back("CARGO_PKG_VERSION", "1.0.0"); },
      [](CollectInput& i) { i.package_version = "1.0.0"; },
  };
  for (const auto& change : changes) {
    CollectInput changed = input;
    change(changed);
    assert_true(facts_key(changed, keys, "content") != key);
  }
  CollectInput moved = input;
  moved.package_folder = "/y/a";
  moved.root_file = "/y/a/src/lib.rs";
  assert_text_equal(facts_key(moved, keys, "content"), key);
}

// ---- Signatures ----------------------------------------------------------------------------------------------------

// A crate of one file, whose items have a definition each; no names are resolved.
std::unique_ptr<CrateDefs> parse_items(const std::string& text) {
  auto crate = std::make_unique<CrateDefs>();
  crate->index = kFirst;
  crate->name = "test";
  SourceInfo info;
  const auto source = std::make_shared<Source>();
  source->storage = text;
  source->text = source->storage;
  source->tree = lex_and_parse(source->text, {});
  info.source = source;
  crate->sources.push_back(std::move(info));
  const Tree& tree = crate->sources[0].source->tree;
  Def root;
  root.source = SourceId(0);
  root.node = tree.root();
  crate->defs.push_back(root);
  for (NodeId node = tree.first_child(tree.root()); node; node = tree.next_sibling(node)) {
    if (node_category(tree.kind(node)) != NodeCategory::Item) continue;
    Def def;
    def.kind = tree.kind(node) == NodeKind::FnItem    ? DefKind::Function
               : tree.kind(node) == NodeKind::ModItem ? DefKind::Module
                                                      : DefKind::Struct;
    def.source = SourceId(0);
    def.node = node;
    def.parent = DefId(0);
    crate->defs.push_back(def);
  }
  crate->finish();
  return crate;
}

void signature_of(const char* text, const char* expected) {
  const auto crate = parse_items(text);
  assert_true(crate->sources[0].source->tree.errors().empty());
  Analysis analysis;
  const CfgSet cfg = make_cfg();
  const std::string signature = item_signature(*crate, analysis, cfg, DefId(1));
  assert_text_equal(signature, expected);
  // It is an item again.
  if (!signature.empty()) assert_true(lex_and_parse(signature, {}).errors().empty());
}

void signatures_are_items_without_bodies(void**) {
  signature_of(
      "/// Says.\npub fn f<'a, T: Copy>(mut x: &'a T, (a, b): (u8, u8)) -> Vec<Vec<T>> where T: Send { loop {} }",
      "fn f<'a,T:Copy>(x:&'a T,_:(u8,u8))->Vec<Vec<T>>where T:Send;");
  signature_of("pub(crate) struct S<T: ?Sized> { /// a\n pub a: u8, pub(super) b: Box<T>, }",
               "struct S<T:?Sized>{a:u8,b:Box<T>,}");
  signature_of("pub struct P(pub u8, #[doc = \"x\"] u16);", "struct P(u8,u16);");
  signature_of("#[derive(Clone)] #[repr(C, u8)] pub enum E { A = 1, B { x: u8 }, C(u8) }",
               "#[repr(C,u8)]enum E{A=1,B{x:u8},C(u8)}");
  signature_of("unsafe impl<T> Clone for S<T> where T: Clone { fn clone(&self) -> Self { loop {} } }",
               "unsafe impl<T>Clone for S<T>where T:Clone{}");
  signature_of("pub trait T: Sized + 'static { const N: usize; fn f(); }", "trait T:Sized+'static{}");
  signature_of("pub const N: usize = 2 * B - 1;", "const N:usize=2*B-1;");
  signature_of("pub const N: fn() = || {};", "const N:fn();");
  signature_of("static X: Vec<Vec<u8>>= Vec::new();", "static X:Vec<Vec<u8>>;");
  signature_of("mod m { fn f() {} }", "");
  signature_of("#[unstable(feature = \"f\", issue = \"1\")] mod m { fn f() {} }", "#[unstable(feature=\"f\")]mod m;");
  signature_of("#[inline] #[stable(feature = \"rust1\", since = \"1.0.0\")] #[must_use = \"prose\"] fn f(&mut self) {}",
               "#[stable(since=\"1.0.0\")]#[must_use]fn f(&mut self);");
  signature_of("#[cfg_attr(unix, repr(transparent))] #[cfg_attr(windows, repr(C))] struct W(u8);",
               "#[repr(transparent)]struct W(u8);");
  signature_of("fn f() -> impl Fn(&u8) -> &u8 + '_ { |x| x }", "fn f()->impl Fn(&u8)->&u8+'_;");
  signature_of("fn f(a: & &u8, b: *const *mut u8, c: [u8; 1 ..=2]) {}", "fn f(a:& &u8,b:*const*mut u8,c:[u8;1 ..=2]);");
  signature_of("struct r#fn { r#type: u8 }", "struct r#fn{r#type:u8}");
}

// ---- Crates that were collected -------------------------------------------------------------------------------------

class MemoryReader final : public SourceReader {
 public:
  std::map<std::string, std::string, std::less<>> files;
  Outcome read(std::string_view path, std::string* text) override {
    const auto at = files.find(path);
    if (at == files.end()) return Outcome::NotFound;
    *text = at->second;
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override { return files.contains(path); }
};

std::unique_ptr<CrateDefs> collect(const Analysis& analysis, const std::string& name, CrateIndex index,
                                   const std::string& text, std::vector<CollectInput::Dependency> dependencies) {
  MemoryReader reader;
  reader.files["/x/src/lib.rs"] = text;
  reader.files["/x/src/outer.rs"] =
      "pub mod deep { pub struct Deep; } mod secret { pub struct Secret(u8); pub fn f() {} }"
      "pub use self::secret::Secret as Told; use self::secret::f;";
  CollectInput input;
  input.name = name;
  input.root_file = "/x/src/lib.rs";
  input.edition = Edition::k2021;
  static const CfgSet cfg = make_cfg();
  input.cfg = &cfg;
  input.index = index;
  input.dependencies = std::move(dependencies);
  return collect_crate(input, analysis, reader, {});
}

constexpr const char* kFirstCrate = R"(
#![no_core]
#[cfg(unix)] pub mod outer;
#[cfg(windows)] pub mod other;
pub trait Shape { type Out; const N: usize = 3; fn area(&self) -> Self::Out { loop {} } }
#[repr(C)] pub struct Point<T> { pub x: T, #[cfg(windows)] w: u8, y: T }
impl<T> Shape for Point<T> { type Out = T; fn area(&self) -> T { helper() } }
impl<T> Point<T> { pub const ZERO: usize = 2 + 2; pub fn new() -> Self { loop {} } fn own(&self) {} }
fn helper() {}
pub enum Choice { A = 1, B { x: u8 }, C(u16) }
macro_rules! make { ($n:ident: $t:ty) => { pub struct $n($t); pub fn maker() -> $crate::Point<$t> { loop {} } } }
make!(Made: &'static u8);
#[macro_export] macro_rules! shout { ($e:expr) => { $crate::outer::deep::Deep } }
const _: () = { struct Inside; impl Shape for Inside { type Out = Choice; } };
pub use self::Choice::{A, B as Bee};
pub static S: [u8; 4] = [0; 4];
extern "C" { pub fn ext(x: u8) -> u8; pub static E: u8; pub type Opaque; }
)";
constexpr const char* kSecondCrate = R"(
#![no_core]
pub use first::*;
pub use first::outer::{self as renamed, deep};
pub struct Uses(renamed::Told);
#[macro_use] extern crate first as again;
)";

// Of what others can name, facts say the same as the sources.
void compare_named(const CrateDefs& source, const CrateDefs& facts, const Analysis& analysis, DefId in_source,
                   DefId in_facts, std::set<uint32_t>* seen, int depth) {
  const uint32_t a = source.defs[in_source.value].scope, b = facts.defs[in_facts.value].scope;
  if (a >= source.scopes.size() || !seen->insert(a).second || depth > 20) return;
  assert_true(b < facts.scopes.size());
  assert_int_equal(source.scopes[a].count, facts.scopes[b].count);
  for (uint32_t i = source.scopes[a].first; i < source.scopes[a].first + source.scopes[a].count; ++i) {
    const ScopeEntry& entry = source.scope_entries[i];
    const Binding* found = facts.find(b, facts.names.find(source.text(entry.name)), entry.space);
    assert_non_null(found);
    assert_true(found->target == entry.binding.target && found->glob == entry.binding.glob &&
                found->ambiguous == entry.binding.ambiguous &&
                found->visibility.is_public() == entry.binding.visibility.is_public());
    if (entry.binding.target != Binding::Target::Def) continue;
    assert_int_equal(found->def.crate, entry.binding.def.crate);
    const bool own = entry.binding.def.crate == source.index;
    const CrateDefs& target = own ? source : *analysis.crate(entry.binding.def.crate);
    const CrateDefs& target_facts = own ? facts : target;
    assert_text_equal(target.path_of(entry.binding.def.def), target_facts.path_of(found->def.def));
    const Def& x = target.defs[entry.binding.def.def.value];
    const Def& y = target_facts.defs[found->def.def.value];
    assert_true(x.kind == y.kind && x.flags == y.flags && x.visibility.is_public() == y.visibility.is_public());
    if (!own) continue;
    assert_int_equal(source.children(entry.binding.def.def).size() == 0, facts.children(found->def.def).size() == 0);
    if (entry.binding.visibility.is_public())
      compare_named(source, facts, analysis, entry.binding.def.def, found->def.def, seen, depth + 1);
  }
}

std::string signature_in(const CrateDefs& crate, const char* path) {
  for (uint32_t i = 0; i < crate.defs.size(); ++i)
    if (crate.defs[i].name && crate.path_of(DefId(i)) == path) return std::string(crate.signature(DefId(i)));
  return "no such definition";
}

// A macro of facts expands as the same macro of sources: `$crate` in what it gives to a macro of std stays its own.
void macros_of_facts_expand_as_those_of_sources(void**) {
  Analysis analysis;
  analysis.crates.resize(kSecond + 1);
  analysis.package_names.resize(kSecond + 1);
  std::string error;
  assert_true(read_builtin_facts(&analysis, default_target(), &error));
  const std::string first = R"(
#[macro_export] macro_rules! part { () => { " {}" }; }
#[macro_export] macro_rules! size { ($e:expr) => { $e.len() }; }
#[macro_export] macro_rules! fails {
    ($($e:expr),*) => { panic!(concat!("failed:", $($crate::part!(), " ", stringify!($e),)*), $($crate::size!($e)),*) };
}
macro_rules! make { ($name:ident) => {
    #[macro_export] macro_rules! $name { ($e:expr) => { $crate::fails!($crate::size!($e)) } }
} }
make!(made);
)";
  const std::string second = R"(
pub fn f(a: &str) { first::fails!(a, "b") }
pub fn g(a: &str) { first::made!(a) }
)";
  const std::vector<CollectInput::Dependency> dependencies = {{"first", kFirst}};
  const CfgSet cfg = make_cfg();
  const auto expansions = [&] {
    const auto crate = collect(analysis, "second", kSecond, second, dependencies);
    std::string out;
    for (const Expansion& e : crate->expansions) {
      assert_true(e.state == ExpansionState::Expanded || e.state == ExpansionState::Modelled);
      const CrateDefs& home = *analysis.crate(e.macro.crate);
      out += home.path_of(e.macro.def) + "\n";
    }
    return out;
  };
  analysis.crates[kFirst] = collect(analysis, "first", kFirst, first, {});
  const std::string of_sources = expansions();
  assert_true(of_sources.find("first::size") != std::string::npos);
  const std::string facts = write_facts(*analysis.crates[kFirst], analysis, cfg);
  auto read = read_facts(facts, nullptr, kFirst, analysis, {}, &error);
  assert_non_null(read.get());
  analysis.crates[kFirst] = std::move(read);
  assert_text_equal(expansions(), of_sources);
}

// An impl for a pattern type is none for the type that it narrows.
void impls_for_pattern_types(void**) {
  Analysis analysis;
  analysis.crates.resize(kSecond + 1);
  analysis.package_names.resize(kSecond + 1);
  std::string error;
  assert_true(read_builtin_facts(&analysis, default_target(), &error));
  const auto crate = collect(analysis, "first", kFirst,
                             "pub trait Tr {}\nimpl<T> Tr for core::pattern_type!(T is 1..) {}\n"
                             "pub struct S(core::pattern_type!(u32 is 1..));",
                             {});
  const CfgSet cfg = make_cfg();
  size_t impls = 0;
  for (uint32_t i = 0; i < crate->defs.size(); ++i) {
    if (crate->defs[i].kind != DefKind::Impl) continue;
    ++impls;
    assert_text_equal(item_signature(*crate, analysis, cfg, DefId(i)),
                      "impl<T>Tr for core::pattern_type!(T is 1 ..){}");
  }
  assert_int_equal(impls, 1);
  // How it lies in memory is that of the type.
  assert_text_equal(item_signature(*crate, analysis, cfg, crate->defs[0].kind == DefKind::Module ? DefId(3) : DefId(0)),
                    "struct S(u32);");
}

void facts_of_collected_crates(void**) {
  const CfgSet cfg = make_cfg();
  Analysis analysis;
  analysis.crates.resize(kSecond + 1);
  analysis.package_names.resize(kSecond + 1);
  analysis.crates[kFirst] = collect(analysis, "first", kFirst, kFirstCrate, {});
  const std::vector<CollectInput::Dependency> dependencies = {{"first", kFirst}};
  analysis.crates[kSecond] = collect(analysis, "second", kSecond, kSecondCrate, dependencies);
  const std::string first_bytes = write_facts(*analysis.crates[kFirst], analysis, cfg);
  const std::string second_bytes = write_facts(*analysis.crates[kSecond], analysis, cfg);
  const std::string before = describe(*analysis.crates[kSecond], analysis);
  std::string error;
  // The second, while the first is still of sources.
  {
    const auto second = read_facts(second_bytes, nullptr, kSecond, analysis, dependencies, &error);
    assert_text_equal(error, "");
    std::set<uint32_t> seen;
    compare_named(*analysis.crates[kSecond], *second, analysis, DefId(0), DefId(0), &seen, 0);
  }
  auto first = read_facts(first_bytes, nullptr, kFirst, analysis, {}, &error);
  assert_text_equal(error, "");
  std::set<uint32_t> seen;
  compare_named(*analysis.crates[kFirst], *first, analysis, DefId(0), DefId(0), &seen, 0);
  assert_true(seen.size() > 3);
  // The second refers to definitions of the first by their numbers there: it is collected anew below.
  analysis.crates[kFirst] = std::move(first);
  const CrateDefs& facts = *analysis.crates[kFirst];
  assert_true(write_facts(facts, analysis, cfg) == first_bytes);
  assert_text_equal(signature_in(facts, "first::Point"), "#[repr(C)]struct Point<T>{x:T,y:T}");
  assert_text_equal(signature_in(facts, "first::Made"), "struct Made(&'static u8);");
  assert_text_equal(signature_in(facts, "first::maker"), "fn maker()->crate::Point<&'static u8>;");
  assert_text_equal(signature_in(facts, "first::helper"), "");
  assert_text_equal(signature_in(facts, "first::Shape::area"), "fn area(&self)->Self::Out;");
  assert_text_equal(signature_in(facts, "first::Choice"), "enum Choice{A=1,B{x:u8},C(u16)}");
  assert_text_equal(signature_in(facts, "first::ZERO"), "const ZERO:usize=2+2;");
  assert_text_equal(signature_in(facts, "first::ext"), "fn ext(x:u8)->u8;");
  // An impl in a block, and what it is for.
  bool inside = false;
  for (uint32_t i = 0; i < facts.defs.size(); ++i) {
    if (facts.signature(DefId(i)) != "impl Shape for Inside{}") continue;
    inside = true;
    const uint32_t block = facts.defs[i].scope;
    assert_true(block < facts.scopes.size() && facts.scopes[block].kind == ScopeKind::Block);
    assert_non_null(facts.find(block, facts.names.find("Inside"), Namespace::Type));
  }
  assert_true(inside);
  const Binding* shout = facts.find(0, facts.names.find("shout"), Namespace::Macro);
  assert_non_null(shout);
  const MacroDef* macro = facts.macro(shout->def.def);
  assert_non_null(macro);
  assert_true(macro->exported);
  assert_text_equal(macro->text, "macro_rules!shout{($e:expr)=>{$crate::outer::deep::Deep}}");
  // What was collected against sources can be collected against facts, with the same result.
  analysis.crates[kSecond] = collect(analysis, "second", kSecond, kSecondCrate, dependencies);
  assert_text_equal(describe(*analysis.crates[kSecond], analysis), before);
}

// ---- The standard library ------------------------------------------------------------------------------------------

// Follows names from a crate's root.
const Binding* follow(const Analysis& analysis, SysrootCrate crate, std::initializer_list<const char*> path,
                      Namespace space) {
  const CrateDefs* at = analysis.crate(crate);
  uint32_t scope = 0;
  const Binding* found = nullptr;
  size_t left = path.size();
  for (const char* name : path) {
    if (scope >= at->scopes.size()) return nullptr;
    found = at->find(scope, at->names.find(name), --left == 0 ? space : Namespace::Type);
    if (found == nullptr || found->target != Binding::Target::Def) return found;
    at = analysis.crate(found->def.crate);
    scope = at->defs[found->def.def.value].scope;
  }
  return found;
}

Analysis sysroot(const char* target) {
  Analysis analysis;
  analysis.crates.resize(kSysrootCrates);
  std::string error;
  assert_true(read_builtin_facts(&analysis, target, &error));
  assert_text_equal(error, "");
  return analysis;
}

void std_is_known(void**) {
  const Analysis linux_std = sysroot("x86_64-unknown-linux-gnu");
  assert_true(builtin_facts_version().starts_with("1."));
  const auto has = [&](const Analysis& analysis, std::initializer_list<const char*> path,
                       Namespace space = Namespace::Type) {
    const Binding* found = follow(analysis, kStd, path, space);
    return found != nullptr && found->visibility.is_public();
  };
  assert_true(has(linux_std, {"collections", "HashMap"}));
  assert_true(has(linux_std, {"vec", "Vec"}));
  assert_true(has(linux_std, {"option", "Option", "Some"}, Namespace::Value));
  assert_true(has(linux_std, {"mem", "swap"}, Namespace::Value));
  assert_true(has(linux_std, {"println"}, Namespace::Macro));
  assert_true(has(linux_std, {"os", "unix", "fs", "MetadataExt"}));
  assert_true(has(linux_std, {"arch", "x86_64", "_mm_add_epi32"}, Namespace::Value));
  assert_true(has(linux_std, {"sync", "atomic", "AtomicU64"}));
  assert_true(has(linux_std, {"prelude", "rust_2024", "Future"}));
  assert_false(has(linux_std, {"os", "windows", "ffi"}));
  assert_false(has(linux_std, {"arch", "aarch64", "vaddq_s8"}, Namespace::Value));
  const Analysis windows = sysroot("x86_64-pc-windows-msvc");
  assert_true(has(windows, {"os", "windows", "ffi", "OsStrExt"}));
  assert_false(has(windows, {"os", "unix", "fs", "MetadataExt"}));
  const Analysis arm = sysroot("aarch64-apple-darwin");
  assert_true(has(arm, {"arch", "aarch64", "vaddq_s8"}, Namespace::Value));
  assert_false(has(sysroot("thumbv7em-none-eabihf"), {"sync", "atomic", "AtomicU64"}));
  std::string error;
  Analysis none;
  none.crates.resize(kSysrootCrates);
  assert_false(read_builtin_facts(&none, "pdp11-unknown-unix", &error));
  assert_text_equal(error, "the facts do not describe the target pdp11-unknown-unix");
}

// Several threads, several targets: each target's crates are the same ones until many others were asked for.
void shared_std_is_read_once(void**) {
  SharedSysroot shared;
  const auto read = [&](const char* target) {
    Analysis analysis;
    analysis.crates.resize(kSysrootCrates + 1);
    std::string error;
    assert_true(shared.read(&analysis, target, &error));
    assert_null(analysis.crates[kSysrootCrates].get());
    return analysis;
  };
  const Analysis first = read("x86_64-unknown-linux-gnu");
  std::vector<Analysis> more(4);
  std::vector<std::thread> threads;
  for (Analysis& each : more) threads.emplace_back([&] { each = read("x86_64-unknown-linux-gnu"); });
  for (std::thread& thread : threads) thread.join();
  const Analysis windows = read("x86_64-pc-windows-msvc");
  for (uint32_t i = 0; i < kSysrootCrates; ++i) {
    for (const Analysis& each : more) assert_ptr_equal(each.crates[i].get(), first.crates[i].get());
    assert_ptr_not_equal(windows.crates[i].get(), first.crates[i].get());
  }
  assert_non_null(follow(first, kStd, {"os", "unix", "fs", "MetadataExt"}, Namespace::Type));
  assert_non_null(follow(windows, kStd, {"os", "windows", "ffi", "OsStrExt"}, Namespace::Type));
  std::string error;
  Analysis none;
  none.crates.resize(kSysrootCrates);
  assert_false(shared.read(&none, "pdp11-unknown-unix", &error));
  assert_text_equal(error, "the facts do not describe the target pdp11-unknown-unix");
  // What was let go lives on where it is in use.
  for (const char* target : {"aarch64-apple-darwin", "wasm32-unknown-unknown", "i686-unknown-linux-gnu"}) read(target);
  assert_ptr_not_equal(read("x86_64-unknown-linux-gnu").crates[kCore].get(), first.crates[kCore].get());
  assert_non_null(follow(first, kStd, {"vec", "Vec"}, Namespace::Type));
}

// Facts of the library lie there unpacked; damage is refused or harmless there as well.
void facts_that_are_not_packed(void**) {
  Analysis analysis = make_analysis();
  const CfgSet cfg = make_cfg();
  const std::string bytes = encode_facts(make_facts_image(*analysis.crates[kFirst], analysis, cfg), FactsUse::Builtin);
  const auto read = [&](std::string_view from, std::string* error) {
    return read_facts(from, nullptr, kFirst, analysis, dependencies_of(kFirst), error);
  };
  std::string error;
  const auto same = read(bytes, &error);
  assert_non_null(same.get());
  assert_text_equal(describe(*same, analysis), describe(*analysis.crates[kFirst], analysis));
  size_t refused = 0;
  for (size_t length = 0; length < bytes.size(); ++length) {
    error.clear();
    refused += read(std::string_view(bytes).substr(0, length), &error) == nullptr ? 1 : 0;
  }
  assert_int_equal(refused, bytes.size());
}

void std_signatures_are_items(void**) {
  const Analysis analysis = sysroot("x86_64-unknown-linux-gnu");
  size_t count = 0;
  for (const auto& crate : analysis.crates) {
    for (uint32_t i = 0; i < crate->defs.size(); ++i) {
      const std::string_view text = crate->signature(DefId(i));
      if (text.empty()) continue;
      ++count;
      assert_true(lex_and_parse(text, {}).errors().empty());
    }
    // A macro that can be called has a text, unless it is the standard library's own affair.
    for (const MacroDef& macro : crate->macros)
      if (!macro.text.empty()) assert_true(lex_and_parse(macro.text, {}).errors().empty());
  }
  assert_true(count > 40'000);
  const Binding* vec = follow(analysis, kAlloc, {"vec", "Vec"}, Namespace::Type);
  assert_non_null(vec);
  const std::string_view text = analysis.crate(vec->def.crate)->signature(vec->def.def);
  assert_true(text.find("struct Vec<T,") != std::string_view::npos);
  assert_true(text.find("len:usize") != std::string_view::npos);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(facts_say_what_the_crate_says),
           cmocka_unit_test(facts_do_not_depend_on_the_numbers_of_crates),
           cmocka_unit_test(facts_that_need_what_is_not_there_are_refused),
           cmocka_unit_test(damaged_facts_are_refused_or_harmless),
           cmocka_unit_test(wrong_numbers_in_facts_are_refused_or_harmless),
           cmocka_unit_test(cache_gives_back_what_was_stored), cmocka_unit_test(cache_takes_no_key_for_a_path),
           cmocka_unit_test(cache_ignores_damaged_and_foreign_files),
           cmocka_unit_test(cache_that_cannot_be_written_is_no_error),
           cmocka_unit_test(cache_is_safe_for_several_writers), cmocka_unit_test(hash_is_blake2b),
           cmocka_unit_test(key_depends_on_all_that_facts_depend_on),
           cmocka_unit_test(signatures_are_items_without_bodies), cmocka_unit_test(impls_for_pattern_types),
           cmocka_unit_test(facts_of_collected_crates), cmocka_unit_test(macros_of_facts_expand_as_those_of_sources),

           cmocka_unit_test(std_is_known), cmocka_unit_test(shared_std_is_read_once),
           cmocka_unit_test(facts_that_are_not_packed), cmocka_unit_test(std_signatures_are_items))
