// testing/criterion-in-test-module: benchmarks that no command runs.
#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kCriterionInTestModule;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MacroCall};
constexpr std::string_view kNames[] = {"criterion_group", "criterion_main"};
constexpr std::string_view kReferences[] = {
    "Criterion.rs User Guide, Getting Started, https://criterion-rs.github.io/book/getting_started.html",
    "The Cargo Book, cargo bench, https://doc.rust-lang.org/cargo/commands/cargo-bench.html",
};

// The `#[cfg(test)]` module around a node; invalid when there is none, or a function is in between, which may call it.
NodeId test_around(const Tree& tree, NodeId node) {
  for (NodeId at = tree.parent(node); at; at = tree.parent(at)) {
    const NodeKind kind = tree.kind(at);
    if (kind == NodeKind::FnItem) return {};
    if (kind != NodeKind::ModItem) continue;
    for (NodeId child = tree.first_child(at); child && tree.role(child) == Role::attribute;
         child = tree.next_sibling(child))
      if (tree.kind(child) == NodeKind::Attr && marks_test(tree, child)) return at;
  }
  return {};
}

bool is_criterion(std::string_view name) { return name == "criterion_group" || name == "criterion_main"; }

void check(RuleContext& context, NodeId call) {
  const Tree& tree = context.tree();
  if (!is_criterion(macro_name(tree, call))) return;
  const NodeId around = test_around(tree, call);
  if (!around) return;
  // One finding for the module, at its first call.
  for (NodeId at = around; at < call; ++at.value)
    if (tree.kind(at) == NodeKind::MacroCall && is_criterion(macro_name(tree, at))) return;
  context.report(
      {.span = tree.span(call),
       .message = "these benchmarks are never run: they are in a test module",
       .label = "cargo bench runs targets in benches/; here only `cargo test` builds it, and nothing calls it",
       .help = "move them to benches/NAME.rs, with `[[bench]] name = \"NAME\"` and `harness = false` in "
               "Cargo.toml",
       .severity = kCriterionInTestModule.severity});
}

}  // namespace

const Rule kCriterionInTestModule = {
    .id = "testing/criterion-in-test-module",
    .area = "testing",
    .title = "Criterion benchmarks in a test module",
    .why =
        "`criterion_main!` makes the `main` function of a program of its own. Inside a module it is a function that "
        "nobody calls, and under `#[cfg(test)]` it is not even there when `cargo bench` builds with optimizations. The "
        "benchmarks compile and never run.",
    .bad =
        "pub fn sum(values: &[u64]) -> u64 {\n"
        "    values.iter().sum()\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod benches {\n"
        "    use criterion::{criterion_group, criterion_main, Criterion};\n"
        "\n"
        "    fn bench_sum(c: &mut Criterion) {\n"
        "        c.bench_function(\"sum\", |b| b.iter(|| super::sum(&[1, 2, 3])));\n"
        "    }\n"
        "\n"
        "    criterion_group!(benches, bench_sum);  //~\n"
        "    criterion_main!(benches);\n"
        "}\n",
    .good =
        "pub fn sum(values: &[u64]) -> u64 {\n"
        "    values.iter().sum()\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    fn sums() {\n"
        "        assert_eq!(super::sum(&[1, 2, 3]), 6);\n"
        "    }\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "something else in the module may call the group by name",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
