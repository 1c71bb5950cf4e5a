// Lays out types of a cargo project that are named as rustc names them, and prints each as -Zprint-type-sizes does. For
// layout_crates.py, which compares the two.
//
//   layout_types MANIFEST [--cargo-home DIR] [--target T] [--compiler VERSION] [--time] [--raw] < names
//
// A line of `names` is a crate and a type, parted by a tab: paths begin in that crate or with the name of another one.
// Of a type without a layout one line `unknown` with the reason is printed. With --raw each layout is one line, for
// layout_random.py.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <string>

#include "crates/cfg_set.h"
#include "disk_reader.h"
#include "layout/layouts.h"
#include "layout_print.h"
#include "names/project.h"
#include "types/int128.h"
#include "types/state.h"

namespace {

using namespace rp;
using namespace rp::layout;

// Reads a type as rustc prints it: whole paths, private ones too, arguments that are the default left out.
class TypeReader {
 public:
  TypeReader(TypeContext& context, CrateIndex crate) : context_(context), store_(context.store()), crate_(crate) {}

  // Names lead through `_`, a constant without a name, and of those there may be many: `choice` says which is taken,
  // and `choices` becomes how many there are.
  std::optional<TypeId> read(std::string_view text, size_t choice = 0) {
    text_ = text;
    at_ = 0;
    choice_ = choice;
    choices = 1;
    problem.clear();
    const TypeId type = parse();
    space();
    if (!problem.empty() || at_ != text_.size()) {
      if (problem.empty()) problem = "cannot be read";
      return std::nullopt;
    }
    return type;
  }
  std::string problem;
  size_t choices = 1;
  size_t moved = 0;  // types that were found at another path of the standard library

 private:
  void space() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(std::string_view word) {
    space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  [[nodiscard]] char peek() {
    space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  TypeId fail(std::string why) {
    if (problem.empty()) problem = std::move(why);
    at_ = text_.size();
    return store_.unknown;
  }
  std::string_view identifier() {
    space();
    if (text_.substr(at_).starts_with("r#")) at_ += 2;
    const size_t start = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_' ||
                                  static_cast<unsigned char>(text_[at_]) >= 0x80)) {
      ++at_;
    }
    return text_.substr(start, at_ - start);
  }
  void lifetime() {
    if (peek() != '\'') return;
    ++at_;
    identifier();
  }
  // Skips to the bracket that closes the one just taken.
  void skip(char open, char close) {
    for (int depth = 1; at_ < text_.size() && depth > 0; ++at_) {
      if (text_[at_] == open) ++depth;
      if (text_[at_] == close && (close != '>' || text_[at_ - 1] != '-')) --depth;
    }
  }
  void bounds() {  // of dyn: what they are makes no difference
    for (;;) {
      space();
      if (at_ >= text_.size() || std::strchr(",>)];", text_[at_]) != nullptr) return;
      if (take("->")) {
        parse();
        continue;
      }
      const char c = text_[at_++];
      if (c == '<') skip('<', '>');
      if (c == '(') skip('(', ')');
      if (c == '{') return void(fail("closure"));
    }
  }

  TypeId parse() {
    space();
    const std::string_view rest = text_.substr(at_);
    if (rest.find('{') == 0) return fail("closure");
    if (take("&")) {
      lifetime();
      const bool is_mut = take("mut ");
      const TypeId of = parse();
      return store_.reference(store_.erased, of, is_mut);
    }
    if (take("*const ")) return store_.raw_pointer(parse(), false);
    if (take("*mut ")) return store_.raw_pointer(parse(), true);
    if (take("!")) return store_.never;
    if (take("(")) return tuple();
    if (take("[")) {
      const TypeId element = parse();
      if (take("]")) return store_.slice(element);
      if (!take(";")) return fail("array");
      const ConstId length = constant(store_.integer(IntKind::Usize));
      if (!take("]")) return fail("array");
      return store_.array(element, length);
    }
    if (take("dyn ")) {
      bounds();
      return store_.dyn({}, store_.erased, 0);
    }
    if (take("for<")) {
      skip('<', '>');
      return parse();
    }
    if (rest.starts_with("fn(") || rest.starts_with("unsafe ") || rest.starts_with("extern ")) return function();
    return path();
  }

