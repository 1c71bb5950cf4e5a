/* report.h - what a review found. */
#ifndef RUSTPRO_REPORT_H
#define RUSTPRO_REPORT_H

#include "base.h"
#include "workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rp_verdict {
  RP_VERDICT_PROVEN = 1, /* a compiler or the language reference would agree */
  RP_VERDICT_LIKELY = 2  /* an expert would raise it; a note says why it may be wrong */
} rp_verdict;

typedef enum rp_severity { RP_SEVERITY_ERROR = 1, RP_SEVERITY_WARNING = 2, RP_SEVERITY_ADVICE = 3 } rp_severity;

/* The findings, figures and gaps of one review. Immutable, independent of its workspace; any number of threads may
 * read it. */
typedef struct rp_report rp_report;

/* Reviews every file of the workspace.
 *   out_report  receives the report, also when there are findings; the caller frees it
 * Files that cannot be read are listed in the report, never counted as clean.
 * Errors: NULL_ARGUMENT, OUT_OF_MEMORY, LIMIT, CANCELLED. Thread-safe. */
RP_API rp_status rp_workspace_review(const rp_workspace *workspace, rp_report **out_report, rp_error **error);

/* Ends a report. NULL is allowed. */
RP_API void rp_report_free(rp_report *report);

/* ---- Findings --------------------------------------------------------------------------------------------------- */

/* A place in a file, with what is to be said about it. */
typedef struct rp_place {
  rp_string path;
  rp_span span;
  rp_position start;
  rp_position end;
  rp_string label; /* may be empty */
} rp_place;

/* One thing the review has to say. */
typedef struct rp_finding {
  rp_string rule; /* "safety/undocumented-unsafe", "syntax/error" */
  rp_string area; /* "safety", "syntax" */
  rp_verdict verdict;
  rp_severity severity;
  rp_string message;
  rp_place primary;
  size_t related_count;
  size_t note_count;
} rp_finding;

/* Returns the number of findings. Thread-safe. */
RP_API size_t rp_report_finding_count(const rp_report *report);

/* Returns a finding; all zero and empty when `index` is out of range. Findings are sorted by path, place and rule.
 * Thread-safe. */
RP_API rp_finding rp_report_finding(const rp_report *report, size_t index);

/* Return one of a finding's related places, or notes; zero or empty when out of range. A note that says what to do
 * starts with "help: "; for a likely verdict another one says what could make it wrong. Thread-safe. */
RP_API rp_place rp_report_related(const rp_report *report, size_t finding, size_t index);
RP_API rp_string rp_report_note(const rp_report *report, size_t finding, size_t index);

/* ---- The inventory of unsafety ---------------------------------------------------------------------------------- */

typedef enum rp_unsafe_kind {
  RP_UNSAFE_FN = 1,
  RP_UNSAFE_BLOCK = 2,
  RP_UNSAFE_IMPL = 3,
  RP_UNSAFE_TRAIT = 4,
  RP_UNSAFE_ATTRIBUTE = 5,    /* `#[unsafe(no_mangle)]`, and the same attributes written without unsafe(..) */
  RP_UNSAFE_EXTERN_BLOCK = 6, /* `extern "C" { .. }`, with or without `unsafe` */
  RP_UNSAFE_STATIC_MUT = 7
} rp_unsafe_kind;

/* How a use of unsafety is justified in the text. */
typedef enum rp_safety_docs {
  RP_SAFETY_NONE = 0,
  RP_SAFETY_COMMENT = 1, /* a `SAFETY:` comment */
  RP_SAFETY_SECTION = 2  /* a `# Safety` section in the documentation */
} rp_safety_docs;

typedef struct rp_unsafe_use {
  rp_unsafe_kind kind;
  rp_safety_docs docs;
  int is_public;      /* written `pub` without a restriction; 0 for blocks */
  rp_string name;     /* of the item, or of the item around a block; may be empty */
  rp_place place;
} rp_unsafe_use;

/* Return the number of uses of unsafety in all files that were read, and one of them, in order of path and place.
 * Thread-safe. */
RP_API size_t rp_report_unsafe_count(const rp_report *report);
RP_API rp_unsafe_use rp_report_unsafe(const rp_report *report, size_t index);

/* Returns the name of a kind of unsafety: "unsafe fn"; empty for a number that is none. Static. Thread-safe. */
RP_API rp_string rp_unsafe_kind_name(rp_unsafe_kind kind);

/* ---- The dependency tree ---------------------------------------------------------------------------------------- */

/* What a package is for. */
typedef enum rp_package_role {
  RP_PACKAGE_OWN = 1,        /* it lies in the folder under review */
  RP_PACKAGE_PROGRAM = 2,    /* its code is in what the own packages build */
  RP_PACKAGE_BUILD_TIME = 3, /* a procedural macro, a build script, or what one of them needs */
  RP_PACKAGE_TESTS = 4       /* only tests, examples and benchmarks of the own packages need it */
} rp_package_role;

