// What rules state about the nodes they look for (rule.h): the engine calls a rule for these and no others, what is
// stated changes nothing that a rule says, and the catalogue states it consistently.
#include <algorithm>
#include <ios>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "unit_test.h"

#include "review/file_review.h"
#include "review/rule.h"
#include "review/rule_levels.h"
#include "review/subscriptions.h"
#include "review/tree_queries.h"
#include "syntax/parser.h"

namespace {

using namespace rp;

// A rule that says the name of each node that it is called for.
void say_name(RuleContext& context, NodeId node) {
  const std::string name(node_name(context.tree(), node));
  context.report({.span = context.tree().span(node), .message = name, .label = "", .severity = Severity::Advice});
}

Rule naming_rule(std::span<const NodeKind> kinds, std::span<const std::string_view> names) {
  Rule rule{};
  rule.id = "test/names";
  rule.area = "test";
  rule.severity = Severity::Advice;
  rule.verdict = Verdict::Proven;
  rule.kinds = kinds;
  rule.check = say_name;
  rule.names = names;
  return rule;
}

// "lock drop ": the messages of the findings on a text, in the order of their places, a space behind each.
std::string said(std::string_view text, const Subscriptions& subscriptions) {
  const Tree tree = lex_and_parse(text, {});
  FileOutcome outcome;
  review_file({"src/lib.rs", &tree, false, {}}, subscriptions, &outcome);
  std::string all;
  for (const Finding& finding : outcome.result.findings)
    all.append(outcome.result.texts.view(finding.message)).append(" ");
  return all;
}

std::string said(std::string_view text, const Rule& rule) {
  const Rule* const rules[] = {&rule};
  return said(text, Subscriptions(rules));
}

void a_rule_is_called_for_its_names_and_no_others(void**) {
  static constexpr NodeKind kCalls[] = {NodeKind::CallExpr, NodeKind::MethodCallExpr, NodeKind::MacroCall};
  static constexpr std::string_view kNames[] = {"lock", "as_*", "x", "type", "lock_all"};
  const Rule rule = naming_rule(kCalls, kNames);
  constexpr std::string_view kText =
      "fn f() {\n"
      "    m.lock(); m.lockx(); m.loc(); lock(); a::b::lock::<u8>(1); (a::lock)(); (m.lock)();\n"
      "    as_ref(); v.as_(); v.asx(); std::as_str!(); b::lock!(); locks!();\n"
      "    x(); y(); x!(); xx(); r#type(); a::r#lock(); m.r#as_mut(); lock_all(); m.lock_al();\n"
      "    lock; lock::a(); let lock = |x| x;\n"
      "}\n"
      "fn lock() {}\n";
  assert_string_equal(said(kText, rule).c_str(),
                      "lock lock lock lock as_ref as_ as_str lock x x type lock as_mut lock_all ");
  // Without names it is called for every node of its kinds, those without a name as well.
  const std::string every = said(kText, naming_rule(kCalls, {}));
  assert_int_equal(std::count(every.begin(), every.end(), ' '), 23);

  static constexpr NodeKind kOthers[] = {NodeKind::PathExpr,  NodeKind::PathType, NodeKind::UseTree,
                                         NodeKind::ImplItem,  NodeKind::FnItem,   NodeKind::EnumItem,
                                         NodeKind::StructItem};
  static constexpr std::string_view kOtherNames[] = {"std", "Drop", "new", "E*"};
  assert_string_equal(said("use std::fs; use core::std; use ::std::io; struct E; struct F; enum Ex {}\n"
                           "impl Drop for F { fn drop(&mut self) { std::f(a::std::g); } }\n"
                           "impl a::Drop for E { fn new(x: std::A) -> b::std {} }\n"
                           "impl F { fn news() {} }\n",
                           naming_rule(kOthers, kOtherNames))
                          .c_str(),
                      "std std E Ex Drop Drop std Drop E new std ");
}

// Kinds without names are looked at, whatever names a rule states for others.
void names_say_nothing_of_nodes_without_one(void**) {
  static constexpr NodeKind kKinds[] = {NodeKind::RefExpr, NodeKind::MethodCallExpr};
  static constexpr std::string_view kNames[] = {"get"};
  assert_string_equal(said("fn f() { &a; v.get(); v.set(); &mut b; }", naming_rule(kKinds, kNames)).c_str(), " get  ");
}

void a_file_without_its_tokens_is_none_of_a_rules_business(void**) {
  static constexpr NodeKind kKinds[] = {NodeKind::FnItem};
  static constexpr TokenKind kTokens[] = {TokenKind::KwAsync, TokenKind::KwUnsafe};
  Rule rule = naming_rule(kKinds, {});
  rule.tokens = kTokens;
  assert_string_equal(said("fn f() {} // async\nfn g() { \"unsafe\" }", rule).c_str(), "");
  assert_string_equal(said("fn f() {}\nfn g() { m!(unsafe) }", rule).c_str(), "f g ");
  assert_string_equal(said("fn f() { async {} }", rule).c_str(), "f ");
  rule.tokens = {};
  rule.applies = [](const Sema& sema) { return sema.tree().text().starts_with("//"); };
  assert_string_equal(said("fn f() {}", rule).c_str(), "");
  assert_string_equal(said("//\nfn f() {}", rule).c_str(), "f ");
}

void the_catalogue_states_what_can_be_looked_up(void**) {
  size_t with_names = 0;
  for (size_t i = 0; i < rule_count(); ++i) {
    const Rule& rule = rule_at(i);
    const std::string id(rule.id);
    const auto expect = [&](bool holds, const char* what) {
      if (!holds) fail_msg("%s: %s", id.c_str(), what);
    };
    if (rule.check == nullptr) {
      expect(rule.names.empty() && rule.tokens.empty() && rule.applies == nullptr, "states nodes and has no check");
      continue;
    }
    expect(!rule.kinds.empty(), "looks at no node");
    expect(std::set<NodeKind>(rule.kinds.begin(), rule.kinds.end()).size() == rule.kinds.size(), "a kind twice");
    if (rule.names.empty()) continue;
    ++with_names;
    expect(std::any_of(rule.kinds.begin(), rule.kinds.end(), has_node_name), "names for nodes that have none");
    expect(std::set<std::string_view>(rule.names.begin(), rule.names.end()).size() == rule.names.size(),
           "a name twice");
    bool in_example = false;
    for (const std::string_view name : rule.names) {
      const size_t star = name.find('*');
      expect(!name.empty() && name != "*", "an empty name");
      expect(star == std::string_view::npos || star + 1 == name.size(), "a star that is not at the end");
      expect(!name.starts_with("r#"), "a name with r#");
      in_example |= rule.bad.find(name.substr(0, star)) != std::string_view::npos;
    }
    expect(in_example, "none of its names is in its bad example");
  }
  assert_true(with_names > 20);
}

// Every example of every rule, with all rules: what they say where they are called for all nodes of their kinds.
void what_is_stated_changes_nothing(void**) {
  const Subscriptions stated;
  const Subscriptions every(nullptr, Subscriptions::Filter::Every);
  size_t findings = 0;
  for (size_t i = 0; i < rule_count(); ++i) {
    for (const std::string_view text : {rule_at(i).bad, rule_at(i).good}) {
      if (text.starts_with("--- ")) continue;
      const std::string with = said(text, stated);
      assert_string_equal(with.c_str(), said(text, every).c_str());
      findings += with.empty() ? 0 : 1;
    }
  }
  assert_true(findings > 30);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(a_rule_is_called_for_its_names_and_no_others),
           cmocka_unit_test(names_say_nothing_of_nodes_without_one),
           cmocka_unit_test(a_file_without_its_tokens_is_none_of_a_rules_business),
           cmocka_unit_test(the_catalogue_states_what_can_be_looked_up),
           cmocka_unit_test(what_is_stated_changes_nothing))