  TypeId tuple() {
    std::vector<TypeId> parts;
    while (peek() != ')') {
      if (at_ >= text_.size()) return fail("tuple");
      if (take("dyn ")) {
        bounds();
        parts.push_back(store_.dyn({}, store_.erased, 0));
      } else {
        parts.push_back(parse());
      }
      if (!take(",") && parts.size() == 1 && take(")")) return parts[0];  // (dyn A + B)
    }
    take(")");
    return store_.tuple(parts);
  }

  TypeId function() {
    at_ = text_.find('(', at_) + 1;
    skip('(', ')');
    if (take("->")) parse();
    const TypeId parts[] = {store_.unit};
    return store_.fn_pointer(parts, false, false, Abi::Rust, 0);
  }

  ConstId constant(TypeId type) {
    space();
    const size_t start = at_;
    while (at_ < text_.size() && std::strchr(",>;] ", text_[at_]) == nullptr) ++at_;
    const std::string word(text_.substr(start, at_ - start));
    Bits128 bits;
    if (word == "true" || word == "false") {
      bits.lo = word == "true";
    } else if (!word.empty() && (std::isdigit(static_cast<unsigned char>(word[0])) || word[0] == '-')) {
      bits.lo = word[0] == '-' ? static_cast<uint64_t>(std::strtoll(word.c_str(), nullptr, 10))
                               : std::strtoull(word.c_str(), nullptr, 10);
      if (word[0] == '-') bits.hi = UINT64_MAX;
    } else if (store_.kind(type) == TypeKind::Int && (word.ends_with("::MAX") || word.ends_with("::MIN"))) {
      const IntKind kind = store_.int_kind(type);
      const uint32_t width = int_bits(kind, context_.inputs().pointer_bits);
      bits = word.ends_with("X") ? wide::max_of(width, is_signed(kind)) : wide::min_of(width, is_signed(kind));
    } else {
      fail("constant " + word);
    }
    return store_.value(type, bits);
  }

  TypeId path() {
    std::vector<DefRef> candidates;
    const size_t begin = at_;
    if (take("<")) {
      // In an impl that is printed by its type: `<Type as Trait>::function::Type`.
      candidates = impls_of_crate(crate_);
      const size_t inside = at_;
      in_impl(&candidates);
      // Of another crate: the one that the type is of.
      const CrateIndex other = candidates.empty() ? crate_of_word(text_.substr(inside)) : kNoCrate;
      if (other != kNoCrate && other >= kSysrootCrates) {
        candidates = impls_of_crate(other);
        at_ = inside;
        in_impl(&candidates);
      }
    } else {
      const std::string_view first = identifier();
      if (first.empty()) return fail("cannot be read: " + std::string(text_.substr(at_, 20)));
      if (any_name_ && first.size() <= 2 && !text_.substr(at_).starts_with("::")) return store_.unknown;
      for (uint32_t i = 0; i < kPrimitiveTypes.size(); ++i) {
        if (kPrimitiveTypes[i] == first && !text_.substr(at_).starts_with("::")) return store_.primitive(i);
      }
      candidates = starts(first);
    }
    for (;;) {
      if (text_.substr(at_).starts_with("::<") && !text_.substr(at_).starts_with("::<impl ")) at_ += 2;
      // `Type<..>::function::Type`
      if (text_.substr(at_).starts_with('<')) {
        const size_t start = at_++;
        skip('<', '>');
        if (!text_.substr(at_).starts_with("::")) {
          at_ = start;
          break;
        }
      }
      if (!text_.substr(at_).starts_with("::")) break;
      at_ += 2;
      if (peek() == '{') return fail("closure");
      if (take("<")) {  // `module::<impl Trait for Type>::function::Type`
        std::vector<DefRef> impls;
        for (const DefRef at : candidates) {
          const CrateDefs& crate = *context_.analysis().crate(at.crate);
          for (const DefId child : crate.children(at.def)) {
            if (crate.def(child).kind == DefKind::Impl) impls.push_back({at.crate, child});
          }
        }
        candidates = std::move(impls);
        in_impl(&candidates);
        continue;
      }
      const std::string_view segment = identifier();
      std::vector<DefRef> next;
      for (const DefRef at : candidates) step(at, segment, &next);
      candidates = std::move(next);
    }
    const bool unnamed =
        ("::" + std::string(text_.substr(begin, at_ - begin)) + "::").find("::_::") != std::string::npos;
    std::erase_if(candidates, [&](DefRef at) {
      const DefKind kind = context_.analysis().def(at)->kind;
      return kind != DefKind::Struct && kind != DefKind::Enum && kind != DefKind::Union && kind != DefKind::TypeAlias &&
             kind != DefKind::ForeignType;
    });
    if (candidates.empty()) moved_in_std(text_.substr(begin, at_ - begin), &candidates);
    if (candidates.empty()) return fail("not found: " + std::string(text_.substr(0, at_)));
    if (!unnamed) return instance(candidates[0]);
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    choices = std::max(choices, candidates.size());
    return instance(candidates[std::min(choice_, candidates.size() - 1)]);
  }

