// Facts back to CrateDefs. Whatever the bytes are: every count is held against the bytes that are left, every number
// against the table it points into, parents come before children, and names of a scope are sorted; what does not hold
// ends the reading with a reason.
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>

#include "names/facts_format.h"
#include "names/facts_image.h"
#include "names/signature.h"

namespace rp {
namespace {

uint32_t read_u32(std::string_view bytes, size_t at) {
  uint32_t out = 0;
  for (unsigned i = 0; i < 4; ++i) out |= uint32_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  return out;
}

// One frame that must give exactly `size` bytes.
bool unpack(std::string_view packed, char* to, size_t size) {
  const size_t got = ZSTD_decompress(to, size, packed.data(), packed.size());
  if (ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation) throw std::bad_alloc();
  return ZSTD_isError(got) == 0 && got == size;
}

struct Layout {
  std::string_view tables;
  std::unique_ptr<char[]> unpacked;  // the tables, unless they stand in the bytes as they are
  std::string_view blocks;
};

// The parts of the bytes; a reason when they are none.
const char* read_layout(std::string_view bytes, Layout* out) {
  if (bytes.size() < kFactsHeaderBytes || !bytes.starts_with(kFactsMagic)) return "these are no facts";
  if (read_u32(bytes, 8) != kFactsVersion) return "the facts are of another version";
  const size_t size = read_u32(bytes, 12), packed = read_u32(bytes, 16);
  if (size > kMaxFactsTableBytes) return "the header of the facts is damaged";
  const size_t stored = packed == 0 ? size : packed;
  if (stored > bytes.size() - kFactsHeaderBytes) return "the header of the facts is damaged";
  out->tables = bytes.substr(kFactsHeaderBytes, stored);
  out->blocks = bytes.substr(kFactsHeaderBytes + stored);
  if (packed == 0) return nullptr;
  out->unpacked.reset(new char[size + 1]);
  if (!unpack(out->tables, out->unpacked.get(), size)) return "the tables of the facts are damaged";
  out->tables = {out->unpacked.get(), size};
  return nullptr;
}

class Reader {
 public:
  Reader(const Layout& layout, std::shared_ptr<const void> storage, CrateIndex index, const Analysis& analysis,
         std::span<const CollectInput::Dependency> dependencies, std::string_view target)
      : cursor_(layout.tables),
        blocks_(layout.blocks),
        texts_stay_(layout.unpacked == nullptr),
        storage_(std::move(storage)),
        index_(index),
        analysis_(analysis),
        dependencies_(dependencies),
        target_(target),
        out_(std::make_unique<CrateDefs>()) {}

  // Null with a reason in `error`.
  std::unique_ptr<CrateDefs> run(std::string* error) {
    using Step = bool (Reader::*)();
    static constexpr std::pair<Step, const char*> kSteps[] = {
        {&Reader::general, "general part"}, {&Reader::names, "names"},        {&Reader::rows, "definitions"},
        {&Reader::scopes, "scopes"},        {&Reader::impl_blocks, "blocks"}, {&Reader::foreign, "references"},
        {&Reader::bind, "bindings"},        {&Reader::macros, "macros"},      {&Reader::others, "names of crates"},
        {&Reader::doubts, "doubts"},
    };
    for (const auto& [step, what] : kSteps) {
      if ((this->*step)() && cursor_.ok()) continue;
      *error = reason_.empty() ? std::string("the facts are damaged: ") + what : reason_;
      return nullptr;
    }
    if (!cursor_.at_end()) {
      *error = "the facts are damaged: something is behind their end";
      return nullptr;
    }
    out_->finish();
    return std::move(out_);
  }

 private:
  bool general() {
    const uint32_t flags = cursor_.below(8);
    out_->proc_macro = (flags & 1) != 0;
    out_->no_std = (flags & 2) != 0;
    out_->no_core = (flags & 4) != 0;
    out_->from_facts = true;
    out_->index = index_;
    if (!edition(&out_->edition)) return false;
    out_->recursion_limit = cursor_.number32();
    out_->name = cursor_.text();
    const uint32_t targets = cursor_.count(1);
    if (targets > kMaxFactsTargets) return false;
    uint32_t chosen = target_.empty() ? 0 : kFactsNone;
    for (uint32_t i = 0; i < targets; ++i)
      if (cursor_.text() == target_) chosen = i;
    if (targets != 0 && chosen == kFactsNone) {
      reason_ = "the facts do not describe the target " + std::string(target_);
      return false;
    }
    const size_t bytes = (targets + 7) / 8;
    const uint32_t masks = cursor_.count(std::max<size_t>(bytes, 1));
    if (targets == 0 && masks != 0) return false;
    shown_.assign(size_t{masks} + 1, 1);
    for (uint32_t i = 1; i <= masks; ++i) {
      const std::string_view mask = cursor_.bytes(bytes);
      if (!cursor_.ok()) return false;
      shown_[i] = static_cast<uint8_t>(static_cast<uint8_t>(mask[chosen / 8]) >> (chosen % 8) & 1);
    }
    return true;
  }

