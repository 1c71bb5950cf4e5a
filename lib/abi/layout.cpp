// The functions of rustpro/layout.h. Types and their layouts belong to one thread at a time: what a project knows of
// them is behind a lock; what was laid out is plain data that everybody may read.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "abi/abi.h"
#include "abi/project_handle.h"
#include "layout/viewer.h"
#include "report/layout_json.h"
#include "report/layout_svg.h"
#include "report/layout_text.h"

using namespace rp::abi;

namespace {

using rp::layout::LayoutAnswer;
using rp::layout::TypeShape;
using rp::layout::TypeView;
using rp::layout::VariantView;

static_assert(RP_SHAPE_OTHER == static_cast<int>(TypeShape::Other) + 1);
static_assert(RP_LAYOUT_VECTOR == static_cast<int>(rp::layout::AbiClass::Vector) + 1);
static_assert(RP_LAYOUT_BY_PADDING == static_cast<int>(rp::LayoutOrder::Padding) + 1);
static_assert(RP_TRUTH_UNKNOWN == static_cast<int>(rp::Answer::Unknown) + 1);

// What was found of one type.
struct LaidOutType {
  const rp_project* project = nullptr;
  const rp_project::Part* part = nullptr;
  rp::ParamEnvId env{0};
  TypeView view;
};

rp_u128 number(rp::u128 value) { return {static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64)}; }

}  // namespace

// The types of one of cargo's workspaces, and their layouts.
struct rp::abi::ProjectTypes {
  ProjectTypes(const rp::Project& project, const rp::layout::DataLayout& data)
      : context(inputs(project, data)), layouts(context, data) {}
  static rp::TypeInputs inputs(const rp::Project& project, const rp::layout::DataLayout& data) {
    rp::TypeInputs out = rp::type_inputs(project);
    out.pointer_bits = data.pointer_size * 8U;
    return out;
  }
  rp::TypeContext context;
  rp::layout::Layouts layouts;
  std::unordered_map<std::string, std::shared_ptr<const LaidOutType>> by_text;
};

struct rp_layout {
  std::shared_ptr<const LaidOutType> type;
};

struct rp_layout_list {
  const rp_project::Part* part = nullptr;
  std::vector<rp_layout> layouts;
};

namespace {

// Files without a manifest are read as for the usual target.
std::string_view target_of(const rp_project::Part& part) {
  return part.project->graph.target.empty() ? rp::default_target() : std::string_view(part.project->graph.target);
}

// Of a part; null when the target's data are not known. The project's lock is held.
ProjectTypes* types_of(const rp_project& project, const rp_project::Part& part) {
  std::shared_ptr<ProjectTypes>& types = project.types[&part];
  if (types == nullptr) {
    const rp::layout::DataLayout* data = rp::layout::find_data_layout(target_of(part));
    if (data == nullptr) return nullptr;
    types = std::make_shared<ProjectTypes>(*part.project, *data);
  }
  return types.get();
}

bool is_word(char c) { return c == '_' || (c & 0x80) != 0 || std::isalnum(static_cast<unsigned char>(c)) != 0; }

// `name::` where a path begins becomes `crate::`: a crate does not know itself by its name.
std::string seen_from(std::string_view text, std::string_view crate) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      out += text[at++];
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string_view word = text.substr(at, end - at);
    const bool begins = at < 2 || text.substr(at - 2, 2) != "::";
    out += begins && word == crate && text.substr(end).starts_with("::") ? std::string_view("crate") : word;
    at = end;
  }
  return out;
}

// The local crates of a part, libraries first.
std::vector<rp::CrateIndex> local_crates(const rp_project::Part& part) {
  std::vector<rp::CrateIndex> out;
  const auto& crates = part.project->graph.crates;
  for (const bool library : {true, false}) {
    for (uint32_t i = 0; i < crates.size(); ++i) {
      const bool is_library = crates[i].kind == rp::manifest::TargetKind::Lib;
      const rp::CrateIndex index = rp::Project::index_of(rp::CrateId(i));
      if (crates[i].local && is_library == library && part.project->analysis.crate(index) != nullptr) {
        out.push_back(index);
      }
    }
  }
  return out;
}

struct FoundType {
  const rp_project::Part* part = nullptr;
  ProjectTypes* types = nullptr;
  rp::TypeId type;
  std::string problem;  // when there is none
};

