// manifest/rust-version-too-low: code that needs a newer Rust than its manifest says.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>

#include "manifest/semver.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

using N = NodeKind;
using T = TokenKind;

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Rust Version, https://doc.rust-lang.org/cargo/reference/rust-version.html",
    "Rust release notes, https://doc.rust-lang.org/stable/releases.html",
};

// 1.MINOR.PATCH as one number; 0 for what is no version of Rust 1.
uint32_t release_number(std::string_view text) {
  uint32_t parts[3] = {0, 0, 0};
  for (uint32_t& part : parts) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc() || part > 9999) return 0;
    text.remove_prefix(static_cast<size_t>(end - text.data()));
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return parts[0] == 1 ? parts[1] * 10000 + parts[2] : 0;
}

std::string release_text(uint32_t number) {
  const std::string minor = "1." + std::to_string(number / 10000);
  return number % 10000 == 0 ? minor : minor + "." + std::to_string(number % 10000);
}

// Something that needs a release, and where it stands.
struct Need {
  uint32_t release = 0;
  std::string what;
  std::string path;
  uint32_t line = 0;
};

// The items of a trait: of an impl they follow the trait.
bool in_trait(const Tree& tree, NodeId node) {
  const NodeId list = tree.parent(node);
  return list && tree.kind(list) == N::ItemList && tree.parent(list) && tree.kind(tree.parent(list)) == N::TraitItem;
}

// What of the language a node is, with the release that made it stable: Rust's release notes.
struct LanguageNeed {
  uint32_t minor = 0;
  std::string_view what;
};
LanguageNeed language_need(const Tree& tree, NodeId node) {
  switch (tree.kind(node)) {
    case N::LetStmt:
      if (tree.child(node, Role::else_block)) return {65, "`let … else`"};
      break;
    case N::LetExpr: {
      const NodeId parent = tree.parent(node);
      if (parent && tree.kind(parent) == N::BinaryExpr) return {88, "`let` within a longer condition"};
      break;
    }
    case N::BlockExpr:
      if (tree.has_token(node, T::KwConst)) return {79, "a const block"};
      break;
    case N::ClosureExpr:
      if (tree.has_token(node, T::KwAsync)) return {85, "an async closure"};
      break;
    case N::FnItem:
      if (in_trait(tree, node)) {
        if (tree.has_token(node, T::KwAsync)) return {75, "an async function in a trait"};
        const NodeId result = tree.child(node, Role::return_type);
        const NodeId type = result ? tree.child(result, Role::type) : NodeId();
        if (type && tree.kind(type) == N::ImplTraitType) return {75, "`impl Trait` returned in a trait"};
      }
      break;
    case N::TypeAliasItem:
      if (in_trait(tree, node) && tree.child(node, Role::generics)) return {65, "an associated type with parameters"};
      break;
    case N::RefExpr:
      if (tree.has_token(node, T::KwRaw)) return {82, "`&raw`"};
      break;
    case N::UseBound:
      return {82, "`use<…>` among bounds"};
    case N::ExternBlock:
      if (tree.has_token(node, T::KwUnsafe)) return {82, "`unsafe extern`"};
      break;
    case N::Attr: {
      if (tree.has_token(node, T::KwUnsafe)) return {82, "`#[unsafe(…)]`"};
      const NodeId path = tree.child(node, Role::path);
      if (path && tree.text(path) == "expect") return {81, "`#[expect(…)]`"};
      break;
    }
    case N::ConstParam:
      return tree.child(node, Role::default_value) ? LanguageNeed{59, "a default of a const parameter"}
                                                   : LanguageNeed{51, "a const parameter"};
    case N::AssignExpr: {
      const NodeId left = tree.child(node, Role::left);
      if (left && (tree.kind(left) == N::TupleExpr || tree.kind(left) == N::ArrayExpr))
        return {59, "an assignment to a tuple"};
      break;
    }
    case N::OrPat: {
      const NodeId parent = tree.parent(node);
      if (parent && (tree.kind(parent) == N::TupleStructPat || tree.kind(parent) == N::TuplePat ||
                     tree.kind(parent) == N::RecordPatField || tree.kind(parent) == N::SlicePat))
        return {53, "`|` within a pattern"};
      break;
    }
    case N::RangePat:
      if (tree.child(node, Role::end) && !tree.has_token(node, T::DotDotEq) && !tree.has_token(node, T::DotDotDot))
        return {80, "a range with an excluded end in a pattern"};
      if (!tree.child(node, Role::end)) return {55, "a range without an end in a pattern"};
      break;
    case N::LiteralExpr: {
      const TokenKind kind = tree.token_kind(tree.first_slot(node));
      if (kind == T::CStr || kind == T::RawCStr) return {77, "a C string literal"};
      break;
    }
    default:
      break;
  }
  return {};
}

