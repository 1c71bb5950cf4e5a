#include "layout/layouts.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace rp::layout {
namespace {

unsigned log2_size(unsigned bytes) {
  unsigned log = 0;
  while ((1U << log) < bytes) ++log;
  return log;
}

}  // namespace

struct Layouts::Generic {
  std::map<std::pair<TypeId, ParamEnvId>, Slot> slots;
  std::unordered_map<uint64_t, std::unique_ptr<AdtFacts>> adts;
};

Layouts::Layouts(TypeContext& context, const DataLayout& data)
    : context_(context),
      store_(context.store()),
      table_(data),
      algorithm_(table_),
      generic_(std::make_unique<Generic>()) {
  for (unsigned log = 0; log < 5; ++log) {
    ints_[log][0] = algorithm_.integer(1U << log, false);
    ints_[log][1] = algorithm_.integer(1U << log, true);
  }
  for (unsigned i = 0; i < 4; ++i) floats_[i] = algorithm_.floating(2U << i);
  bool_ = algorithm_.boolean();
  char_ = algorithm_.character();
  never_ = algorithm_.never();
  unit_ = algorithm_.unit();
  unsized_unit_ = algorithm_.unit(false);
  raw_pointer_ = algorithm_.raw_pointer();
  reference_ = algorithm_.reference();
  function_pointer_ = algorithm_.function_pointer();
  length_ = ints_[log2_size(data.pointer_size)][0];
  str_ = algorithm_.slice(ints_[0][0]);
  context_.set_layout_oracle(this);
}

Layouts::~Layouts() { context_.set_layout_oracle(nullptr); }

// --- Asking -----------------------------------------------------------------------------------------------------

LayoutAnswer Layouts::of(TypeId type, ParamEnvId env) {
  type = store_.erase_regions(type);
  if (store_.has(type, kHasAlias)) {
    type = store_.erase_regions(context_.traits().normalize(type, env, true));
  }
  return compute(type, env);
}

LayoutAnswer Layouts::of_definition(DefRef def) {
  const TypeId type = context_.items().type_of(def);
  if (!store_.has(type, kHasParam)) return of(type);
  return of(type, context_.traits().env_of(def));
}

TypeId Layouts::field_type(const FieldInfo& field, std::span<const GenericArg> args, ParamEnvId env) {
  return store_.erase_regions(context_.field_type(field, args, env, true));
}

std::optional<LayoutOracle::SizeAlign> Layouts::size_align(TypeId type, ParamEnvId env) {
  const LayoutAnswer layout = of(type, env);
  if (!layout || !table_[layout.layout].sized) return std::nullopt;
  return SizeAlign{table_[layout.layout].size, table_[layout.layout].align};
}

Layouts::Slot* Layouts::slot(TypeId type, ParamEnvId env) {
  if (store_.has(type, kHasParam)) return &generic_->slots[{type, env}];
  if (type.value >= slots_.size()) slots_.resize(std::max<size_t>(type.value + 1, slots_.size() * 2));
  return &slots_[type.value];
}

// `type` is normalised and has no regions.
LayoutAnswer Layouts::compute(TypeId type, ParamEnvId env) {
  if (!store_.has(type, kHasParam)) env = ParamEnvId(0);
  Slot* at = slot(type, env);
  if (at->state == Slot::State::Done) return at->answer;
  if (at->state == Slot::State::Busy) return fail(LayoutError::Infinite, type);
  if (depth_ >= kMaxLayoutDepth) {
    cut_off_ = true;
    return fail(LayoutError::TooDeep, type);
  }
  at->state = Slot::State::Busy;
  if (depth_++ == 0) cut_off_ = false;
  LayoutAnswer answer;
  try {
    answer = uncached(type, env);
  } catch (...) {
    --depth_;
    slot(type, env)->state = Slot::State::New;
    throw;
  }
  --depth_;
  at = slot(type, env);  // the table may have grown
  // What failed at the limit may succeed when it is asked for by itself.
  const bool keep = depth_ == 0 || !cut_off_ || answer;
  at->state = keep ? Slot::State::Done : Slot::State::New;
  if (keep) at->answer = answer;
  return answer;
}

