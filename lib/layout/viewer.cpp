#include "layout/viewer.h"

#include <algorithm>
#include <unordered_map>

namespace rp::layout {
namespace {

class Viewer {
 public:
  Viewer(Layouts& layouts, ParamEnvId env)
      : layouts_(layouts), context_(layouts.context()), store_(context_.store()), env_(env) {}

  TypeView view(TypeId type) {
    out_.type_id = type;
    out_.name = context_.text(type);
    out_.answer = layouts_.of(type, env_);
    if (store_.kind(type) == TypeKind::Adt) out_.def = store_.def(type);
    set_shape(type);
    if (!out_.answer) {
      out_.reason = layouts_.cause(type, env_).text();
      return std::move(out_);
    }
    const Layout layout = layouts_[out_.answer.layout];
    out_.size = layout.size;
    out_.align = layout.align;
    out_.abi = layout.abi;
    out_.sized = layout.sized;
    out_.uninhabited = layout.uninhabited;
    out_.niche = layout.niche;
    if (layout.variants == VariantsShape::Multiple) out_.encoding = layouts_.table().encoding(layout);
    switch (store_.kind(type)) {
      case TypeKind::Adt:
        adt(type, layout);
        break;
      case TypeKind::Tuple:
        add_variant("", layout);
        for (size_t i = 0; i < store_.args(type).size(); ++i) {
          add_field(std::to_string(i), store_.args(type)[i].type(), layout, i,
                    layouts_.table().fields(layout)[i].offset);
        }
        break;
      case TypeKind::Array:
        out_.elements = layout.count;
        add_variant("", layout);
        if (layout.count != 0) add_elements(type, layout);
        break;
      case TypeKind::Ref:
      case TypeKind::RawPtr:
        pointer(type, layout);
        break;
      default:
        break;
    }
    finish();
    return std::move(out_);
  }

 private:
  void set_shape(TypeId type) {
    switch (store_.kind(type)) {
      case TypeKind::Adt: {
        const AdtInfo& info = context_.items().adt(store_.def(type));
        out_.shape = info.kind == DefKind::Enum    ? TypeShape::Enum
                     : info.kind == DefKind::Union ? TypeShape::Union
                                                   : TypeShape::Struct;
        set_repr(info);
        break;
      }
      case TypeKind::Tuple:
        out_.shape = TypeShape::Tuple;
        break;
      case TypeKind::Array:
        out_.shape = TypeShape::Array;
        break;
      case TypeKind::Ref:
      case TypeKind::RawPtr:
      case TypeKind::FnPtr:
        out_.shape = TypeShape::Pointer;
        break;
      case TypeKind::Bool:
      case TypeKind::Char:
      case TypeKind::Int:
      case TypeKind::Float:
        out_.shape = TypeShape::Scalar;
        break;
      default:
        break;
    }
  }

  void set_repr(const AdtInfo& info) {
    const auto add = [&](const std::string& word) { out_.repr += (out_.repr.empty() ? "" : ", ") + word; };
    if (info.repr.c) add("C");
    if (info.repr.transparent) add("transparent");
    if (info.repr.simd) add("simd");
    if (info.repr.integer) add(context_.text(store_.integer(*info.repr.integer)));
    if (info.repr.pack == 1) add("packed");
    if (info.repr.pack > 1) add("packed(" + std::to_string(info.repr.pack) + ")");
    if (info.repr.align != 0) add("align(" + std::to_string(info.repr.align) + ")");
  }

  VariantView& add_variant(std::string_view name, const Layout& layout) {
    VariantView variant;
    variant.name = name;
    for (const Field& field : layouts_.table().fields(layout)) variant.order.push_back(field.nth_in_memory);
    out_.variants.push_back(std::move(variant));
    return out_.variants.back();
  }

  void add_field(std::string name, TypeId type, const Layout& in, size_t index, uint64_t offset) {
    FieldView field;
    field.name = std::move(name);
    field.type_id = type;
    field.type = context_.text(type);
    field.layout = layouts_.table().fields(in)[index].layout;
    field.offset = offset;
    field.size = layouts_[field.layout].size;
    field.align = layouts_[field.layout].align;
    out_.variants.back().fields.push_back(std::move(field));
  }

  void add_elements(TypeId type, const Layout& layout) {
    add_field("[_]", store_.element(type), layout, 0, 0);
    out_.variants.back().fields.back().size = layout.size;  // all of them
    out_.variants.back().order = {0};
  }

  void pointer(TypeId type, const Layout& layout) {
    add_variant("", layout);
    if (layout.abi != AbiClass::ScalarPair) return;
    const auto fields = layouts_.table().fields(layout);
    for (size_t i = 0; i < 2; ++i) {
      FieldView field;
      field.layout = fields[i].layout;
      field.offset = fields[i].offset;
      field.size = layouts_[field.layout].size;
      field.align = layouts_[field.layout].align;
      const bool vtable = layout.second.primitive.kind == PrimitiveKind::Pointer;
      field.name = i == 0 ? "data" : vtable ? "vtable" : "length";
      field.type = i == 0 ? "*const ()" : vtable ? "&'static VTable" : "usize";
      out_.variants.back().fields.push_back(std::move(field));
    }
    (void)type;
  }