  // A type of the standard library that has another private path in the version that its facts describe.
  void moved_in_std(std::string_view path, std::vector<DefRef>* out) {
    const size_t last = path.rfind("::");
    if (!path.starts_with("core::") && !path.starts_with("std::") && !path.starts_with("alloc::")) return;
    std::vector<DefRef> at = starts(path.substr(0, path.find("::")));
    for (size_t start = path.find("::"); start < last && !at.empty();) {
      const size_t end = path.find("::", start + 2);
      std::vector<DefRef> next;
      for (const DefRef each : at) step(each, path.substr(start + 2, end - start - 2), &next);
      at = std::move(next);
      start = end;
      // What stands in a function is not described, whatever else has its name.
      for (const DefRef each : at) {
        const DefKind kind = context_.analysis().def(each)->kind;
        if (kind == DefKind::Function || kind == DefKind::AssocFunction) return;
      }
    }
    for (const CrateIndex index : {kCore, kAlloc, kStd}) {
      const CrateDefs* crate = context_.analysis().crate(index);
      for (uint32_t i = 0; crate != nullptr && i < crate->defs.size(); ++i) {
        const DefKind kind = crate->defs[i].kind;
        if ((kind == DefKind::Struct || kind == DefKind::Enum || kind == DefKind::Union) &&
            crate->name_of(DefId(i)) == path.substr(last + 2)) {
          out->push_back({index, DefId(i)});
        }
      }
    }
    if (out->size() > 1) out->clear();
    moved += out->size();
  }

  [[nodiscard]] std::vector<DefRef> impls_of_crate(CrateIndex index) const {
    std::vector<DefRef> out;
    const CrateDefs& crate = *context_.analysis().crate(index);
    for (uint32_t i = 0; i < crate.defs.size(); ++i)
      if (crate.defs[i].kind == DefKind::Impl) out.push_back({index, DefId(i)});
    return out;
  }
  // The crate that a path begins with.
  [[nodiscard]] CrateIndex crate_of_word(std::string_view text) const {
    for (const DefRef at : starts(text.substr(0, text.find("::"))))
      if (at.def.value == 0) return at.crate;
    return kNoCrate;
  }

  // Behind `<`: keeps the impls for the type that is named there, as far as that can be told.
  void in_impl(std::vector<DefRef>* impls) {
    const size_t start = at_;
    skip('<', '>');
    std::string_view inside = text_.substr(start, at_ - start - 1);
    const size_t as = inside.find(" as ");
    const size_t with_for = inside.find(" for ");
    if (inside.starts_with("impl ")) {
      inside = with_for != std::string_view::npos ? inside.substr(with_for + 5) : inside.substr(5);
    } else if (as != std::string_view::npos) {
      inside = inside.substr(0, as);
    }
    TypeReader reader(context_, crate_);
    reader.any_name_ = true;
    const std::optional<TypeId> self = reader.read(inside);
    if (!self) return;
    std::erase_if(*impls, [&](DefRef impl) { return !alike(context_.items().impl(impl).self_type, *self, 0); });
  }

  // Whether two types may be the same, whatever their parameters are.
  bool alike(TypeId a, TypeId b, int depth) const {
    if (store_.kind(a) == TypeKind::Param || store_.kind(b) == TypeKind::Unknown || depth > 20) return true;
    if (store_.kind(a) != store_.kind(b)) return false;
    switch (store_.kind(a)) {
      case TypeKind::Adt: {
        if (store_.def(a) != store_.def(b)) return false;
        const auto x = store_.args(a), y = store_.args(b);
        for (size_t i = 0; i < x.size() && i < y.size(); ++i)
          if (x[i].is_type() && y[i].is_type() && !alike(x[i].type(), y[i].type(), depth + 1)) return false;
        return true;
      }
      case TypeKind::Ref:
      case TypeKind::RawPtr:
      case TypeKind::Slice:
      case TypeKind::Array:
        return alike(store_.element(a), store_.element(b), depth + 1);
      default:
        return true;
    }
  }

