// Structs, enums, unions, impls and traits as tables.
#include <algorithm>

#include "expand/attributes.h"
#include "expand/builtin_literals.h"
#include "types/lowerer.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

std::optional<IntKind> int_named(std::string_view name) {
  static constexpr std::string_view kNames[] = {"i8", "i16", "i32", "i64", "i128", "isize",
                                                "u8", "u16", "u32", "u64", "u128", "usize"};
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return static_cast<IntKind>(i);
  return std::nullopt;
}

// A number of at most 64 bits in the tokens [begin, end); nullopt when there is something else.
std::optional<uint64_t> number_in(const Tree& t, uint32_t begin, uint32_t end) {
  begin = skip_trivia(t, begin, end);
  if (begin >= end || t.token_kind(begin) != T::Int) return std::nullopt;
  const std::optional<std::string> digits = decimal_of_integer(t.token_text(begin));
  if (!digits || digits->size() > 19) return std::nullopt;
  uint64_t value = 0;
  for (const char c : *digits) value = value * 10 + static_cast<uint64_t>(c - '0');
  return value;
}

void read_repr(const Tree& t, const Attribute& a, Repr* repr) {
  if (!a.has_group) {
    repr->error = true;
    return;
  }
  for (const auto& [begin, end] : split_at_commas(t, a.group_begin, a.group_end)) {
    if (begin == end) continue;
    const std::string_view word = t.token_text(begin);
    uint32_t inside = skip_trivia(t, begin + 1, end);
    std::optional<uint64_t> number;
    const bool has_arguments = inside < end && t.token_kind(inside) == T::LParen;
    if (has_arguments) number = number_in(t, inside + 1, end);
    if (word == "C") {
      repr->c = true;
    } else if (word == "Rust") {
    } else if (word == "transparent") {
      repr->transparent = true;
    } else if (word == "simd") {
      repr->simd = true;
    } else if (word == "packed" || word == "align") {
      if ((has_arguments && !number) || (!has_arguments && word == "align")) {
        repr->error = true;
        continue;
      }
      const uint64_t value = number.value_or(1);
      if (value == 0 || (value & (value - 1)) != 0 || value > uint64_t{1} << 29) {
        repr->error = true;
        continue;
      }
      uint32_t& field = word == "packed" ? repr->pack : repr->align;
      // Of several packed the smallest counts, of several align the largest.
      if (word == "packed")
        field = field == 0 ? static_cast<uint32_t>(value) : std::min(field, static_cast<uint32_t>(value));
      else
        field = std::max(field, static_cast<uint32_t>(value));
    } else if (const std::optional<IntKind> kind = int_named(word); kind) {
      repr->integer = kind;
    } else {
      repr->error = true;
    }
  }
}

// Types of core whose field is a pattern type: the macro that makes it leaves only the type that it narrows. Values
// that are allowed, as unsigned bits of the field; the end before the start means a range that wraps around.
struct ValidRange {
  std::string_view name;
  uint64_t start;
  uint64_t end;       // when `all_ones_minus` is not set
  uint8_t end_below;  // 0: `end`; n: the largest value of the field, minus n - 1
};
constexpr ValidRange kValidRanges[] = {
    {"Nanoseconds", 0, 999'999'999, 0}, {"NonZeroU8Inner", 1, 0, 1},   {"NonZeroU16Inner", 1, 0, 1},
    {"NonZeroU32Inner", 1, 0, 1},       {"NonZeroU64Inner", 1, 0, 1},  {"NonZeroU128Inner", 1, 0, 1},
    {"NonZeroI8Inner", 1, 0, 1},        {"NonZeroI16Inner", 1, 0, 1},  {"NonZeroI32Inner", 1, 0, 1},
    {"NonZeroI64Inner", 1, 0, 1},       {"NonZeroI128Inner", 1, 0, 1}, {"NonZeroUsizeInner", 1, 0, 1},
    {"NonZeroIsizeInner", 1, 0, 1},     {"U32NotAllOnes", 0, 0, 2},    {"I32NotAllOnes", 0, 0, 2},
    {"U64NotAllOnes", 0, 0, 2},         {"I64NotAllOnes", 0, 0, 2},    {"NonZeroCharInner", 1, 0x10FFFF, 0},
    {"UsizeNoHighBit", 0, 0, 3},
};