  void adt(TypeId type, const Layout& layout) {
    const AdtInfo& info = context_.items().adt(store_.def(type));
    const auto discriminants = layouts_.discriminants(store_.def(type));
    const auto given = store_.args(type);
    const std::vector<GenericArg> args(given.begin(), given.end());
    for (uint32_t v = 0; v < info.variants.size(); ++v) {
      const VariantInfo& variant = info.variants[v];
      const bool multiple = layout.variants == VariantsShape::Multiple;
      const bool here = multiple || (layout.variants == VariantsShape::Single && layout.variant == v);
      const Layout in = multiple ? layouts_[layouts_.table().variants(layout)[v]] : layout;
      VariantView& view = add_variant(store_.text(variant.name), here ? in : Layout());
      if (info.kind == DefKind::Enum && v < discriminants.size()) view.discriminant = discriminants[v];
      view.absent = !here || in.uninhabited;
      if (multiple) set_tag_value(v, view);
      for (size_t f = 0; here && f < variant.fields.size(); ++f) {
        const TypeId field = layouts_.field_type(variant.fields[f], args, env_);
        add_field(std::string(store_.text(variant.fields[f].name)), field, in, f,
                  layouts_.table().fields(in)[f].offset);
      }
    }
  }

  void set_tag_value(uint32_t variant, VariantView& view) const {
    const TagEncoding& encoding = *out_.encoding;
    if (view.absent) return;
    if (!encoding.niche) {
      if (view.discriminant) view.tag_value = static_cast<u128>(*view.discriminant) & encoding.tag.max();
      return;
    }
    if (variant == encoding.untagged_variant || variant < encoding.first_niche_variant ||
        variant > encoding.last_niche_variant) {
      return;
    }
    view.tag_value = (encoding.niche_start + (variant - encoding.first_niche_variant)) & encoding.tag.max();
  }

  // Gaps between fields, for each variant and for the whole.
  void finish() {
    std::vector<std::pair<uint64_t, uint64_t>> all;
    std::pair<uint64_t, uint64_t> tag{0, 0};
    if (out_.encoding) tag = {out_.encoding->tag_offset, out_.encoding->tag.primitive.size};
    all.push_back(tag);
    for (VariantView& variant : out_.variants) {
      std::vector<std::pair<uint64_t, uint64_t>> spans = {tag};
      const bool overlap = out_.shape == TypeShape::Union;
      uint64_t end = 0;
      bool tag_pending = tag.second != 0;
      for (const uint32_t index : variant.order) {
        if (index >= variant.fields.size()) continue;
        FieldView& field = variant.fields[index];
        if (tag_pending && field.offset >= tag.first + tag.second) {
          end = std::max(end, tag.first + tag.second);
          tag_pending = false;
        }
        if (!overlap && field.offset > end) field.padding_before = field.offset - end;
        end = std::max(end, field.offset + field.size);
        spans.emplace_back(field.offset, field.size);
      }
      variant.end = tag_pending ? std::max(end, tag.first + tag.second) : end;
      all.insert(all.end(), spans.begin(), spans.end());
      if (out_.sized) variant.padding = uncovered(std::move(spans), out_.size);
    }
    const bool shown = out_.shape == TypeShape::Struct || out_.shape == TypeShape::Enum ||
                       out_.shape == TypeShape::Union || out_.shape == TypeShape::Tuple;
    if (shown && out_.sized) out_.padding = uncovered(std::move(all), out_.size);
  }

  Layouts& layouts_;
  TypeContext& context_;
  TypeStore& store_;
  ParamEnvId env_;
  TypeView out_;
};

}  // namespace

uint64_t uncovered(std::vector<std::pair<uint64_t, uint64_t>> spans, uint64_t size) {
  std::sort(spans.begin(), spans.end());
  uint64_t gaps = 0;
  uint64_t end = 0;
  for (const auto& [offset, length] : spans) {
    if (length == 0) continue;
    if (offset > end) gaps += offset - end;
    end = std::max(end, offset + length);
  }
  return size > end ? gaps + size - end : gaps;
}

TypeViews expand(Layouts& layouts, TypeView root, ParamEnvId env, size_t limit) {
  TypeViews out;
  out.views.push_back(std::move(root));
  std::unordered_map<uint32_t, uint32_t> known;  // by TypeId
  for (size_t v = 0; v < out.views.size(); ++v) {
    for (size_t variant = 0; variant < out.views[v].variants.size(); ++variant) {
      for (size_t f = 0; f < out.views[v].variants[variant].fields.size(); ++f) {
        const FieldView& field = out.views[v].variants[variant].fields[f];
        if (!field.type_id || field.size == 0) continue;
        const TypeId type = field.type_id;
        const auto found = known.find(type.value);
        uint32_t index = found != known.end() ? found->second : UINT32_MAX;
        if (found == known.end()) {
          TypeView view = view_of(layouts, type, env);
          const bool has_parts = std::any_of(view.variants.begin(), view.variants.end(),
                                             [](const VariantView& of) { return !of.fields.empty(); });
          if (view.answer && has_parts && out.views.size() >= limit) {
            out.complete = false;
          } else if (view.answer && has_parts) {
            index = static_cast<uint32_t>(out.views.size());
            out.views.push_back(std::move(view));
          }
          known.emplace(type.value, index);
        }
        out.views[v].variants[variant].fields[f].nested = index;
      }
    }
  }
  return out;
}

TypeView view_of(Layouts& layouts, TypeId type, ParamEnvId env) {
  TypeStore& store = layouts.context().store();
  type = store.erase_regions(type);
  if (store.has(type, kHasAlias)) type = store.erase_regions(layouts.context().traits().normalize(type, env, true));
  return Viewer(layouts, env).view(type);
}

TypeView view_of_definition(Layouts& layouts, DefRef def) {
  TypeContext& context = layouts.context();
  const TypeId type = context.items().type_of(def);
  return view_of(layouts, type, context.store().has(type, kHasParam) ? context.traits().env_of(def) : ParamEnvId(0));
}

}  // namespace rp::layout
