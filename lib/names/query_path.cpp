// The path of a definition as people would write it, members of impls included.
#include <array>

#include "names/query.h"
#include "names/query_tokens.h"
#include "syntax/parser.h"

namespace rp {
namespace {

// A type that an impl is for lies in a module, or in a body whose function lies in an impl, and so on.
constexpr uint32_t kMaxImpls = 8;

// White space as one space, and not more than fits in a line.
std::string short_text(std::string_view text) {
  constexpr size_t kLongest = 80;
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  if (out.size() <= kLongest) return out;
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  return out.substr(0, end) + "…";
}

class PathWriter {
 public:
  explicit PathWriter(const Project& project) : project_(project) {}

  std::string path(DefRef ref, uint32_t impls = 0) const {
    const CrateDefs* crate = project_.analysis.crate(ref.crate);
    if (crate == nullptr || !ref.def || ref.def.value >= crate->defs.size()) return {};
    // #[macro_export] puts a macro into the root, wherever it stands.
    if (const MacroDef* macro = crate->macro(ref.def); macro != nullptr && macro->exported)
      return crate->name + "::" + std::string(crate->name_of(ref.def));
    std::vector<DefId> parts;  // innermost first
    for (DefId at = ref.def; at && at.value != 0; at = crate->defs[at.value].parent) parts.push_back(at);
    std::string out = crate->name;
    for (size_t i = parts.size(); i-- > 0;) {
      const Def& def = crate->defs[parts[i].value];
      if (def.kind == DefKind::Impl)
        add_impl(*crate, parts[i], i == 0, impls, &out);
      else if (def.name)
        out.append("::").append(crate->text(def.name));
    }
    return out;
  }

 private:
  // `alone`: it is the impl itself that is named.
  void add_impl(const CrateDefs& crate, DefId id, bool alone, uint32_t impls, std::string* out) const {
    const Def& def = crate.defs[id.value];
    const Tree* tree = nullptr;
    NodeId item = def.node;
    Tree parsed;
    if (def.source && def.node && def.source.value < crate.sources.size() &&
        crate.sources[def.source.value].source != nullptr) {
      tree = &crate.sources[def.source.value].source->tree;
    } else if (const std::string_view text = crate.signature(id); !text.empty()) {
      ParseOptions options;
      options.edition = crate.edition;
      parsed = lex_and_parse(text, options);
      tree = &parsed;
      item = parsed.first_child(parsed.root());
      while (item && parsed.kind(item) != NodeKind::ImplItem) item = parsed.next_sibling(item);
    }
    const NodeId type = tree != nullptr && item ? tree->child(item, Role::type) : NodeId();
    if (!type) {
      out->append("::<impl>");
      return;
    }
    bool resolved = false;
    const std::string type_text = type_path(crate, id, *tree, type, impls, &resolved);
    std::string trait_text;
    if (const NodeId trait = tree->child(item, Role::trait)) {
      bool ignored = false;
      trait_text = type_path(crate, id, *tree, trait, impls, &ignored);
      const bool negative = (def.flags & kDefNegativeImpl) != 0;
      if (negative && !trait_text.starts_with('!')) trait_text = "!" + trait_text;
    }
    if (alone)
      out->append("::<impl ")
          .append(trait_text)
          .append(trait_text.empty() ? "" : " for ")
          .append(type_text)
          .append(">");
    else if (!trait_text.empty())
      out->append("::<").append(type_text).append(" as ").append(trait_text).append(">");
    else if (resolved)
      *out = type_text;
    else
      out->append("::<").append(type_text).append(">");
  }

  // The path of what a type or trait stands for, without its arguments; else how it is written.
  std::string type_path(const CrateDefs& crate, DefId impl, const Tree& tree, NodeId type, uint32_t impls,
                        bool* resolved) const {
    const DefRef def = impls < kMaxImpls ? definition_of_type(crate, impl, tree, type) : DefRef();
    if (!def) return short_text(tree.text(type));
    *resolved = true;
    return path(def, impls + 1);
  }

  DefRef definition_of_type(const CrateDefs& crate, DefId impl, const Tree& tree, NodeId type) const {
    if (tree.kind(type) != NodeKind::PathType || tree.child(type, Role::qualified_self)) return {};
    std::vector<std::string_view> segments;
    NodeId last;
    for (NodeId child = tree.first_child(type); child; child = tree.next_sibling(child)) {
      if (tree.kind(child) != NodeKind::PathSegment) continue;
      const uint32_t slot = name_slot(tree, child);
      if (slot == UINT32_MAX) return {};
      segments.push_back(plain_name(tree.token_text(slot)));
      last = child;
    }
    if (segments.empty()) return {};
    const Def& def = crate.defs[impl.value];
    if (def.source && crate.index < project_.has_names.size() && project_.has_names[crate.index]) {
      const NameUse* use = project_.names[crate.index].find(def.source, last);
      if (use == nullptr || use->resolution.kind != ResolutionKind::Definition) return {};
      return is_item(use->resolution.def) ? use->resolution.def : DefRef();
    }
    // Names in bodies of dependencies are not resolved; what the module says is near enough for a path to show.
    const DefId module = crate.module_of(impl);
    if (!module || crate.defs[module.value].scope == UINT32_MAX) return {};
    const bool global = tree.token_kind(tree.first_slot(type)) == TokenKind::ColonColon;
    const PathLookup found =
        lookup_path(crate, project_.analysis, crate.defs[module.value].scope, segments, global, Namespace::Type);
    if (found.found != segments.size() || found.resolution.kind != ResolutionKind::Definition) return {};
    return is_item(found.resolution.def) ? found.resolution.def : DefRef();
  }

  [[nodiscard]] bool is_item(DefRef ref) const {
    const Def* def = project_.analysis.def(ref);
    return def != nullptr && def->kind != DefKind::Impl;
  }

  const Project& project_;
};

}  // namespace

std::string_view definition_kind_name(DefKind kind) {
  static constexpr std::array<std::string_view, 21> kNames = {"module",
                                                              "struct",
                                                              "union",
                                                              "enum",
                                                              "variant",
                                                              "trait",
                                                              "trait alias",
                                                              "type alias",
                                                              "foreign type",
                                                              "function",
                                                              "constant",
                                                              "static",
                                                              "macro",
                                                              "impl",
                                                              "extern block",
                                                              "associated function",
                                                              "associated constant",
                                                              "associated type",
                                                              "field",
                                                              "global assembly",
                                                              "anonymous constant"};
  static_assert(kNames.size() == static_cast<size_t>(DefKind::AnonymousConst) + 1);
  return kNames[static_cast<size_t>(kind)];
}

std::string definition_path(const Project& project, DefRef def) { return PathWriter(project).path(def); }

}  // namespace rp
