// The functions of rustpro/report.h, without rp_tree_render.
#include <memory>
#include <string>
#include <utility>

#include "abi/abi.h"
#include "abi/report_handle.h"
#include "abi/tree_handle.h"
#include "abi/workspace_handle.h"
#include "report/html.h"
#include "report/json.h"
#include "report/markdown.h"
#include "report/sarif.h"
#include "report/text.h"
#include "review/file_review.h"
#include "review/review.h"
#include "review/rule.h"

using namespace rp::abi;

namespace {

static_assert(RP_VERDICT_LIKELY == static_cast<int>(rp::Verdict::Likely));
static_assert(RP_SEVERITY_ADVICE == static_cast<int>(rp::Severity::Advice));
static_assert(RP_UNSAFE_STATIC_MUT == static_cast<int>(rp::UnsafeKind::StaticMut));
static_assert(RP_PACKAGE_TESTS == static_cast<int>(rp::PackageRole::Tests));
static_assert(RP_UNSAFE_LEVEL_FORBID == static_cast<int>(rp::UnsafeCodeLevel::Forbid));
static_assert(RP_SAFETY_SECTION == static_cast<int>(rp::SafetyDocs::Section));

rp_string text_of(const rp::ReviewResult& result, rp::TextRef ref) { return to_public(result.texts.view(ref)); }

// The element at `index` of one of the report's tables, or null.
template <typename Element>
const Element* element_at(const rp_report* report, const std::vector<Element> rp::ReviewResult::* table, size_t index) {
  if (report == nullptr || index >= (report->result.*table).size()) return nullptr;
  return &(report->result.*table)[index];
}

template <typename Element>
size_t count_of(const rp_report* report, const std::vector<Element> rp::ReviewResult::* table) {
  return report == nullptr ? 0 : (report->result.*table).size();
}

rp::TextOptions text_options(const rp_render_options& options) { return {options.color != 0, options.width}; }

// Renders syntax errors in the format that was asked for: text or JSON.
template <typename Text, typename Json>
rp_status render(const rp_render_options* in, rp_buffer** out_buffer, rp_error** error, const Text& text,
                 const Json& json) {
  rp_render_options options = RP_RENDER_OPTIONS_INIT;
  if (const rp_status s = read_render_options(error, in, RP_FORMAT_JSON, &options); s != RP_OK) return s;
  auto buffer = std::make_unique<rp_buffer>();
  buffer->text = enum_value(&options.format) == RP_FORMAT_JSON ? json() : text(text_options(options));
  *out_buffer = buffer.release();
  return RP_OK;
}

std::string render_report(const rp::ReviewResult& result, const rp_render_options& options) {
  const rp_string library = rp_version_string();
  const std::string_view version(library.data, library.length);
  switch (enum_value(&options.format)) {
    case RP_FORMAT_JSON:
      return rp::render_json(result, version);
    case RP_FORMAT_SARIF:
      return rp::render_sarif(result, version);
    case RP_FORMAT_MARKDOWN:
      return rp::render_markdown(result, {.link_base = as_view(options.link_base, options.link_base_length)});
    case RP_FORMAT_HTML:
      return rp::render_html(result, version);
    default:
      return rp::render_text(result, text_options(options));
  }
}

}  // namespace

// ---- Making and ending ------------------------------------------------------------------------------------------

rp_status rp_workspace_review(const rp_workspace* workspace, rp_report** out_report, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_report == nullptr) return null_argument(error, "out_report");
    *out_report = nullptr;
    if (workspace == nullptr) return null_argument(error, "workspace");
    const Progress progress = workspace->progress;
    const auto tell = [&](size_t done, size_t total, const std::string& path) {
      return progress.callback == nullptr ||
             progress.callback(done, total, to_public(std::string_view(path)), progress.user_data) == 0;
    };
    rp::ReviewOptions options;
    options.sysroot = workspace->sysroot;
    *out_report = new rp_report(rp::review_workspace(workspace->files, tell, options));
    return RP_OK;
  });
}

void rp_report_free(rp_report* report) { delete report; }

// ---- Findings ---------------------------------------------------------------------------------------------------

size_t rp_report_finding_count(const rp_report* report) { return count_of(report, &rp::ReviewResult::findings); }