  bool edition(Edition* out) {
    switch (cursor_.number()) {
      case 2015:
        *out = Edition::k2015;
        return true;
      case 2018:
        *out = Edition::k2018;
        return true;
      case 2021:
        *out = Edition::k2021;
        return true;
      case 2024:
        *out = Edition::k2024;
        return true;
      default:
        return false;
    }
  }

  bool names() {
    FactsCursor in = cursor_;  // a copy that no store into a table can reach
    const uint32_t count = in.count(1);
    std::vector<uint32_t> lengths(count);
    uint64_t total = count;
    for (uint32_t& length : lengths) total += length = in.number32();
    std::string_view texts = in.bytes(total);
    if (!in.ok()) return false;
    std::unique_ptr<char[]> copy;
    if (!texts_stay_) {
      copy.reset(new char[texts.size() + 1]);
      texts.copy(copy.get(), texts.size());
      texts = {copy.get(), texts.size()};
    }
    if (!out_->names.adopt(lengths, texts, std::move(copy))) return false;
    name_count_ = count;
    cursor_ = in;
    return true;
  }

  // ---- Definitions ----

  // Which of so many rows are there on this target.
  bool masks(size_t count, std::vector<uint8_t>* shown) {
    shown->resize(count);
    size_t at = 0;
    for (uint32_t left = cursor_.count(2); left > 0; --left) {
      const uint32_t length = cursor_.below(count - at + 1);
      const uint8_t is_shown = shown_[cursor_.below(shown_.size())];
      if (!cursor_.ok()) return false;
      std::fill_n(shown->begin() + static_cast<ptrdiff_t>(at), length, is_shown);
      at += length;
    }
    return at == count;
  }

  bool shapes() {
    shapes_.resize(cursor_.count(3));
    for (FactsShape& shape : shapes_) {
      shape.kind = static_cast<uint8_t>(cursor_.below(static_cast<uint64_t>(DefKind::AnonymousConst) + 1));
      shape.flags = static_cast<uint16_t>(cursor_.below(0x10000));
      shape.set_how(cursor_.below(FactsShape::kHows));
    }
    return cursor_.ok();
  }

  bool rows() {
    const uint32_t count = cursor_.count(1);
    std::vector<uint8_t> shown;
    if (count == 0 || count > kMaxFactsRows || !masks(count, &shown) || shown[0] == 0 || !shapes()) return false;
    FactsCursor in = cursor_;  // a copy that no store into a table can reach
    // The definition of each row, or none on this target.
    def_of_.assign(count, kFactsNone);
    row_is_module_.resize(count);
    row_module_.resize(count);
    std::vector<Def>& defs = out_->defs;
    defs.reserve(static_cast<size_t>(std::count(shown.begin(), shown.end(), 1)));
    items_.reserve(defs.capacity());
    uint32_t parent = kFactsNone;
    uint32_t next = 0;
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t number = in.number32();
      if (number >= shapes_.size()) return false;
      const FactsShape& shape = shapes_[number];
      if (i > 0) {
        if (shape.parent == FactsShape::Parent::Before)
          parent = i - 1;
        else if (shape.parent == FactsShape::Parent::Given)
          parent = i - 1 - in.below(i);
        else if (i == 1)
          return false;
      }
      const bool module = shape.kind == static_cast<uint8_t>(DefKind::Module);
      const uint32_t around = i == 0 ? 0 : row_module_[parent];
      row_is_module_[i] = module ? 1 : 0;
      row_module_[i] = module ? i : around;
      uint32_t name = kFactsNone;
      if (shape.name != FactsShape::Name::None) {
        name = shape.name == FactsShape::Name::Next ? next++ : in.number32();
        if (name >= name_count_) return false;
      }
      uint32_t sight = around;
      if (shape.sight == FactsShape::Sight::Given) sight = in.below(uint64_t{i} + 1);
      const uint32_t length = shape.has_signature ? in.below(kMaxFactsBlockBytes + 1) : 0;
      if (shape.sight != FactsShape::Sight::Public && row_is_module_[sight] == 0) return false;
      if (shape.kind == static_cast<uint8_t>(DefKind::Impl)) impl_rows_.push_back(i);
      const uint64_t start = total;
      total += length;
      if (total > kMaxFactsTextBytes) return false;
      if (shown[i] == 0 || (i > 0 && def_of_[parent] == kFactsNone)) continue;
      def_of_[i] = static_cast<uint32_t>(defs.size());
      items_.push_back({static_cast<uint32_t>(start), length});
      Def& def = defs.emplace_back();
      def.kind = static_cast<DefKind>(shape.kind);
      def.flags = shape.flags;
      if (i > 0) def.parent = DefId(def_of_[parent]);
      if (name != kFactsNone) def.name = NameId(name);
      if (shape.sight == FactsShape::Sight::Public) continue;
      if (def_of_[sight] == kFactsNone) return false;
      def.visibility.module = def_of_[sight];
    }
    cursor_ = in;
    return in.ok() && row_is_module_[0] != 0 && signatures(total);
  }
  [[nodiscard]] bool is_module(uint32_t row) const { return row_is_module_[row] != 0; }