LayoutAnswer Layouts::give(LayoutResult result, TypeId type) const {
  if (result) return {result.id, LayoutError::None, TypeId()};
  return fail(result.error, type);
}

LayoutAnswer Layouts::uncached(TypeId type, ParamEnvId env) {
  switch (store_.kind(type)) {
    case TypeKind::Never:
      return give(never_, type);
    case TypeKind::Bool:
      return give(bool_, type);
    case TypeKind::Char:
      return give(char_, type);
    case TypeKind::Str:
      return give(str_, type);
    case TypeKind::Int: {
      const IntKind kind = store_.int_kind(type);
      const unsigned bytes = int_bits(kind, table_.data().pointer_size * 8U) / 8;
      return give(ints_[log2_size(bytes)][is_signed(kind)], type);
    }
    case TypeKind::Float:
      return give(floats_[static_cast<size_t>(store_.float_kind(type))], type);
    case TypeKind::Adt:
      return adt(type, env);
    case TypeKind::Foreign:
    case TypeKind::Dyn:
      return give(unsized_unit_, type);
    case TypeKind::Array:
      return array(type, env);
    case TypeKind::Slice: {
      const LayoutAnswer element = compute(store_.element(type), env);
      if (!element) return element;
      if (!table_[element.layout].sized) return fail(LayoutError::UnsizedField, store_.element(type));
      return give(algorithm_.slice(element.layout), type);
    }
    case TypeKind::RawPtr:
    case TypeKind::Ref:
      return pointer(type, env);
    case TypeKind::Tuple:
      return tuple(type, env);
    case TypeKind::FnDef:
      return give(unit_, type);
    case TypeKind::FnPtr:
      return give(function_pointer_, type);
    case TypeKind::Pattern:
      return pattern(type, env);
    case TypeKind::Param:
    case TypeKind::Bound:
    case TypeKind::Placeholder:
      return fail(LayoutError::Generic, type);
    case TypeKind::Projection:
      return fail(store_.has(type, kHasParam) ? LayoutError::Generic : LayoutError::Unknown, type);
    case TypeKind::Unknown:
      return fail(store_.has(type, kTooDeep) ? LayoutError::TooDeep : LayoutError::Unknown, type);
    case TypeKind::Error:
    case TypeKind::Infer:
    case TypeKind::Closure:
    case TypeKind::Coroutine:
    case TypeKind::Opaque:
      return fail(LayoutError::Unknown, type);
  }
  return fail(LayoutError::Unknown, type);
}

// --- By kind ----------------------------------------------------------------------------------------------------

LayoutAnswer Layouts::array(TypeId type, ParamEnvId env) {
  const TypeId element = store_.element(type);
  const ConstId length = store_.length(type);
  const std::optional<uint64_t> count = context_.consts().length(length, env);
  if (!count) return fail((store_.flags(length) & kHasParam) != 0 ? LayoutError::Generic : LayoutError::Unknown, type);
  const LayoutAnswer of = compute(element, env);
  if (!of) return of;
  return give(algorithm_.array(of.layout, *count), type);
}

LayoutAnswer Layouts::tuple(TypeId type, ParamEnvId env) {
  std::vector<LayoutId> fields;
  for (size_t i = 0; i < store_.args(type).size(); ++i) {
    const LayoutAnswer field = compute(store_.args(type)[i].type(), env);
    if (!field) return field;
    fields.push_back(field.layout);
  }
  return give(algorithm_.tuple(fields), type);
}

