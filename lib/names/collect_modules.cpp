// Modules and their files. The Rust Reference, "Modules", "Module source filenames", "The path attribute".
#include <algorithm>

#include "manifest/reader.h"
#include "names/collector.h"
#include "syntax/lexer.h"

namespace rp {

namespace {

// Modules in files within modules in files: deeper than any crate, and within the stack.
constexpr uint32_t kMaxModuleDepth = 128;

std::string_view file_stem(std::string_view path) {
  const size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name.ends_with(".rs")) name.remove_suffix(3);
  return name;
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name) {
  for (const Attribute& a : attributes)
    if (a.name == name) return &a;
  return nullptr;
}

}  // namespace

SourceId Collector::load_file(const std::string& path, SourceId from, ByteSpan span, DefId module, bool certain) {
  if (file_count_ >= options_.max_files) {
    problem(NameProblem::Kind::Limit, {}, from, span, "more than " + std::to_string(options_.max_files) + " files");
    return {};
  }
  const auto read = [&]() -> std::shared_ptr<const Source> {
    std::string text;
    const SourceReader::Outcome outcome = reader_.read(path, &text);
    if (outcome != SourceReader::Outcome::Ok) {
      const bool missing = outcome == SourceReader::Outcome::NotFound;
      problem(missing ? NameProblem::Kind::MissingFile : NameProblem::Kind::UnreadableFile,
              missing && certain ? "E0583" : "", from, span,
              missing ? "there is no file " + path : path + " cannot be read: " + text);
      return nullptr;
    }
    if (find_invalid_utf8(text) != std::string_view::npos || text.size() > kMaxTextBytes) {
      problem(NameProblem::Kind::UnreadableFile, {}, from, span, path + " is not UTF-8, or too large");
      return nullptr;
    }
    auto source = std::make_shared<Source>();
    source->storage = std::move(text);
    source->text = source->storage;
    source->tree = lex_and_parse(source->text, parse_options());
    return source;
  };
  SourceInfo info;
  info.source = options_.shared != nullptr ? options_.shared->get(path, input_.edition, read) : read();
  if (info.source == nullptr) return {};
  ++file_count_;
  info.kind = SourceInfo::Kind::File;
  info.path = path;
  info.module = module;
  out_->sources.push_back(std::move(info));
  removed_bits_.emplace_back();
  return SourceId(static_cast<uint32_t>(out_->sources.size() - 1));
}

void Collector::walk_file(SourceId id, Place& place) {
  const NodeId root = tree(id).root();
  attribute_values(id, root, place);
  walk(id, NodeId(root.value + 1), tree(id).subtree_end(root), place);
}

