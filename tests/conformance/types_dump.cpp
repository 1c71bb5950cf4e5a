// Lowers every written type of crates and prints what became of it: types_dump [--std] [--bad] [--ask] [--items]
// [--sysroot LIBRARY] [--cargo-home DIR] Cargo.toml...
//   --std    the standard library's types, too      --bad    print each type that is unknown or failed
//   --check  print the errors of local crates and nothing else: in crates that compile there are none
//   --types  print each type of a field             --normal  normalised, too   --time   print seconds

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "disk_reader.h"
#include "types/check.h"

namespace {

using namespace rp;

struct Counts {
  size_t known = 0, unknown = 0, failed = 0;
  void add(const Counts& o) {
    known += o.known;
    unknown += o.unknown;
    failed += o.failed;
  }
};

class Dump {
 public:
  bool bad = false, types = false, normal = false;

  Counts crate(TypeContext& ctx, CrateIndex index) {
    Counts counts;
    const CrateDefs& c = *ctx.analysis().crate(index);
    Items& items = ctx.items();
    const auto see = [&](DefRef def, const char* what, TypeId t) {
      const bool failed = ctx.store().has(t, kHasError);
      const bool unknown = ctx.store().has(t, kHasUnknown);
      (failed ? counts.failed : unknown ? counts.unknown : counts.known) += 1;
      if ((bad && unknown) || types)
        std::printf("%s %s: %s%s%s\n", c.path_of(def.def).c_str(), what, ctx.text(t).c_str(), normal ? " = " : "",
                    normal ? ctx.text(ctx.traits().normalize(t)).c_str() : "");
    };
    for (uint32_t i = 0; i < c.defs.size(); ++i) {
      const DefRef def{index, DefId(i)};
      // What nobody outside can use has no signature in facts.
      if (c.from_facts && items.text_of(def).tree == nullptr) continue;
      switch (c.defs[i].kind) {
        case DefKind::Struct:
        case DefKind::Enum:
        case DefKind::Union:
          for (const VariantInfo& v : items.adt(def).variants)
            for (const FieldInfo& f : v.fields) see(def, std::string(ctx.store().text(f.name)).c_str(), f.type);
          break;
        case DefKind::Function:
        case DefKind::AssocFunction:
          see(def, "fn", items.fn_signature(def));
          break;
        case DefKind::Const:
        case DefKind::Static:
        case DefKind::AssocConst:
        case DefKind::TypeAlias:
          see(def, "type", items.type_of(def));
          break;
        case DefKind::AssocType: {
          const Items::Text text = items.text_of(def);
          if (text.tree != nullptr && text.tree->child(text.node, Role::type)) see(def, "assoc", items.type_of(def));
          break;
        }
        case DefKind::Impl: {
          const ImplInfo& impl = items.impl(def);
          see(def, "impl", impl.self_type);
          if (impl.is_trait_impl) (impl.trait_ref ? counts.known : counts.unknown) += 1;
          if (impl.is_trait_impl && !impl.trait_ref && bad) {
            const Items::Text text = items.text_of(def);
            std::printf("%s impl trait unknown: %s\n", c.path_of(def.def).c_str(),
                        text.tree == nullptr ? "" : std::string(text.tree->text(text.node).substr(0, 100)).c_str());
          }
          break;
        }
        default:
          break;
      }
      for (const Predicate& p : items.predicates(def).own) {
        const bool unknown = p.kind == Predicate::Kind::Unknown ||
                             (p.trait_ref && (ctx.store().list_flags(p.trait_ref.args) & kHasUnknown) != 0) ||
                             (p.term.is_type() && ctx.store().has(p.term.type(), kHasUnknown));
        (unknown ? counts.unknown : counts.known) += 1;
        if (unknown && bad) {
          const Items::Text text = items.text_of(def);
          std::printf("%s predicate: %s\n", c.path_of(def.def).c_str(),
                      text.tree != nullptr && p.node ? std::string(text.tree->text(p.node)).c_str() : "");
        }
      }
    }
    return counts;
  }
};

}  // namespace

int main(int argc, char** argv) {
  ProjectOptions options;
  std::vector<std::string> manifests;
  bool with_std = false, time = false, check = false;
  Dump dump;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--std")
      with_std = true;
    else if (arg == "--bad")
      dump.bad = true;
    else if (arg == "--types")
      dump.types = true;
    else if (arg == "--normal")
      dump.normal = true;
    else if (arg == "--check")
      check = true;
    else if (arg == "--time")
      time = true;
    else if (arg == "--sysroot")
      options.std_sources = argv[++i];
    else if (arg == "--cargo-home")
      options.graph.cargo_home = argv[++i];
    else
      manifests.push_back(std::filesystem::absolute(arg).string());
  }
  Counts all;
  for (const std::string& path : manifests) {
    DiskSources reader;
    DiskManifests files;
    const auto project = analyze_project(path, files, reader, options);
    const auto start = std::chrono::steady_clock::now();
    TypeContext ctx(type_inputs(*project));
    Counts sum;
    for (CrateIndex i = 0; i < project->analysis.crates.size(); ++i) {
      if (project->analysis.crate(i) == nullptr || check) continue;
      if (i < kSysrootCrates && !with_std) continue;
      if (i >= kSysrootCrates && !project->has_names[i] && !dump.types) {
        sum.add(dump.crate(ctx, i));
        continue;
      }
      sum.add(dump.crate(ctx, i));
    }
    for (CrateIndex i = kSysrootCrates; check && i < project->analysis.crates.size(); ++i) {
      const CrateDefs* c = project->analysis.crate(i);
      if (c == nullptr || !project->has_names[i]) continue;
      for (const TypeDiagnostic& d : check_types(ctx, i)) {
        if (!d.proven) continue;
        const SourceInfo& info = c->sources[d.source.value];
        const std::string_view before = info.source->text.substr(0, d.span.start);
        std::printf("error %s:%zu: %s %s\n", info.path.c_str(),
                    1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n')),
                    std::string(d.code).c_str(), d.message.c_str());
      }
    }
    with_std = false;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%s: known %zu, unknown %zu, failed %zu", path.c_str(), sum.known, sum.unknown, sum.failed);
    if (time)
      std::printf(", %.3f s, %zu types, %zu bytes", seconds, ctx.store().type_count(), ctx.store().memory_bytes());
    std::printf("\n");
    std::fflush(stdout);
    all.add(sum);
  }
  std::printf("all: known %zu, unknown %zu, failed %zu\n", all.known, all.unknown, all.failed);
  return 0;
}
