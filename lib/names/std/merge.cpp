#include "names/std/merge.h"

#include <algorithm>

namespace rp {

uint32_t FactsMerger::name(const std::string& text) {
  const auto [at, added] = name_numbers_.emplace(text, static_cast<uint32_t>(names_.size()));
  if (added) names_.push_back(text);
  return at->second;
}

uint32_t FactsMerger::mask(Targets on) {
  on.resize(targets_.size());
  if (std::find(on.begin(), on.end(), false) == on.end()) return 0;
  const auto [at, added] = mask_numbers_.emplace(on, static_cast<uint32_t>(masks_.size()));
  if (added) {
    std::vector<uint8_t> bits((targets_.size() + 7) / 8);
    for (size_t i = 0; i < on.size(); ++i)
      if (on[i]) bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | 1U << i % 8);
    masks_.push_back(std::move(bits));
  }
  return at->second;
}

void FactsMerger::add(const std::string& target, FactsImage image) {
  targets_.push_back(target);
  name_of_.clear();
  for (const std::string& text : image.names) name_of_.push_back(name(text));
  add_rows(image);
  add_foreign(image);
  add_scopes(image);
  add_others(image);
}

void FactsMerger::add_rows(const FactsImage& image) {
  std::vector<const FactsImage::MacroRow*> macro_of(image.rows.size());
  for (const FactsImage::MacroRow& macro : image.macros) macro_of[macro.def] = &macro;
  row_of_.assign(image.rows.size(), kFactsNone);
  std::unordered_map<std::string, uint32_t> alike;    // in this image
  std::unordered_map<uint32_t, uint32_t> last_child;  // by parent: the one before
  for (uint32_t i = 0; i < image.rows.size(); ++i) {
    FactsImage::Row row = image.rows[i];
    if (row.name != kFactsNone) row.name = name_of_[row.name];
    if (row.parent != kFactsNone) row.parent = row_of_[row.parent];
    if (row.visibility != kFactsNone) row.visibility = row_of_[row.visibility];
    const uint32_t block = row.block;
    row.block = kFactsNone;
    std::string key = std::to_string(row.parent) + ' ' + std::to_string(static_cast<int>(row.kind)) + ' ' +
                      std::to_string(row.flags) + ' ' + std::to_string(row.name) + ' ' +
                      std::to_string(row.visibility) + ' ' + (block != kFactsNone ? "block " : "") + row.signature;
    if (macro_of[i] != nullptr) key += macro_of[i]->text + macro_of[i]->builtin_name;
    key += ' ' + std::to_string(alike[key]++);
    const auto [at, added] = row_numbers_.emplace(std::move(key), static_cast<uint32_t>(rows_.size()));
    row_of_[i] = at->second;
    if (added) {
      Row mine;
      mine.row = std::move(row);
      if (macro_of[i] != nullptr) {
        mine.macro = static_cast<uint32_t>(general_.macros.size());
        general_.macros.push_back(*macro_of[i]);
      }
      rows_.push_back(std::move(mine));
      const uint32_t parent = rows_.back().row.parent;
      if (parent != kFactsNone) {
        // Behind the child that stands before it on this target.
        Row& container = rows_[parent];
        const auto before = last_child.find(parent);
        uint32_t& link = before != last_child.end() ? rows_[before->second].next : container.first;
        rows_[at->second].next = link;
        link = at->second;
      }
    }
    rows_[at->second].on.resize(targets_.size());
    rows_[at->second].on.back() = true;
    if (rows_[at->second].row.parent != kFactsNone) last_child[rows_[at->second].row.parent] = at->second;
  }
}

void FactsMerger::add_foreign(const FactsImage& image) {
  crate_of_.clear();
  for (FactsImage::ForeignCrate crate : image.foreign_crates) {
    if (crate.via != kFactsNone) crate.via = crate_of_[crate.via];
    const auto [at, added] = crate_numbers_.emplace(std::tuple(crate.sysroot, crate.via, crate.crate_name),
                                                    static_cast<uint32_t>(general_.foreign_crates.size()));
    if (added) general_.foreign_crates.push_back(crate);
    crate_of_.push_back(at->second);
  }
  foreign_of_.clear();
  for (FactsImage::ForeignDef def : image.foreign) {
    def.crate = crate_of_[def.crate];
    if (def.parent != kFactsNone) {
      def.parent = foreign_of_[def.parent];
      def.name = name_of_[def.name];
    } else {
      def.name = kFactsNone;
    }
    const auto [at, added] =
        foreign_numbers_.emplace(std::tuple(def.crate, def.parent, def.name, def.kind, def.ordinal),
                                 static_cast<uint32_t>(general_.foreign.size()));
    if (added) general_.foreign.push_back(def);
    foreign_of_.push_back(at->second);
  }
}

