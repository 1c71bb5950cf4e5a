// testing/bench-harness: targets whose `harness` key in Cargo.toml and source do not fit together.
#include <algorithm>
#include <vector>

#include "manifest/package.h"
#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBenchHarness;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::SourceFile};
constexpr std::string_view kReferences[] = {
    "The Cargo Book, Cargo Targets, The harness field, "
    "https://doc.rust-lang.org/cargo/reference/cargo-targets.html#the-harness-field",
    "Criterion.rs User Guide, Getting Started, https://criterion-rs.github.io/book/getting_started.html",
};

bool same_name(std::string_view target, std::string_view crate) {
  return std::equal(target.begin(), target.end(), crate.begin(), crate.end(),
                    [](char a, char b) { return a == b || (a == '-' && b == '_'); });
}

// The [[bench]] or [[test]] that a file is the root of.
const manifest::Target* target_of(const Sema& sema) {
  const TreeNode root = sema.crate_root();
  const CrateKind kind = sema.crate_kind();
  if (!root || root.tree != &sema.tree() || sema.package() == nullptr || !sema.has_manifest()) return nullptr;
  if (kind != CrateKind::Bench && kind != CrateKind::Test) return nullptr;
  const auto wanted = kind == CrateKind::Bench ? manifest::TargetKind::Bench : manifest::TargetKind::Test;
  const std::vector<manifest::Target>& targets = sema.package()->targets;
  const auto found = std::find_if(targets.begin(), targets.end(), [&](const manifest::Target& target) {
    return target.kind == wanted && same_name(target.name, sema.crate_name());
  });
  if (found == targets.end()) return nullptr;
  // A file may be the root of two targets, one with the harness and one without.
  for (const manifest::Target& other : targets)
    if (other.path == found->path && other.harness != found->harness) return nullptr;
  return &*found;
}

// What stands at the top of a file.
struct Top {
  NodeId test;            // the first #[test] or #[bench] function
  bool has_main = false;  // or may have one: a macro or an include can make it
};

Top look_at(const Tree& tree, NodeId root) {
  Top top;
  for (NodeId item = tree.first_child(root); item; item = tree.next_sibling(item)) {
    switch (tree.kind(item)) {
      case NodeKind::FnItem: {
        if (name_of(tree, tree.child(item, Role::name)) == "main") top.has_main = true;
        const bool test = written_attribute(tree, item, "test") || written_attribute(tree, item, "bench");
        if (test && !top.test) top.test = item;
        break;
      }
      case NodeKind::MacroItem:
        top.has_main = true;
        break;
      case NodeKind::UseItem:
        // `use x::main;` makes it the main function, too.
        if (tree.text(item).find("main") != std::string_view::npos ||
            tree.text(item).find('*') != std::string_view::npos)
          top.has_main = true;
        break;
      case NodeKind::Attr:
        // no_main, custom test frameworks, cfg.
        if (tree.text(item).find("main") != std::string_view::npos ||
            tree.text(item).find("feature") != std::string_view::npos ||
            tree.text(item).find("cfg") != std::string_view::npos)
          top.has_main = true;
        break;
      case NodeKind::Error:
        top.has_main = true;
        break;
      default:
        break;
    }
  }
  return top;
}

// The last call of criterion_main at the top of a file: all that matters where libtest brings the main function.
NodeId criterion_main(const Tree& tree, NodeId root) {
  NodeId last;
  for (NodeId item = tree.first_child(root); item; item = tree.next_sibling(item)) {
    const NodeId call = tree.kind(item) == NodeKind::MacroItem ? tree.child(item, Role::call) : NodeId();
    if (call && macro_name(tree, call) == "criterion_main") last = call;
  }
  return last;
}

void check(RuleContext& context, NodeId root) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  const manifest::Target* target = target_of(sema);
  if (target == nullptr) return;
  const std::string name(target->name);
  const std::string table = target->kind == manifest::TargetKind::Bench ? "[[bench]]" : "[[test]]";
  if (target->harness) {
    const NodeId call = criterion_main(tree, root);
    if (!call) return;
    const Reply criterion = sema.is_macro(call, "criterion::criterion_main");
    const std::string help =
        "write `harness = false` below `" + table + "` and `name = \"" + name + "\"` in Cargo.toml";
    context.report({.span = tree.span(call),
                    .message = "these benchmarks are never run: `" + name + "` is built with the harness of libtest",
                    .label = "libtest brings a `main` of its own, and this one is never called",
                    .help = help,
                    .severity = Severity::Error,
                    .verdict = criterion.proven() ? Verdict::Proven : Verdict::Likely,
                    .doubt = criterion.proven() ? "" : kBenchHarness.doubt});
    return;
  }
  const Top top = look_at(tree, root);
  if (top.test) {
    context.report({.span = header_span(tree, top.test),
                    .message = "this function is never run: `" + name + "` has `harness = false`",
                    .label = "without libtest's harness, test and benchmark functions are left out",
                    .help = "take `harness = false` out of `" + table + "`, or call it from `main`",
                    .severity = kBenchHarness.severity});
    return;
  }
  if (top.has_main) return;
  const ByteSpan span = tree.span(root);
  const uint32_t end = std::min(span.end, span.start + 1);
  context.report({.span = {span.start, end},
                  .message = "`" + name + "` has `harness = false` and no `main` function: it does not compile",
                  .help = "write `criterion_main!(..)` or `fn main`, or take `harness = false` out of `" + table + "`",
                  .severity = Severity::Error});
}

}  // namespace

const Rule kBenchHarness = {
    .id = "testing/bench-harness",
    .area = "testing",
    .title = "a benchmark that its harness does not run",
    .why =
        "Cargo builds each file in benches/ with the harness of libtest unless Cargo.toml says `harness = false`. "
        "libtest runs functions with `#[bench]` or `#[test]`, and nothing else: `criterion_main!` is then a function "
        "that nobody calls, and `cargo bench` reports success after running nothing. The other way round, without the "
        "harness there has to be a `main`, and `#[bench]` functions are left out.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2021\"\n"
        "publish = false\n"
        "[dev-dependencies]\n"
        "criterion = \"0.5\"\n"
        "--- benches/sums.rs\n"
        "use criterion::{criterion_group, criterion_main, Criterion};\n"
        "\n"
        "fn sums(c: &mut Criterion) {\n"
        "    c.bench_function(\"sum\", |b| b.iter(|| (0..1000u64).sum::<u64>()));\n"
        "}\n"
        "\n"
        "criterion_group!(benches, sums);\n"
        "criterion_main!(benches); //~\n"
        "--- src/lib.rs\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2021\"\n"
        "publish = false\n"
        "[dev-dependencies]\n"
        "criterion = \"0.5\"\n"
        "[[bench]]\n"
        "name = \"sums\"\n"
        "harness = false\n"
        "--- benches/sums.rs\n"
        "use criterion::{criterion_group, criterion_main, Criterion};\n"
        "\n"
        "fn sums(c: &mut Criterion) {\n"
        "    c.bench_function(\"sum\", |b| b.iter(|| (0..1000u64).sum::<u64>()));\n"
        "}\n"
        "\n"
        "criterion_group!(benches, sums);\n"
        "criterion_main!(benches);\n"
        "--- src/lib.rs\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "a macro or an attribute may stand for something else than its name says here",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
