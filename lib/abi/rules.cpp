// The functions of rustpro/rules.h.
#include "rustpro/rules.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "abi/abi.h"
#include "abi/report_handle.h"
#include "abi/workspace_handle.h"
#include "crates/cfg_set.h"
#include "review/baseline.h"
#include "review/lints.h"
#include "review/review.h"
#include "review/rule.h"
#include "review/rule_levels.h"

using namespace rp::abi;

namespace {

static_assert(RP_REVIEW_GAP_MISSING_PACKAGE == static_cast<int>(rp::GapKind::MissingPackage));
static_assert(RP_REVIEW_GAP_NOT_RUST == static_cast<int>(rp::GapKind::NotRust));

constexpr size_t kReviewOptionsFirstSize =
    offsetof(rp_review_options, no_default_features) + sizeof(rp_review_options::no_default_features);

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  for (size_t at = 0; at < list.size();) {
    const size_t end = std::min(list.find_first_of(", ", at), list.size());
    if (end > at) names.emplace_back(list.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

rp_status read_text(rp_error** error, const char* name, rp_string in, std::string* out) {
  if (const rp_status s = check_text(error, name, in.data, in.length); s != RP_OK) return s;
  *out = as_view(in.data, in.length);
  return RP_OK;
}

rp_status read_names(rp_error** error, const char* name, rp_string in, std::vector<std::string>* out) {
  std::string text;
  if (const rp_status s = read_text(error, name, in, &text); s != RP_OK) return s;
  *out = names_in(text);
  return RP_OK;
}

rp_status read_folder(rp_error** error, const char* name, rp_string in, std::string* out) {
  if (const rp_status s = read_text(error, name, in, out); s != RP_OK) return s;
  if (!out->empty() && out->front() != '/')
    return fail(error, RP_ERROR_INVALID_ARGUMENT, std::string(name) + " is not an absolute path");
  return RP_OK;
}

rp_status read_review_options(rp_error** error, const rp_review_options* in, rp::ReviewOptions* out) {
  rp_review_options options = RP_REVIEW_OPTIONS_INIT;
  rp_status s = read_options(error, "rp_review_options", in, kReviewOptionsFirstSize, &options);
  if (s == RP_OK) s = read_names(error, "only", options.only, &out->choice.only);
  if (s == RP_OK) s = read_names(error, "deny", options.deny, &out->choice.deny);
  if (s == RP_OK) s = read_names(error, "off", options.off, &out->choice.off);
  if (s == RP_OK) s = read_text(error, "baseline", options.baseline, &out->baseline);
  if (s == RP_OK) s = read_text(error, "advisory_db", options.advisory_db, &out->advisory_db);
  if (s == RP_OK) s = read_text(error, "target", options.target, &out->graph.target);
  if (s == RP_OK) s = read_names(error, "features", options.features, &out->graph.features);
  if (s == RP_OK) s = read_folder(error, "cargo_home", options.cargo_home, &out->graph.cargo_home);
  if (s == RP_OK) s = read_folder(error, "cache_folder", options.cache_folder, &out->cache_folder);
  if (s != RP_OK) return s;
  out->graph.all_features = options.all_features != 0;
  out->graph.no_default_features = options.no_default_features != 0;
  out->whole_tree = options.whole_tree != 0;
  if (options.min_severity > RP_SEVERITY_ADVICE)
    return failf(error, RP_ERROR_INVALID_ARGUMENT, "min_severity %u is no rp_severity", options.min_severity);
  if (options.min_severity != 0) out->choice.min_severity = static_cast<rp::Severity>(options.min_severity);
  if (const std::vector<std::string> problems = rp::choice_problems(out->choice); !problems.empty())
    return fail(error, RP_ERROR_INVALID_ARGUMENT, problems.front());
  if (!out->graph.target.empty() && rp::find_target(out->graph.target) == nullptr)
    return fail(error, RP_ERROR_INVALID_ARGUMENT, "the target `" + out->graph.target + "` is not known");
  if (!out->baseline.empty())
    if (const std::string problem = rp::check_baseline(out->baseline); !problem.empty())
      return fail(error, RP_ERROR_INVALID_ARGUMENT, "the baseline: " + problem);
  return RP_OK;
}

}  // namespace

// ---- Rules ------------------------------------------------------------------------------------------------------

size_t rp_rule_count(void) { return rp::rule_count(); }

rp_rule rp_rule_at(size_t index) {
  if (index >= rp::rule_count())
    return {kEmptyString,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            rp_severity{},
            rp_verdict{},
            0,
            0};
  const rp::Rule& rule = rp::rule_at(index);
  return {to_public(rule.id),
          to_public(rule.area),
          to_public(rule.title),
          to_public(rule.why),
          to_public(rule.bad),
          to_public(rule.good),
          to_public(rule.doubt),
          to_public(rp::lint_path(rule.lint)),
          static_cast<rp_severity>(rule.severity),
          static_cast<rp_verdict>(rule.verdict),
          rule.opt_in ? 1 : 0,
          rule.references.size()};
}

rp_string rp_rule_reference(size_t rule, size_t index) {
  if (rule >= rp::rule_count() || index >= rp::rule_at(rule).references.size()) return kEmptyString;
  return to_public(rp::rule_at(rule).references[index]);
}

size_t rp_rule_find(const char* id, size_t length) {
  if (id == nullptr || length > 200) return rp::rule_count();
  const rp::Rule* rule = rp::find_rule(as_view(id, length));
  return rule != nullptr ? rp::rule_index(rule) : rp::rule_count();
}

// ---- Reviews ----------------------------------------------------------------------------------------------------

rp_status rp_workspace_review_with(const rp_workspace* workspace, const rp_review_options* options,
                                   rp_report** out_report, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_report == nullptr) return null_argument(error, "out_report");
    *out_report = nullptr;
    if (workspace == nullptr) return null_argument(error, "workspace");
    rp::ReviewOptions internal;
    if (const rp_status s = read_review_options(error, options, &internal); s != RP_OK) return s;
    internal.sysroot = workspace->sysroot;
    const Progress progress = workspace->progress;
    const auto tell = [&](size_t done, size_t total, const std::string& path) {
      return progress.callback == nullptr ||
             progress.callback(done, total, to_public(std::string_view(path)), progress.user_data) == 0;
    };
    *out_report = new rp_report(rp::review_workspace(workspace->files, tell, internal));
    return RP_OK;
  });
}