FactsImage::Ref FactsMerger::translate(FactsImage::Ref ref) const {
  if (ref.kind == FactsImage::Ref::Kind::Local) ref.row = row_of_[ref.row];
  if (ref.kind == FactsImage::Ref::Kind::Foreign) ref.row = foreign_of_[ref.row];
  return ref;
}

FactsImage::Entry FactsMerger::translate(const FactsImage::Entry& from) const {
  FactsImage::Entry entry = from;
  entry.name = name_of_[entry.name];
  if (entry.visibility != kFactsNone) entry.visibility = row_of_[entry.visibility];
  entry.ref = translate(entry.ref);
  return entry;
}

void FactsMerger::add_scopes(const FactsImage& image) {
  scope_of_.clear();
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, uint32_t> blocks;
  for (const FactsImage::ScopeRow& from : image.scopes) {
    const uint32_t def = row_of_[from.def];
    const uint32_t parent = from.parent == kFactsNone ? kFactsNone : scope_of_[from.parent];
    const auto kind = static_cast<uint32_t>(from.kind);
    // A definition has one scope; blocks in it are told apart by their order.
    const uint32_t which = from.kind == ScopeKind::Block ? 1 + blocks[{def, parent, kind}]++ : 0;
    const auto [at, added] =
        scope_numbers_.emplace(std::tuple(def, parent, which), static_cast<uint32_t>(scopes_.size()));
    if (added) {
      Scope scope;
      scope.row.kind = from.kind;
      scope.row.def = def;
      scope.row.parent = parent;
      scopes_.push_back(std::move(scope));
    }
    scope_of_.push_back(at->second);
    Scope& scope = scopes_[at->second];
    scope.row.unknown_names = scope.row.unknown_names || from.unknown_names;
    scope.on.resize(targets_.size());
    scope.on.back() = true;
    for (const FactsImage::Entry& each : from.entries) {
      const FactsImage::Entry entry = translate(each);
      const auto [number, is_new] = scope.numbers.emplace(
          std::tuple(entry.name, entry.space, entry.target, entry.glob, entry.ambiguous, entry.visibility, entry.ref),
          static_cast<uint32_t>(scope.entries.size()));
      if (is_new) scope.entries.push_back({entry, {}});
      Targets& on = scope.entries[number->second].on;
      on.resize(targets_.size());
      on.back() = true;
    }
  }
  for (uint32_t i = 0; i < image.rows.size(); ++i)
    if (image.rows[i].block != kFactsNone) rows_[row_of_[i]].row.block = scope_of_[image.rows[i].block];
}

void FactsMerger::add_others(const FactsImage& image) {
  if (targets_.size() == 1) {
    general_.name = image.name;
    general_.edition = image.edition;
    general_.proc_macro = image.proc_macro;
    general_.no_std = image.no_std;
    general_.no_core = image.no_core;
    general_.recursion_limit = image.recursion_limit;
    general_.prelude_module = translate(image.prelude_module);
  }
  for (FactsImage::ExternRow row : image.extern_prelude) {
    row.name = name_of_[row.name];
    if (row.crate != kFactsNone) row.crate = crate_of_[row.crate];
    const auto same = [&](const FactsImage::ExternRow& other) { return other.name == row.name; };
    if (std::none_of(general_.extern_prelude.begin(), general_.extern_prelude.end(), same))
      general_.extern_prelude.push_back(row);
  }
  for (const FactsImage::PreludeMacroRow& from : image.macro_use_prelude) {
    FactsImage::PreludeMacroRow row;
    row.name = name_of_[from.name];
    FactsImage::Entry binding = from.binding;
    binding.name = 0;
    if (binding.visibility != kFactsNone) binding.visibility = row_of_[binding.visibility];
    binding.ref = translate(binding.ref);
    row.binding = binding;
    const auto same = [&](const FactsImage::PreludeMacroRow& other) { return other.name == row.name; };
    if (std::none_of(general_.macro_use_prelude.begin(), general_.macro_use_prelude.end(), same))
      general_.macro_use_prelude.push_back(row);
  }
  for (const uint32_t module : image.no_implicit_prelude) {
    const uint32_t row = row_of_[module];
    std::vector<uint32_t>& all = general_.no_implicit_prelude;
    if (std::find(all.begin(), all.end(), row) == all.end()) all.push_back(row);
  }
}

