/* fixes.h - edits that mend what a report found: what they are, applying them, differences as text. */
#ifndef RUSTPRO_FIXES_H
#define RUSTPRO_FIXES_H

#include "base.h"
#include "report.h"
#include "workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Edits of a finding ----------------------------------------------------------------------------------------- */

/* How sure the library is of the edits of a finding. */
typedef enum rp_applicability {
  RP_APPLICABILITY_MACHINE = 1,   /* the code still compiles and means what it meant, or what its author evidently did:
                                     can be applied unseen */
  RP_APPLICABILITY_SUGGESTION = 2 /* somebody has to look at it */
} rp_applicability;

/* One change of a file. All edits of a finding belong together: apply all of them or none. */
typedef struct rp_edit {
  rp_place place;        /* what is replaced; an empty span is an insertion. Its label is empty */
  rp_string replacement; /* with "\n" at the end of its lines; rp_report_make_fixes writes those of the file */
  rp_applicability applicability; /* the same for all edits of a finding */
} rp_edit;

/* Return the number of edits that would mend what a finding says, often zero, and one of them; zero and empty when out
 * of range. The texts are owned by the report. Thread-safe. */
RP_API size_t rp_report_edit_count(const rp_report *report, size_t finding);
RP_API rp_edit rp_report_edit(const rp_report *report, size_t finding, size_t index);

/* ---- Applying --------------------------------------------------------------------------------------------------- */

/* The texts that the edits of a report make. Immutable; any number of threads may read it. It depends neither on the
 * report nor on the workspace. */
typedef struct rp_fixes rp_fixes;

/* What to apply. Initialise with RP_FIX_OPTIONS_INIT. */
typedef struct rp_fix_options {
  uint32_t struct_size; /* sizeof(rp_fix_options) */
  int suggestions;      /* 1: apply suggestions, too; 0: only what can be applied unseen */
  const rp_cancellation *cancellation; /* or NULL; not used after the call */
} rp_fix_options;

#define RP_FIX_OPTIONS_INIT {sizeof(rp_fix_options), 0, NULL}

/* Applies the edits of all findings in memory; nothing is written. Of edits that overlap, those of the first finding
 * are applied. A file is left as it is when its text is no longer the one that the review read, and when the new text
 * would not parse: as Rust of its edition, or as TOML. Line endings and a byte order mark are kept.
 *   workspace  the one that the report was made from
 *   options    or NULL for what can be applied unseen
 *   out_fixes  receives the new texts, also when there are none; the caller frees it
 * Errors: NULL_ARGUMENT, STRUCT_SIZE, OUT_OF_MEMORY, LIMIT, CANCELLED. Thread-safe. */
RP_API rp_status rp_report_make_fixes(const rp_report *report, const rp_workspace *workspace,
                                      const rp_fix_options *options, rp_fixes **out_fixes, rp_error **error);

/* Ends the fixes. NULL is allowed. */
RP_API void rp_fixes_free(rp_fixes *fixes);

/* Return how many findings are mended, and the index of one in the report, ascending; SIZE_MAX when out of range.
 * Thread-safe. */
RP_API size_t rp_fixes_applied_count(const rp_fixes *fixes);
RP_API size_t rp_fixes_applied(const rp_fixes *fixes, size_t index);

/* A file that changes. */
typedef struct rp_fixed_file {
  rp_string path;     /* as in the report */
  rp_string before;   /* the text as it was read */
  rp_string after;    /* the text with the edits */
  size_t fix_count;   /* findings with edits in it that are applied */
  int is_writable;    /* 0 when rp_fixes_write_file refuses it: its text was set with rp_workspace_set_file, or it is
                         reached by a symbolic link that leads out of the workspace */
} rp_fixed_file;

/* Return the number of files that change, and one of them, sorted by path; zero and empty when out of range. The texts
 * are owned by `fixes`. Thread-safe. */
RP_API size_t rp_fixes_file_count(const rp_fixes *fixes);
RP_API rp_fixed_file rp_fixes_file(const rp_fixes *fixes, size_t index);

/* Why the edits of a finding are not applied. */
typedef enum rp_skip_kind {
  RP_SKIP_SUGGESTION = 1, /* somebody has to look at them, and the options did not ask for such */
  RP_SKIP_OVERLAP = 2,    /* they overlap those of an earlier finding; another review may find it again */
  RP_SKIP_REFUSED = 3     /* the file has changed, cannot be read, or would no longer parse */
} rp_skip_kind;

typedef struct rp_skipped_fix {
  size_t finding; /* its index in the report */
  rp_skip_kind kind;
  rp_string reason; /* in words, with the path */
} rp_skipped_fix;

/* Return the number of findings whose edits are not applied, and one of them, ascending; zero and empty when out of
 * range. Thread-safe. */
RP_API size_t rp_fixes_skipped_count(const rp_fixes *fixes);
RP_API rp_skipped_fix rp_fixes_skipped(const rp_fixes *fixes, size_t index);

/* Writes one of the files to disk: a new file beside the old one, flushed, with its mode and, as far as the system
 * lets, its owner, which then takes its place; so that a reader sees the old text or the new one, whatever happens.
 * A file that is no longer what it was when the fixes were made is left alone. No symbolic link is followed.
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (index), NOT_FOUND (the file is gone), IO (it has changed, is read-only or
 * cannot be written; the message says which), OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_fixes_write_file(const rp_fixes *fixes, size_t index, rp_error **error);

/* ---- Differences ------------------------------------------------------------------------------------------------ */

/* Renders what the fixes change as a unified diff of all files, for people, `git apply` and `patch -p1`.
 *   out_buffer  receives the text, empty when nothing changes; the caller frees it
 * Errors: NULL_ARGUMENT, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_fixes_render_diff(const rp_fixes *fixes, rp_buffer **out_buffer, rp_error **error);

/* Renders the difference of two texts as a unified diff with three lines of context; empty when they are equal.
 *   path  what the file is called in it, relative, `/` between the parts; UTF-8
 *   from, to  UTF-8
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (an empty path), INVALID_UTF8, TOO_LARGE, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_diff(const char *path, size_t path_length, const char *from, size_t from_length, const char *to,
                         size_t to_length, rp_buffer **out_buffer, rp_error **error);

#ifdef __cplusplus
}
#endif

#endif