rp_finding rp_report_finding(const rp_report* report, size_t index) {
  const rp::Finding* finding = element_at(report, &rp::ReviewResult::findings, index);
  // No enumerator is 0: there is no verdict and no severity.
  if (finding == nullptr)
    return {kEmptyString, kEmptyString, rp_verdict{}, rp_severity{}, kEmptyString, kNoPlace, 0, 0};
  return {to_public(finding->rule->id),
          to_public(finding->rule->area),
          static_cast<rp_verdict>(finding->verdict),
          static_cast<rp_severity>(finding->severity),
          text_of(report->result, finding->message),
          place_of(report->result, finding->primary),
          finding->related_count,
          finding->note_count};
}

rp_place rp_report_related(const rp_report* report, size_t finding, size_t index) {
  const rp::Finding* of = element_at(report, &rp::ReviewResult::findings, finding);
  if (of == nullptr || index >= of->related_count) return kNoPlace;
  return place_of(report->result, report->result.related[of->first_related + index]);
}

rp_string rp_report_note(const rp_report* report, size_t finding, size_t index) {
  const rp::Finding* of = element_at(report, &rp::ReviewResult::findings, finding);
  if (of == nullptr || index >= of->note_count) return kEmptyString;
  return text_of(report->result, report->result.notes[of->first_note + index].text);
}

// ---- The inventory of unsafety ----------------------------------------------------------------------------------

size_t rp_report_unsafe_count(const rp_report* report) { return count_of(report, &rp::ReviewResult::unsafe_uses); }

rp_unsafe_use rp_report_unsafe(const rp_report* report, size_t index) {
  const rp::UnsafeUse* use = element_at(report, &rp::ReviewResult::unsafe_uses, index);
  if (use == nullptr) return {rp_unsafe_kind{}, RP_SAFETY_NONE, 0, kEmptyString, kNoPlace};
  return {static_cast<rp_unsafe_kind>(use->kind), static_cast<rp_safety_docs>(use->docs), use->is_public ? 1 : 0,
          text_of(report->result, use->name), place_of(report->result, use->place)};
}

RP_TAKES_ENUM rp_string rp_unsafe_kind_name(rp_unsafe_kind kind) {
  const uint32_t number = enum_value(&kind);
  if (number == 0 || number >= rp::kUnsafeKinds) return kEmptyString;
  return to_public(rp::unsafe_kind_name(static_cast<rp::UnsafeKind>(number)));
}

// ---- The dependency tree ----------------------------------------------------------------------------------------

size_t rp_report_package_count(const rp_report* report) { return count_of(report, &rp::ReviewResult::packages); }

rp_reviewed_package rp_report_package(const rp_report* report, size_t index) {
  const rp::TreePackage* package = element_at(report, &rp::ReviewResult::packages, index);
  if (package == nullptr)
    return {kEmptyString,
            kEmptyString,
            kEmptyString,
            kEmptyString,
            rp_package_role{},
            rp_unsafe_level{},
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0};
  return {text_of(report->result, package->name),
          text_of(report->result, package->version),
          text_of(report->result, package->features),
          text_of(report->result, package->not_read),
          static_cast<rp_package_role>(package->role),
          static_cast<rp_unsafe_level>(package->level),
          package->was_read ? 1 : 0,
          package->build_script ? 1 : 0,
          package->proc_macro ? 1 : 0,
          package->inactive,
          package->in_definitions,
          package->opaque_macros,
          package->opaque_unsafe,
          package->modelled_macros,
          package->files,
          package->missing_files,
          package->inactive_files,
          package->macro_count};
}

RP_TAKES_ENUM uint32_t rp_report_package_unsafe(const rp_report* report, size_t package, rp_unsafe_kind kind,
                                                int expanded) {
  const rp::TreePackage* found = element_at(report, &rp::ReviewResult::packages, package);
  const uint32_t number = enum_value(&kind);
  if (found == nullptr || number == 0 || number >= rp::kUnsafeKinds) return 0;
  return expanded != 0 ? found->expanded[number] : found->written[number];
}

rp_unsafe_macro rp_report_package_macro(const rp_report* report, size_t package, size_t index) {
  const rp::TreePackage* found = element_at(report, &rp::ReviewResult::packages, package);
  if (found == nullptr || index >= found->macro_count) return {kEmptyString, 0, 0, 0};
  const rp::TreeMacro& macro = report->result.tree_macros[found->first_macro + index];
  return {text_of(report->result, macro.path), macro.calls, macro.count, macro.foreign ? 1 : 0};
}

rp_reviewed_build rp_report_build(const rp_report* report) {
  if (report == nullptr) return {kEmptyString, kEmptyString};
  const rp::TreeChoice& tree = report->result.tree;
  return {text_of(report->result, tree.target), text_of(report->result, tree.features)};
}

