// What a rule is: a text that explains, shows and justifies it, and a function that checks one node.
//
// A rule is one file, lib/review/<area>/<rule>.cpp, and a line in the list of its area (<area>/area.cpp). It keeps no
// state: what it needs it asks the context for.
//
// All rules share one walk over a file, and most nodes are none of a rule's business. So a rule states in its metadata
// what it looks for, from what costs nothing to what costs little:
//
//   tokens   a file without one of these tokens has nothing for it (`async`, `unsafe`, `extern`)
//   applies  nor has a file of which this says no: asked once for each file ("the crate is made for WebAssembly")
//   kinds    the kinds of nodes
//   names    the names that such a node must have ("lock", "as_*"): looked up once for all rules
//
// What is stated only saves time. `check` must come to the same answer without it, and a test sees to that; where a
// name can be another one in the text (`use a::spawn as start`) and the rule wants to see that too, it states no names.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "review/edits.h"
#include "review/lints.h"
#include "review/result.h"
#include "review/sema.h"
#include "review/tree_queries.h"
#include "syntax/tree.h"

namespace rp {

class RuleContext;
class WorkspaceContext;

// A number that a rule measures with; rustpro.toml may set another.
struct Threshold {
  std::string_view name;  // "max-bools"
  int64_t value = 0;
  std::string_view meaning;
};

struct Rule {
  std::string_view id;     // "safety/undocumented-unsafe"
  std::string_view area;   // "safety"
  std::string_view title;  // a few words, without a full stop
  std::string_view why;    // why it matters, in sentences
  // Examples, each a whole file. In `bad` the lines where the rule must fire, and no other, end in `//~`; in `good` it
  // must be silent. Tests run them. An example may be several files, each below a line `--- PATH`: a Cargo.toml, say,
  // makes it a crate with dependencies. Those of rules about workspaces always are. Marks in TOML are `#~`.
  std::string_view bad;
  std::string_view good;
  Severity severity;
  Verdict verdict;
  // For a likely verdict: what could make it wrong. Becomes a note of each finding.
  std::string_view doubt;
  std::span<const std::string_view> references;
  // The nodes to look at. None for a rule that the engine checks itself.
  std::span<const NodeKind> kinds;
  void (*check)(RuleContext& context, NodeId node);
  // Of these nodes, those with one of these names, as node_name (tree_queries.h) has it: what a call calls, a macro's
  // name, the first segment of a path, the name of an item. `as_*` is for all names that begin like that. With none,
  // all nodes.
  std::span<const std::string_view> names = {};
  // One of these must be among the tokens of the file.
  std::span<const TokenKind> tokens = {};
  // Whether the rule can have something to say in a file; asked before its first node. Has to be cheap.
  bool (*applies)(const Sema& sema) = nullptr;
  // For a rule about manifests, lock files and what they depend on (workspace_rule.h): called once for each workspace.
  void (*check_workspace)(WorkspaceContext& context) = nullptr;
  // The lint of rustc or clippy that says the same: where it is allowed, the rule is silent.
  Lint lint = Lint::kCount;
  std::span<const Threshold> thresholds = {};
  bool opt_in = false;  // runs only where it is asked for: it is wrong too often, or a matter of taste
  // What it says matters in code that others use or that ships: it does not look at tests, benchmarks and examples.
  bool library_only = false;
};

// The rules of each area, and of all areas in their order.
std::span<const Rule* const> async_rules();
std::span<const Rule* const> ecosystem_rules();
std::span<const Rule* const> embedded_rules();
std::span<const Rule* const> errors_rules();
std::span<const Rule* const> ffi_rules();
std::span<const Rule* const> layout_rules();
std::span<const Rule* const> manifest_rules();
std::span<const Rule* const> ownership_rules();
std::span<const Rule* const> performance_rules();
std::span<const Rule* const> raii_rules();
std::span<const Rule* const> safety_rules();
std::span<const Rule* const> review_rules();  // about what the engine itself reads: comments that silence rules
std::span<const Rule* const> syntax_rules();
std::span<const Rule* const> testing_rules();
std::span<const Rule* const> types_rules();
std::span<const Rule* const> wasm_rules();
std::span<const std::span<const Rule* const>> all_areas();  // one list for each area

extern const Rule kSyntaxErrorRule;

// A second place of a finding.
struct RelatedPlace {
  ByteSpan span;
  std::string_view label;
};

// One thing a rule has to say about a place.
struct Diagnostic {
  ByteSpan span;
  std::string_view message;
  std::string_view label;  // at the place; may be empty
  std::string_view help;   // what to do; may be empty
  Severity severity;
  // Whose `allow` speaks against it, when that is another lint than the rule's: then the finding is dropped.
  Lint lint = Lint::kCount;
  std::span<const RelatedPlace> related = {};
  // Of this finding, when it is not the rule's: a rule that proves may have to say "likely" where Sema's answers were
  // not exact, with what could make it wrong in `doubt`. The other way round is for rules that are likely as a rule.
  std::optional<Verdict> verdict = {};
  std::string_view doubt = {};  // in place of the rule's
  // What would mend it, all of it or nothing. Written with an EditBuilder (edits.h), which also says how to choose the
  // applicability:
  //
  //   EditBuilder edits(tree);
  //   edits.replace(attribute, "#[unsafe(no_mangle)]");
  //   context.report({.span = ..., .message = ..., .edits = edits.edits(), .applicability = edits.applicability()});
  //
  // Left out where the rule is not certain of the text: a report without an edit is better than one that breaks code.
  std::span<const TextEdit> edits = {};
  Applicability applicability = Applicability::Suggestion;
};

// What a rule sees besides the node: the tree, and what the walk knows at this node.
class RuleContext {
 public:
  virtual ~RuleContext() = default;
  [[nodiscard]] const Tree& tree() const { return tree_; }
  // The entry that the inventory made for the node being visited, or null.
  [[nodiscard]] const UnsafeUse* unsafe_use() const { return unsafe_use_; }
  // What the visited node calls, as called_name (tree_queries.h) says it: most rules about calls ask that first.
  [[nodiscard]] std::string_view called_name() {
    if (!called_known_) called_ = rp::called_name(tree_, at_);
    called_known_ = true;
    return called_;
  }
  // Everything about names, types and the crate.
  [[nodiscard]] virtual const Sema& sema() = 0;
  // Whether the author allowed a lint here.
  [[nodiscard]] virtual bool allowed(Lint lint) const = 0;
  // One of the rule's own thresholds, or what rustpro.toml sets for it.
  [[nodiscard]] virtual int64_t threshold(std::string_view name) const = 0;
  // Whether the node is in a test, benchmark or example.
  [[nodiscard]] virtual bool in_test() const = 0;
  // The item around a node, as in "Parser::expr"; empty at the top of a file.
  [[nodiscard]] virtual std::string item_name(NodeId node) const = 0;
  virtual void report(const Diagnostic& diagnostic) = 0;

 protected:
  explicit RuleContext(const Tree& tree) : tree_(tree) {}
  void visit(NodeId node) {
    at_ = node;
    called_known_ = false;
  }
  const Tree& tree_;
  NodeId at_;  // the visited node; invalid outside of the walk
  const UnsafeUse* unsafe_use_ = nullptr;

 private:
  std::string_view called_;
  bool called_known_ = false;
};

}  // namespace rp