// ---- The result ----------------------------------------------------------------------------------------------------

uint32_t FactsMerger::final_name(FactsImage* out, uint32_t number) {
  uint32_t& final = final_name_[number];
  if (final == kFactsNone) {
    final = static_cast<uint32_t>(out->names.size());
    out->names.push_back(names_[number]);
  }
  return final;
}

void FactsMerger::finish_rows(FactsImage* out) {
  // Parents before their children, which stand one behind the other in their order.
  std::vector<uint32_t> order = {0};
  for (size_t at = 0; at < order.size(); ++at)
    for (uint32_t child = rows_[order[at]].first; child != kFactsNone; child = rows_[child].next)
      order.push_back(child);
  final_row_.assign(rows_.size(), kFactsNone);
  for (uint32_t i = 0; i < order.size(); ++i) final_row_[order[i]] = i;
  std::vector<FactsImage::MacroRow> macros;
  for (const uint32_t number : order) {
    Row& from = rows_[number];
    FactsImage::Row row = std::move(from.row);
    if (row.name != kFactsNone) row.name = final_name(out, row.name);
    if (row.parent != kFactsNone) row.parent = final_row_[row.parent];
    if (row.visibility != kFactsNone) row.visibility = final_row_[row.visibility];
    row.mask = mask(from.on);
    if (from.macro != kFactsNone) {
      macros.push_back(std::move(general_.macros[from.macro]));
      macros.back().def = final_row_[number];
    }
    out->rows.push_back(std::move(row));
  }
  out->macros = std::move(macros);
}

void FactsMerger::finish_foreign(FactsImage* out) {
  out->foreign_crates = std::move(general_.foreign_crates);
  out->foreign = std::move(general_.foreign);
  for (FactsImage::ForeignDef& def : out->foreign) def.name = def.name == kFactsNone ? 0 : final_name(out, def.name);
}

void FactsMerger::finish_scopes(FactsImage* out) {
  const auto translated = [&](FactsImage::Ref ref) {
    if (ref.kind == FactsImage::Ref::Kind::Local) ref.row = final_row_[ref.row];
    return ref;
  };
  // As they were met: what is around a scope comes before it.
  for (Scope& from : scopes_) {
    FactsImage::ScopeRow row = from.row;
    row.def = final_row_[row.def];
    row.mask = mask(from.on);
    for (Entry& each : from.entries) {
      FactsImage::Entry entry = each.entry;
      entry.name = final_name(out, entry.name);
      if (entry.visibility != kFactsNone) entry.visibility = final_row_[entry.visibility];
      entry.ref = translated(entry.ref);
      entry.mask = mask(each.on);
      row.entries.push_back(entry);
    }
    std::sort(row.entries.begin(), row.entries.end(), [](const FactsImage::Entry& a, const FactsImage::Entry& b) {
      return std::tie(a.name, a.space, a.mask) < std::tie(b.name, b.space, b.mask);
    });
    out->scopes.push_back(std::move(row));
  }
  out->extern_prelude = std::move(general_.extern_prelude);
  for (FactsImage::ExternRow& row : out->extern_prelude) row.name = final_name(out, row.name);
  out->macro_use_prelude = std::move(general_.macro_use_prelude);
  for (FactsImage::PreludeMacroRow& row : out->macro_use_prelude) {
    row.name = final_name(out, row.name);
    if (row.binding.visibility != kFactsNone) row.binding.visibility = final_row_[row.binding.visibility];
    row.binding.ref = translated(row.binding.ref);
  }
  const auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(out->extern_prelude.begin(), out->extern_prelude.end(), by_name);
  std::sort(out->macro_use_prelude.begin(), out->macro_use_prelude.end(), by_name);
  out->prelude_module = translated(general_.prelude_module);
  out->no_implicit_prelude = std::move(general_.no_implicit_prelude);
  for (uint32_t& row : out->no_implicit_prelude) row = final_row_[row];
  std::sort(out->no_implicit_prelude.begin(), out->no_implicit_prelude.end());
}

FactsImage FactsMerger::finish() {
  FactsImage out;
  out.name = general_.name;
  out.edition = general_.edition;
  out.proc_macro = general_.proc_macro;
  out.no_std = general_.no_std;
  out.no_core = general_.no_core;
  out.recursion_limit = general_.recursion_limit;
  out.targets = targets_;
  final_name_.assign(names_.size(), kFactsNone);
  finish_rows(&out);
  finish_foreign(&out);
  finish_scopes(&out);
  out.masks = std::move(masks_);
  return out;
}

}  // namespace rp