  bool signatures(uint64_t total) {
    FactsCursor in = cursor_;  // a copy that no store into a table can reach
    std::vector<SignatureTable::Block> blocks(in.count(2));
    uint64_t start = 0, packed_start = 0;
    for (SignatureTable::Block& block : blocks) {
      block.start = static_cast<uint32_t>(start);
      block.size = in.below(kMaxFactsBlockBytes + 1);
      const uint32_t packed = in.number32();
      if (block.size == 0 || packed > blocks_.size() - packed_start) return false;
      block.packed = blocks_.substr(packed_start, packed);
      start += block.size;
      packed_start += packed;
      if (start > total) return false;
    }
    SignatureTable::Headers headers;
    headers.size = in.below(kMaxFactsBlockBytes + 1);
    const uint32_t packed = in.number32();
    if (start != total || packed != blocks_.size() - packed_start) return false;
    headers.packed = blocks_.substr(packed_start);
    cursor_ = in;
    for (uint32_t i = 0; i < impl_rows_.size(); ++i)
      if (const uint32_t def = def_of_[impl_rows_[i]]; def != kFactsNone) headers.of_def.emplace_back(def, i);
    // No text lies across two blocks.
    size_t at = 0;
    for (const SignatureTable::Item& item : items_) {
      if (item.length == 0) continue;
      while (at < blocks.size() && item.start - blocks[at].start >= blocks[at].size) ++at;
      if (at == blocks.size() || item.length > blocks[at].size - (item.start - blocks[at].start)) return false;
    }
    out_->signatures =
        std::make_unique<SignatureTable>(std::move(items_), std::move(blocks), std::move(headers), std::move(storage_));
    return true;
  }

  // ---- Scopes ----

  // What is read of an entry before its meaning is known.
  struct Pending {
    uint32_t name = 0;
    uint32_t visibility = kFactsNone;  // a row
    uint32_t row = 0;
    uint8_t bits = 0;
    bool shown = false;
    bool foreign = false;
  };
  struct Last {
    uint32_t local = 0, foreign = 0;
  };