RP_TAKES_ENUM rp_string rp_package_role_name(rp_package_role role) {
  const uint32_t number = enum_value(&role);
  if (number == 0 || number >= rp::kPackageRoles) return kEmptyString;
  return to_public(rp::package_role_name(static_cast<rp::PackageRole>(number)));
}

// ---- Figures ----------------------------------------------------------------------------------------------------

rp_status rp_report_get_metrics(const rp_report* report, rp_metrics* out_metrics, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_metrics == nullptr) return null_argument(error, "out_metrics");
    rp_metrics metrics = RP_METRICS_INIT;
    if (report == nullptr) {
      const rp_status s = write_struct(error, "rp_metrics", metrics, kMetricsFirstSize, out_metrics);
      return s != RP_OK ? s : null_argument(error, "report");
    }
    const rp::Metrics& m = report->result.metrics;
    metrics.max_nesting = m.max_nesting;
    metrics.files = m.files;
    metrics.files_unread = m.files_unread;
    metrics.files_with_errors = m.files_with_errors;
    metrics.bytes = m.bytes;
    metrics.lines = m.lines;
    metrics.code_lines = m.code_lines;
    metrics.comment_lines = m.comment_lines;
    metrics.blank_lines = m.blank_lines;
    metrics.items = m.items;
    metrics.functions = m.functions;
    metrics.macro_calls = m.macro_calls;
    metrics.macro_definitions = m.macro_definitions;
    metrics.unsafe_uses = report->result.unsafe_uses.size();
    metrics.unsafe_unseen = m.unsafe_unseen;
    return write_struct(error, "rp_metrics", metrics, kMetricsFirstSize, out_metrics);
  });
}

size_t rp_report_longest_function_count(const rp_report* report) {
  return count_of(report, &rp::ReviewResult::longest_functions);
}

rp_function_size rp_report_longest_function(const rp_report* report, size_t index) {
  const rp::FunctionSize* size = element_at(report, &rp::ReviewResult::longest_functions, index);
  if (size == nullptr) return {kEmptyString, kNoPlace, 0, 0, 0, 0};
  return {text_of(report->result, size->name),
          place_of(report->result, size->place),
          size->lines,
          size->code_lines,
          size->nesting,
          0};
}

// ---- What was not seen ------------------------------------------------------------------------------------------

size_t rp_report_unread_count(const rp_report* report) { return count_of(report, &rp::ReviewResult::unread); }

rp_unread rp_report_unread(const rp_report* report, size_t index) {
  const rp::Unread* unread = element_at(report, &rp::ReviewResult::unread, index);
  if (unread == nullptr) return {kEmptyString, kEmptyString};
  return {to_public(std::string_view(unread->path)), to_public(std::string_view(unread->reason))};
}

size_t rp_report_macro_gap_count(const rp_report* report) { return count_of(report, &rp::ReviewResult::macro_gaps); }

rp_macro_gap rp_report_macro_gap(const rp_report* report, size_t index) {
  const rp::MacroGap* gap = element_at(report, &rp::ReviewResult::macro_gaps, index);
  if (gap == nullptr) return {kEmptyString, 0, 0, kNoPlace};
  return {text_of(report->result, gap->name), gap->is_definition ? 1 : 0, gap->unsafe_count,
          place_of(report->result, gap->place)};
}

// ---- Rendering --------------------------------------------------------------------------------------------------

rp_status rp_report_render(const rp_report* report, const rp_render_options* options, rp_buffer** out_buffer,
                           rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (report == nullptr) return null_argument(error, "report");
    rp_render_options known = RP_RENDER_OPTIONS_INIT;
    if (const rp_status s = read_render_options(error, options, RP_FORMAT_HTML, &known); s != RP_OK) return s;
    auto buffer = std::make_unique<rp_buffer>();
    buffer->text = render_report(report->result, known);
    *out_buffer = buffer.release();
    return RP_OK;
  });
}

rp_status rp_tree_render_errors(const rp_tree* tree, const rp_render_options* options, rp_buffer** out_buffer,
                                rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (tree == nullptr) return null_argument(error, "tree");
    const auto findings = [&] { return rp::review_syntax_errors({tree->name, &tree->tree, false, {}}); };
    return render(
        options, out_buffer, error,
        [&](const rp::TextOptions& text) { return rp::render_findings_text(findings(), text); },
        [&] { return rp::render_findings_json(findings()); });
  });
}
