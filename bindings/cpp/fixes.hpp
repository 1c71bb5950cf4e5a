// fixes.hpp - the edits of findings, applied to texts or files, and differences between texts.
#ifndef RUSTPRO_FIXES_HPP
#define RUSTPRO_FIXES_HPP

#include <cstddef>
#include <string>
#include <string_view>

#include "base.hpp"
#include "report.hpp"
#include "workspace.hpp"

namespace rustpro {

// A file that changes.
struct FixedFile {
  std::string_view path;  // as in the report
  std::string_view before;
  std::string_view after;
  size_t fix_count;  // findings with edits in it that are applied
  bool is_writable;  // false when Fixes::write refuses it
};

// A finding whose edits are not applied.
struct SkippedFix {
  size_t finding;  // its index in the report
  SkipKind kind;
  std::string_view reason;
};

namespace detail {

inline size_t applied_at(const rp_fixes* fixes, size_t index) { return rp_fixes_applied(fixes, index); }

inline FixedFile fixed_file_at(const rp_fixes* fixes, size_t index) {
  const rp_fixed_file file = rp_fixes_file(fixes, index);
  return {view(file.path), view(file.before), view(file.after), file.fix_count, file.is_writable != 0};
}

inline SkippedFix skipped_at(const rp_fixes* fixes, size_t index) {
  const rp_skipped_fix skipped = rp_fixes_skipped(fixes, index);
  return {skipped.finding, skipped.kind, view(skipped.reason)};
}

}  // namespace detail

using AppliedFixes = detail::IndexRange<rp_fixes, size_t, detail::applied_at>;
using FixedFiles = detail::IndexRange<rp_fixes, FixedFile, detail::fixed_file_at>;
using SkippedFixes = detail::IndexRange<rp_fixes, SkippedFix, detail::skipped_at>;

struct FixOptions {
  bool suggestions = false;                    // apply those, too, that somebody has to look at
  const Cancellation* cancellation = nullptr;  // must outlive the call
};

// The texts that the edits of a report make. Immutable; depends neither on the report nor on the workspace.
class Fixes {
 public:
  // Takes over a handle of the C interface.
  explicit Fixes(rp_fixes* handle) noexcept : handle_(handle) {}

  // `workspace` is the one that the report was made from. Nothing is written.
  static Fixes make(const Report& report, const Workspace& workspace, const FixOptions& options = {}) {
    rp_fix_options plain = RP_FIX_OPTIONS_INIT;
    plain.suggestions = options.suggestions ? 1 : 0;
    plain.cancellation = options.cancellation != nullptr ? options.cancellation->get() : nullptr;
    rp_fixes* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_report_make_fixes(report.get(), workspace.get(), &plain, &made, error.out()));
    return Fixes(made);
  }

  // The indexes of the findings that are mended.
  AppliedFixes applied() const noexcept { return {get(), rp_fixes_applied_count(get())}; }
  FixedFiles files() const noexcept { return {get(), rp_fixes_file_count(get())}; }
  SkippedFixes skipped() const noexcept { return {get(), rp_fixes_skipped_count(get())}; }

  // Writes files()[index] to disk, all of it or nothing. A file that has changed since is left alone.
  void write(size_t index) const {
    detail::ErrorSlot error;
    error.check(rp_fixes_write_file(get(), index, error.out()));
  }

  // What changes, as a unified diff of all files.
  std::string diff() const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_fixes_render_diff(get(), &buffer, error.out()));
    return detail::take(buffer);
  }

  const rp_fixes* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_fixes, rp_fixes_free> handle_;
};

}  // namespace rustpro

#endif