  bool scopes() {
    const uint32_t count = cursor_.count(5);
    if (count == 0) return false;
    scope_of_.assign(count, kFactsNone);
    std::vector<uint8_t> shown(count);
    for (uint8_t& each : shown) each = shown_[cursor_.below(shown_.size())];
    std::vector<uint8_t> kinds(count);
    for (uint8_t& kind : kinds) kind = static_cast<uint8_t>(cursor_.below(8));
    scope_rows_.assign(count, 0);
    uint32_t last = 0;
    for (uint32_t& row : scope_rows_) row = last = cursor_.near(last, def_of_.size());
    if (!cursor_.ok()) return false;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t up = cursor_.below(uint64_t{i} + 1);
      const bool parent_shown = up == 0 || scope_of_[i - up] != kFactsNone;
      if (shown[i] == 0 || !parent_shown || def_of_[scope_rows_[i]] == kFactsNone) continue;
      Scope scope;
      scope.kind = static_cast<ScopeKind>(kinds[i] >> 1);
      scope.unknown_names = (kinds[i] & 1) != 0;
      scope.def = DefId(def_of_[scope_rows_[i]]);
      if (up != 0) scope.parent = scope_of_[i - up];
      scope_of_[i] = static_cast<uint32_t>(out_->scopes.size());
      if (scope.kind != ScopeKind::Block) out_->defs[scope.def.value].scope = scope_of_[i];
      out_->scopes.push_back(scope);
    }
    // The root has the first; every module has one, which is its own.
    if (scope_of_[0] != 0 || scope_rows_[0] != 0) return false;
    for (const Def& def : out_->defs)
      if (def.kind == DefKind::Module && def.scope == UINT32_MAX) return false;
    for (uint32_t i = 0; i < out_->scopes.size(); ++i) {
      const Scope& scope = out_->scopes[i];
      if (scope.kind != ScopeKind::Block && out_->defs[scope.def.value].scope != i) return false;
    }
    return cursor_.ok() && entries(count);
  }

  bool entries(uint32_t scopes) {
    counts_.assign(scopes, 0);
    uint64_t total = 0;
    for (uint32_t& count : counts_) total += count = cursor_.number32();
    if (total > kMaxFactsRows || cursor_.count(2) != total || !cursor_.ok()) return false;
    std::vector<uint8_t> shown;
    if (!masks(static_cast<size_t>(total), &shown)) return false;
    pending_.resize(static_cast<size_t>(total));
    FactsCursor in = cursor_;  // a copy that no store into a table can reach
    Last last;
    size_t at = 0;
    for (uint32_t i = 0; i < scopes; ++i) {
      const uint32_t module = row_module_[scope_rows_[i]];
      uint32_t name = 0;
      for (uint32_t k = 0; k < counts_[i]; ++k, ++at) {
        Pending& entry = pending_[at];
        entry.shown = shown[at] != 0;
        entry.bits = in.byte();
        if ((entry.bits & 3) >= kNamespaces || entry.bits >> 6 == 3) return false;
        entry.name = name = name + in.below(name_count_ - name);
        visibility(in, module, &entry);
        ref(in, &entry, &last);
      }
    }
    cursor_ = in;
    return true;
  }
  void visibility(FactsCursor& in, uint32_t module, Pending* entry) const {
    switch (static_cast<FactsEntryBits::Sight>(entry->bits >> 6)) {
      case FactsEntryBits::Sight::Public:
        break;
      case FactsEntryBits::Sight::Module:
        entry->visibility = module;
        break;
      case FactsEntryBits::Sight::Other:
        entry->visibility = in.below(def_of_.size());
        if (!is_module(entry->visibility)) in.fail();
        break;
    }
  }
  void ref(FactsCursor& in, Pending* entry, Last* last) const {
    const auto target = static_cast<Binding::Target>(entry->bits >> 2 & 3);
    if (target == Binding::Target::PrimitiveType) entry->row = in.below(kPrimitiveTypes.size());
    if (target != Binding::Target::Def) return;
    const uint64_t code = in.number();
    entry->foreign = (code & 1) != 0;
    uint32_t& from = entry->foreign ? last->foreign : last->local;
    const uint64_t folded = code >> 1;
    const uint64_t row = from + ((folded >> 1) ^ (0 - (folded & 1)));
    if (row >= (entry->foreign ? kFactsNone : def_of_.size())) {
      in.fail();
      return;
    }
    entry->row = from = static_cast<uint32_t>(row);
  }

  bool impl_blocks() {
    const uint32_t count = cursor_.count(2);
    uint32_t row = 0;
    for (uint32_t i = 0; i < count; ++i) {
      row += cursor_.below(def_of_.size() - row);
      const uint32_t scope = cursor_.below(scope_of_.size());
      if (!cursor_.ok()) return false;
      if (def_of_[row] == kFactsNone || scope_of_[scope] == kFactsNone) continue;
      Def& def = out_->defs[def_of_[row]];
      if (out_->scopes[scope_of_[scope]].kind != ScopeKind::Block || def.scope != UINT32_MAX) return false;
      def.scope = scope_of_[scope];
    }
    return true;
  }