Bits128 ones(uint32_t bits) {
  Bits128 b;
  b.lo = bits >= 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
  b.hi = bits <= 64 ? 0 : bits >= 128 ? UINT64_MAX : (uint64_t{1} << (bits - 64)) - 1;
  return b;
}

void add_valid_range(TypeContextState& s, DefRef ref, AdtInfo* info) {
  if (ref.crate != kCore) return;
  const CrateDefs& c = *s.crate(ref.crate);
  const DefId parent = c.defs[ref.def.value].parent;
  if (!parent || c.name_of(parent) != "niche_types") return;
  const std::string_view name = c.name_of(ref.def);
  for (const ValidRange& range : kValidRanges) {
    if (range.name != name) continue;
    if (info->variants.size() != 1 || info->variants[0].fields.size() != 1) return;
    TypeId& field = info->variants[0].fields[0].type;
    // From sources the field is a macro call; its type follows from the name.
    if (s.store.kind(field) == TypeKind::Unknown) {
      std::string lower;
      for (const char ch : name) lower.push_back(ch >= 'A' && ch <= 'Z' ? static_cast<char>(ch - 'A' + 'a') : ch);
      std::string_view of = lower;
      if (of.starts_with("nonzero")) of = of.substr(7);
      if (of.ends_with("inner")) of = of.substr(0, of.size() - 5);
      if (const size_t not_all = of.find("notallones"); not_all != std::string_view::npos) of = of.substr(0, not_all);
      if (of == "nanoseconds") of = "u32";
      if (of == "usizenohighbit") of = "usize";
      if (of == "char")
        field = s.store.character;
      else if (const std::optional<IntKind> kind = int_named(of); kind)
        field = s.store.integer(*kind);
    }
    uint32_t bits = 32;
    if (s.store.kind(field) == TypeKind::Int) bits = int_bits(s.store.int_kind(field), s.inputs.pointer_bits);
    info->repr.valid_start = Bits128{range.start, 0};
    Bits128 end{range.end, 0};
    if (range.end_below == 1) end = ones(bits);
    if (range.end_below == 2) {
      end = ones(bits);
      --end.lo;
    }
    if (range.end_below == 3) end = ones(bits - 1);
    info->repr.valid_end = end;
    return;
  }
}

}  // namespace