/* What a package says of unsafe code, at the root of its crates or in its manifest. */
typedef enum rp_unsafe_level {
  RP_UNSAFE_LEVEL_NONE = 0,
  RP_UNSAFE_LEVEL_DENY = 1,
  RP_UNSAFE_LEVEL_FORBID = 2 /* #![forbid(unsafe_code)] */
} rp_unsafe_level;

/* A package that the reviewed ones are made of, with the target and the features that were chosen. The numbers are
 * zero, and mean nothing, where it was not read. Of own packages libraries and programs count; tests, examples and
 * benchmarks do not. */
typedef struct rp_reviewed_package {
  rp_string name;
  rp_string version;
  rp_string features; /* that are enabled, with commas between them */
  rp_string reason;   /* why it was not read; empty when it was */
  rp_package_role role;
  rp_unsafe_level level;
  int was_read;
  int has_build_script;
  int is_proc_macro;
  uint32_t inactive_unsafe;      /* uses of unsafety in files that were read, but in parts that are left out */
  uint32_t unsafe_in_definitions; /* `unsafe` keywords in definitions of macros: nothing until somebody calls them */
  uint32_t opaque_macros;        /* macro calls, derives and attributes whose output is not known */
  uint32_t opaque_unsafe;        /* `unsafe` keywords among the arguments of such calls */
  uint32_t modelled_macros;      /* uses of procedural macros that a model stands for, which says nothing of unsafety */
  uint32_t files;                /* that were read */
  uint32_t missing_files;        /* of modules; not there, or not readable */
  uint32_t inactive_files;       /* Rust files beside those that were read that are part of nothing that is built */
  size_t macro_count;            /* rp_report_package_macro */
} rp_reviewed_package;

/* Return the number of packages, and one of them, in order of role, name and version; all zero and empty when out of
 * range. Packages that only run at build time are read when rp_review_options.whole_tree says so. Thread-safe. */
RP_API size_t rp_report_package_count(const rp_report *report);
RP_API rp_reviewed_package rp_report_package(const rp_report *report, size_t index);

/* Returns how many uses of unsafety of one kind a package has: `expanded` 0 for those that are written in its files, 1
 * for those that definitions of macros bring, once for each call. Macros of the standard library are not counted. Zero
 * when out of range. Thread-safe. */
RP_API uint32_t rp_report_package_unsafe(const rp_report *report, size_t package, rp_unsafe_kind kind, int expanded);

/* A macro that brings unsafe code into a package. */
typedef struct rp_unsafe_macro {
  rp_string path; /* "bytes::buf::try_get" */
  uint32_t calls; /* whose output has some of it */
  uint32_t unsafe_count; /* in all these calls together */
  int is_foreign; /* another package defines it */
} rp_unsafe_macro;

/* Returns one of the macros of a package, in order of path; all zero and empty when out of range. Thread-safe. */
RP_API rp_unsafe_macro rp_report_package_macro(const rp_report *report, size_t package, size_t index);

/* What the packages were chosen for. */
typedef struct rp_reviewed_build {
  rp_string target;   /* "x86_64-unknown-linux-gnu" */
  rp_string features; /* in words: "default features" */
} rp_reviewed_build;

/* Returns what the packages were chosen for; empty for NULL. Thread-safe. */
RP_API rp_reviewed_build rp_report_build(const rp_report *report);

/* Returns the name of a role: "build time"; empty for a number that is none. Static. Thread-safe. */
RP_API rp_string rp_package_role_name(rp_package_role role);

/* ---- Figures ---------------------------------------------------------------------------------------------------- */

/* Sizes over all files that were read. */
typedef struct rp_metrics {
  uint32_t struct_size;
  uint32_t max_nesting;      /* deepest nesting of blocks inside a function */
  uint64_t files;            /* read and parsed */
  uint64_t files_unread;     /* found and not read: the figures below do not include them */
  uint64_t files_with_errors;
  uint64_t bytes;
  uint64_t lines;
  uint64_t code_lines;       /* with at least one token that is no comment */
  uint64_t comment_lines;    /* with a comment, documentation included, and no other token */
  uint64_t blank_lines;
  uint64_t items;            /* of every kind, nested ones included */
  uint64_t functions;        /* with a body */
  uint64_t macro_calls;      /* whose insides the review did not see into */
  uint64_t macro_definitions;
  uint64_t unsafe_uses;      /* rp_report_unsafe_count */
  uint64_t unsafe_unseen;    /* the sum of unsafe_count over all rp_macro_gap: not in unsafe_uses */
} rp_metrics;

