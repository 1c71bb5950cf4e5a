// report.hpp - what a review found: findings, uses of unsafety, sizes, and what could not be seen.
#ifndef RUSTPRO_REPORT_HPP
#define RUSTPRO_REPORT_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base.hpp"

namespace rustpro {

// A place in a file, with what is to be said about it.
struct Place {
  std::string_view path;
  Span span;
  Position start;
  Position end;
  std::string_view label;  // may be empty
};

// One change of a file. All edits of a finding belong together: apply all of them or none.
struct Edit {
  Place place;  // what is replaced; an empty span is an insertion
  std::string_view replacement;
  Applicability applicability;  // the same for all edits of a finding
};

// Something that was found and could not be looked at.
struct Unread {
  std::string_view path;
  std::string_view reason;
};

// One use of unsafety.
struct UnsafeUse {
  UnsafeKind kind;
  SafetyDocs docs;
  bool is_public;
  std::string_view name;  // of the item, or of the item around a block; may be empty
  Place place;
};

// One of the longest functions.
struct FunctionSize {
  std::string_view name;
  Place place;
  uint32_t lines;
  uint32_t code_lines;
  uint32_t nesting;
};

// A macro call, a macro definition or an attribute with `unsafe` among its tokens, into which the review did not see.
struct MacroGap {
  std::string_view name;  // of the macro called or defined, or of the attribute
  bool is_definition;
  uint32_t unsafe_count;  // `unsafe` keywords, extern blocks, `static mut`, unsafe attributes
  Place place;
};

// Something that names and types depend on and that could not be seen: rules are silent there.
struct ReviewGap {
  ReviewGapKind kind;
  uint32_t count;
  std::string_view name;     // of the package, the macro or the file
  std::string_view message;  // why
  std::string_view path;     // of the first place; may be empty
  Position at;               // all zero when there is no place
};

// A macro that brings unsafe code into a package.
struct UnsafeMacro {
  std::string_view path;
  uint32_t calls;         // whose output has some of it
  uint32_t unsafe_count;  // in all these calls together
  bool is_foreign;        // another package defines it
};

// What the packages of a report were chosen for.
struct ReviewedBuild {
  std::string_view target;
  std::string_view features;  // in words
};

// Returns the name of a role, such as "build time"; empty for a number that is none.
inline std::string_view package_role_name(PackageRole role) noexcept {
  return detail::view(rp_package_role_name(role));
}

// Returns the name of a kind of gap, such as "missing package"; empty for a number that is none.
inline std::string_view review_gap_kind_name(ReviewGapKind kind) noexcept {
  return detail::view(rp_review_gap_kind_name(kind));
}

// Returns the name of a kind of unsafety, such as "unsafe fn".
inline std::string_view unsafe_kind_name(UnsafeKind kind) noexcept { return detail::view(rp_unsafe_kind_name(kind)); }

namespace detail {

// A list inside one finding.
struct FindingKey {
  const rp_report* report;
  size_t finding;
};

inline Place place(const rp_place& from) noexcept {
  return {view(from.path), from.span, from.start, from.end, view(from.label)};
}

}  // namespace detail

// One thing that the review has to say. Valid as long as its Report.
class Finding {
 public:
  Finding(const rp_report* report, size_t index) noexcept
      : key_{report, index}, finding_(rp_report_finding(report, index)) {}

  std::string_view rule() const noexcept { return detail::view(finding_.rule); }
  std::string_view area() const noexcept { return detail::view(finding_.area); }
  Verdict verdict() const noexcept { return finding_.verdict; }
  Severity severity() const noexcept { return finding_.severity; }
  std::string_view message() const noexcept { return detail::view(finding_.message); }
  Place primary() const noexcept { return detail::place(finding_.primary); }

  size_t related_count() const noexcept { return finding_.related_count; }
  // All zero and empty when out of range.
  Place related(size_t index) const noexcept {
    return detail::place(rp_report_related(key_.report, key_.finding, index));
  }
  size_t note_count() const noexcept { return finding_.note_count; }
  // Empty when out of range.
  std::string_view note(size_t index) const noexcept {
    return detail::view(rp_report_note(key_.report, key_.finding, index));
  }
  size_t edit_count() const noexcept { return rp_report_edit_count(key_.report, key_.finding); }
  // Zero and empty when out of range.
  Edit edit(size_t index) const noexcept {
    const rp_edit edit = rp_report_edit(key_.report, key_.finding, index);
    return {detail::place(edit.place), detail::view(edit.replacement), edit.applicability};
  }

 private:
  detail::FindingKey key_;
  rp_finding finding_;
};

// A package that the reviewed ones are made of; valid as long as its Report. The numbers mean nothing where it was not
// read.
class ReviewedPackage {
 public:
  ReviewedPackage(const rp_report* report, size_t index) noexcept
      : report_(report), index_(index), package_(rp_report_package(report, index)) {}