// The project's lock is held.
FoundType find_type(const rp_project& project, std::string_view text) {
  FoundType found;
  for (const rp_project::Part& part : project.parts) {
    ProjectTypes* types = types_of(project, part);
    if (types == nullptr) continue;
    for (const rp::CrateIndex crate : local_crates(part)) {
      const rp::CrateDefs& defs = *part.project->analysis.crate(crate);
      const std::string seen = seen_from(text, defs.name);
      std::vector<rp::LowerError> errors;
      const rp::TypeId type = types->context.lowering().parse(seen, crate, rp::DefId(0), &errors);
      if (errors.empty() && types->context.store().kind(type) != rp::TypeKind::Error) {
        found.part = &part;
        found.types = types;
        found.type = type;
        return found;
      }
      // The crate that the text names knows best what is wrong.
      const bool named = seen != text;
      if (!errors.empty() && (found.problem.empty() || named)) found.problem = errors[0].message;
    }
  }
  if (found.problem.empty()) found.problem = "it cannot be read as a type of a local crate";
  return found;
}

rp_status not_found(rp_error** error, const char* what, std::string_view text, const std::string& problem) {
  return fail(error, RP_ERROR_NOT_FOUND, std::string(what) + " `" + std::string(text) + "` is not known: " + problem);
}

rp_status hand_over(std::string text, rp_buffer** out_buffer) {
  auto buffer = std::make_unique<rp_buffer>();
  buffer->text = std::move(text);
  *out_buffer = buffer.release();
  return RP_OK;
}

const VariantView* variant_at(const rp_layout* layout, size_t variant) {
  if (layout == nullptr || variant >= layout->type->view.variants.size()) return nullptr;
  return &layout->type->view.variants[variant];
}

void fill_known(const TypeView& view, rp_layout_info* info) {
  info->abi = static_cast<rp_layout_abi>(static_cast<int>(view.abi) + 1);
  info->size = view.size;
  info->align = view.align;
  info->padding = view.padding;
  info->is_sized = view.sized;
  info->is_uninhabited = view.uninhabited;
  info->variant_count = view.variants.size();
  if (view.niche.exists) {
    const rp::u128 max = view.niche.scalar.max();
    info->has_niche = 1;
    info->niche = {view.niche.offset, view.niche.scalar.primitive.size, number(view.niche.available()),
                   number((view.niche.scalar.end + 1) & max), number((view.niche.scalar.start - 1) & max)};
  }
  if (view.encoding) {
    info->tag = view.encoding->niche ? RP_TAG_NICHE : RP_TAG_DIRECT;
    info->tag_offset = view.encoding->tag_offset;
    info->tag_size = view.encoding->tag.primitive.size;
    info->untagged_variant = view.encoding->niche ? view.encoding->untagged_variant : 0;
  }
}

std::vector<TypeView> views_of(const rp_layout_list& list) {
  std::vector<TypeView> views;
  views.reserve(list.layouts.size());
  for (const rp_layout& layout : list.layouts) views.push_back(layout.type->view);
  return views;
}

}  // namespace

// ---- One type ---------------------------------------------------------------------------------------------------

rp_status rp_layout_of(const rp_project* project, const char* type, size_t length, const char* target,
                       size_t target_length, rp_layout** out_layout, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_layout == nullptr) return null_argument(error, "out_layout");
    *out_layout = nullptr;
    if (project == nullptr) return null_argument(error, "project");
    if (const rp_status s = check_text(error, "type", type, length); s != RP_OK) return s;
    if (const rp_status s = check_text(error, "target", target, target_length); s != RP_OK) return s;
    const std::string text(as_view(type, length));
    const std::lock_guard lock(project->types_mutex);
    for (const rp_project::Part& part : project->parts) {
      if (target_length != 0 && as_view(target, target_length) != target_of(part)) {
        return fail(error, RP_ERROR_INVALID_ARGUMENT,
                    "the project was opened for `" + std::string(target_of(part)) +
                        "`; open one for the other target, because what is compiled depends on it");
      }
      const auto types = project->types.find(&part);
      if (types == project->types.end() || types->second == nullptr) continue;
      const auto known = types->second->by_text.find(text);
      if (known == types->second->by_text.end()) continue;
      *out_layout = new rp_layout{known->second};
      return RP_OK;
    }
    const FoundType found = find_type(*project, text);
    if (found.part == nullptr) return not_found(error, "the type", text, found.problem);
    auto laid_out = std::make_shared<LaidOutType>();
    laid_out->project = project;
    laid_out->part = found.part;
    laid_out->view = rp::layout::view_of(found.types->layouts, found.type);
    found.types->by_text.emplace(text, laid_out);
    *out_layout = new rp_layout{std::move(laid_out)};
    return RP_OK;
  });
}

void rp_layout_free(rp_layout* layout) { delete layout; }

