// Why a type has no layout: goes the way that the layout went, to the innermost part that could not be laid out, and
// names what is written there.
#include <algorithm>

#include "layout/layouts.h"
#include "types/why_unknown.h"

namespace rp::layout {
namespace {

// Written texts that are shown are no longer than this.
constexpr size_t kMaxShown = 80;

class CauseFinder {
 public:
  CauseFinder(Layouts& layouts, ParamEnvId env)
      : layouts_(layouts), context_(layouts.context()), store_(context_.store()), env_(env) {}

  LayoutCause find(TypeId type) {
    std::vector<TypeId> seen;
    while (type && std::find(seen.begin(), seen.end(), type) == seen.end() && seen.size() < kMaxLayoutDepth) {
      seen.push_back(type);
      if (layouts_.of(type, env_)) break;
      type = step(type);
      if (!out_.what.empty()) return std::move(out_);
    }
    // A type that holds itself, or one that has a layout when it is asked for alone.
    const TypeId asked = seen.empty() ? type : seen.front();
    out_.what = layouts_.explain(layouts_.of(asked, env_));
    out_.way.clear();
    return std::move(out_);
  }

 private:
  // The part of `type` that has no layout; sets out_.what when there is no further part to look at.
  TypeId step(TypeId type) {
    switch (store_.kind(type)) {
      case TypeKind::Adt:
        return adt(type);
      case TypeKind::Tuple:
        for (size_t i = 0; i < store_.args(type).size(); ++i) {
          const TypeId part = store_.args(type)[i].type();
          if (layouts_.of(part, env_)) continue;
          out_.way += "." + std::to_string(i);
          return part;
        }
        break;
      case TypeKind::Array:
        if (store_.kind(store_.length(type)) != ConstKind::Value &&
            !context_.consts().length(store_.length(type), env_) &&
            (store_.flags(store_.length(type)) & kHasParam) == 0) {
          out_.what = "the length of `" + context_.text(type) + "` is not known" + written(store_.length(type));
          return type;
        }
        [[fallthrough]];
      case TypeKind::Slice:
        if (layouts_.of(store_.element(type), env_)) break;
        out_.way += "[_]";
        return store_.element(type);
      case TypeKind::Pattern:
        return store_.element(type);
      case TypeKind::RawPtr:
      case TypeKind::Ref:
        out_.what = "it is not known whether `" + context_.text(store_.element(type)) + "`, which `" +
                    context_.text(type) + "` points to, has a size";
        return type;
      default:
        break;
    }
    out_.what = layouts_.explain(layouts_.of(type, env_));
    return type;
  }

  TypeId adt(TypeId type) {
    const DefRef def = store_.def(type);
    const AdtInfo& info = context_.items().adt(def);
    const std::string path = context_.items().path_of(def);
    if (info.unknown || info.repr.error) {
      out_.what =
          !info.unknown ? layouts_.explain({LayoutId(), LayoutError::ReprConflict, type})
          : decided_by_build_script(context_, def)
              ? "what `" + path + "` is depends on a fact that a build script decides"
              : "`" + path + "` could not be read whole: a macro that is not known, or an error, stands in the way";
      return type;
    }
    for (uint32_t v = 0; info.kind == DefKind::Enum && v < info.variants.size(); ++v) {
      if (!info.variants[v].discriminant || context_.consts().discriminant(def, v)) continue;
      out_.what =
          "the discriminant of `" + path + "::" + std::string(store_.text(info.variants[v].name)) + "` is not known";
      return type;
    }
    const std::span<const GenericArg> given = store_.args(type);
    const std::vector<GenericArg> args(given.begin(), given.end());
    const bool known_args = !store_.has(type, kHasUnknown);
    for (const VariantInfo& variant : info.variants) {
      for (const FieldInfo& field : variant.fields) {
        const TypeId of = layouts_.field_type(field, args, env_);
        if (layouts_.of(of, env_)) continue;
        // Where the unknown comes in: in what is written here, or by an associated type that could not be found.
        if (store_.has(field.type, kHasUnknown) || (known_args && store_.has(of, kHasUnknown))) {
          const std::string holder =
              info.kind == DefKind::Enum ? path + "::" + std::string(store_.text(variant.name)) : path;
          const bool is_length = store_.kind(of) == TypeKind::Array && !store_.has(store_.element(of), kHasUnknown);
          const bool here = store_.has(field.type, kHasUnknown) && !is_length;
          out_.what = (is_length ? "the length " : "the type ") + written_type(def, field) + "of field `" +
                      std::string(store_.text(field.name)) + "` in `" + holder +
                      (here ? "` is not known" : "` could not be worked out");
          return type;
        }
        if (info.kind == DefKind::Enum) out_.way += "." + std::string(store_.text(variant.name));
        out_.way += "." + std::string(store_.text(field.name));
        return of;
      }
    }
    out_.what = layouts_.explain(layouts_.of(type, env_));
    return type;
  }

  std::string shown(std::string_view text) const {
    std::string out;
    for (const char c : text) {
      const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (space && (out.empty() || out.back() == ' ')) continue;
      out += space ? ' ' : c;
      if (out.size() >= kMaxShown && (static_cast<unsigned char>(c) & 0x80) == 0) return out + "...";
    }
    return out;
  }

  std::string written_type(DefRef def, const FieldInfo& field) const {
    const Items::Text text = context_.items().text_of(def);
    if (text.tree == nullptr || !field.node) return {};
    const NodeId node = text.tree->child(field.node, Role::type);
    return node ? "`" + shown(text.tree->text(node)) + "` " : std::string();
  }

  std::string written(ConstId constant) const {
    if (store_.kind(constant) != ConstKind::Unevaluated) return {};
    const SiteId site = store_.site_of(constant);
    if (!site.valid()) return ": `" + context_.items().path_of(store_.def(constant)) + "`";
    const Site place = store_.site_at(site);
    const Tree* tree = context_.items().tree_of(place.text);
    return tree != nullptr && place.node ? ": `" + shown(tree->text(place.node)) + "`" : std::string();
  }

  Layouts& layouts_;
  TypeContext& context_;
  TypeStore& store_;
  ParamEnvId env_;
  LayoutCause out_;
};

}  // namespace

std::string Layouts::explain(const LayoutAnswer& layout) {
  if (layout) return {};
  std::string out = describe(layout.error);
  if (!layout.culprit) return out;
  if (store_.kind(layout.culprit) == TypeKind::Closure || store_.kind(layout.culprit) == TypeKind::Coroutine) {
    return "what a closure or an async block holds is not known before bodies are inferred";
  }
  if (store_.kind(layout.culprit) == TypeKind::Opaque) {
    return "the type behind `" + context_.text(layout.culprit) + "` is not known before bodies are inferred";
  }
  return out + " (`" + context_.text(layout.culprit) + "`)";
}

LayoutCause Layouts::cause(TypeId type, ParamEnvId env) {
  type = store_.erase_regions(type);
  if (store_.has(type, kHasAlias)) type = store_.erase_regions(context_.traits().normalize(type, env, true));
  const LayoutAnswer answer = of(type, env);
  if (answer) return {};
  // What depends on parameters has no place to blame but the parameter.
  if (answer.error == LayoutError::Generic) return {explain(answer), {}};
  return CauseFinder(*this, env).find(type);
}

}  // namespace rp::layout
