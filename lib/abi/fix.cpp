// The functions of rustpro/fixes.h.
#include <memory>
#include <string>
#include <utility>

#include "abi/abi.h"
#include "abi/report_handle.h"
#include "abi/workspace_handle.h"
#include "report/diff.h"
#include "review/apply_edits.h"

using namespace rp::abi;

struct rp_fixes {
  explicit rp_fixes(rp::FixPlan the_plan) : plan(std::move(the_plan)) {}
  const rp::FixPlan plan;
};

namespace {

static_assert(RP_APPLICABILITY_MACHINE == static_cast<int>(rp::Applicability::MachineApplicable));
static_assert(RP_APPLICABILITY_SUGGESTION == static_cast<int>(rp::Applicability::Suggestion));
static_assert(RP_SKIP_SUGGESTION == static_cast<int>(rp::SkipKind::Suggestion));
static_assert(RP_SKIP_OVERLAP == static_cast<int>(rp::SkipKind::Overlap));
static_assert(RP_SKIP_REFUSED == static_cast<int>(rp::SkipKind::Refused));

rp_string text_of(const std::string& text) { return to_public(std::string_view(text)); }

rp_status status_of(rp::WriteOutcome::Kind kind) {
  using Kind = rp::WriteOutcome::Kind;
  switch (kind) {
    case Kind::Ok:
      return RP_OK;
    case Kind::NotFound:
      return RP_ERROR_NOT_FOUND;
    case Kind::Changed:
    case Kind::Refused:
      return RP_ERROR_IO;
  }
  return RP_ERROR_INTERNAL;
}

}  // namespace

// ---- Edits of a finding -----------------------------------------------------------------------------------------

size_t rp_report_edit_count(const rp_report* report, size_t finding) {
  if (report == nullptr || finding >= report->result.findings.size()) return 0;
  return report->result.findings[finding].edit_count;
}

rp_edit rp_report_edit(const rp_report* report, size_t finding, size_t index) {
  if (index >= rp_report_edit_count(report, finding)) return {kNoPlace, kEmptyString, rp_applicability{}};
  const rp::Finding& of = report->result.findings[finding];
  const rp::Edit& edit = report->result.edits[of.first_edit + index];
  return {place_of(report->result, edit.place), to_public(report->result.texts.view(edit.replacement)),
          static_cast<rp_applicability>(of.applicability)};
}

// ---- Applying ---------------------------------------------------------------------------------------------------

rp_status rp_report_make_fixes(const rp_report* report, const rp_workspace* workspace, const rp_fix_options* options,
                               rp_fixes** out_fixes, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_fixes == nullptr) return null_argument(error, "out_fixes");
    *out_fixes = nullptr;
    if (report == nullptr) return null_argument(error, "report");
    if (workspace == nullptr) return null_argument(error, "workspace");
    rp_fix_options known = RP_FIX_OPTIONS_INIT;
    const rp_status s = read_options(error, "rp_fix_options", options, kFixOptionsFirstSize, &known);
    if (s != RP_OK) return s;
    *out_fixes = new rp_fixes(
        rp::plan_fixes(report->result, workspace->files,
                       {.suggestions = known.suggestions != 0, .cancellation = to_internal(known.cancellation)}));
    return RP_OK;
  });
}

void rp_fixes_free(rp_fixes* fixes) { delete fixes; }

size_t rp_fixes_applied_count(const rp_fixes* fixes) { return fixes == nullptr ? 0 : fixes->plan.applied.size(); }

size_t rp_fixes_applied(const rp_fixes* fixes, size_t index) {
  return index < rp_fixes_applied_count(fixes) ? fixes->plan.applied[index] : SIZE_MAX;
}

size_t rp_fixes_file_count(const rp_fixes* fixes) { return fixes == nullptr ? 0 : fixes->plan.files.size(); }

rp_fixed_file rp_fixes_file(const rp_fixes* fixes, size_t index) {
  if (index >= rp_fixes_file_count(fixes)) return {kEmptyString, kEmptyString, kEmptyString, 0, 0};
  const rp::FixedFile& file = fixes->plan.files[index];
  return {text_of(file.path), text_of(file.before), text_of(file.after), file.fix_count,
          file.disk_path.empty() ? 0 : 1};
}

size_t rp_fixes_skipped_count(const rp_fixes* fixes) { return fixes == nullptr ? 0 : fixes->plan.skipped.size(); }

rp_skipped_fix rp_fixes_skipped(const rp_fixes* fixes, size_t index) {
  if (index >= rp_fixes_skipped_count(fixes)) return {0, rp_skip_kind{}, kEmptyString};
  const rp::SkippedFix& skipped = fixes->plan.skipped[index];
  return {skipped.finding, static_cast<rp_skip_kind>(skipped.kind), text_of(skipped.reason)};
}

rp_status rp_fixes_write_file(const rp_fixes* fixes, size_t index, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (fixes == nullptr) return null_argument(error, "fixes");
    if (index >= fixes->plan.files.size())
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "file %zu of %zu", index, fixes->plan.files.size());
    const rp::WriteOutcome outcome = rp::write_fixed_file(fixes->plan, index);
    if (!outcome) return fail(error, status_of(outcome.kind), fixes->plan.files[index].path + ": " + outcome.reason);
    return RP_OK;
  });
}

// ---- Differences ------------------------------------------------------------------------------------------------

rp_status rp_fixes_render_diff(const rp_fixes* fixes, rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (fixes == nullptr) return null_argument(error, "fixes");
    auto buffer = std::make_unique<rp_buffer>();
    for (const rp::FixedFile& file : fixes->plan.files)
      buffer->text += rp::unified_diff(file.path, file.before, file.after);
    *out_buffer = buffer.release();
    return RP_OK;
  });
}

rp_status rp_diff(const char* path, size_t path_length, const char* from, size_t from_length, const char* to,
                  size_t to_length, rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    rp_status s = check_text(error, "path", path, path_length);
    if (s != RP_OK) return s;
    if (path_length == 0) return fail(error, RP_ERROR_INVALID_ARGUMENT, "the path is empty");
    if (s = check_text(error, "from", from, from_length); s != RP_OK) return s;
    if (s = check_text(error, "to", to, to_length); s != RP_OK) return s;
    auto buffer = std::make_unique<rp_buffer>();
    buffer->text = rp::unified_diff(as_view(path, path_length), as_view(from, from_length), as_view(to, to_length));
    *out_buffer = buffer.release();
    return RP_OK;
  });
}