LayoutAnswer Layouts::pattern(TypeId type, ParamEnvId env) {
  const LayoutAnswer base = compute(store_.element(type), env);
  if (!base) return base;
  const TypeStore::Range range = store_.pattern_range(type);
  return give(algorithm_.restrict(base.layout, to_u128(range.start), to_u128(range.end)), type);
}

// A pointer is wide when what it points to has no size of its own: then the last field of the last field… decides what
// stands beside the address. The pointee itself is not laid out, so that types may point to themselves.
LayoutAnswer Layouts::pointer(TypeId type, ParamEnvId env) {
  const TypeId pointee = store_.element(type);
  const LayoutId data = store_.kind(type) == TypeKind::Ref ? reference_ : raw_pointer_;
  TypeId tail = pointee;
  switch (store_.kind(pointee)) {
    case TypeKind::Adt:
      if (const AdtFacts& facts = facts_of(store_.def(pointee));
          facts.info->kind != DefKind::Struct ||
          (facts.error == LayoutError::None && facts.last_is_sized == Answer::Yes)) {
        return give(data, type);
      }
      [[fallthrough]];
    case TypeKind::Param:
    case TypeKind::Projection:
    case TypeKind::Opaque:
    case TypeKind::Tuple:
      if (context_.traits().is_sized(pointee, env) == Answer::Yes) return give(data, type);
      tail = context_.traits().struct_tail(pointee, env);
      break;
    default:
      break;
  }
  switch (store_.kind(tail)) {
    case TypeKind::Slice:
    case TypeKind::Str:
      return give(algorithm_.wide_pointer(data, length_), type);
    case TypeKind::Dyn:
      return give(algorithm_.wide_pointer(data, reference_), type);
    case TypeKind::Unknown:
    case TypeKind::Error:
    case TypeKind::Infer:
    case TypeKind::Opaque:
      return fail(LayoutError::Unknown, tail);
    case TypeKind::Param:
    case TypeKind::Bound:
    case TypeKind::Placeholder:
    case TypeKind::Projection:
      return fail(store_.has(tail, kHasParam) ? LayoutError::Generic : LayoutError::Unknown, tail);
    case TypeKind::Adt:
      // The walk to the end was given up somewhere.
      if (facts_of(store_.def(tail)).info->kind == DefKind::Struct) return fail(LayoutError::Unknown, tail);
      break;
    default:
      break;
  }
  return give(data, type);
}

// Whether the last field of a struct is Sized whatever the arguments. If it need not be, it stays the last in memory.
Answer Layouts::last_field_is_sized(DefRef def, const AdtInfo& info) {
  if (info.kind != DefKind::Struct || info.variants.empty() || info.variants[0].fields.empty()) return Answer::Yes;
  const TypeId last = info.variants[0].fields.back().type;
  switch (store_.kind(last)) {
    case TypeKind::Str:
    case TypeKind::Slice:
    case TypeKind::Dyn:
    case TypeKind::Foreign:
      return Answer::No;
    case TypeKind::Unknown:
    case TypeKind::Error:
    case TypeKind::Infer:
    case TypeKind::Opaque:
      return Answer::Unknown;
    case TypeKind::Param: {
      const Generics& generics = context_.items().generics(def);
      const uint32_t index = store_.index(last);
      if (generics.unknown || index < generics.parent_count ||
          index - generics.parent_count >= generics.params.size()) {
        return Answer::Unknown;
      }
      if (!generics.params[index - generics.parent_count].maybe_unsized) return Answer::Yes;
      break;
    }
    case TypeKind::Adt: {
      const AdtFacts& facts = facts_of(store_.def(last));
      if (facts.info->kind != DefKind::Struct) return Answer::Yes;
      if (facts.error == LayoutError::None && facts.last_is_sized == Answer::Yes) return Answer::Yes;
      break;
    }
    case TypeKind::Projection:
    case TypeKind::Tuple:
    case TypeKind::Bound:
    case TypeKind::Placeholder:
      break;
    default:
      return Answer::Yes;
  }
  return context_.traits().is_sized(last, context_.traits().env_of(def));
}

