/* rules.h - the rules of reviews: what they say, which of them run, and which findings are known already. */
#ifndef RUSTPRO_RULES_H
#define RUSTPRO_RULES_H

#include "report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The list of rules ------------------------------------------------------------------------------------------ */

/* One rule: what `rustpro explain` prints. All strings are static. */
typedef struct rp_rule {
  rp_string id;    /* "safety/undocumented-unsafe" */
  rp_string area;  /* "safety" */
  rp_string title; /* a few words */
  rp_string why;   /* why it matters, in sentences */
  rp_string bad;   /* an example in which the rule fires on the lines that end in a mark, `//~` or `#~`; take the marks off
                      before you review it: rules read comments. Several files are each below a line "--- PATH" */
  rp_string good;  /* an example in which it does not */
  rp_string doubt; /* of a likely rule: what may make it wrong */
  rp_string lint;  /* the lint of rustc or clippy whose `#[allow]` silences it; may be empty */
  rp_severity severity;
  rp_verdict verdict;
  int opt_in; /* 1: runs only where rustpro.toml or the caller asks for it by its id */
  size_t reference_count;
} rp_rule;

/* Return the number of rules, and one of them, in order of areas; all zero and empty when out of range. Thread-safe. */
RP_API size_t rp_rule_count(void);
RP_API rp_rule rp_rule_at(size_t index);

/* Returns one of a rule's references: where the language or its documentation says so. Static; empty when out of range.
 * Thread-safe. */
RP_API rp_string rp_rule_reference(size_t rule, size_t index);

/* Returns the index of the rule with that id; rp_rule_count() when there is none. Thread-safe. */
RP_API size_t rp_rule_find(const char *id, size_t length);

/* ---- Reviews with options --------------------------------------------------------------------------------------- */

/* What is chosen for one review, on top of rustpro.toml. Initialise with RP_REVIEW_OPTIONS_INIT. Texts are UTF-8, read
 * during the call, and empty by default. Lists are names with commas between them. */
typedef struct rp_review_options {
  uint32_t struct_size;
  uint32_t min_severity;   /* an rp_severity: what is less severe is left out; 0 for what rustpro.toml says */
  rp_string only;          /* rules and areas: only these run */
  rp_string deny;          /* rules and areas: their findings are errors */
  rp_string off;           /* rules and areas that do not run */
  rp_string baseline;      /* the text that rp_report_baseline made: the findings in it are left out and counted */
  rp_string advisory_db;   /* a folder: a clone of the RustSec advisory database */
  rp_string target;        /* as rustc names it; empty for x86_64-unknown-linux-gnu */
  rp_string features;      /* as after cargo's --features */
  rp_string cargo_home;    /* absolute: where cargo keeps sources of dependencies; empty: they are not looked for */
  rp_string cache_folder;  /* absolute: where interfaces of dependencies are kept; empty: nowhere */
  int all_features;        /* as cargo's option */
  int no_default_features; /* as cargo's option */
  int whole_tree;          /* 1: packages that only run at build time are read, too (rp_report_package) */
} rp_review_options;

#define RP_REVIEW_OPTIONS_INIT                                                                                   \
  {sizeof(rp_review_options), 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
   {NULL, 0},                 {NULL, 0}, 0, 0, 0}

/* Reviews as rp_workspace_review does, with choices.
 *   options     or NULL for the defaults; copied
 *   out_report  receives the report; the caller frees it
 * Errors: as of rp_workspace_review, and INVALID_ARGUMENT (a rule or area that does not exist, a target that is not
 * known, a baseline that is none, a path that is not absolute), STRUCT_SIZE, INVALID_UTF8. Thread-safe. */
RP_API rp_status rp_workspace_review_with(const rp_workspace *workspace, const rp_review_options *options,
                                          rp_report **out_report, rp_error **error);

/* Writes down the findings of a report, for rp_review_options.baseline: those that are there now are known from then
 * on, wherever they move in their file.
 *   out_buffer  receives the text; the caller frees it
 * Errors: NULL_ARGUMENT, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_report_baseline(const rp_report *report, rp_buffer **out_buffer, rp_error **error);

/* Findings that the report leaves out. */
typedef struct rp_hidden_findings {
  uint64_t suppressed; /* by comments `// rustpro: allow(rule) reason` */
  uint64_t baseline;   /* by the baseline */
} rp_hidden_findings;

/* Returns how many findings are left out; zeros for NULL. Thread-safe. */
RP_API rp_hidden_findings rp_report_hidden(const rp_report *report);

/* ---- What names and types depend on and was not seen ------------------------------------------------------------ */

typedef enum rp_review_gap_kind {
  RP_REVIEW_GAP_MISSING_PACKAGE = 1,  /* a dependency whose sources are nowhere */
  RP_REVIEW_GAP_UNREADABLE_FILE = 2,  /* a module whose file is missing or may not be read */
  RP_REVIEW_GAP_OPAQUE_MACRO = 3,     /* a procedural macro that is not modelled */
  RP_REVIEW_GAP_UNRESOLVED_MACRO = 4, /* a macro that was not found */
  RP_REVIEW_GAP_FAILED_MACRO = 5,     /* a macro call that could not be expanded */
  RP_REVIEW_GAP_UNKNOWN_STD = 6,      /* the standard library is not described for the target */
  RP_REVIEW_GAP_LIMIT = 7,            /* a limit was met */
  RP_REVIEW_GAP_INACTIVE_FILE = 8,    /* a file that the target and the features leave out */
  RP_REVIEW_GAP_NOT_RUST = 9          /* a file that no target leads to and that does not parse: not reviewed */
} rp_review_gap_kind;

/* Something that could not be seen: what depends on it is unknown, and rules are silent there. One of each kind and
 * name, with the first place. */
typedef struct rp_review_gap {
  rp_review_gap_kind kind;
  uint32_t count;
  rp_string name;    /* of the package, the macro or the file */
  rp_string message; /* why */
  rp_string path;    /* may be empty */
  rp_position at;    /* all zero when there is no place */
} rp_review_gap;

/* Return the number of gaps and one of them, in order of kind and name; all zero and empty when out of range.
 * Thread-safe. */
RP_API size_t rp_report_gap_count(const rp_report *report);
RP_API rp_review_gap rp_report_gap(const rp_report *report, size_t index);

/* Returns the name of a kind of gap: "missing package"; empty for a number that is none. Static. Thread-safe. */
RP_API rp_string rp_review_gap_kind_name(rp_review_gap_kind kind);

#ifdef __cplusplus
}
#endif

#endif