const AdtInfo& Items::adt(DefRef ref) {
  const auto [entry, fresh] = state_.adts.at(ref);
  if (!fresh) return entry->value;
  entry->value.unknown = true;  // seen while it is being made
  AdtInfo info;
  const Def* d = state_.def(ref);
  const Text text = d != nullptr ? text_of(ref) : Text();
  if (text.tree == nullptr || (d->kind != DefKind::Struct && d->kind != DefKind::Enum && d->kind != DefKind::Union)) {
    info.unknown = true;
    entry->value = std::move(info);
    return entry->value;
  }
  const Tree& t = *text.tree;
  const CrateDefs& c = *state_.crate(ref.crate);
  info.kind = d->kind;
  info.unknown = generics(ref).unknown || (d->flags & kDefUncertain) != 0 || state_.conditions.on(ref) ||
                 state_.conditions.inside(ref, Doubt::kInside | Doubt::kRepr);
  info.non_exhaustive = (d->flags & kDefNonExhaustive) != 0;
  const auto removed = [&](NodeId node) { return text.ref.source && c.is_removed(text.ref.source, node); };
  LowerScope scope;
  scope.text = text.ref;
  scope.owner = ref;

  const auto read_fields = [&](DefId owner, NodeId node, VariantInfo* v) {
    v->node = node;
    v->name = state_.store.name(c.name_of(owner));
    const NodeId list = t.child(node, Role::fields);
    v->ctor = !list                                ? CtorKind::Unit
              : t.kind(list) == N::TupleFieldList  ? CtorKind::Tuple
              : t.kind(list) == N::RecordFieldList ? CtorKind::Record
                                                   : CtorKind::Unit;
    std::vector<DefId> defs;
    for (const DefId child : c.children(owner))
      if (c.defs[child.value].kind == DefKind::Field) defs.push_back(child);
    size_t place = 0;
    for (NodeId f = list ? t.first_child(list) : NodeId(); f; f = t.next_sibling(f)) {
      if (t.kind(f) == N::Error || t.kind(f) == N::Missing) info.unknown = true;
      if (t.kind(f) != N::RecordField && t.kind(f) != N::TupleField) continue;
      if (removed(f)) continue;
      FieldInfo field;
      field.node = f;
      if (text.ref.source) {
        if (const DefId found = c.def_at(text.ref.source, f); found) field.def = {ref.crate, found};
      } else if (place < defs.size()) {
        field.def = {ref.crate, defs[place]};
      }
      const NodeId name = t.child(f, Role::name);
      const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
      field.name = slot == UINT32_MAX ? state_.store.name(std::to_string(place))
                                      : state_.store.name(bare_name(t.token_text(slot)));
      if (field.def) field.visibility = c.defs[field.def.def.value].visibility;
      field.type = Lowerer(state_, scope).type(t.child(f, Role::type));
      v->fields.push_back(field);
      ++place;
    }
  };

  if (d->kind == DefKind::Enum) {
    std::vector<DefId> defs;
    for (const DefId child : c.children(ref.def))
      if (c.defs[child.value].kind == DefKind::Variant) defs.push_back(child);
    const NodeId list = t.child(text.node, Role::variants);
    size_t place = 0;
    for (NodeId v = list ? t.first_child(list) : NodeId(); v; v = t.next_sibling(v)) {
      if (t.kind(v) == N::Error || t.kind(v) == N::Missing) info.unknown = true;
      if (t.kind(v) != N::Variant || removed(v)) continue;
      DefId id;
      if (text.ref.source)
        id = c.def_at(text.ref.source, v);
      else if (place < defs.size())
        id = defs[place];
      ++place;
      if (!id) {
        info.unknown = true;
        continue;
      }
      VariantInfo variant;
      variant.def = {ref.crate, id};
      read_fields(id, v, &variant);
      variant.discriminant = t.child(v, Role::discriminant);
      info.variants.push_back(std::move(variant));
    }
  } else {
    VariantInfo variant;
    variant.def = ref;
    read_fields(ref.def, text.node, &variant);
    info.variants.push_back(std::move(variant));
  }

  std::vector<Attribute> attributes;
  static const CfgSet kNoCfg;
  const CfgSet* cfg = ref.crate < state_.inputs.cfg.size() ? state_.inputs.cfg[ref.crate] : nullptr;
  read_attributes(t, text.node, cfg != nullptr ? *cfg : kNoCfg, &attributes);
  for (const Attribute& a : attributes) {
    if (a.name == "repr") read_repr(t, a, &info.repr);
    if (a.name == "rustc_scalable_vector") info.repr.scalable = true;
    if (a.name == "fundamental") info.is_fundamental = true;
    if (a.name == "rustc_nonnull_optimization_guaranteed") info.repr.nonnull_optimization_guaranteed = true;
    if (a.name == "rustc_layout_scalar_valid_range_start" || a.name == "rustc_layout_scalar_valid_range_end") {
      const std::optional<uint64_t> value = a.has_group ? number_in(t, a.group_begin, a.group_end) : std::nullopt;
      if (!value) {
        info.unknown = true;
        continue;
      }
      const Bits128 bits{*value, 0};
      (a.name.ends_with("start") ? info.repr.valid_start : info.repr.valid_end) = bits;
    }
  }
  add_valid_range(state_, ref, &info);

  switch (lang_of(ref)) {
    case LangItem::Box:
      info.is_box = true;
      info.is_fundamental = true;
      break;
    case LangItem::Pin:
      info.is_fundamental = true;
      break;
    case LangItem::PhantomData:
      info.is_phantom_data = true;
      break;
    case LangItem::ManuallyDrop:
      info.is_manually_drop = true;
      break;
    case LangItem::MaybeUninit:
      info.is_maybe_uninit = true;
      break;
    case LangItem::UnsafeCell:
      info.is_unsafe_cell = true;
      info.repr.no_niche = true;
      break;
    default:
      break;
  }
  entry->value = std::move(info);
  return entry->value;
}