const Layouts::AdtFacts& Layouts::facts_of(DefRef def) {
  const uint64_t key = (uint64_t{def.crate} << 32) | def.def.value;
  std::unique_ptr<AdtFacts>& entry = generic_->adts[key];
  if (entry != nullptr) return *entry;
  entry = std::make_unique<AdtFacts>();
  AdtFacts& facts = *entry;  // stays where it is
  const AdtInfo& info = context_.items().adt(def);
  facts.info = &info;
  facts.is_enum = info.kind == DefKind::Enum;
  facts.hides_niches =
      info.is_unsafe_cell || info.repr.no_niche || context_.items().lang_of(def) == LangItem::UnsafePinned;
  Repr& repr = facts.repr;
  repr.c = info.repr.c;
  repr.simd = info.repr.simd;
  repr.transparent = info.repr.transparent;
  repr.align = info.repr.align;
  repr.pack = info.repr.pack;
  if (info.repr.integer) {
    repr.has_int = true;
    repr.int_signed = is_signed(*info.repr.integer);
    const bool pointer = *info.repr.integer == IntKind::Isize || *info.repr.integer == IntKind::Usize;
    repr.int_size = pointer ? uint8_t{0} : static_cast<uint8_t>(int_bits(*info.repr.integer, 64) / 8);
  }
  if (info.repr.error || info.unknown || info.repr.scalable) {
    facts.error = info.repr.error ? LayoutError::ReprConflict : LayoutError::Unknown;
    return facts;
  }
  // Until the rest is known, whoever asks meanwhile (a constant that asks for the type's own size) does not know.
  facts.last_is_sized = Answer::Unknown;
  facts.error = LayoutError::Unknown;
  if (facts.is_enum) {
    i128 next = 0;
    for (uint32_t v = 0; v < info.variants.size(); ++v) {
      if (info.variants[v].discriminant.valid()) {
        const ConstResult value = context_.consts().discriminant(def, v);
        if (!value) {
          facts.error = value.state == ConstResult::State::Error ? LayoutError::ReprConflict : LayoutError::Unknown;
          facts.discriminants.clear();
          return facts;
        }
        next = static_cast<i128>(to_u128(value.bits));
      }
      facts.discriminants.push_back(next);
      next = static_cast<i128>(static_cast<u128>(next) + 1);
    }
  }
  facts.last_is_sized = last_field_is_sized(def, info);
  facts.error = LayoutError::None;
  return facts;
}

std::span<const i128> Layouts::discriminants(DefRef def) { return facts_of(def).discriminants; }

LayoutAnswer Layouts::adt(TypeId type, ParamEnvId env) {
  const DefRef def = store_.def(type);
  const AdtFacts& facts = facts_of(def);
  if (facts.error != LayoutError::None) return fail(facts.error, type);
  const AdtInfo& info = *facts.info;
  if (facts.repr.simd) return vector(type, facts, env);

  // The arguments may move while fields are laid out.
  const std::span<const GenericArg> given = store_.args(type);
  const std::vector<GenericArg> args(given.begin(), given.end());
  std::vector<LayoutId> fields;
  std::vector<uint32_t> ends;
  ends.reserve(info.variants.size());
  for (const VariantInfo& variant : info.variants) {
    for (const FieldInfo& field : variant.fields) {
      const TypeId field_type = this->field_type(field, args, env);
      const LayoutAnswer layout = compute(field_type, env);
      if (!layout) return layout;
      fields.push_back(layout.layout);
    }
    ends.push_back(static_cast<uint32_t>(fields.size()));
  }
  if (info.kind == DefKind::Union) return give(algorithm_.union_of(fields, facts.repr), type);
  AdtShape shape;
  shape.fields = fields;
  shape.variant_ends = ends;
  shape.discriminants = facts.discriminants;
  shape.repr = facts.repr;
  shape.is_enum = facts.is_enum;
  shape.hides_niches = facts.hides_niches;
  if (info.repr.valid_start) shape.valid_start = to_u128(*info.repr.valid_start);
  if (info.repr.valid_end) shape.valid_end = to_u128(*info.repr.valid_end);
  return lay_out_adt(type, facts, shape);
}

