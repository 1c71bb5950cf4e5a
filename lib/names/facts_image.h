// What facts hold, between a crate and bytes: the definitions that are kept, numbered anew, and everything they refer
// to as numbers of this image. write_facts makes one and encodes it; the generator of the standard library's facts
// merges those of several targets first.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "names/facts.h"

namespace rp {

inline constexpr uint32_t kFactsNone = UINT32_MAX;

struct FactsImage {
  // Masks say on which targets a row is there: a number in `masks`, where 0 is "on all".
  struct Row {
    DefKind kind = DefKind::Module;
    uint16_t flags = 0;
    uint32_t name = kFactsNone;        // in `names`
    uint32_t parent = kFactsNone;      // an earlier row
    uint32_t visibility = kFactsNone;  // a row, or everybody
    uint32_t mask = 0;
    // Of what stands in a block and has no scope of its own: the scope of that block.
    uint32_t block = kFactsNone;
    std::string signature;
  };
  // What a name stands for: a row of this image, or of `foreign`.
  struct Ref {
    enum class Kind : uint8_t { None, Local, Foreign };
    Kind kind = Kind::None;
    uint32_t row = 0;
    friend auto operator<=>(const Ref&, const Ref&) = default;
  };
  struct Entry {
    uint32_t name = 0;
    Namespace space = Namespace::Type;
    Binding::Target target = Binding::Target::None;
    bool glob = false;
    bool ambiguous = false;
    uint32_t visibility = kFactsNone;
    uint32_t mask = 0;
    Ref ref;  // of a primitive type: None, with its number as the row
  };
  struct ScopeRow {
    ScopeKind kind = ScopeKind::Module;
    bool unknown_names = false;
    uint32_t def = 0;
    uint32_t parent = kFactsNone;  // an earlier scope
    uint32_t mask = 0;
    std::vector<Entry> entries;  // sorted by name, namespace
  };
  // A crate that this one reaches: a part of the sysroot, or what crate `via` (kFactsNone: this one) calls `names`.
  struct ForeignCrate {
    uint32_t sysroot = kFactsNone;  // a SysrootCrate
    uint32_t via = kFactsNone;      // an earlier row
    std::string crate_name;
    std::vector<std::string> names;  // sorted; any of them that leads to a crate of that name
  };
  // A definition of another crate: its root, or what lies in `parent` under that name.
  struct ForeignDef {
    uint32_t crate = 0;            // in `foreign_crates`
    uint32_t parent = kFactsNone;  // an earlier row; none for the root
    uint32_t name = 0;             // in `names`
    DefKind kind = DefKind::Module;
    // 0: what the name leads to in `parent`. Else the how-manieth child of that name and kind that no name leads to.
    uint32_t ordinal = 0;
  };
  struct MacroRow {
    uint32_t def = 0;
    MacroKind kind = MacroKind::Rules;
    bool exported = false;
    bool local_inner_macros = false;
    bool builtin_derive = false;
    bool builtin_attribute = false;
    Edition edition = Edition::k2015;
    std::string builtin_name;
    std::vector<std::string> helper_attributes;
    std::string text;
  };
  struct ExternRow {
    uint32_t name = 0;
    uint32_t crate = kFactsNone;  // in `foreign_crates`; none when it is missing
    bool self = false;            // it is this crate
  };
  struct PreludeMacroRow {
    uint32_t name = 0;
    Entry binding;
  };

  std::string name;
  Edition edition = Edition::k2015;
  bool proc_macro = false;
  bool no_std = false;
  bool no_core = false;
  uint32_t recursion_limit = 128;
  std::vector<std::string> names;
  std::vector<std::string> targets;                // empty: the facts are of one target, which they do not name
  std::vector<std::vector<uint8_t>> masks = {{}};  // a bit for each target; 0 is not stored
  std::vector<Row> rows;
  std::vector<ScopeRow> scopes;
  std::vector<ForeignCrate> foreign_crates;
  std::vector<ForeignDef> foreign;
  std::vector<MacroRow> macros;  // sorted by def
  std::vector<ExternRow> extern_prelude;
  std::vector<PreludeMacroRow> macro_use_prelude;
  struct DoubtRow {
    uint32_t def = 0;
    uint8_t what = 0;
  };
  struct DoubtfulName {
    uint32_t scope = 0;
    uint32_t name = 0;
    friend auto operator<=>(const DoubtfulName&, const DoubtfulName&) = default;
  };
  Ref prelude_module;
  std::vector<uint32_t> no_implicit_prelude;  // sorted
  // None in facts of several targets.
  bool impls_unseen = false;
  std::vector<DoubtRow> doubts;              // sorted by def
  std::vector<DoubtfulName> doubtful_names;  // sorted
};

// What a definition lies in, extern blocks and others without a name left out.
inline DefId named_parent(const CrateDefs& crate, DefId id) {
  DefId at = crate.defs[id.value].parent;
  while (at && at.value != 0 && !crate.defs[at.value].name) at = crate.defs[at.value].parent;
  return at;
}

// What of `crate` is kept in facts.
FactsImage make_facts_image(const CrateDefs& crate, const Analysis& analysis, const CfgSet& cfg);

// In the library the tables are not packed, because every program reads them at once, and the signatures are packed as
// small as they get.
enum class FactsUse : uint8_t { Cache, Builtin };
std::string encode_facts(const FactsImage& image, FactsUse use);

// For fuzzing the reader behind the checksums: the bytes of facts whose tables are these, and the way back (empty when
// they are damaged). `blocks` are the packed blocks of signatures.
std::string wrap_facts_tables(std::string_view tables, std::string_view blocks);
std::string unwrap_facts_tables(std::string_view bytes, std::string_view* blocks);

}  // namespace rp
