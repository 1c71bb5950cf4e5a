#include "review/file_review.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "review/excerpts.h"
#include "review/inventory.h"
#include "review/measure.h"
#include "review/safety_text.h"
#include "review/suppressions.h"
#include "source/line_index.h"
#include "syntax/ast.h"

namespace rp {
namespace {

enum Interest : uint8_t { kForMeasure = 1, kForInventory = 2, kForRules = 4, kForNames = 8 };

// The kinds of nodes that the figures and the inventory look at.
std::array<uint8_t, kNodeKinds> engine_interests() {
  std::array<uint8_t, kNodeKinds> interests{};
  const auto want = [&](NodeKind kind, uint8_t what) { interests[static_cast<size_t>(kind)] |= what; };
  for (size_t k = 0; k < kNodeKinds; ++k)
    if (node_category(static_cast<NodeKind>(k)) == NodeCategory::Item) want(static_cast<NodeKind>(k), kForMeasure);
  for (const NodeKind kind : Measure::kKinds) want(kind, kForMeasure);
  for (const NodeKind kind : Inventory::kKinds) want(kind, kForInventory);
  return interests;
}

class FileReview final : public RuleContext {
 public:
  FileReview(const FileInput& input, const Subscriptions& subscriptions, FileOutcome* out)
      : RuleContext(*input.tree),
        input_(input),
        subscriptions_(subscriptions),
        out_(*out),
        result_(out->result),
        interner_(&out->result.texts),
        lines_(input.tree->text()),
        safety_(tree_, lines_),
        inventory_(tree_, safety_, result_.texts),
        measure_(tree_, lines_),
        tests_(tree_) {}

  void run() {
    result_.files.push_back({result_.texts.add(input_.path), static_cast<uint32_t>(tree_.edition())});
    if (input_.in_test || is_test_path(input_.path)) test_until_ = UINT32_MAX;
    if (input_.sema.crate != kNoCrate) {
      const CrateKind kind = sema().crate_kind();
      if (kind == CrateKind::Test || kind == CrateKind::Bench || kind == CrateKind::Example) test_until_ = UINT32_MAX;
    }
    if (test_until_ == UINT32_MAX) tests_.see_test(tree_.root());
    proven_only_ = input_.is_data || is_generated(tree_);
    lints_.allow(input_.allowed);
    if (input_.levels != nullptr) levels_ = &input_.levels->of(input_.path, &level_storage_);
    measure_.scan_tokens(subscriptions_.tokens(), &inventory_, &tests_, &seen_);
    choose_rules();
    walk();
    hide_suppressed();
    add_syntax_errors();
    apply_levels();
    finish_figures();
    finish_places();
    out_.allowed = lints_.of_file();
    out_.tree_bytes = tree_.memory_bytes();
  }

  void run_errors_only() {
    result_.files.push_back({result_.texts.add(input_.path), static_cast<uint32_t>(tree_.edition())});
    add_syntax_errors();
    finish_places();
    result_.metrics.files = 1;
    result_.metrics.files_with_errors = tree_.errors().empty() ? 0 : 1;
  }

  [[nodiscard]] const Sema& sema() override {
    if (sema_ == nullptr) {
      SemaInput input = input_.sema;
      input.tree = &tree_;
      input.path = input_.path;
      sema_ = std::make_unique<Sema>(input, input_.shared);
    }
    return *sema_;
  }
  [[nodiscard]] bool allowed(Lint lint) const override { return lints_.allows(lint, at_); }
  [[nodiscard]] bool in_test() const override { return at_.value < test_until_; }
  [[nodiscard]] int64_t threshold(std::string_view name) const override {
    if (input_.levels != nullptr)
      if (const std::optional<int64_t> set = input_.levels->threshold(*rule_, name)) return *set;
    for (const Threshold& each : rule_->thresholds)
      if (each.name == name) return each.value;
    return 0;
  }
  [[nodiscard]] std::string item_name(NodeId node) const override { return item_path(tree_, node, false); }

