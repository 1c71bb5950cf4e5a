#include <algorithm>

#include "types/type.h"

namespace rp {
namespace {

uint64_t mix(uint64_t hash, uint64_t word) {
  hash ^= word;
  hash *= 0x9E3779B97F4A7C15U;
  return hash ^ (hash >> 29);
}

uint32_t add_sizes(uint32_t a, uint32_t b) {
  return a > kMaxTypeSize || b > kMaxTypeSize - a ? kMaxTypeSize + 1 : a + b;
}

uint16_t inside(uint16_t binder, uint32_t binders) {
  return binder > binders ? static_cast<uint16_t>(binder - binders) : uint16_t{0};
}

}  // namespace

uint32_t int_bits(IntKind kind, uint32_t pointer_bits) {
  static constexpr uint32_t kBits[] = {8, 16, 32, 64, 128, 0};
  const uint32_t bits = kBits[static_cast<size_t>(kind) % 6];
  return bits == 0 ? pointer_bits : bits;
}

// ---- Tables ----

template <typename Equal>
uint32_t* TypeStore::find_slot(Table* table, uint64_t hash, Equal equal) {
  const auto mask = static_cast<uint32_t>(table->slots.size() - 1);
  for (auto at = static_cast<uint32_t>(hash >> 20) & mask;; at = (at + 1) & mask) {
    uint32_t& slot = table->slots[at];
    if (slot == 0 || equal(slot - 1)) return &slot;
  }
}

template <typename HashOf>
void TypeStore::grow(Table* table, uint32_t count, HashOf hash_of) {
  if (table->slots.size() > size_t{count} * 2) return;
  const size_t size = std::max<size_t>(64, table->slots.size() * 2);
  Buffer<uint32_t> slots;
  slots.resize(size);
  std::memset(slots.data(), 0, size * sizeof(uint32_t));
  table->slots.swap(slots);
  for (uint32_t i = 0; i < count; ++i) *find_slot(table, hash_of(i), [](uint32_t) { return false; }) = i + 1;
}

TypeId TypeStore::intern(TypeRow row) {
  if (row.depth > kMaxTypeDepth || row.size > kMaxTypeSize) return too_deep_;
  const auto hash = [](const TypeRow& r) {
    uint64_t h = mix(static_cast<uint64_t>(r.kind) << 8 | r.sub, r.a);
    h = mix(h, uint64_t{r.b} << 32 | r.c);
    return mix(h, r.d);
  };
  grow(&type_table_, static_cast<uint32_t>(types_.size()), [&](uint32_t i) { return hash(types_[i]); });
  uint32_t* slot = find_slot(&type_table_, hash(row), [&](uint32_t i) {
    const TypeRow& r = types_[i];
    return r.kind == row.kind && r.sub == row.sub && r.a == row.a && r.b == row.b && r.c == row.c && r.d == row.d;
  });
  if (*slot == 0) {
    types_.push_back(row);
    *slot = static_cast<uint32_t>(types_.size());
  }
  return TypeId(*slot - 1);
}

RegionId TypeStore::intern(RegionRow row) {
  const auto hash = [](const RegionRow& r) {
    uint64_t h = mix(static_cast<uint64_t>(r.kind), r.index);
    h = mix(h, uint64_t{r.depth} << 32 | r.name);
    return mix(h, uint64_t{r.owner.crate} << 32 | r.owner.def.value);
  };
  grow(&region_table_, static_cast<uint32_t>(regions_.size()), [&](uint32_t i) { return hash(regions_[i]); });
  uint32_t* slot = find_slot(&region_table_, hash(row), [&](uint32_t i) {
    const RegionRow& r = regions_[i];
    return r.kind == row.kind && r.index == row.index && r.depth == row.depth && r.name == row.name &&
           r.owner == row.owner;
  });
  if (*slot == 0) {
    regions_.push_back(row);
    *slot = static_cast<uint32_t>(regions_.size());
  }
  return RegionId(*slot - 1);
}

ConstId TypeStore::intern(ConstRow row) {
  const auto hash = [](const ConstRow& r) {
    uint64_t h = mix(static_cast<uint64_t>(r.kind), r.type.value);
    h = mix(h, uint64_t{r.index} << 32 | r.depth);
    h = mix(h, uint64_t{r.def.crate} << 32 | r.def.def.value);
    h = mix(h, r.args.value);
    return mix(mix(h, r.bits.lo), r.bits.hi);
  };
  grow(&const_table_, static_cast<uint32_t>(consts_.size()), [&](uint32_t i) { return hash(consts_[i]); });
  uint32_t* slot = find_slot(&const_table_, hash(row), [&](uint32_t i) {
    const ConstRow& r = consts_[i];
    return r.kind == row.kind && r.type == row.type && r.index == row.index && r.depth == row.depth &&
           r.def == row.def && r.args == row.args && r.bits == row.bits;
  });
  if (*slot == 0) {
    consts_.push_back(row);
    *slot = static_cast<uint32_t>(consts_.size());
  }
  return ConstId(*slot - 1);
}

ListId TypeStore::intern_words(std::span<const GenericArg> words, bool are_args) {
  const auto hash = [](const GenericArg* first, size_t count, bool args) {
    uint64_t h = mix(args ? 7 : 3, count);
    for (size_t i = 0; i < count; ++i) h = mix(h, first[i].raw());
    return h;
  };
  grow(&list_table_, static_cast<uint32_t>(lists_.size()),
       [&](uint32_t i) { return hash(words_.data() + lists_[i].start, lists_[i].count, lists_[i].are_args); });
  uint32_t* slot = find_slot(&list_table_, hash(words.data(), words.size(), are_args), [&](uint32_t i) {
    const ListRow& r = lists_[i];
    return r.are_args == are_args && r.count == words.size() &&
           std::equal(words.begin(), words.end(), words_.data() + r.start);
  });
  if (*slot != 0) return ListId(*slot - 1);
  ListRow row{};
  row.start = static_cast<uint32_t>(words_.size());
  row.count = static_cast<uint32_t>(words.size());
  row.are_args = are_args;
  TypeRow sum{};
  if (are_args)
    for (const GenericArg arg : words) add_arg(&sum, arg);
  row.flags = sum.flags;
  row.binder = sum.binder;
  row.depth = sum.depth;
  row.size = sum.size;
  // The words may be a part of words_ themselves.
  const std::vector<GenericArg> copy(words.begin(), words.end());
  for (const GenericArg word : copy) words_.push_back(word);
  lists_.push_back(row);
  *slot = static_cast<uint32_t>(lists_.size());
  return ListId(*slot - 1);
}

uint16_t TypeStore::arg_flags(GenericArg arg) const {
  if (!arg.valid()) return 0;
  switch (arg.kind()) {
    case GenericArg::Kind::Type:
      return types_[arg.type().value].flags;
    case GenericArg::Kind::Const:
      return consts_[arg.constant().value].flags;
    case GenericArg::Kind::Region:
      break;
  }
  switch (regions_[arg.region().value].kind) {
    case RegionKind::Erased:
    case RegionKind::Bound:
      return 0;
    case RegionKind::Infer:
      return kHasRegions | kHasInfer;
    case RegionKind::Placeholder:
      return kHasRegions | kHasPlaceholder;
    default:
      return kHasRegions;
  }
}

uint32_t TypeStore::arg_binder(GenericArg arg) const {
  if (!arg.valid()) return 0;
  switch (arg.kind()) {
    case GenericArg::Kind::Type:
      return types_[arg.type().value].binder;
    case GenericArg::Kind::Const:
      return consts_[arg.constant().value].binder;
    case GenericArg::Kind::Region:
      break;
  }
  const RegionRow& r = regions_[arg.region().value];
  return r.kind == RegionKind::Bound ? r.depth + 1 : 0;
}

void TypeStore::add_arg(TypeRow* row, GenericArg arg) const {
  if (!arg.valid()) return;
  row->flags = static_cast<uint16_t>(row->flags | arg_flags(arg));
  row->binder = std::max(row->binder, static_cast<uint16_t>(std::min<uint32_t>(arg_binder(arg), UINT16_MAX)));
  uint16_t depth = 0;
  uint32_t size = 1;
  if (arg.is_type()) {
    depth = types_[arg.type().value].depth;
    size = types_[arg.type().value].size;
  } else if (arg.is_const()) {
    depth = consts_[arg.constant().value].term_depth;
  }
  row->depth = std::max(row->depth, depth);
  row->size = add_sizes(row->size, size);
}

// Adds what is in a list that stands under `binders` binders of the row.
void TypeStore::add_list(TypeRow* row, ListId list, uint32_t binders) const {
  const ListRow& l = lists_[list.value];
  row->flags = static_cast<uint16_t>(row->flags | l.flags);
  row->binder = std::max(row->binder, inside(l.binder, binders));
  row->depth = std::max(row->depth, l.depth);
  row->size = add_sizes(row->size, l.size);
}

// ---- Making ----

TypeStore::TypeStore() {
  const auto simple = [&](TypeKind kind, uint8_t sub, uint16_t flags) {
    TypeRow row{};
    row.kind = kind;
    row.sub = sub;
    row.flags = flags;
    row.size = 1;
    row.depth = 1;
    return intern(row);
  };
  unknown = simple(TypeKind::Unknown, 0, kHasUnknown);
  too_deep_ = simple(TypeKind::Unknown, 1, kHasUnknown | kTooDeep);
  error = simple(TypeKind::Error, 0, kHasUnknown | kHasError);
  never = simple(TypeKind::Never, 0, 0);
  boolean = simple(TypeKind::Bool, 0, 0);
  character = simple(TypeKind::Char, 0, 0);
  str = simple(TypeKind::Str, 0, 0);
  for (uint8_t i = 0; i < 12; ++i) ints_[i] = simple(TypeKind::Int, i, 0);
  for (uint8_t i = 0; i < 4; ++i) floats_[i] = simple(TypeKind::Float, i, 0);
  empty_list = intern_words({}, true);
  unit = tuple_of_list(empty_list);
  erased = intern(RegionRow{RegionKind::Erased, 0, 0, 0, {}});
  static_region = intern(RegionRow{RegionKind::Static, 0, 0, 0, {}});
  unknown_region = intern(RegionRow{RegionKind::Unknown, 0, 0, 0, {}});
  ConstRow c{};
  c.flags = kHasUnknown;
  c.type = unknown;
  c.term_depth = 1;
  c.args = empty_list;
  unknown_const = intern(c);
  c.kind = ConstKind::Error;
  c.flags = kHasUnknown | kHasError;
  error_const = intern(c);
}

TypeId TypeStore::primitive(uint32_t i) const {
  switch (i) {
    case 0:
      return boolean;
    case 1:
      return character;
    case 2:
      return str;
    default:
      break;
  }
  if (i < 15) return ints_[i - 3];
  return i < 19 ? floats_[i - 15] : unknown;
}

namespace {
template <typename Row>
Row make_row(TypeKind kind) {
  Row row{};
  row.kind = kind;
  row.size = 1;
  return row;
}
}  // namespace

TypeId TypeStore::adt(DefRef def, ListId args) {
  auto row = make_row<TypeRow>(TypeKind::Adt);
  row.a = def.crate;
  row.b = def.def.value;
  row.c = args.value;
  add_list(&row, args, 0);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::foreign(DefRef def) {
  auto row = make_row<TypeRow>(TypeKind::Foreign);
  row.a = def.crate;
  row.b = def.def.value;
  row.c = empty_list.value;
  row.depth = 1;
  return intern(row);
}

TypeId TypeStore::array(TypeId element, ConstId length) {
  auto row = make_row<TypeRow>(TypeKind::Array);
  row.a = element.value;
  row.b = length.value;
  add_arg(&row, element);
  add_arg(&row, length);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::slice(TypeId element) {
  auto row = make_row<TypeRow>(TypeKind::Slice);
  row.a = element.value;
  add_arg(&row, element);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::raw_pointer(TypeId element, bool is_mut) {
  auto row = make_row<TypeRow>(TypeKind::RawPtr);
  row.a = element.value;
  row.sub = is_mut;
  add_arg(&row, element);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::reference(RegionId region, TypeId element, bool is_mut) {
  auto row = make_row<TypeRow>(TypeKind::Ref);
  row.a = element.value;
  row.b = region.value;
  row.sub = is_mut;
  add_arg(&row, element);
  add_arg(&row, region);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::tuple(std::span<const TypeId> elements) { return tuple_of_list(type_list(elements)); }

TypeId TypeStore::tuple_of_list(ListId elements) {
  auto row = make_row<TypeRow>(TypeKind::Tuple);
  row.c = elements.value;
  add_list(&row, elements, 0);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::fn_def(DefRef def, ListId args) {
  auto row = make_row<TypeRow>(TypeKind::FnDef);
  row.a = def.crate;
  row.b = def.def.value;
  row.c = args.value;
  add_list(&row, args, 0);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::fn_pointer(std::span<const TypeId> inputs_and_output, bool is_unsafe, bool is_variadic, Abi abi,
                             uint32_t bound) {
  const ListId list = type_list(inputs_and_output);
  auto row = make_row<TypeRow>(TypeKind::FnPtr);
  row.sub = static_cast<uint8_t>((is_unsafe ? 1 : 0) | (is_variadic ? 2 : 0));
  row.b = static_cast<uint32_t>(abi);
  row.c = list.value;
  row.d = bound;
  add_list(&row, list, 1);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::dyn(std::span<const DynPredicate> predicates, RegionId region, uint32_t bound) {
  auto row = make_row<TypeRow>(TypeKind::Dyn);
  std::vector<GenericArg> words;
  for (const DynPredicate& p : predicates) {
    words.push_back(GenericArg::from_raw(static_cast<uint32_t>(p.kind)));
    words.push_back(GenericArg::from_raw(p.def.crate));
    words.push_back(GenericArg::from_raw(p.def.def.value));
    words.push_back(GenericArg::from_raw(p.args.value));
    words.push_back(p.term);
    add_list(&row, p.args, 1);
    TypeRow term{};
    add_arg(&term, p.term);
    row.flags = static_cast<uint16_t>(row.flags | term.flags);
    row.binder = std::max(row.binder, inside(term.binder, 1));
    row.depth = std::max(row.depth, term.depth);
    row.size = add_sizes(row.size, term.size);
  }
  row.b = region.value;
  row.c = intern_words(words, false).value;
  row.d = bound;
  add_arg(&row, region);
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::closure(SiteId site, DefRef body, ListId args, bool coroutine) {
  auto row = make_row<TypeRow>(coroutine ? TypeKind::Coroutine : TypeKind::Closure);
  row.a = body.crate;
  row.b = body.def.value;
  row.c = args.value;
  row.d = site.value;
  add_list(&row, args, 0);
  row.flags |= kHasClosure;
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::param(uint32_t index, NameId name) {
  auto row = make_row<TypeRow>(TypeKind::Param);
  row.a = index;
  row.b = name.value;
  row.flags = kHasParam;
  row.depth = 1;
  return intern(row);
}

TypeId TypeStore::bound(uint32_t depth, uint32_t index) {
  auto row = make_row<TypeRow>(TypeKind::Bound);
  row.a = index;
  row.b = depth;
  row.binder = static_cast<uint16_t>(std::min<uint32_t>(depth + 1, UINT16_MAX));
  row.depth = 1;
  return intern(row);
}

TypeId TypeStore::placeholder(uint32_t universe, uint32_t index) {
  auto row = make_row<TypeRow>(TypeKind::Placeholder);
  row.a = index;
  row.b = universe;
  row.flags = kHasPlaceholder;
  row.depth = 1;
  return intern(row);
}

TypeId TypeStore::infer(uint32_t index, InferKind kind) {
  auto row = make_row<TypeRow>(TypeKind::Infer);
  row.a = index;
  row.sub = static_cast<uint8_t>(kind);
  row.flags = kHasInfer;
  row.depth = 1;
  return intern(row);
}

TypeId TypeStore::projection(DefRef assoc, ListId args) {
  auto row = make_row<TypeRow>(TypeKind::Projection);
  row.a = assoc.crate;
  row.b = assoc.def.value;
  row.c = args.value;
  add_list(&row, args, 0);
  row.flags |= kHasAlias;
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::opaque(DefRef owner, uint32_t ordinal, ListId args) {
  auto row = make_row<TypeRow>(TypeKind::Opaque);
  row.a = owner.crate;
  row.b = owner.def.value;
  row.c = args.value;
  row.d = ordinal;
  add_list(&row, args, 0);
  row.flags |= kHasAlias | kHasOpaque;
  ++row.depth;
  return intern(row);
}

TypeId TypeStore::pattern(TypeId base, Bits128 start, Bits128 end) {
  std::vector<GenericArg> words;
  for (const uint64_t half : {start.lo, start.hi, end.lo, end.hi}) {
    words.push_back(GenericArg::from_raw(static_cast<uint32_t>(half)));
    words.push_back(GenericArg::from_raw(static_cast<uint32_t>(half >> 32)));
  }
  auto row = make_row<TypeRow>(TypeKind::Pattern);
  row.a = base.value;
  row.c = intern_words(words, false).value;
  add_arg(&row, base);
  ++row.depth;
  return intern(row);
}

RegionId TypeStore::early_region(uint32_t index, NameId name) {
  return intern(RegionRow{RegionKind::EarlyParam, index, 0, name.value, {}});
}
RegionId TypeStore::bound_region(uint32_t depth, uint32_t index) {
  return intern(RegionRow{RegionKind::Bound, index, depth, 0, {}});
}
RegionId TypeStore::late_region(DefRef owner, uint32_t index, NameId name) {
  return intern(RegionRow{RegionKind::LateParam, index, 0, name.value, owner});
}
RegionId TypeStore::infer_region(uint32_t index) { return intern(RegionRow{RegionKind::Infer, index, 0, 0, {}}); }
RegionId TypeStore::placeholder_region(uint32_t universe, uint32_t index) {
  return intern(RegionRow{RegionKind::Placeholder, index, universe, 0, {}});
}

ConstId TypeStore::value(TypeId type, Bits128 bits) {
  ConstRow row{};
  row.kind = ConstKind::Value;
  row.type = type;
  row.bits = bits;
  row.args = empty_list;
  row.term_depth = 1;
  return intern(row);
}
ConstId TypeStore::const_param(uint32_t index, NameId name, TypeId type) {
  ConstRow row{};
  row.kind = ConstKind::Param;
  row.type = type;
  row.index = index;
  row.depth = name.value;
  row.flags = kHasParam | kHasConstParam;
  row.args = empty_list;
  row.term_depth = 1;
  return intern(row);
}
ConstId TypeStore::const_infer(uint32_t index, TypeId type) {
  ConstRow row{};
  row.kind = ConstKind::Infer;
  row.type = type;
  row.index = index;
  row.flags = kHasInfer;
  row.args = empty_list;
  row.term_depth = 1;
  return intern(row);
}
ConstId TypeStore::const_placeholder(uint32_t universe, uint32_t index, TypeId type) {
  ConstRow row{};
  row.kind = ConstKind::Placeholder;
  row.type = type;
  row.index = index;
  row.depth = universe;
  row.flags = kHasPlaceholder;
  row.args = empty_list;
  row.term_depth = 1;
  return intern(row);
}
ConstId TypeStore::const_bound(uint32_t depth, uint32_t index, TypeId type) {
  ConstRow row{};
  row.kind = ConstKind::Bound;
  row.type = type;
  row.index = index;
  row.depth = depth;
  row.binder = static_cast<uint16_t>(std::min<uint32_t>(depth + 1, UINT16_MAX));
  row.args = empty_list;
  row.term_depth = 1;
  return intern(row);
}
ConstId TypeStore::unevaluated(DefRef def, SiteId site, ListId args, TypeId type) {
  ConstRow row{};
  row.kind = ConstKind::Unevaluated;
  row.type = type;
  row.index = site.value;
  row.def = def;
  row.args = args;
  TypeRow sum{};
  add_list(&sum, args, 0);
  row.flags = static_cast<uint16_t>(sum.flags | kHasAlias);
  row.binder = sum.binder;
  row.term_depth = static_cast<uint16_t>(sum.depth + 1);
  if (row.term_depth > kMaxTypeDepth) return unknown_const;
  return intern(row);
}

ListId TypeStore::list(std::span<const GenericArg> args) { return intern_words(args, true); }

ListId TypeStore::type_list(std::span<const TypeId> types) {
  std::vector<GenericArg> args(types.begin(), types.end());
  return intern_words(args, true);
}

SiteId TypeStore::site(const Site& place) {
  const auto hash = [](const Site& s) {
    uint64_t h = mix(s.text.crate, uint64_t{s.text.source.value} << 32 | s.text.signature_of.value);
    return mix(h, s.node.value);
  };
  grow(&site_table_, static_cast<uint32_t>(sites_.size()), [&](uint32_t i) { return hash(sites_[i]); });
  uint32_t* slot = find_slot(&site_table_, hash(place), [&](uint32_t i) { return sites_[i] == place; });
  if (*slot == 0) {
    sites_.push_back(place);
    *slot = static_cast<uint32_t>(sites_.size());
  }
  return SiteId(*slot - 1);
}

// ---- Taking apart ----

TypeStore::Range TypeStore::pattern_range(TypeId t) const {
  const std::span<const GenericArg> w = list_of(arg_list(t));
  const auto half = [&](size_t i) { return uint64_t{w[i].raw()} | uint64_t{w[i + 1].raw()} << 32; };
  return {{half(0), half(2)}, {half(4), half(6)}};
}

TypeStore::Signature TypeStore::signature(TypeId t) const {
  const TypeRow& row = types_[t.value];
  const std::span<const GenericArg> all = list_of(ListId(row.c));
  Signature s;
  s.inputs = all.first(all.size() - 1);
  s.output = all.back().type();
  s.is_unsafe = (row.sub & 1) != 0;
  s.is_variadic = (row.sub & 2) != 0;
  s.abi = static_cast<Abi>(row.b);
  s.bound = row.d;
  return s;
}

std::vector<DynPredicate> TypeStore::dyn_predicates(TypeId t) const {
  const std::span<const GenericArg> w = list_of(ListId(types_[t.value].c));
  std::vector<DynPredicate> out;
  for (size_t i = 0; i + 5 <= w.size(); i += 5) {
    DynPredicate p;
    p.kind = static_cast<DynPredicate::Kind>(w[i].raw());
    p.def = {w[i + 1].raw(), DefId(w[i + 2].raw())};
    p.args = ListId(w[i + 3].raw());
    p.term = w[i + 4];
    out.push_back(p);
  }
  return out;
}

size_t TypeStore::memory_bytes() const {
  return types_.bytes() + regions_.capacity() * sizeof(RegionRow) + consts_.capacity() * sizeof(ConstRow) +
         lists_.bytes() + words_.bytes() + sites_.capacity() * sizeof(Site) + type_table_.slots.bytes() +
         region_table_.slots.bytes() + const_table_.slots.bytes() + list_table_.slots.bytes() +
         site_table_.slots.bytes();
}

// ---- Folding ----

namespace {
// A type larger than this is folded once for each number of binders.
constexpr uint32_t kMemoSize = 24;
}  // namespace

TypeId TermFolder::fold(TypeId t) {
  const TypeStore::TypeRow& row = store_.types_[t.value];
  if (!may_change(row.flags, row.binder)) return t;
  const uint64_t key = uint64_t{t.value} << 32 | binders_;
  const bool memo = row.size > kMemoSize;
  if (memo)
    if (const auto at = memo_.find(key); at != memo_.end()) return at->second;
  TypeId result = fold_type(t);
  if (!result) result = rebuilt(fold_parts(t));
  if (memo) memo_.emplace(key, result);
  return result;
}

TypeId TermFolder::fold_parts(TypeId t) {
  const TypeStore::TypeRow row = store_.types_[t.value];
  switch (row.kind) {
    case TypeKind::Array: {
      const TypeId element = fold(TypeId(row.a));
      return store_.array(element, fold(ConstId(row.b)));
    }
    case TypeKind::Slice:
      return store_.slice(fold(TypeId(row.a)));
    case TypeKind::RawPtr:
      return store_.raw_pointer(fold(TypeId(row.a)), row.sub != 0);
    case TypeKind::Ref: {
      const RegionId region = fold_region(RegionId(row.b));
      return store_.reference(region, fold(TypeId(row.a)), row.sub != 0);
    }
    case TypeKind::Pattern: {
      const TypeStore::Range range = store_.pattern_range(t);
      return store_.pattern(fold(TypeId(row.a)), range.start, range.end);
    }
    case TypeKind::Adt:
    case TypeKind::Tuple:
    case TypeKind::FnDef:
    case TypeKind::Closure:
    case TypeKind::Coroutine:
    case TypeKind::Projection:
    case TypeKind::Opaque: {
      const ListId args = fold(ListId(row.c));
      if (args.value == row.c) return t;
      const DefRef def{row.a, DefId(row.b)};
      switch (row.kind) {
        case TypeKind::Adt:
          return store_.adt(def, args);
        case TypeKind::Tuple:
          return store_.tuple_of_list(args);
        case TypeKind::FnDef:
          return store_.fn_def(def, args);
        case TypeKind::Projection:
          return store_.projection(def, args);
        case TypeKind::Opaque:
          return store_.opaque(def, row.d, args);
        default:
          return store_.closure(SiteId(row.d), def, args, row.kind == TypeKind::Coroutine);
      }
    }
    case TypeKind::FnPtr: {
      ++binders_;
      const ListId list = fold(ListId(row.c));
      --binders_;
      if (list.value == row.c) return t;
      std::vector<TypeId> types;
      for (const GenericArg arg : store_.list_of(list)) types.push_back(arg.type());
      return store_.fn_pointer(types, (row.sub & 1) != 0, (row.sub & 2) != 0, static_cast<Abi>(row.b), row.d);
    }
    case TypeKind::Dyn: {
      std::vector<DynPredicate> predicates = store_.dyn_predicates(t);
      ++binders_;
      for (DynPredicate& p : predicates) {
        p.args = fold(p.args);
        if (p.term.valid()) p.term = fold(p.term);
      }
      --binders_;
      const RegionId region = fold_region(RegionId(row.b));
      return store_.dyn(predicates, region, row.d);
    }
    default:
      return t;
  }
}

ConstId TermFolder::fold(ConstId c) {
  if (!may_change(store_.flags(c), store_.outer_binder(c))) return c;
  const ConstId result = fold_const(c);
  return result ? result : fold_parts(c);
}

ConstId TermFolder::fold_parts(ConstId c) {
  if (store_.kind(c) != ConstKind::Unevaluated) return c;
  const TypeStore::ConstRow row = store_.consts_[c.value];
  const ListId args = fold(row.args);
  return args == row.args ? c : store_.unevaluated(row.def, SiteId(row.index), args, row.type);
}

GenericArg TermFolder::fold(GenericArg arg) {
  switch (arg.kind()) {
    case GenericArg::Kind::Type:
      return fold(arg.type());
    case GenericArg::Kind::Region:
      return fold_region(arg.region());
    case GenericArg::Kind::Const:
      return fold(arg.constant());
  }
  return arg;
}

ListId TermFolder::fold(ListId list) {
  const TypeStore::ListRow& row = store_.lists_[list.value];
  if (!may_change(row.flags, row.binder) || !row.are_args) return list;
  const std::span<const GenericArg> view = store_.list_of(list);
  // Folding makes terms, which may move the list.
  GenericArg few[8];
  std::vector<GenericArg> many;
  const size_t count = view.size();
  GenericArg* args = few;
  if (count > std::size(few)) {
    many.assign(view.begin(), view.end());
    args = many.data();
  } else {
    std::copy(view.begin(), view.end(), few);
  }
  for (size_t i = 0; i < count; ++i)
    if (args[i].valid()) args[i] = fold(args[i]);
  return store_.list({args, count});
}

namespace {

class Shifter final : public TermFolder {
 public:
  Shifter(TypeStore& store, uint32_t by) : TermFolder(store), by_(by) {}

 protected:
  [[nodiscard]] bool may_change(uint16_t, uint32_t binder) const override { return binder > binders(); }
  TypeId fold_type(TypeId t) override {
    if (store_.kind(t) != TypeKind::Bound || store_.depth(t) < binders_) return {};
    return store_.bound(store_.depth(t) + by_, store_.index(t));
  }
  RegionId fold_region(RegionId r) override {
    if (store_.kind(r) != RegionKind::Bound || store_.depth(r) < binders_) return r;
    return store_.bound_region(store_.depth(r) + by_, store_.index(r));
  }
  ConstId fold_const(ConstId c) override {
    if (store_.kind(c) != ConstKind::Bound || store_.depth(c) < binders_) return {};
    return store_.const_bound(store_.depth(c) + by_, store_.index(c), store_.type_of(c));
  }

 private:
  uint32_t by_;
};

GenericArg shifted(TypeStore& store, GenericArg arg, uint32_t by) {
  if (by == 0 || store.arg_binder(arg) == 0) return arg;
  return Shifter(store, by).fold(arg);
}

class Substituter final : public TermFolder {
 public:
  Substituter(TypeStore& store, std::span<const GenericArg> args)
      : TermFolder(store), args_(args.begin(), args.end()) {}

 protected:
  [[nodiscard]] bool may_change(uint16_t flags, uint32_t) const override {
    return (flags & (kHasParam | kHasRegions)) != 0;
  }
  TypeId fold_type(TypeId t) override {
    if (store_.kind(t) != TypeKind::Param) return {};
    const uint32_t i = store_.index(t);
    if (i >= args_.size() || !args_[i].is_type()) return t;
    return shifted(store_, args_[i], binders_).type();
  }
  RegionId fold_region(RegionId r) override {
    if (store_.kind(r) != RegionKind::EarlyParam) return r;
    const uint32_t i = store_.index(r);
    if (i >= args_.size() || !args_[i].is_region()) return r;
    return shifted(store_, args_[i], binders_).region();
  }
  ConstId fold_const(ConstId c) override {
    if (store_.kind(c) != ConstKind::Param) return {};
    const uint32_t i = store_.index(c);
    if (i >= args_.size() || !args_[i].is_const()) return c;
    return shifted(store_, args_[i], binders_).constant();
  }

 private:
  std::vector<GenericArg> args_;  // a copy: the caller's may lie in the store
};

class Eraser final : public TermFolder {
 public:
  using TermFolder::TermFolder;

 protected:
  [[nodiscard]] bool may_change(uint16_t flags, uint32_t binder) const override {
    return (flags & kHasRegions) != 0 || binder > binders();
  }
  RegionId fold_region(RegionId r) override {
    if (store_.kind(r) == RegionKind::Bound && store_.depth(r) < binders_) return r;
    return store_.erased;
  }
};

class Opener final : public TermFolder {
 public:
  Opener(TypeStore& store, std::span<const GenericArg> values)
      : TermFolder(store), values_(values.begin(), values.end()) {}

 protected:
  [[nodiscard]] bool may_change(uint16_t, uint32_t binder) const override { return binder > binders(); }
  TypeId fold_type(TypeId t) override {
    if (store_.kind(t) != TypeKind::Bound || store_.depth(t) < binders_) return {};
    const uint32_t depth = store_.depth(t), i = store_.index(t);
    if (depth > binders_) return store_.bound(depth - 1, i);
    if (i >= values_.size() || !values_[i].is_type()) return store_.unknown;
    return shifted(store_, values_[i], binders_).type();
  }
  RegionId fold_region(RegionId r) override {
    if (store_.kind(r) != RegionKind::Bound || store_.depth(r) < binders_) return r;
    const uint32_t depth = store_.depth(r), i = store_.index(r);
    if (depth > binders_) return store_.bound_region(depth - 1, i);
    if (i >= values_.size() || !values_[i].is_region()) return store_.erased;
    return shifted(store_, values_[i], binders_).region();
  }
  ConstId fold_const(ConstId c) override {
    if (store_.kind(c) != ConstKind::Bound || store_.depth(c) < binders_) return {};
    const uint32_t depth = store_.depth(c), i = store_.index(c);
    if (depth > binders_) return store_.const_bound(depth - 1, i, store_.type_of(c));
    if (i >= values_.size() || !values_[i].is_const()) return store_.unknown_const;
    return shifted(store_, values_[i], binders_).constant();
  }

 private:
  std::vector<GenericArg> values_;
};

}  // namespace

TypeId TypeStore::substitute(TypeId t, std::span<const GenericArg> args) {
  if (!has(t, kHasParam | kHasRegions) || args.empty()) return t;
  return Substituter(*this, args).fold(t);
}
ListId TypeStore::substitute(ListId list, std::span<const GenericArg> args) {
  if ((list_flags(list) & (kHasParam | kHasRegions)) == 0 || args.empty()) return list;
  return Substituter(*this, args).fold(list);
}
ConstId TypeStore::substitute(ConstId c, std::span<const GenericArg> args) { return Substituter(*this, args).fold(c); }
RegionId TypeStore::substitute(RegionId r, std::span<const GenericArg> args) {
  return Substituter(*this, args).fold(r);
}
GenericArg TypeStore::substitute(GenericArg arg, std::span<const GenericArg> args) {
  return arg.valid() ? Substituter(*this, args).fold(arg) : arg;
}
TypeId TypeStore::erase_regions(TypeId t) { return Eraser(*this).fold(t); }
ListId TypeStore::erase_regions(ListId list) { return Eraser(*this).fold(list); }
TypeId TypeStore::open_binder(TypeId t, std::span<const GenericArg> values) { return Opener(*this, values).fold(t); }
ListId TypeStore::open_binder(ListId list, std::span<const GenericArg> values) {
  return Opener(*this, values).fold(list);
}
TypeId TypeStore::shift(TypeId t, uint32_t by) { return by == 0 ? t : Shifter(*this, by).fold(t); }

}  // namespace rp