  std::vector<DefRef> starts(std::string_view first) const {
    std::vector<DefRef> out;
    const Analysis& analysis = context_.analysis();
    step({crate_, DefId(0)}, first, &out);
    const CrateDefs& here = *analysis.crate(crate_);
    for (const auto& name : here.extern_prelude) {
      if (here.text(name.name) == first && name.crate != kNoCrate) out.push_back({name.crate, DefId(0)});
    }
    for (CrateIndex i = 0; i < analysis.crates.size(); ++i) {
      if (analysis.crate(i) != nullptr && analysis.crate(i)->name == first) out.push_back({i, DefId(0)});
    }
    return out;
  }

  void step(DefRef at, std::string_view name, std::vector<DefRef>* out) const {
    const CrateDefs* crate = context_.analysis().crate(at.crate);
    if (crate == nullptr) return;
    const Def& def = crate->def(at.def);
    for (const DefId child : crate->children(at.def)) {
      if (crate->name_of(child) == name && crate->def(child).kind != DefKind::Macro) out->push_back({at.crate, child});
    }
    if (name == "_") {
      for (const DefId child : crate->children(at.def))
        if (crate->def(child).kind == DefKind::AnonymousConst) out->push_back({at.crate, child});
      for (const Import& import : crate->imports)  // extern crate alloc as _;
        if (import.kind == ImportKind::ExternCrate && import.scope == def.scope && !import.name &&
            import.targets[0].target == Binding::Target::Def) {
          out->push_back(import.targets[0].def);
        }
      return;
    }
    const NameId id = crate->names.find(name);
    if (at.def.value == 0 && out->empty()) {  // a crate that is named by one that depends on it
      for (const auto& dependency : crate->extern_prelude) {
        const CrateDefs* other = context_.analysis().crate(dependency.crate);
        if (other != nullptr && other->name == name && at.crate != dependency.crate)
          out->push_back({dependency.crate, DefId(0)});
      }
    }
    if (def.kind == DefKind::AnonymousConst || def.kind == DefKind::Const || def.kind == DefKind::Function ||
        def.kind == DefKind::AssocFunction) {
      in_body(*crate, def, id, out);
    }
    if (def.kind == DefKind::Struct || def.kind == DefKind::Enum || def.kind == DefKind::Union) {
      for (const DefRef impl : context_.traits().inherent_impls(context_.items().type_of(at))) {
        const CrateDefs& home = *context_.analysis().crate(impl.crate);
        for (const DefId child : home.children(impl.def))
          if (home.name_of(child) == name) out->push_back({impl.crate, child});
      }
    }
    if (def.scope == UINT32_MAX || !id) return;
    const Binding* binding = crate->find(def.scope, id, Namespace::Type);
    if (context_.state().conditions.decides_name(at.crate, def.scope, name)) return;
    if (binding != nullptr && binding->target == Binding::Target::Def &&
        context_.analysis().def(binding->def) != nullptr) {
      out->push_back(binding->def);
    }
  }

  // What imports bring into the blocks of a body.
  void in_body(const CrateDefs& crate, const Def& def, NameId name, std::vector<DefRef>* out) const {
    if (!name || !def.source || !def.node) return;
    const Tree& tree = crate.sources[def.source.value].source->tree;
    for (uint32_t i = 0; i < crate.scopes.size(); ++i) {
      const Scope& scope = crate.scopes[i];
      if (scope.kind != ScopeKind::Block || scope.source != def.source || scope.node < def.node ||
          scope.node >= tree.subtree_end(def.node)) {
        continue;
      }
      const Binding* binding = crate.find(i, name, Namespace::Type);
      if (binding != nullptr && binding->target == Binding::Target::Def &&
          context_.analysis().def(binding->def) != nullptr) {
        out->push_back(binding->def);
      }
    }
  }