class Needs {
 public:
  Needs(const Project& project, uint32_t limit) : project_(project), limit_(limit) {}

  void of_crate(CrateIndex index) {
    const CrateDefs& crate = *project_.analysis.crate(index);
    for (uint32_t s = 0; s < crate.sources.size(); ++s) {
      const SourceInfo& info = crate.sources[s];
      if (info.kind != SourceInfo::Kind::File || info.source == nullptr || !info.source->tree.errors().empty())
        continue;
      of_tree(crate, SourceId(s));
    }
    if (!project_.has_names[index]) return;
    for (const NameUse& use : project_.names[index].uses) {
      const DefRef def = use.resolution.def;
      if (!def || def.crate >= kSysrootCrates || use.resolution.kind != ResolutionKind::Definition) continue;
      if (crate.sources[use.source.value].kind != SourceInfo::Kind::File) continue;
      const uint32_t release = since(def);
      if (release <= limit_ || (best_ && release <= best_->release)) continue;
      const CrateDefs& there = *project_.analysis.crate(def.crate);
      found(crate, use.source, use.node, release, "`" + there.path_of(def.def) + "`");
    }
  }
  [[nodiscard]] const Need* best() const { return best_ ? &*best_ : nullptr; }

 private:
  void of_tree(const CrateDefs& crate, SourceId source) {
    const Tree& tree = crate.sources[source.value].source->tree;
    for (uint32_t i = 0; i < tree.node_count(); ++i) {
      const LanguageNeed need = language_need(tree, NodeId(i));
      const uint32_t release = need.minor * 10000;
      if (release <= limit_ || (best_ && release <= best_->release)) continue;
      if (crate.is_removed(source, NodeId(i)) || is_conditional(tree, NodeId(i))) continue;
      found(crate, source, NodeId(i), release, std::string(need.what));
    }
  }
  // Behind a condition of any kind (cfg, or an attribute of `rustversion`) there may be another way for older
  // compilers.
  static bool is_conditional(const Tree& tree, NodeId node) {
    for (NodeId at = node; at; at = tree.parent(at)) {
      for (NodeId each = tree.first_child(at); each; each = tree.next_sibling(each)) {
        if (tree.kind(each) != N::Attr) continue;
        const NodeId path = tree.child(each, Role::path);
        const std::string_view name = path ? tree.text(path) : std::string_view();
        if (name == "cfg" || name == "cfg_attr" || name.starts_with("rustversion")) return true;
      }
      if (tree.kind(at) == N::TokenTree) return true;  // of a macro
    }
    return false;
  }
  void found(const CrateDefs& crate, SourceId source, NodeId node, uint32_t release, std::string what) {
    const SourceInfo& info = crate.sources[source.value];
    if (is_conditional(info.source->tree, node)) return;
    const std::string_view text = info.source->text;
    const uint32_t start = info.source->tree.span(node).start;
    Need need;
    need.release = release;
    need.what = std::move(what);
    need.path = info.path;
    need.line = 1 + static_cast<uint32_t>(std::count(text.begin(), text.begin() + start, '\n'));
    best_ = std::move(need);
  }
  // The release that made an item of the standard library stable; 0 when that is not known.
  uint32_t since(DefRef def) {
    const auto [at, added] = since_.emplace(def, 0);
    if (!added) return at->second;
    constexpr std::string_view kMark = "#[stable(since=\"";
    const std::string_view text = project_.analysis.crate(def.crate)->signature(def.def);
    // Of the item itself: among the attributes that it begins with.
    const size_t begin = text.starts_with("#[") ? text.find(kMark) : std::string_view::npos;
    if (begin == std::string_view::npos || text.substr(0, begin).find('{') != std::string_view::npos) return 0;
    at->second = release_number(text.substr(begin + kMark.size()));
    return at->second;
  }