  void report(const Diagnostic& diagnostic) override {
    const Lint lint = diagnostic.lint != Lint::kCount ? diagnostic.lint : rule_->lint;
    if (lint != Lint::kCount && at_ && allowed(lint)) return;
    const auto text = [&](std::string_view t) { return interner_.add(t); };
    Finding finding;
    finding.rule = rule_;
    finding.verdict = diagnostic.verdict.value_or(rule_->verdict);
    // Advice on how to write is lost on what nobody writes.
    if (proven_only_ && finding.verdict == Verdict::Likely && rule_->check != nullptr) {
      ++out_.generated;
      return;
    }
    finding.severity = diagnostic.severity;
    finding.lint = lint;
    finding.message = text(diagnostic.message);
    finding.primary.span = diagnostic.span;
    finding.primary.label = text(diagnostic.label);
    finding.first_related = static_cast<uint32_t>(result_.related.size());
    finding.related_count = static_cast<uint32_t>(diagnostic.related.size());
    for (const RelatedPlace& place : diagnostic.related) {
      result_.related.emplace_back();
      result_.related.back().span = place.span;
      result_.related.back().label = text(place.label);
    }
    finding.first_note = static_cast<uint32_t>(result_.notes.size());
    const std::string_view doubt = diagnostic.doubt.empty() ? rule_->doubt : diagnostic.doubt;
    if (finding.verdict == Verdict::Likely && !doubt.empty()) result_.notes.push_back({text(doubt), false});
    if (!diagnostic.help.empty())
      result_.notes.push_back({text(std::string(kHelpPrefix) + std::string(diagnostic.help)), true});
    finding.note_count = static_cast<uint32_t>(result_.notes.size()) - finding.first_note;
    finding.first_edit = static_cast<uint32_t>(result_.edits.size());
    finding.edit_count = static_cast<uint32_t>(diagnostic.edits.size());
    finding.applicability = diagnostic.applicability;
    for (const TextEdit& edit : diagnostic.edits) {
      result_.edits.emplace_back();
      result_.edits.back().place.span = edit.span;
      result_.edits.back().replacement = text(edit.replacement);
    }
    result_.findings.push_back(finding);
  }

 private:
  // Which of the rules have something to say in this file, by what they state.
  void choose_rules() {
    const std::span<const Subscriptions::Entry> rules = subscriptions_.rules();
    runs_.assign(rules.size(), false);
    for (size_t i = 0; i < rules.size(); ++i) {
      const Rule& rule = *rules[i].rule;
      if (levels_ != nullptr && rules[i].number < levels_->size() && (*levels_)[rules[i].number] == Level::Off)
        continue;
      if (subscriptions_.filters()) {
        if (!rule.tokens.empty() && std::none_of(rule.tokens.begin(), rule.tokens.end(), [&](TokenKind kind) {
              return seen_.kinds[static_cast<size_t>(kind)];
            }))
          continue;
        if (rule.applies != nullptr && !rule.applies(sema())) continue;
      }
      runs_[i] = true;
    }
    static const std::array<uint8_t, kNodeKinds> kEngine = engine_interests();
    interests_ = kEngine;
    for (const NodeKind kind : subscriptions_.kinds()) {
      const auto k = static_cast<size_t>(kind);
      Chosen& chosen = of_kind_[k];
      chosen.first = static_cast<uint16_t>(chosen_.size());
      for (const uint16_t rule : subscriptions_.of(kind))
        if (runs_[rule]) chosen_.push_back(call_of(rule));
      chosen.count = static_cast<uint16_t>(chosen_.size() - chosen.first);
      if (chosen.count != 0) interests_[k] |= kForRules;
      for (const uint16_t rule : subscriptions_.by_name(kind))
        if (runs_[rule]) interests_[k] |= kForNames;
    }
  }

  void walk() {
    const uint32_t count = tree_.node_count();
    for (uint32_t i = 0; i < count; ++i) {
      // Attributes hold for the node that they are the first children of, so they come before it.
      const auto next_is_attribute = [&] { return i + 1 < count && tree_.role(NodeId(i + 1)) == Role::attribute; };
      while (interests_[static_cast<size_t>(tree_.kind(NodeId(i)))] == 0 && !next_is_attribute())
        if (++i == count) return;
      const NodeId node(i);
      const NodeKind kind = tree_.kind(node);
      if (next_is_attribute() && tree_.parent(NodeId(i + 1)) == node) enter_attributes(node);
      const uint8_t interest = interests_[static_cast<size_t>(kind)];
      if (interest == 0) continue;
      visit(node);
      if ((interest & kForMeasure) != 0) measure_.visit(node, kind);
      if (kind == NodeKind::FnItem && !in_test()) tests_.see_function(sema(), node);
      unsafe_use_ = nullptr;
      if ((interest & kForInventory) != 0 && inventory_.visit(node)) unsafe_use_ = &inventory_.uses().back();
      if ((interest & (kForRules | kForNames)) == 0) continue;
      const size_t k = static_cast<size_t>(kind);
      const Chosen& chosen = of_kind_[k];
      for (uint32_t at = chosen.first; at < uint32_t{chosen.first} + chosen.count; ++at) check(chosen_[at], node);
      if ((interest & kForNames) != 0) check_named(node, kind);
    }
  }