  // ---- Other crates ----

  bool foreign() {
    const uint32_t crates = cursor_.count(4);
    for (uint32_t i = 0; i < crates; ++i) {
      const uint32_t sysroot = cursor_.below(kSysrootCrates + 1);
      const uint32_t via = cursor_.below(uint64_t{i} + 1);
      const std::string crate_name(cursor_.text());
      CrateIndex found = kNoCrate;
      const uint32_t names = cursor_.count(1);
      if (names > 1000) return false;
      for (uint32_t k = 0; k < names; ++k) {
        const std::string_view name = cursor_.text();
        const CrateIndex candidate = via == 0 ? dependency(name) : extern_name(crates_[via - 1], name);
        const CrateDefs* crate = analysis_.crate(candidate);
        if (found == kNoCrate && crate != nullptr && crate->name == crate_name) found = candidate;
      }
      if (sysroot != 0) found = sysroot - 1;
      if (found == index_ || analysis_.crate(found) == nullptr) found = kNoCrate;
      crates_.push_back(found);
    }
    foreign_.resize(cursor_.count(5));
    foreign_defs_.resize(foreign_.size());
    for (uint32_t i = 0; i < foreign_.size(); ++i) {
      const uint32_t up = cursor_.below(uint64_t{i} + 1);
      foreign_[i].parent = up == 0 ? kFactsNone : i - up;
    }
    for (FactsImage::ForeignDef& def : foreign_) def.crate = cursor_.below(crates_.size());
    for (FactsImage::ForeignDef& def : foreign_)
      def.kind = static_cast<DefKind>(cursor_.below(static_cast<uint64_t>(DefKind::AnonymousConst) + 1));
    uint32_t last = 0;
    for (FactsImage::ForeignDef& def : foreign_) def.name = last = cursor_.near(last, name_count_);
    for (FactsImage::ForeignDef& def : foreign_) def.ordinal = cursor_.number32();
    return true;
  }
  CrateIndex dependency(std::string_view name) const {
    for (const CollectInput::Dependency& each : dependencies_)
      if (each.name == name) return each.crate;
    return kNoCrate;
  }
  CrateIndex extern_name(CrateIndex crate, std::string_view name) const {
    const CrateDefs* via = analysis_.crate(crate);
    if (via == nullptr) return kNoCrate;
    for (const CrateDefs::ExternName& each : via->extern_prelude)
      if (via->text(each.name) == name) return each.crate;
    return kNoCrate;
  }

  // What a row of `foreign` is; asked for only where something refers to it, because another target's may be missing.
  DefRef foreign_def(uint32_t row) {
    if (row >= foreign_.size()) return {};
    // Up to one that is known.
    std::vector<uint32_t>& chain = chain_;
    chain.clear();
    for (uint32_t at = row; at != kFactsNone && !foreign_defs_[at]; at = foreign_[at].parent) chain.push_back(at);
    for (size_t i = chain.size(); i-- > 0;) {
      const FactsImage::ForeignDef& wanted = foreign_[chain[i]];
      const CrateIndex index = crates_[wanted.crate];
      const CrateDefs* crate = analysis_.crate(index);
      if (crate == nullptr) {
        reason_ = "the facts need a crate that is not there";
        return {};
      }
      DefId found;
      if (wanted.parent == kFactsNone) {
        found = DefId(0);
      } else if (foreign_defs_[wanted.parent].crate == index) {
        found = find_child(*crate, foreign_defs_[wanted.parent].def, wanted);
      }
      if (!found || crate->defs[found.value].kind != wanted.kind) {
        reason_ = "the facts need " + crate->name + "::" + std::string(out_->names.text(NameId(wanted.name))) +
                  ", which is not there";
        return {};
      }
      foreign_defs_[chain[i]] = {index, found};
    }
    return foreign_defs_[row];
  }
  DefId find_child(const CrateDefs& crate, DefId parent, const FactsImage::ForeignDef& wanted) {
    const NameId name = crate.names.find(out_->names.text(NameId(wanted.name)));
    if (!name) return {};
    const Def& container = crate.defs[parent.value];
    const auto child = [&](Namespace space) {
      if (container.scope >= crate.scopes.size()) return DefId();
      const Binding* found = crate.find(container.scope, name, space);
      const bool own = found != nullptr && found->target == Binding::Target::Def && found->def.crate == crate.index &&
                       named_parent(crate, found->def.def) == parent && crate.defs[found->def.def.value].name == name &&
                       crate.defs[found->def.def.value].kind == wanted.kind;
      return own ? found->def.def : DefId();
    };
    for (const Namespace space : {Namespace::Type, Namespace::Value, Namespace::Macro}) {
      const DefId found = child(space);
      if (found && wanted.ordinal == 0) return found;
    }
    if (wanted.ordinal == 0) return {};
    uint32_t ordinal = 0;
    for (const DefId each : crate.children(parent)) {
      const Def& def = crate.defs[each.value];
      if (++steps_ > kMaxSteps) return {};
      if (def.name != name || def.kind != wanted.kind) continue;
      if (each == child(Namespace::Type) || each == child(Namespace::Value) || each == child(Namespace::Macro))
        continue;
      if (++ordinal == wanted.ordinal) return each;
    }
    return {};
  }