  const Project& project_;
  uint32_t limit_;
  std::optional<Need> best_;
  std::map<DefRef, uint32_t> since_;
};

void check(WorkspaceContext& context) {
  const Project* project = context.names();
  if (project == nullptr) return;
  for (const manifest::Package& package : context.workspace().packages) {
    if (!package.usable || !package.rust_version || !context.is_shown(package)) continue;
    const manifest::PartialVersion& written = package.rust_version.value;
    if (written.major != 1 || written.minor.value_or(0) > 9999 || written.patch.value_or(0) > 9999) continue;
    const auto limit = static_cast<uint32_t>(written.minor.value_or(0) * 10000 + written.patch.value_or(0));
    Needs needs(*project, limit);
    const manifest::Manifest& manifest = context.manifest_of(package);
    for (uint32_t i = 0; i < project->graph.crates.size(); ++i) {
      const CrateNode& crate = project->graph.crates[i];
      const CrateIndex index = Project::index_of(CrateId(i));
      const CrateDefs* defs = project->analysis.crate(index);
      if (!crate.local || crate.test_cfg || defs == nullptr || defs->from_facts) continue;
      if (crate.kind != manifest::TargetKind::Lib && crate.kind != manifest::TargetKind::Bin) continue;
      if (project->graph.packages[crate.package.value].manifest_path != manifest.path) continue;
      needs.of_crate(index);
    }
    const Need* need = needs.best();
    if (need == nullptr) continue;
    const manifest::Span span =
        manifest.package->rust_version ? manifest.package->rust_version.span : manifest.package->name.span;
    context.report({.primary = {context.document_of(package), span, {}},
                    .message = need->what + " needs Rust " + release_text(need->release) +
                               ", and rust-version promises " + release_text(limit) + " (" + need->path + ", line " +
                               std::to_string(need->line) + ")",
                    .help = "raise rust-version to " + release_text(need->release) + ", or write it another way",
                    .severity = Severity::Warning});
  }
}

}  // namespace

extern const Rule kRustVersionTooLowRule;
const Rule kRustVersionTooLowRule = {
    .id = "manifest/rust-version-too-low",
    .area = "manifest",
    .title = "code that needs a newer Rust than its manifest says",
    .why =
        "cargo gives the release to everybody whose compiler is as new as rust-version says. Those between it and what "
        "the code needs see errors from deep inside a dependency.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2021\"\n"
        "rust-version = \"1.70\"  #~\n"
        "publish = false\n"
        "--- src/main.rs\n"
        "use std::sync::LazyLock;\n"
        "static NAME: LazyLock<String> = LazyLock::new(|| String::from(\"app\"));\n"
        "fn main() { println!(\"{}\", *NAME); }\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2021\"\n"
        "rust-version = \"1.80\"\n"
        "publish = false\n"
        "--- src/main.rs\n"
        "use std::sync::LazyLock;\n"
        "static NAME: LazyLock<String> = LazyLock::new(|| String::from(\"app\"));\n"
        "fn main() { println!(\"{}\", *NAME); }\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "a build script may choose other code for older compilers",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