  TypeId instance(DefRef def) {
    const Generics& generics = context_.items().generics(def);
    std::vector<GenericArg> args;
    const bool listed = take("<");
    for (uint32_t i = 0; i < generics.params.size(); ++i) {
      const GenericParam& param = generics.params[i];
      if (param.kind == GenericParam::Kind::Lifetime) {
        if (listed && peek() == '\'') {
          lifetime();
          take(",");
        }
        args.push_back(store_.erased);
        continue;
      }
      if (listed && peek() != '>' && at_ < text_.size()) {
        args.push_back(param.kind == GenericParam::Kind::Const ? GenericArg(constant(param.const_type))
                                                               : GenericArg(parse()));
        take(",");
      } else if (param.has_default) {
        args.push_back(store_.substitute(context_.items().default_of(def, i), args));
      } else {
        return fail("arguments are missing");
      }
    }
    if (listed && !take(">")) return fail("too many arguments");
    const TypeId type = context_.items().type_of(def);
    return store_.substitute(type, args);
  }

  TypeContext& context_;
  TypeStore& store_;
  CrateIndex crate_;
  std::string_view text_;
  size_t at_ = 0;
  size_t choice_ = 0;
  bool any_name_ = false;  // a short name may be a parameter
};

// As rustc's -Zprint-type-sizes prints it.
class SizePrinter {
 public:
  explicit SizePrinter(Layouts& layouts) : layouts_(layouts), store_(layouts.context().store()) {}

  void print(TypeId type, const std::string& name, LayoutId id) {
    const Layout layout = layouts_[id];
    const AdtInfo& info = layouts_.context().items().adt(store_.def(type));
    std::printf("type: `%s`: %llu bytes, alignment: %u bytes\n", name.c_str(), number(layout.size), layout.align);
    uint64_t tag = 0;
    if (layout.variants == VariantsShape::Multiple && !layouts_.table().encoding(layout).niche) {
      tag = layouts_.table().encoding(layout).tag.primitive.size;
      std::printf("    discriminant: %llu bytes\n", number(tag));
    }
    struct Row {
      uint32_t index;
      Layout layout;
      uint64_t size;
    };
    std::vector<Row> rows;
    if (layout.variants == VariantsShape::Multiple) {
      for (uint32_t v = 0; v < layout.variant_count; ++v) {
        rows.push_back({v, layouts_[layouts_.table().variants(layout)[v]], 0});
      }
    } else if (layout.variants == VariantsShape::Single) {
      rows.push_back({layout.variant, layout, 0});
    }
    for (Row& row : rows) {
      for (const Field& field : layouts_.table().fields(row.layout)) {
        row.size = std::max(row.size, field.offset + layouts_[field.layout].size);
      }
      if (row.size == 0) row.size = row.layout.size;
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.size > b.size; });
    uint64_t max_size = tag;
    for (const Row& row : rows) {
      const char* indent = "    ";
      if (info.kind != DefKind::Struct) {
        std::printf("    variant `%s`: %llu bytes\n", std::string(store_.text(info.variants[row.index].name)).c_str(),
                    number(row.size - tag));
        indent = "        ";
      }
      max_size = std::max(max_size, row.size);
      print_fields(info.variants[row.index], row.layout, tag, info.repr.pack != 0, indent);
    }
    if (layout.size > max_size) std::printf("    end padding: %llu bytes\n", number(layout.size - max_size));
  }

 private:
  static unsigned long long number(uint64_t value) { return value; }

  void print_fields(const VariantInfo& variant, const Layout& layout, uint64_t start, bool packed, const char* indent) {
    struct Row {
      std::string name;
      uint64_t offset, size;
      uint32_t align;
    };
    std::vector<Row> rows;
    const auto fields = layouts_.table().fields(layout);
    for (size_t i = 0; i < fields.size(); ++i) {
      const Layout& of = layouts_[fields[i].layout];
      rows.push_back({std::string(store_.text(variant.fields[i].name)), fields[i].offset, of.size, of.align});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.size < b.size;
    });
    uint64_t at = start;
    for (const Row& row : rows) {
      if (row.offset > at) std::printf("%spadding: %llu bytes\n", indent, number(row.offset - at));
      std::printf("%sfield `.%s`: %llu bytes", indent, row.name.c_str(), number(row.size));
      if (row.offset < at) {
        std::printf(", offset: %llu bytes, alignment: %u bytes", number(row.offset), row.align);
      } else if (!packed && row.offset != at) {
        std::printf(", alignment: %u bytes", row.align);
      }
      std::printf("\n");
      at = row.offset + row.size;
    }
  }

  Layouts& layouts_;
  TypeStore& store_;
};

}  // namespace