  bool binding(const Pending& from, Binding* out) {
    out->target = static_cast<Binding::Target>(from.bits >> 2 & 3);
    out->glob = (from.bits & 16) != 0;
    out->ambiguous = (from.bits & 32) != 0;
    if (from.visibility != kFactsNone) {
      if (def_of_[from.visibility] == kFactsNone) return false;
      out->visibility.module = def_of_[from.visibility];
    }
    if (out->target == Binding::Target::PrimitiveType) out->def = {kNoCrate, DefId(from.row)};
    if (out->target != Binding::Target::Def) return true;
    if (from.foreign) {
      out->def = foreign_def(from.row);
    } else if (def_of_[from.row] != kFactsNone) {
      out->def = {index_, DefId(def_of_[from.row])};
    }
    return static_cast<bool>(out->def);
  }

  bool bind() {
    out_->scope_entries.reserve(pending_.size());
    size_t at = 0;
    for (uint32_t i = 0; i < counts_.size(); ++i) {
      const size_t end = at + counts_[i];
      if (scope_of_[i] == kFactsNone) {
        at = end;
        continue;
      }
      Scope& scope = out_->scopes[scope_of_[i]];
      scope.first = static_cast<uint32_t>(out_->scope_entries.size());
      for (; at < end; ++at) {
        const Pending& from = pending_[at];
        if (!from.shown) continue;
        ScopeEntry entry;
        entry.name = NameId(from.name);
        entry.space = static_cast<Namespace>(from.bits & 3);
        if (!binding(from, &entry.binding)) return false;
        if (scope.count > 0) {
          const ScopeEntry& before = out_->scope_entries.back();
          if (before.name > entry.name || (before.name == entry.name && before.space >= entry.space)) return false;
        }
        out_->scope_entries.push_back(entry);
        ++scope.count;
      }
    }
    return true;
  }

  // ---- The rest ----