rp_status rp_layout_get_info(const rp_layout* layout, rp_layout_info* out_info, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_info == nullptr) return null_argument(error, "out_info");
    rp_layout_info info = RP_LAYOUT_INFO_INIT;
    if (layout == nullptr) {
      const rp_status written = write_struct(error, "rp_layout_info", info, kLayoutInfoFirstSize, out_info);
      return written != RP_OK ? written : null_argument(error, "layout");
    }
    const LaidOutType& type = *layout->type;
    info.is_known = static_cast<bool>(type.view.answer);
    info.shape = static_cast<rp_layout_shape>(static_cast<int>(type.view.shape) + 1);
    info.name = to_public(std::string_view(type.view.name));
    info.repr = to_public(std::string_view(type.view.repr));
    info.reason = to_public(std::string_view(type.view.reason));
    info.target = to_public(target_of(*type.part));
    if (type.view.def) info.definition = type.project->public_definition(*type.part, type.view.def);
    if (type.view.answer) fill_known(type.view, &info);
    return write_struct(error, "rp_layout_info", info, kLayoutInfoFirstSize, out_info);
  });
}

rp_layout_variant rp_layout_get_variant(const rp_layout* layout, size_t variant) {
  rp_layout_variant out = {kEmptyString, 0, 0, 0, 0, {0, 0}, {0, 0}, 0, 0};
  const VariantView* view = variant_at(layout, variant);
  if (view == nullptr) return out;
  if (layout->type->view.shape == TypeShape::Enum) out.name = to_public(std::string_view(view->name));
  out.is_absent = view->absent;
  out.has_discriminant = view->discriminant.has_value();
  out.has_tag_value = view->tag_value.has_value();
  if (view->discriminant) out.discriminant = number(static_cast<rp::u128>(*view->discriminant));
  if (view->tag_value) out.tag_value = number(*view->tag_value);
  out.padding = view->padding;
  out.field_count = view->fields.size();
  return out;
}

rp_layout_field rp_layout_get_field(const rp_layout* layout, size_t variant, size_t field) {
  const VariantView* view = variant_at(layout, variant);
  if (view == nullptr || field >= view->fields.size()) return {kEmptyString, kEmptyString, 0, 0, 0, 0};
  const rp::layout::FieldView& of = view->fields[field];
  return {to_public(std::string_view(of.name)),
          to_public(std::string_view(of.type)),
          of.offset,
          of.size,
          of.align,
          of.padding_before};
}

// ---- All types of a crate ---------------------------------------------------------------------------------------

rp_status rp_project_layouts(const rp_project* project, size_t crate, rp_layout_list** out_list, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_list == nullptr) return null_argument(error, "out_list");
    *out_list = nullptr;
    if (project == nullptr) return null_argument(error, "project");
    const rp_project::Crate found = project->crate_at(crate);
    const rp::CrateDefs* defs = found.part != nullptr ? found.defs() : nullptr;
    if (defs == nullptr) return fail(error, RP_ERROR_INVALID_ARGUMENT, "`crate` is out of range, or was not read");
    const std::lock_guard lock(project->types_mutex);
    ProjectTypes* types = types_of(*project, *found.part);
    if (types == nullptr) {
      return fail(error, RP_ERROR_INVALID_ARGUMENT,
                  "how values lie in memory is not known for the target `" + std::string(target_of(*found.part)) + "`");
    }
    auto list = std::make_unique<rp_layout_list>();
    list->part = found.part;
    for (rp::DefId id(0); id.value < defs->defs.size(); ++id.value) {
      const rp::DefKind kind = defs->def(id).kind;
      if (kind != rp::DefKind::Struct && kind != rp::DefKind::Enum && kind != rp::DefKind::Union) continue;
      auto type = std::make_shared<LaidOutType>();
      type->project = project;
      type->part = found.part;
      const rp::DefRef def{found.index, id};
      type->view = rp::layout::view_of_definition(types->layouts, def);
      if (types->context.store().has(type->view.type_id, rp::kHasParam))
        type->env = types->context.traits().env_of(def);
      list->layouts.push_back(rp_layout{std::move(type)});
    }
    *out_list = list.release();
    return RP_OK;
  });
}

size_t rp_layout_list_count(const rp_layout_list* list) { return list == nullptr ? 0 : list->layouts.size(); }

const rp_layout* rp_layout_list_get(const rp_layout_list* list, size_t index) {
  return list == nullptr || index >= list->layouts.size() ? nullptr : &list->layouts[index];
}

void rp_layout_list_free(rp_layout_list* list) { delete list; }

// ---- Rendering --------------------------------------------------------------------------------------------------