int main(int argc, char** argv) {
  ProjectOptions options;
  options.resolve = false;
  options.graph.all_targets = false;
  std::string manifest_path;
  std::string target = "x86_64-unknown-linux-gnu";
  bool timed = false;
  bool raw = false;
  bool way = false;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--cargo-home") {
      options.graph.cargo_home = argv[++i];
    } else if (arg == "--target") {
      target = argv[++i];
    } else if (arg == "--compiler") {
      options.graph.compiler = argv[++i];
    } else if (arg == "--time") {
      timed = true;
    } else if (arg == "--std") {
      options.std_sources = argv[++i];
    } else if (arg == "--way") {
      way = true;
    } else if (arg == "--raw") {
      raw = true;
    } else {
      char* real = realpath(arg.c_str(), nullptr);
      manifest_path = real != nullptr ? real : arg;
      std::free(real);
    }
  }
  if (options.graph.cargo_home.empty() && std::getenv("HOME") != nullptr) {
    options.graph.cargo_home = std::string(std::getenv("HOME")) + "/.cargo";
  }
  options.graph.target = target;
  const DataLayout* data = find_data_layout(target);
  if (manifest_path.empty() || data == nullptr) {
    std::fprintf(stderr, "usage: layout_types MANIFEST [--cargo-home DIR] [--target T] < names\n");
    return 2;
  }
  DiskSources reader;
  DiskManifests manifests;
  const auto project = analyze_project(manifest_path, manifests, reader, options);
  TypeInputs inputs = type_inputs(*project);
  inputs.pointer_bits = data->pointer_size * 8U;
  TypeContext context(inputs);
  Layouts layouts(context, *data);

  struct Query {
    std::string name;
    std::optional<TypeId> type;
    std::string problem;
    LayoutAnswer answer;
    std::vector<TypeId> others;  // that are printed with the same name
  };
  std::vector<Query> queries;
  size_t moved = 0;
  for (std::string line; std::getline(std::cin, line);) {
    const size_t tab = line.find('\t');
    const std::string crate = line.substr(0, tab);
    Query query;
    query.name = line.substr(tab + 1);
    query.problem = "no such crate";
    for (CrateIndex i = static_cast<CrateIndex>(project->analysis.crates.size()); i-- > 0 && !query.type;) {
      const CrateDefs* defs = project->analysis.crate(i);
      if (defs == nullptr || defs->name != crate) continue;
      TypeReader types(context, i);
      query.type = types.read(query.name);
      query.problem = types.problem;
      moved += types.moved;
      const size_t choices = types.choices;
      for (size_t choice = 1; query.type && choice < choices; ++choice)
        if (const std::optional<TypeId> other = types.read(query.name, choice); other) query.others.push_back(*other);
    }
    queries.push_back(std::move(query));
  }
  const auto start = std::chrono::steady_clock::now();
  for (Query& query : queries) {
    if (query.type) query.answer = layouts.of(*query.type);
  }
  // Which of several types is meant matters only where their layouts differ.
  for (Query& query : queries) {
    const auto text = [&](LayoutAnswer of) { return of ? print(layouts.table(), layouts[of.layout]) : std::string(); };
    for (const TypeId other : query.others) {
      if (!query.type || text(query.answer) == text(layouts.of(other))) continue;
      query.type.reset();
      query.problem = "several types of different layouts are printed with that name";
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  SizePrinter printer(layouts);
  for (const Query& query : queries) {
    if (!query.type) {
      std::printf("unknown `%s`: %s\n", query.name.c_str(), query.problem.c_str());
    } else if (!query.answer) {
      const LayoutCause cause = layouts.cause(*query.type);
      std::printf("unknown `%s`: %s\n", query.name.c_str(), (way ? cause.text() : cause.what).c_str());
    } else if (raw) {
      std::printf("%s\n", print(layouts.table(), layouts[query.answer.layout]).c_str());
    } else if (context.store().kind(*query.type) == TypeKind::Adt) {
      printer.print(*query.type, query.name, query.answer.layout);
    }
  }
  if (timed) {
    std::fprintf(stderr, "%zu types in %.2f ms, %zu layouts, %zu moved in std\n", queries.size(), seconds * 1e3,
                 layouts.table().size(), moved);
  }
  return 0;
}