std::optional<uint64_t> Layouts::size_with_boxed_variant(DefRef def, uint32_t boxed) {
  const AdtFacts& facts = facts_of(def);
  if (facts.error != LayoutError::None || !facts.is_enum || boxed >= facts.info->variants.size()) return std::nullopt;
  const TypeId type = context_.items().type_of(def);
  const ParamEnvId env = store_.has(type, kHasParam) ? context_.traits().env_of(def) : ParamEnvId(0);
  const std::span<const GenericArg> given = store_.args(type);
  const std::vector<GenericArg> args(given.begin(), given.end());
  std::vector<LayoutId> fields;
  std::vector<uint32_t> ends;
  for (uint32_t v = 0; v < facts.info->variants.size(); ++v) {
    if (v == boxed) fields.push_back(reference_);
    for (const FieldInfo& field : facts.info->variants[v].fields) {
      if (v == boxed) break;
      const LayoutAnswer layout = compute(field_type(field, args, env), env);
      if (!layout) return std::nullopt;
      fields.push_back(layout.layout);
    }
    ends.push_back(static_cast<uint32_t>(fields.size()));
  }
  AdtShape shape;
  shape.fields = fields;
  shape.variant_ends = ends;
  shape.discriminants = facts.discriminants;
  shape.repr = facts.repr;
  shape.is_enum = true;
  const LayoutResult result = algorithm_.adt(shape);
  return result ? std::optional(table_[result.id].size) : std::nullopt;
}

LayoutAnswer Layouts::lay_out_adt(TypeId type, const AdtFacts& facts, const AdtShape& given) {
  if (!given.is_enum && given.variant_ends.empty()) return fail(LayoutError::Unknown, type);
  AdtShape shape = given;
  shape.may_be_unsized = facts.last_is_sized == Answer::No;
  const LayoutResult result = algorithm_.adt(shape);
  if (facts.last_is_sized != Answer::Unknown || !result) return give(result, type);
  // Nobody knows whether the last field has to stay the last; when that makes no difference, it does not matter.
  shape.may_be_unsized = true;
  const LayoutResult other = algorithm_.adt(shape);
  if (!other) return give(other, type);
  const auto a = table_.fields(table_[result.id]);
  const auto b = table_.fields(table_[other.id]);
  const bool same = std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Field& x, const Field& y) {
    return x.offset == y.offset && x.nth_in_memory == y.nth_in_memory;
  });
  return same ? give(result, type) : fail(LayoutError::Unknown, type);
}

LayoutAnswer Layouts::vector(TypeId type, const AdtFacts& facts, ParamEnvId env) {
  const AdtInfo& info = *facts.info;
  if (info.kind != DefKind::Struct || info.variants.size() != 1 || info.variants[0].fields.size() != 1) {
    return fail(LayoutError::ReprConflict, type);
  }
  const std::span<const GenericArg> given = store_.args(type);
  const std::vector<GenericArg> args(given.begin(), given.end());
  const TypeId elements = field_type(info.variants[0].fields[0], args, env);
  if (store_.kind(elements) != TypeKind::Array) {
    return fail(store_.is_unknown(elements) ? LayoutError::Unknown : LayoutError::VectorElement, elements);
  }
  const LayoutAnswer array = compute(elements, env);
  if (!array) return array;
  const Layout& of = table_[array.layout];
  return give(algorithm_.vector(table_.fields(of)[0].layout, of.count, facts.repr.pack != 0), type);
}

}  // namespace rp::layout