#define RP_METRICS_INIT {sizeof(rp_metrics), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* Fills `out_metrics`, whose struct_size the caller has set.
 * Errors: NULL_ARGUMENT, STRUCT_SIZE. Thread-safe. */
RP_API rp_status rp_report_get_metrics(const rp_report *report, rp_metrics *out_metrics, rp_error **error);

/* One of the longest functions. */
typedef struct rp_function_size {
  rp_string name;      /* with the types and modules around it in this file: "Parser::expr" */
  rp_place place;      /* from the `fn` line to the closing brace */
  uint32_t lines;      /* from the line of the signature to that of the closing brace */
  uint32_t code_lines;
  uint32_t nesting;    /* deepest nesting of blocks in the body, 1 for the body itself */
  uint32_t reserved;   /* 0 */
} rp_function_size;

/* Return how many of the longest functions the report keeps (at most 20), and one of them, longest first.
 * Thread-safe. */
RP_API size_t rp_report_longest_function_count(const rp_report *report);
RP_API rp_function_size rp_report_longest_function(const rp_report *report, size_t index);

/* ---- What was not seen ------------------------------------------------------------------------------------------ */

/* Return the number of files and folders that were found and not read, and one of them. Thread-safe. */
RP_API size_t rp_report_unread_count(const rp_report *report);
RP_API rp_unread rp_report_unread(const rp_report *report, size_t index);

/* A macro call, a macro definition or an attribute with unsafe code among its tokens. What they come to was not seen:
 * it is in no other figure and no finding speaks of it. */
typedef struct rp_macro_gap {
  rp_string name;        /* of the macro called or defined, or of the attribute */
  int is_definition;     /* 1 for macro_rules! and `macro` */
  uint32_t unsafe_count; /* `unsafe` keywords among the tokens, and extern blocks, `static mut` and unsafe attributes
                            that are written without the keyword */
  rp_place place;
} rp_macro_gap;

/* Return the number of such macros in all files that were read, and one of them, in order of path and place; all zero
 * and empty when out of range. Thread-safe. */
RP_API size_t rp_report_macro_gap_count(const rp_report *report);
RP_API rp_macro_gap rp_report_macro_gap(const rp_report *report, size_t index);

/* ---- Rendering -------------------------------------------------------------------------------------------------- */

typedef enum rp_format {
  RP_FORMAT_TEXT = 1,     /* for a terminal */
  RP_FORMAT_JSON = 2,     /* for programs; share/rustpro/report.schema.json describes it */
  RP_FORMAT_SARIF = 3,    /* SARIF 2.1.0, for code scanning services and editors */
  RP_FORMAT_MARKDOWN = 4, /* for a comment on a pull request: at most 60,000 bytes, what does not fit is counted */
  RP_FORMAT_HTML = 5      /* one file without anything outside it, for a browser */
} rp_format;

/* How to render. Initialise with RP_RENDER_OPTIONS_INIT. */
typedef struct rp_render_options {
  uint32_t struct_size;
  rp_format format;
  int color;          /* 1: ANSI colours in text */
  uint32_t width;     /* columns of the terminal for text; 0 means 100 */
  const char *link_base;   /* what links to files begin with in Markdown, such as
                              "https://github.com/owner/name/blob/COMMIT/"; UTF-8; NULL for relative links */
  size_t link_base_length; /* bytes */
} rp_render_options;

#define RP_RENDER_OPTIONS_INIT {sizeof(rp_render_options), RP_FORMAT_TEXT, 0, 0, NULL, 0}

/* Text that a call made and the caller owns. */
typedef struct rp_buffer rp_buffer;

/* Renders the report.
 *   options     or NULL for plain text
 *   out_buffer  receives the text; the caller frees it
 * The same report gives the same bytes each time.
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT, STRUCT_SIZE, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_report_render(const rp_report *report, const rp_render_options *options, rp_buffer **out_buffer,
                                  rp_error **error);

/* Renders the syntax errors of one tree, in the way of rp_report_render, as text or JSON (an array). Errors as there.
 * Thread-safe. */
RP_API rp_status rp_tree_render_errors(const rp_tree *tree, const rp_render_options *options, rp_buffer **out_buffer,
                                       rp_error **error);

/* Renders the tree itself: as indented text, one element a line (`kind field? start..end "text"`), or as JSON.
 * White space is left out of the text form. Errors as in rp_report_render. Thread-safe. */
RP_API rp_status rp_tree_render(const rp_tree *tree, const rp_render_options *options, rp_buffer **out_buffer,
                                rp_error **error);

/* Returns the text of a buffer; empty for NULL. Thread-safe. */
RP_API rp_string rp_buffer_text(const rp_buffer *buffer);

/* Ends a buffer. NULL is allowed. */
RP_API void rp_buffer_free(rp_buffer *buffer);

#ifdef __cplusplus
}
#endif

#endif