namespace {
std::vector<AssocItem> items_in(TypeContextState& s, DefRef container) {
  std::vector<AssocItem> items;
  const CrateDefs& c = *s.crate(container.crate);
  for (const DefId child : c.children(container.def)) {
    const Def& d = c.defs[child.value];
    if (d.kind != DefKind::AssocFunction && d.kind != DefKind::AssocConst && d.kind != DefKind::AssocType) continue;
    items.push_back({{container.crate, child}, d.kind, s.store.name(c.text(d.name)), (d.flags & kDefHasBody) != 0});
  }
  return items;
}

// Whether a macro that stands among the items may have made more of them.
bool has_opaque_items(TypeContextState& s, const Items::Text& text) {
  const CrateDefs& c = *s.crate(text.ref.crate);
  if (!text.ref.source) return false;
  const Tree& t = *text.tree;
  const NodeId list = t.child(text.node, Role::items);
  for (NodeId each = list ? t.first_child(list) : NodeId(); each; each = t.next_sibling(each)) {
    if (t.kind(each) == N::Error) return true;
    if (t.kind(each) != N::MacroItem) continue;
    const NodeId call = t.child(each, Role::call);
    bool known = false;
    if (call)
      for (const uint32_t number : c.expansions_at(text.ref.source, call)) {
        const ExpansionState state = c.expansions[number].state;
        known = known || state == ExpansionState::Expanded || state == ExpansionState::Modelled;
      }
    if (!known) return true;
  }
  return false;
}
// Whether a model of a macro made the item: it need not look as it does there.
bool is_modelled(TypeContextState& s, const Items::Text& text) {
  if (!text.ref.source) return false;
  const CrateDefs& c = *s.crate(text.ref.crate);
  const ExpansionId made_by = c.sources[text.ref.source.value].expansion;
  return made_by && made_by.value < c.expansions.size() &&
         c.expansions[made_by.value].state == ExpansionState::Modelled;
}
}  // namespace

const ImplInfo& Items::impl(DefRef ref) {
  const auto [entry, fresh] = state_.impls.at(ref);
  if (!fresh) return entry->value;
  entry->value.unknown = true;
  ImplInfo info;
  info.self_type = state_.store.unknown;
  const Def* d = state_.def(ref);
  const Text text = d != nullptr ? text_of(ref) : Text();
  if (text.tree == nullptr || d->kind != DefKind::Impl) {
    info.unknown = true;
    entry->value = std::move(info);
    return entry->value;
  }
  const Tree& t = *text.tree;
  info.negative = (d->flags & kDefNegativeImpl) != 0;
  info.is_unsafe = (d->flags & kDefUnsafe) != 0;
  info.is_default = t.has_token(text.node, T::KwDefault);
  info.unknown = generics(ref).unknown || (d->flags & kDefUncertain) != 0 || state_.conditions.on(ref);
  info.items = items_in(state_, ref);
  info.self_type = type_of(ref);
  if (const NodeId trait = t.child(text.node, Role::trait); trait) {
    info.is_trait_impl = true;
    LowerScope scope;
    scope.text = text.ref;
    scope.owner = ref;
    std::vector<Predicate> extra;
    info.trait_ref = Lowerer(state_, scope).trait_ref(trait, info.self_type, &extra);
    if (!info.trait_ref) info.unknown = true;
  }
  for (NodeId a = t.first_child(text.node); a; a = t.next_sibling(a))
    if (t.kind(a) == N::Attr) {
      if (t.text(a).find("automatically_derived") != std::string_view::npos) info.automatically_derived = true;
      if (t.text(a).find("rustc_reservation_impl") != std::string_view::npos) info.reservation = true;
    }
  entry->value = std::move(info);
  return entry->value;
}