RP_TAKES_ENUM rp_status rp_layout_render(const rp_layout* layout, rp_layout_format format, int color,
                                         rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (layout == nullptr) return null_argument(error, "layout");
    const LaidOutType& type = *layout->type;
    switch (enum_value(&format)) {
      case RP_LAYOUT_TEXT:
        return hand_over(rp::render_layout_text(type.view, color != 0), out_buffer);
      case RP_LAYOUT_JSON:
        return hand_over(rp::render_layout_json({&type.view, 1}, target_of(*type.part)), out_buffer);
      case RP_LAYOUT_SVG: {
        const std::lock_guard lock(type.project->types_mutex);
        ProjectTypes* types = types_of(*type.project, *type.part);
        if (types == nullptr) break;
        return hand_over(rp::render_layout_svg(rp::layout::expand(types->layouts, type.view, type.env)), out_buffer);
      }
      default:
        break;
    }
    return fail(error, RP_ERROR_INVALID_ARGUMENT, "`format` is none of rp_layout_format");
  });
}

RP_TAKES_ENUM rp_status rp_layout_list_render(const rp_layout_list* list, rp_layout_format format,
                                              rp_layout_order order, int color, rp_buffer** out_buffer,
                                              rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (list == nullptr) return null_argument(error, "list");
    const uint32_t wanted = enum_value(&order);
    if (wanted == 0 || wanted > RP_LAYOUT_BY_PADDING) {
      return fail(error, RP_ERROR_INVALID_ARGUMENT, "`order` is none of rp_layout_order");
    }
    const auto internal = static_cast<rp::LayoutOrder>(wanted - 1);
    std::vector<TypeView> views = views_of(*list);
    switch (enum_value(&format)) {
      case RP_LAYOUT_TEXT:
        return hand_over(rp::render_layout_table(views, internal, color != 0), out_buffer);
      case RP_LAYOUT_JSON: {
        std::vector<TypeView> sorted;
        for (const uint32_t index : rp::sorted_types(views, internal)) sorted.push_back(std::move(views[index]));
        return hand_over(rp::render_layout_json(sorted, target_of(*list->part)), out_buffer);
      }
      case RP_LAYOUT_SVG:
        return fail(error, RP_ERROR_INVALID_ARGUMENT, "a picture shows one type: use rp_layout_render");
      default:
        return fail(error, RP_ERROR_INVALID_ARGUMENT, "`format` is none of rp_layout_format");
    }
  });
}

rp_status rp_layout_list_render_difference(const rp_layout_list* first, const rp_layout_list* second, int color,
                                           rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (first == nullptr) return null_argument(error, "first");
    if (second == nullptr) return null_argument(error, "second");
    // Types that only one target has are left out.
    std::vector<TypeView> a = views_of(*first);
    std::vector<TypeView> b;
    const std::vector<TypeView> others = views_of(*second);
    std::vector<TypeView> both;
    for (TypeView& view : a) {
      const auto same =
          std::find_if(others.begin(), others.end(), [&](const TypeView& other) { return other.name == view.name; });
      if (same == others.end()) continue;
      both.push_back(std::move(view));
      b.push_back(*same);
    }
    return hand_over(
        rp::render_layout_difference(both, target_of(*first->part), b, target_of(*second->part), color != 0),
        out_buffer);
  });
}

// ---- Traits -----------------------------------------------------------------------------------------------------

rp_status rp_type_implements(const rp_project* project, const char* type, size_t type_length, const char* trait,
                             size_t trait_length, rp_truth* out_truth, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_truth == nullptr) return null_argument(error, "out_truth");
    *out_truth = RP_TRUTH_UNKNOWN;
    if (project == nullptr) return null_argument(error, "project");
    if (const rp_status s = check_text(error, "type", type, type_length); s != RP_OK) return s;
    if (const rp_status s = check_text(error, "trait", trait, trait_length); s != RP_OK) return s;
    const std::string_view text = as_view(type, type_length);
    const std::string wanted(as_view(trait, trait_length));
    const std::lock_guard lock(project->types_mutex);
    const FoundType found = find_type(*project, text);
    if (found.part == nullptr) return not_found(error, "the type", text, found.problem);
    // A trait's path is read as what a trait object would promise, in each local crate.
    rp::DefRef def;
    for (const std::string& path : {wanted, "std::marker::" + wanted}) {
      if (!def) def = rp::find_definition(*found.part->project, path);
      if (def && found.types->context.analysis().def(def)->kind != rp::DefKind::Trait) def = {};
    }
    if (!def) return not_found(error, "the trait", wanted, "nothing is known by that path");
    const rp::Generics& generics = found.types->context.items().generics(def);
    if (generics.count() > 1) return not_found(error, "the trait", wanted, "it has parameters of its own");
    const rp::Answer answer = found.types->context.traits().implements(found.type, def);
    *out_truth = static_cast<rp_truth>(static_cast<int>(answer) + 1);
    return RP_OK;
  });
}