  // What is needed of a rule to call it, in one place: the rules themselves lie all over.
  struct Call {
    const Rule* rule;
    void (*check)(RuleContext& context, NodeId node);
    bool library_only;
  };
  [[nodiscard]] Call call_of(uint16_t position) const {
    const Rule* rule = subscriptions_.rules()[position].rule;
    return {rule, rule->check, rule->library_only};
  }

  void check(const Call& call, NodeId node) {
    if (call.library_only && in_test()) return;
    rule_ = call.rule;
    call.check(*this, node);
  }

  // The rules that want the name of a node.
  void check_named(NodeId node, NodeKind kind) {
    const uint32_t slot = node_name_slot(tree_, node);
    if (slot == tree_.slot_count()) return;
    const std::string_view text = tree_.text();
    size_t at = tree_.token_start(slot);
    if (tree_.token_kind(slot) == TokenKind::RawIdent) at += 2;
    if (!subscriptions_.may_want(kind, text[at], at + 1 < text.size() ? text[at + 1] : ' ')) return;
    subscriptions_.named(kind, text.substr(at, tree_.token_end(slot) - at), &named_);
    for (const uint16_t rule : named_)
      if (runs_[rule]) check(call_of(rule), node);
  }

  void enter_attributes(NodeId node) {
    lints_.enter(tree_, node);
    for (NodeId child = tree_.first_child(node); child; child = tree_.next_sibling(child)) {
      if (tree_.role(child) != Role::attribute) break;
      if (tree_.kind(child) != NodeKind::Attr || !marks_test(tree_, child)) continue;
      test_until_ = std::max(test_until_, tree_.subtree_end(node).value);
      tests_.see_test(node);
    }
  }

  // Takes out what comments silence, and says which of them have no effect.
  void hide_suppressed() {
    std::vector<Suppression> suppressions = find_suppressions(tree_, seen_.directives);
    if (suppressions.empty()) return;
    const auto hidden = [&](const Finding& finding) {
      return is_suppressed(suppressions, *finding.rule, finding.primary.span.start);
    };
    const size_t before = result_.findings.size();
    std::erase_if(result_.findings, hidden);
    out_.suppressed = static_cast<uint32_t>(before - result_.findings.size());
    visit({});
    for (const Suppression& each : suppressions) {
      if (!each.problem.empty()) {
        rule_ = &kInvalidSuppression;
        report({.span = each.comment,
                .message = each.problem,
                .label = "",
                .help = each.help,
                .severity = rule_->severity});
        continue;
      }
      for (size_t i = 0; i < each.names.size(); ++i) {
        if (each.used[i] || !looked(each.names[i])) continue;
        rule_ = &kUnusedSuppression;
        const std::string message = "nothing here that `" + std::string(each.names[i]) + "` would find";
        report({.span = each.comment,
                .message = message,
                .label = "",
                .help = "take the comment away",
                .severity = rule_->severity});
      }
    }
  }

  // Whether a rule, or some rule of an area, looked at this file.
  [[nodiscard]] bool looked(std::string_view name) const {
    for (size_t i = 0; i < rule_count(); ++i) {
      const Rule& rule = rule_at(i);
      if ((rule.id == name || rule.area == name) && (levels_ == nullptr || (*levels_)[i] != Level::Off) &&
          rule.check != nullptr)
        return true;
    }
    return false;
  }

  void apply_levels() {
    if (levels_ == nullptr) return;
    std::vector<Finding> kept;
    for (Finding finding : result_.findings)
      if (input_.levels->apply(*levels_, rule_index(finding.rule), &finding.severity)) kept.push_back(finding);
    result_.findings = std::move(kept);
  }