void Collector::module_item(SourceId id, NodeId node, Place& place, const std::vector<Attribute>& attributes,
                            Place* inside, bool* keep_textual, bool* has_inside) {
  const Tree& t = tree(id);
  const std::string name(name_text(id, node));
  const bool macro_use = find_attribute(attributes, "macro_use") != nullptr;
  const Attribute* path_attribute = find_attribute(attributes, "path");
  const std::string written_path = path_attribute != nullptr ? attribute_text(t, *path_attribute) : std::string();

  const Visibility visibility = visibility_of(id, node, place);
  const DefId def = add_def(DefKind::Module, id, node, name, place, visibility, item_flags(id, node, attributes));
  // Names of a module are not looked for in the block around it, so its table has no parent but for the prelude.
  const uint32_t scope = add_scope(ScopeKind::Module, def, kNone, id, node);
  no_prelude_[scope] = no_prelude_[module_scope(place.scope)];
  if (find_attribute(attributes, "no_implicit_prelude") != nullptr) no_prelude_[scope] = 1;
  out_->defs[def.value].scope = scope;
  if (!name.empty()) {
    Binding binding;
    binding.target = Binding::Target::Def;
    binding.def = {input_.index, def};
    binding.visibility = visibility;
    define(place.scope, out_->defs[def.value].name, Namespace::Type, binding);
  }
  if (find_attribute(attributes, "no_implicit_prelude") != nullptr) out_->no_implicit_prelude.push_back(def);

  *inside = place;
  inside->scope = scope;
  inside->parent = def;
  inside->container = Container::Module;
  *keep_textual = macro_use;
  const std::string plain = name.starts_with("r#") ? name.substr(2) : name;
  const Dir here = dirs_[place.dir];

  if (const NodeId items = t.child(node, Role::items)) {
    // Inline: its modules lie in a folder of its name.
    Dir dir;
    if (!written_path.empty()) {
      dir.folder = manifest::join_path(here.folder, written_path);
    } else {
      dir.folder = here.folder;
      if (!here.relative.empty()) dir.folder = manifest::join_path(dir.folder, here.relative);
      if (!plain.empty()) dir.folder = manifest::join_path(dir.folder, plain);
    }
    dirs_.push_back(std::move(dir));
    inside->dir = static_cast<uint32_t>(dirs_.size() - 1);
    *has_inside = true;
    // Attributes inside its braces are its own, too.
    std::vector<Attribute> inner;
    read_attributes(t, items, *input_.cfg, &inner);
    if (find_attribute(inner, "no_implicit_prelude") != nullptr) {
      no_prelude_[scope] = 1;
      out_->no_implicit_prelude.push_back(def);
    }
    if (find_attribute(inner, "macro_use") != nullptr) *keep_textual = true;
    return;
  }
  if (plain.empty()) return;

  std::string path;
  Dir dir;
  const ByteSpan span = t.span(node);
  if (!written_path.empty()) {
    path = manifest::join_path(here.folder, written_path);
    dir.folder = std::string(manifest::path_parent(path));
  } else {
    const std::string base = here.relative.empty() ? here.folder : manifest::join_path(here.folder, here.relative);
    const std::string flat = manifest::join_path(base, plain + ".rs");
    const std::string nested = manifest::join_path(base, plain + "/mod.rs");
    const bool has_flat = reader_.exists(flat);
    const bool has_nested = reader_.exists(nested);
    if (has_flat && has_nested)
      problem(NameProblem::Kind::AmbiguousFile, "E0584", id, span,
              "the file of module `" + plain + "` is found twice: " + flat + " and " + nested);
    path = has_nested && !has_flat ? nested : flat;
    if (path == flat) {
      dir.folder = std::string(manifest::path_parent(flat));
      dir.relative = std::string(file_stem(flat));
    } else {
      dir.folder = std::string(manifest::path_parent(nested));
    }
  }
  const bool open = std::find(open_files_.begin(), open_files_.end(), path) != open_files_.end();
  SourceId file;
  if (open) {
    problem(NameProblem::Kind::CyclicModule, {}, id, span, "the file " + path + " contains itself as a module");
  } else if (place.module_depth >= kMaxModuleDepth) {
    problem(NameProblem::Kind::Limit, {}, id, span,
            "files of modules are nested more than " + std::to_string(kMaxModuleDepth) + " deep");
  } else {
    // A `path` under a condition that a build script decides may name another file.
    bool certain = !place.uncertain;
    std::vector<NodeId> maybe;
    uncertain_attributes(t, node, *input_.cfg, unknown_cfg_, &maybe);
    for (const NodeId attribute : maybe) certain &= t.text(attribute).find("path") == std::string_view::npos;
    file = load_file(path, id, span, def, certain);
  }
  if (!file) {
    out_->scopes[scope].unknown_names = true;
    return;
  }
  // Attributes at the head of the file are the module's, too.
  const Tree& ft = tree(file);
  std::vector<Attribute> inner;
  read_attributes(ft, ft.root(), *input_.cfg, &inner);
  if (!keeps(file, ft.root(), inner, place)) {
    // The module is not there at all: its table stays empty, its name goes. Or that is not known.
    if (out_->scopes[place.scope].unknown_names) {
      out_->scopes[scope].unknown_names = true;
    } else if (!name.empty()) {
      Binding nothing;
      nothing.target = Binding::Target::None;
      define(place.scope, out_->defs[def.value].name, Namespace::Type, nothing);
    }
    return;
  }
  if (find_attribute(inner, "no_implicit_prelude") != nullptr) {
    no_prelude_[scope] = 1;
    out_->no_implicit_prelude.push_back(def);
  }
  dirs_.push_back(std::move(dir));
  Place file_place = *inside;
  file_place.dir = static_cast<uint32_t>(dirs_.size() - 1);
  file_place.module_depth = place.module_depth + 1;
  open_files_.push_back(path);
  walk_file(file, file_place);
  open_files_.pop_back();
  if (macro_use || find_attribute(inner, "macro_use") != nullptr) place.textual = file_place.textual;
}

}  // namespace rp