  std::string_view name() const noexcept { return detail::view(package_.name); }
  std::string_view version() const noexcept { return detail::view(package_.version); }
  // That are enabled, with commas between them.
  std::string_view features() const noexcept { return detail::view(package_.features); }
  PackageRole role() const noexcept { return package_.role; }
  bool was_read() const noexcept { return package_.was_read != 0; }
  // Why it was not read.
  std::string_view reason() const noexcept { return detail::view(package_.reason); }
  // What it says of unsafe code itself.
  UnsafeLevel level() const noexcept { return package_.level; }
  bool has_build_script() const noexcept { return package_.has_build_script != 0; }
  bool is_proc_macro() const noexcept { return package_.is_proc_macro != 0; }
  // Uses of unsafety of one kind that are written in its files.
  uint32_t written(UnsafeKind kind) const noexcept { return rp_report_package_unsafe(report_, index_, kind, 0); }
  // Those that definitions of macros bring, once for each call.
  uint32_t expanded(UnsafeKind kind) const noexcept { return rp_report_package_unsafe(report_, index_, kind, 1); }
  size_t macro_count() const noexcept { return package_.macro_count; }
  // All zero and empty when out of range.
  UnsafeMacro macro(size_t index) const noexcept {
    const rp_unsafe_macro macro = rp_report_package_macro(report_, index_, index);
    return {detail::view(macro.path), macro.calls, macro.unsafe_count, macro.is_foreign != 0};
  }
  // The other numbers.
  const rp_reviewed_package& plain() const noexcept { return package_; }

 private:
  const rp_report* report_;
  size_t index_;
  rp_reviewed_package package_;
};

namespace detail {

inline Finding finding_at(const rp_report* report, size_t index) { return Finding(report, index); }

inline UnsafeUse unsafe_at(const rp_report* report, size_t index) {
  const rp_unsafe_use use = rp_report_unsafe(report, index);
  return {use.kind, use.docs, use.is_public != 0, view(use.name), place(use.place)};
}

inline FunctionSize function_at(const rp_report* report, size_t index) {
  const rp_function_size size = rp_report_longest_function(report, index);
  return {view(size.name), place(size.place), size.lines, size.code_lines, size.nesting};
}

inline MacroGap macro_gap_at(const rp_report* report, size_t index) {
  const rp_macro_gap gap = rp_report_macro_gap(report, index);
  return {view(gap.name), gap.is_definition != 0, gap.unsafe_count, place(gap.place)};
}

inline ReviewGap review_gap_at(const rp_report* report, size_t index) {
  const rp_review_gap gap = rp_report_gap(report, index);
  return {gap.kind, gap.count, view(gap.name), view(gap.message), view(gap.path), gap.at};
}

inline ReviewedPackage package_at(const rp_report* report, size_t index) { return ReviewedPackage(report, index); }

inline Unread report_unread_at(const rp_report* report, size_t index) {
  const rp_unread unread = rp_report_unread(report, index);
  return {view(unread.path), view(unread.reason)};
}

inline Unread workspace_unread_at(const rp_workspace* workspace, size_t index) {
  const rp_unread unread = rp_workspace_unread(workspace, index);
  return {view(unread.path), view(unread.reason)};
}

}  // namespace detail

using Findings = detail::IndexRange<rp_report, Finding, detail::finding_at>;
using UnsafeUses = detail::IndexRange<rp_report, UnsafeUse, detail::unsafe_at>;
using LongestFunctions = detail::IndexRange<rp_report, FunctionSize, detail::function_at>;
using MacroGaps = detail::IndexRange<rp_report, MacroGap, detail::macro_gap_at>;
using ReviewGaps = detail::IndexRange<rp_report, ReviewGap, detail::review_gap_at>;
using ReviewedPackages = detail::IndexRange<rp_report, ReviewedPackage, detail::package_at>;
using ReportUnread = detail::IndexRange<rp_report, Unread, detail::report_unread_at>;

// The findings, figures and gaps of one review. Immutable and independent of its Workspace.
class Report {
 public:
  // Takes over a handle of the C interface.
  explicit Report(rp_report* handle) noexcept : handle_(handle) {}

  Findings findings() const noexcept { return {get(), rp_report_finding_count(get())}; }
  UnsafeUses unsafe_uses() const noexcept { return {get(), rp_report_unsafe_count(get())}; }
  LongestFunctions longest_functions() const noexcept { return {get(), rp_report_longest_function_count(get())}; }
  // Macros with unsafety inside that is in no other figure.
  MacroGaps macro_gaps() const noexcept { return {get(), rp_report_macro_gap_count(get())}; }
  // What was found and not read: nothing is known of it.
  ReportUnread unread() const noexcept { return {get(), rp_report_unread_count(get())}; }
  // What names and types depend on and was not seen, one of each kind and name.
  ReviewGaps gaps() const noexcept { return {get(), rp_report_gap_count(get())}; }
  // The packages that the reviewed ones are made of, in order of role, name and version.
  ReviewedPackages packages() const noexcept { return {get(), rp_report_package_count(get())}; }
  // What they were chosen for.
  ReviewedBuild build() const noexcept {
    const rp_reviewed_build build = rp_report_build(get());
    return {detail::view(build.target), detail::view(build.features)};
  }
  // How many findings are left out.
  HiddenFindings hidden() const noexcept { return rp_report_hidden(get()); }

  // Writes down the findings, for ReviewOptions::baseline: they are known from then on.
  std::string baseline() const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_report_baseline(get(), &buffer, error.out()));
    return detail::take(buffer);
  }

  Metrics metrics() const {
    Metrics metrics = RP_METRICS_INIT;
    detail::ErrorSlot error;
    error.check(rp_report_get_metrics(get(), &metrics, error.out()));
    return metrics;
  }

  std::string render(const RenderOptions& options = {}) const {
    return detail::render(rp_report_render, get(), options);
  }

  const rp_report* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_report, rp_report_free> handle_;
};

}  // namespace rustpro

#endif