  bool macros() {
    const uint32_t count = cursor_.count(6);
    uint32_t row = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t step = cursor_.below(def_of_.size() - row);
      if (i > 0 && step == 0) return false;
      row += step;
      MacroDef macro;
      const uint32_t flags = cursor_.below((static_cast<uint64_t>(MacroKind::ProcAttribute) + 1) << 4);
      macro.kind = static_cast<MacroKind>(flags >> 4);
      macro.exported = (flags & 1) != 0;
      macro.local_inner_macros = (flags & 2) != 0;
      macro.builtin_derive = (flags & 4) != 0;
      macro.builtin_attribute = (flags & 8) != 0;
      if (!edition(&macro.edition)) return false;
      macro.builtin_name = cursor_.text();
      for (uint32_t helpers = cursor_.count(1); helpers > 0; --helpers)
        macro.helper_attributes.emplace_back(cursor_.text());
      macro.text = cursor_.text();
      if (!cursor_.ok()) return false;
      if (def_of_[row] == kFactsNone) continue;
      macro.def = DefId(def_of_[row]);
      if (out_->defs[macro.def.value].kind != DefKind::Macro) return false;
      out_->macros.push_back(std::move(macro));
    }
    return true;
  }

  bool others() {
    for (uint32_t left = cursor_.count(2); left > 0; --left) {
      CrateDefs::ExternName row;
      row.name = NameId(cursor_.below(name_count_));
      const uint32_t code = cursor_.below(crates_.size() + 2);
      if (!cursor_.ok()) return false;
      row.crate = code == 0 ? kNoCrate : code == 1 ? index_ : crates_[code - 2];
      if (!out_->extern_prelude.empty() && !(out_->extern_prelude.back().name < row.name)) sorted_ = false;
      out_->extern_prelude.push_back(row);
    }
    Last last;
    for (uint32_t left = cursor_.count(3); left > 0; --left) {
      CrateDefs::PreludeMacro row;
      row.name = NameId(cursor_.below(name_count_));
      Pending pending;
      pending.shown = shown_[cursor_.below(shown_.size())] != 0;
      const std::string_view bits = cursor_.bytes(1);
      if (!cursor_.ok()) return false;
      pending.bits = static_cast<uint8_t>(bits[0]);
      if (pending.bits >> 6 == 3) return false;
      visibility(cursor_, 0, &pending);
      ref(cursor_, &pending, &last);
      if (!cursor_.ok()) return false;
      if (!pending.shown) continue;
      if (!binding(pending, &row.binding)) return false;
      if (!out_->macro_use_prelude.empty() && !(out_->macro_use_prelude.back().name < row.name)) return false;
      out_->macro_use_prelude.push_back(row);
    }
    return prelude() && sorted_;
  }

  bool prelude() {
    const uint32_t kind = cursor_.below(3);
    const uint32_t row = cursor_.number32();
    if (kind == static_cast<uint32_t>(FactsImage::Ref::Kind::Local)) {
      if (row >= def_of_.size() || def_of_[row] == kFactsNone) return false;
      out_->prelude_module = {index_, DefId(def_of_[row])};
    } else if (kind == static_cast<uint32_t>(FactsImage::Ref::Kind::Foreign)) {
      out_->prelude_module = foreign_def(row);
      if (!out_->prelude_module) return false;
    }
    uint32_t module = 0;
    for (uint32_t left = cursor_.count(1); left > 0; --left) {
      module += cursor_.below(def_of_.size() - module);
      if (!is_module(module)) return false;
      if (def_of_[module] != kFactsNone) out_->no_implicit_prelude.push_back(DefId(def_of_[module]));
    }
    return cursor_.ok();
  }

  bool doubts() {
    out_->impls_unseen = cursor_.below(2) != 0;
    uint32_t row = 0;
    for (uint32_t left = cursor_.count(2), first = left; left > 0; --left) {
      const uint32_t step = cursor_.below(def_of_.size() - row);
      if (left != first && step == 0) return false;
      row += step;
      const auto what = static_cast<uint8_t>(cursor_.below(uint64_t{Doubt::kAll} + 1));
      if (!cursor_.ok()) return false;
      if (def_of_[row] != kFactsNone) out_->doubts.push_back({DefId(def_of_[row]), what});
    }
    uint32_t scope = 0;
    for (uint32_t left = cursor_.count(2); left > 0; --left) {
      scope += cursor_.below(scope_of_.size() - scope);
      const NameId name(cursor_.below(name_count_));
      if (!cursor_.ok()) return false;
      if (scope_of_[scope] == kFactsNone) continue;
      const CrateDefs::DoubtfulName each{scope_of_[scope], name};
      if (!out_->doubtful_names.empty() && !(out_->doubtful_names.back() < each)) return false;
      out_->doubtful_names.push_back(each);
    }
    return cursor_.ok();
  }

  FactsCursor cursor_;
  std::string_view blocks_;
  bool texts_stay_;  // the tables are part of the bytes
  std::shared_ptr<const void> storage_;
  CrateIndex index_;
  const Analysis& analysis_;
  std::span<const CollectInput::Dependency> dependencies_;
  std::string_view target_;
  std::unique_ptr<CrateDefs> out_;
  std::string reason_;
  bool sorted_ = true;
  uint32_t name_count_ = 0;
  std::vector<uint8_t> shown_;    // by mask: whether it shows what has it on this target
  std::vector<uint32_t> def_of_;  // by row
  std::vector<FactsShape> shapes_;
  std::vector<uint8_t> row_is_module_;
  std::vector<uint32_t> impl_rows_;
  std::vector<SignatureTable::Item> items_;  // by definition
  std::vector<uint32_t> row_module_;
  std::vector<uint32_t> scope_of_;  // by scope of the facts
  std::vector<uint32_t> scope_rows_;
  std::vector<uint32_t> counts_;
  std::vector<Pending> pending_;
  std::vector<CrateIndex> crates_;
  std::vector<FactsImage::ForeignDef> foreign_;
  std::vector<DefRef> foreign_defs_;
  std::vector<uint32_t> chain_;
  // Children looked at for want of a name; honest facts need next to none.
  static constexpr uint64_t kMaxSteps = 20'000'000;
  uint64_t steps_ = 0;
};

}  // namespace

