// performance/allocation-in-loop: a loop that allocates what is only looked at, or what could be made once.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kAllocationInLoop;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr, NodeKind::CallExpr, NodeKind::MacroCall};
constexpr std::string_view kNames[] = {"to_string", "to_owned", "to_vec", "new", "format"};
constexpr TokenKind kTokens[] = {TokenKind::KwFor, TokenKind::KwWhile, TokenKind::KwLoop};
constexpr std::string_view kRegex[] = {"regex::Regex::new", "regex::bytes::Regex::new", "regex::RegexSet::new"};
constexpr std::string_view kKeyed[] = {
    "std::collections::HashMap::get",           "std::collections::HashMap::contains_key",
    "std::collections::HashSet::contains",      "std::collections::BTreeMap::get",
    "std::collections::BTreeMap::contains_key", "std::collections::HashMap::remove",
    "std::collections::BTreeSet::contains"};

constexpr std::string_view kReferences[] = {
    "The Rust Performance Book, \"Heap Allocations\", https://nnethercote.github.io/perf-book/heap-allocations.html",
    "clippy, regex_creation_in_loops, "
    "https://rust-lang.github.io/rust-clippy/master/index.html#regex_creation_in_loops",
    "clippy, format_push_string, https://rust-lang.github.io/rust-clippy/master/index.html#format_push_string",
};

void report(RuleContext& context, NodeId node, std::string_view message, std::string_view label, std::string_view help,
            Lint lint) {
  context.report({.span = context.tree().span(node),
                  .message = message,
                  .label = label,
                  .help = help,
                  .severity = kAllocationInLoop.severity,
                  .lint = lint});
}

// `text.push_str(&format!(..))`
void check_macro(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  // A macro runs while others build, on a handful of tokens.
  if (sema.crate_kind() == CrateKind::ProcMacro || sema.crate_kind() == CrateKind::BuildScript ||
      sema.depends_on("quote") == Answer::Yes)
    return;
  const NodeId path = tree.child(node, Role::path);
  if (!path || tree.text(path) != "format" || context.allowed(Lint::FormatPushString)) return;
  const NodeId expression = tree.parent(node);
  const NodeId reference = expression ? tree.parent(expression) : NodeId();
  const NodeId list = reference ? tree.parent(reference) : NodeId();
  const NodeId call = list ? tree.parent(list) : NodeId();
  if (!call || tree.kind(reference) != NodeKind::RefExpr || tree.kind(list) != NodeKind::ArgList) return;
  if (tree.kind(call) != NodeKind::MethodCallExpr || called_name(tree, call) != "push_str") return;
  report(context, call, "a text is allocated in every turn, copied and freed again",
         "`format!` makes a `String` of its own", "write into the text itself: `use std::fmt::Write; write!(text, ..)`",
         Lint::FormatPushString);
}

// `map.get(&key.to_string())`, `set.contains(&name.to_owned())`
void check_key(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = context.called_name();
  if (name != "to_string" && name != "to_owned" && name != "to_vec") return;
  const NodeId reference = tree.parent(node);
  const NodeId list = reference ? tree.parent(reference) : NodeId();
  const NodeId call = list ? tree.parent(list) : NodeId();
  if (!call || tree.kind(reference) != NodeKind::RefExpr || tree.kind(list) != NodeKind::ArgList) return;
  if (tree.kind(call) != NodeKind::MethodCallExpr) return;
  const Sema& sema = context.sema();
  if (!sema.find_method(call, kKeyed)) return;
  // Only a text can be looked up as it is.
  const SemaType type = sema.peel_references(sema.type_of(tree.child(node, Role::receiver)));
  if (!type || (sema.kind(type) != SemaTypeKind::Str && sema.kind(type) != SemaTypeKind::Slice)) return;
  report(context, node, "a key is allocated in every turn, to be looked up once", "freed as soon as the call returns",
         "look it up borrowed: a map of `String` takes a `&str`, one of `Vec<T>` a `&[T]`", Lint::kCount);
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId loop = enclosing_loop(tree, node);
  if (!loop) return;
  switch (tree.kind(node)) {
    case NodeKind::MacroCall:
      check_macro(context, node);
      return;
    case NodeKind::MethodCallExpr:
      check_key(context, node);
      return;
    default:
      break;
  }
  if (context.called_name() != "new" || context.allowed(Lint::RegexCreationInLoops)) return;
  const NodeId pattern = argument(tree, node, 0);
  if (!pattern || tree.kind(peel(tree, pattern)) != NodeKind::LiteralExpr) return;
  if (!context.sema().find_call(node, kRegex)) return;
  report(context, node, "the same regular expression is compiled in every turn",
         "takes microseconds to milliseconds, and allocates",
         "make it once: before the loop, or in a `static` with `LazyLock`", Lint::RegexCreationInLoops);
}

}  // namespace

const Rule kAllocationInLoop = {
    .id = "performance/allocation-in-loop",
    .area = "performance",
    .title = "loop that allocates what it only looks at",
    .why =
        "An allocation costs some tens of nanoseconds, and its release as much. In a loop, for a text that is copied "
        "on "
        "or a key that is only compared, it is often most of the time spent.",
    .bad = R"(use std::collections::HashMap;

pub fn render(names: &[&str], ages: &HashMap<String, u32>) -> String {
    let mut out = String::new();
    for name in names {
        if let Some(age) = ages.get(&name.to_string()) {  //~
            out.push_str(&format!("{name}: {age}\n"));  //~
        }
    }
    out
}
)",
    .good = R"(use std::collections::HashMap;
use std::fmt::Write;

pub fn render(names: &[&str], ages: &HashMap<String, u32>) -> String {
    let mut out = String::new();
    for name in names {
        if let Some(age) = ages.get(*name) {
            let _ = writeln!(out, "{name}: {age}");
        }
    }
    out
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the loop may run few times, or what is around it may cost far more",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .tokens = kTokens,
    .library_only = true,
};

}  // namespace rp