  void add_syntax_errors() {
    visit({});
    rule_ = &kSyntaxErrorRule;
    bool first = true;
    for (const SyntaxError& error : tree_.errors()) {
      const RelatedPlace related{{error.related_start, error.related_end}, error.related_label};
      report({.span = {error.start, error.end},
              .message = error.message,
              .label = "",
              .help = error.hint,
              .severity = kSyntaxErrorRule.severity,
              .related = std::span(&related, error.related_label.empty() ? 0 : 1)});
      if (first && input_.edition_guessed) {
        const std::string note = "no Cargo.toml gives the edition of this file; it was read as " +
                                 std::to_string(static_cast<uint32_t>(tree_.edition()));
        result_.notes.push_back({result_.texts.add(note), false});
        ++result_.findings.back().note_count;
      }
      first = false;
    }
  }

  void finish_figures() {
    std::vector<std::pair<NodeId, FunctionSize>> longest;
    measure_.finish(&result_.metrics, &longest);
    Metrics& metrics = result_.metrics;
    metrics.files = 1;
    metrics.files_with_errors = tree_.errors().empty() ? 0 : 1;
    for (auto& [node, size] : longest) {
      size.name = result_.texts.add(item_path(tree_, node, true));
      const ByteSpan span = tree_.span(node);
      size.place.span = {tree_.token_start(safety_.slot_after_attributes(node)), span.end};
      result_.longest_functions.push_back(size);
    }
    tests_.finish(&out_.test_names, &out_.public_functions, &result_.untested, &result_.texts);
    metrics.public_functions = out_.public_functions.size();
    result_.unsafe_uses = std::move(inventory_.uses());
    result_.macro_gaps = std::move(inventory_.gaps());
    for (const MacroGap& gap : result_.macro_gaps) metrics.unsafe_unseen += gap.unsafe_count;
  }

  void finish_places() {
    const auto by_place = [](const auto& a, const auto& b) {
      const ByteSpan& x = a.place.span;
      const ByteSpan& y = b.place.span;
      return x.start != y.start ? x.start < y.start : x.end > y.end;
    };
    std::sort(result_.unsafe_uses.begin(), result_.unsafe_uses.end(), by_place);
    std::sort(result_.macro_gaps.begin(), result_.macro_gaps.end(), by_place);
    std::sort(result_.findings.begin(), result_.findings.end(), [](const Finding& a, const Finding& b) {
      const ByteSpan& x = a.primary.span;
      const ByteSpan& y = b.primary.span;
      if (x.start != y.start) return x.start < y.start;
      if (x.end != y.end) return x.end < y.end;
      if (a.rule != b.rule) return a.rule->id < b.rule->id;
      return std::tie(a.first_note, a.message.offset) < std::tie(b.first_note, b.message.offset);  // as reported
    });
    if (!result_.edits.empty()) {
      result_.files[0].state = 0;
      result_.states.push_back(state_of(tree_.text()));
    }
    resolve_positions(lines_, tree_.text(), &result_);
    keep_source_lines(lines_, tree_.text(), &result_);
  }

  const FileInput& input_;
  const Subscriptions& subscriptions_;
  FileOutcome& out_;
  ReviewResult& result_;
  TextInterner interner_;
  LineIndex lines_;
  SafetyText safety_;
  Inventory inventory_;
  Measure measure_;
  TestNames tests_;
  LintScope lints_;
  SeenTokens seen_;
  // What choose_rules chose: whether each rule of the subscriptions runs, those that look at all nodes of a kind, kind
  // by kind, and who is interested in a kind.
  struct Chosen {
    uint16_t first = 0;
    uint16_t count = 0;
  };
  std::vector<char> runs_;
  std::vector<Call> chosen_;
  std::array<Chosen, kNodeKinds> of_kind_{};
  std::array<uint8_t, kNodeKinds> interests_{};
  std::vector<uint16_t> named_;  // reused
  const std::vector<Level>* levels_ = nullptr;
  std::vector<Level> level_storage_;
  uint32_t test_until_ = 0;  // nodes below this id are tests
  bool proven_only_ = false;
  const Rule* rule_ = nullptr;
  std::unique_ptr<Sema> sema_;
};

}  // namespace

void review_file(const FileInput& input, const Subscriptions& subscriptions, FileOutcome* out) {
  FileReview(input, subscriptions, out).run();
}

ReviewResult review_syntax_errors(const FileInput& input) {
  const Subscriptions subscriptions;
  FileOutcome outcome;
  FileReview(input, subscriptions, &outcome).run_errors_only();
  return std::move(outcome.result);
}

}  // namespace rp