rp_status rp_report_baseline(const rp_report* report, rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (report == nullptr) return null_argument(error, "report");
    auto buffer = std::make_unique<rp_buffer>();
    buffer->text = rp::write_baseline(report->result);
    *out_buffer = buffer.release();
    return RP_OK;
  });
}

rp_hidden_findings rp_report_hidden(const rp_report* report) {
  if (report == nullptr) return {0, 0};
  return {report->result.hidden.suppressed, report->result.hidden.baseline};
}

// ---- Gaps -------------------------------------------------------------------------------------------------------

size_t rp_report_gap_count(const rp_report* report) { return report == nullptr ? 0 : report->result.gaps.size(); }

rp_review_gap rp_report_gap(const rp_report* report, size_t index) {
  if (report == nullptr || index >= report->result.gaps.size())
    return {rp_review_gap_kind{}, 0, kEmptyString, kEmptyString, kEmptyString, {0, 0, 0}};
  const rp::ReviewGap& gap = report->result.gaps[index];
  const rp::TextPool& texts = report->result.texts;
  return {static_cast<rp_review_gap_kind>(gap.kind), gap.count,
          to_public(texts.view(gap.name)),           to_public(texts.view(gap.message)),
          to_public(texts.view(gap.path)),           gap.has_place ? to_public(gap.at) : rp_position{0, 0, 0}};
}

RP_TAKES_ENUM rp_string rp_review_gap_kind_name(rp_review_gap_kind kind) {
  const uint32_t number = enum_value(&kind);
  if (number == 0 || number >= rp::kGapKinds) return kEmptyString;
  return to_public(rp::gap_kind_name(static_cast<rp::GapKind>(number)));
}