const TraitInfo& Items::trait(DefRef ref) {
  const auto [entry, fresh] = state_.trait_infos.at(ref);
  TraitInfo& info = entry->value;
  if (!fresh) return info;
  const Def* d = state_.def(ref);
  const Text text = d != nullptr ? text_of(ref) : Text();
  if (text.tree == nullptr || d->kind != DefKind::Trait) {
    info.unknown = true;
    return info;
  }
  const Tree& t = *text.tree;
  info.is_auto = t.has_token(text.node, T::KwAuto);
  info.is_unsafe = (d->flags & kDefUnsafe) != 0;
  info.is_const = t.has_token(text.node, T::KwConst);
  info.unknown = (d->flags & kDefUncertain) != 0 || state_.conditions.on(ref) || is_modelled(state_, text);
  info.unknown_items = has_opaque_items(state_, text) || state_.conditions.inside(ref);
  info.items = items_in(state_, ref);
  std::vector<Attribute> attributes;
  static const CfgSet kNoCfg;
  const CfgSet* cfg = ref.crate < state_.inputs.cfg.size() ? state_.inputs.cfg[ref.crate] : nullptr;
  read_attributes(t, text.node, cfg != nullptr ? *cfg : kNoCfg, &attributes);
  for (const Attribute& a : attributes) {
    if (a.name == "marker") info.is_marker = true;
    if (a.name == "fundamental") info.is_fundamental = true;
    if (a.name == "rustc_coinductive") info.is_coinductive = true;
    if (a.name == "rustc_specialization_trait") info.specialization = true;
    if (a.name == "rustc_deny_explicit_impl") info.deny_explicit_impl = true;
  }
  return info;
}

const std::vector<TraitRef>& Items::supertraits(DefRef ref) {
  const auto entry = state_.super_refs.at(ref).first;
  std::vector<TraitRef>& out = entry->value;
  if (entry->ready) return out;
  const TypeId self = state_.store.param(0, state_.store.name("Self"));
  std::vector<TraitRef> found;
  for (const Predicate& p : predicates(ref).own) {
    if (p.kind != Predicate::Kind::Trait) continue;
    const ListId args = state_.store.open_binder(p.trait_ref.args, {});
    const std::span<const GenericArg> view = state_.store.list_of(args);
    if (view.empty() || view[0] != GenericArg(self)) continue;
    found.push_back({p.trait_ref.trait, args});
  }
  out = std::move(found);
  // Asked while the predicates are being read, they are not all there yet.
  entry->ready = state_.predicates.at(ref).first->ready;
  return out;
}

// ---- Supertraits by definition ----

bool has_unseen_supertraits(TypeContextState& s, DefRef trait) {
  const std::vector<DefRef>& all = supertrait_defs(s, trait);
  return s.unseen_supertraits.contains(def_key(trait)) || std::any_of(all.begin(), all.end(), [&](DefRef each) {
           const TraitInfo& info = s.items.trait(each);
           return info.unknown || info.unknown_items;
         });
}

const std::vector<DefRef>& supertrait_defs(TypeContextState& s, DefRef trait) {
  const auto at = s.supertrait_defs.find(def_key(trait));
  if (at != s.supertrait_defs.end()) return at->second;
  std::vector<DefRef> all{trait};
  for (size_t i = 0; i < all.size() && all.size() < 4096; ++i) {
    const DefRef each = all[i];
    const Items::Text text = s.items.text_of(each);
    if (text.tree == nullptr) continue;
    const Tree& t = *text.tree;
    LowerScope scope;
    scope.text = text.ref;
    scope.owner = each;
    Lowerer lowerer(s, scope);
    const auto add = [&](NodeId list) {
      for (NodeId b = list ? t.first_child(list) : NodeId(); b; b = t.next_sibling(b)) {
        if (t.kind(b) != N::TraitBound || t.has_token(b, T::Question)) continue;
        bool unknown = false;
        const DefRef found = lowerer.trait_of(t.child(b, Role::path), &unknown);
        if (found && std::find(all.begin(), all.end(), found) == all.end()) all.push_back(found);
        if (!found) s.unseen_supertraits.insert(def_key(trait));
      }
    };
    add(t.child(text.node, Role::bounds));
    const NodeId where = t.child(text.node, Role::where_clause);
    for (NodeId w = where ? t.first_child(where) : NodeId(); w; w = t.next_sibling(w)) {
      const NodeId bounded = t.child(w, Role::type);
      if (bounded && t.kind(bounded) == N::PathType && t.text(bounded) == "Self") add(t.child(w, Role::bounds));
    }
  }
  return s.supertrait_defs.emplace(def_key(trait), std::move(all)).first->second;
}

}  // namespace rp