std::unique_ptr<CrateDefs> read_facts(std::string_view bytes, std::shared_ptr<const void> storage, CrateIndex index,
                                      const Analysis& analysis, std::span<const CollectInput::Dependency> dependencies,
                                      std::string* error, std::string_view target) {
  Layout layout;
  if (const char* problem = read_layout(bytes, &layout); problem != nullptr) {
    *error = problem;
    return nullptr;
  }
  return Reader(layout, std::move(storage), index, analysis, dependencies, target).run(error);
}

std::string unwrap_facts_tables(std::string_view bytes, std::string_view* blocks) {
  Layout layout;
  if (read_layout(bytes, &layout) != nullptr) return {};
  *blocks = layout.blocks;
  return std::string(layout.tables);
}

// ---- Signatures ----

// The words of headers, unpacked.
struct SignatureTable::Words {
  std::unique_ptr<char[]> text;
  std::vector<ImplHeader> of_impl;
};

SignatureTable::SignatureTable(std::vector<Item> items, std::vector<Block> blocks, Headers headers,
                               std::shared_ptr<const void> storage)
    : items_(std::move(items)),
      blocks_(std::move(blocks)),
      headers_(std::move(headers)),
      texts_(new std::atomic<const char*>[blocks_.size()]()),
      storage_(std::move(storage)) {}

SignatureTable::~SignatureTable() {
  for (size_t i = 0; i < blocks_.size(); ++i) delete[] texts_[i].load(std::memory_order_acquire);
}

std::unique_ptr<const SignatureTable::Words> SignatureTable::read_words() const {
  auto words = std::make_unique<Words>();
  words->text.reset(new char[headers_.size + size_t{1}]);
  if (!unpack(headers_.packed, words->text.get(), headers_.size)) return words;
  FactsCursor in({words->text.get(), headers_.size});
  std::vector<std::string_view> list(size_t{in.count(1)} + 1);
  for (size_t i = 1; i < list.size(); ++i) list[i] = in.text();
  std::vector<ImplHeader> of_impl(in.left() / 2);
  size_t count = 0;
  while (!in.at_end() && count < of_impl.size()) {
    ImplHeader& header = of_impl[count++];
    header.trait = list[in.below(list.size())];
    header.self = list[in.below(list.size())];
  }
  of_impl.resize(count);
  if (in.ok() && in.at_end()) words->of_impl = std::move(of_impl);
  return words;
}

ImplHeader SignatureTable::impl_header(uint32_t def) const {
  std::call_once(read_words_, [&] { words_ = read_words(); });
  const auto at = std::lower_bound(headers_.of_def.begin(), headers_.of_def.end(), std::pair(def, uint32_t{0}));
  if (at == headers_.of_def.end() || at->first != def || at->second >= words_->of_impl.size()) return {};
  return words_->of_impl[at->second];
}

const char* SignatureTable::block_text(size_t block) const {
  const char* known = texts_[block].load(std::memory_order_acquire);
  if (known != nullptr) return known;
  const Block& from = blocks_[block];
  std::unique_ptr<char[]> text(new char[from.size]());
  // What is damaged reads as spaces: no item at all.
  if (!unpack(from.packed, text.get(), from.size)) std::fill_n(text.get(), from.size, ' ');
  // Whoever comes first; the others take what is there.
  if (texts_[block].compare_exchange_strong(known, text.get(), std::memory_order_acq_rel)) return text.release();
  return known;
}

std::string_view SignatureTable::text(uint32_t def) const {
  if (def >= items_.size() || items_[def].length == 0) return {};
  const Item item = items_[def];
  const auto behind = std::upper_bound(blocks_.begin(), blocks_.end(), item.start,
                                       [](uint32_t start, const Block& block) { return start < block.start; });
  const auto block = static_cast<size_t>(behind - blocks_.begin()) - 1;
  const std::string_view text(block_text(block) + (item.start - blocks_[block].start), item.length);
  return text.find_first_not_of(' ') == std::string_view::npos ? std::string_view() : text;
}

}  // namespace rp
