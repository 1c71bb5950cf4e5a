/* api.h - the public interface of a library: what its users can name; and what changed between two versions of it. */
#ifndef RUSTPRO_API_H
#define RUSTPRO_API_H

#include "base.h"
#include "report.h"
#include "workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Reading an interface --------------------------------------------------------------------------------------- */

/* Which library, and how it is built. Initialise with RP_API_OPTIONS_INIT. Texts are UTF-8 and copied; {NULL, 0} is
 * none. */
typedef struct rp_api_options {
  uint32_t struct_size;
  int all_features;        /* 1: with all features */
  int no_default_features; /* 1: without the default ones */
  rp_string features;      /* names with commas or spaces between them. Without any of the three, all features are on but
                              those that authors name as no part of what they promise: unstable, nightly, `_x` */
  rp_string package;       /* its name; none: the package in the workspace's folder, or the only library there is */
  rp_string target;        /* such as "x86_64-pc-windows-msvc"; none: x86_64-unknown-linux-gnu */
  rp_string cargo_home;    /* an absolute folder where sources of dependencies are looked for; none: nowhere. What
                              comes from a dependency that is not there is listed as unknown */
} rp_api_options;

#define RP_API_OPTIONS_INIT {sizeof(rp_api_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* The public interface of one version of one library. */
typedef struct rp_api rp_api;

/* Reads the library of a workspace whose folder has a Cargo.toml, and what its users can name.
 *   options   or NULL for the defaults
 *   out_api   receives the interface, which does not depend on the workspace; the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (no library, several, or none of that name), STRUCT_SIZE, INVALID_UTF8,
 * NOT_FOUND (no Cargo.toml), OUT_OF_MEMORY, LIMIT, CANCELLED. Thread-safe. */
RP_API rp_status rp_workspace_public_api(const rp_workspace *workspace, const rp_api_options *options, rp_api **out_api,
                                         rp_error **error);

/* Ends an interface. NULL is allowed. */
RP_API void rp_api_free(rp_api *api);

/* Return the name of the crate, and the version of its package. Thread-safe. */
RP_API rp_string rp_api_crate(const rp_api *api);
RP_API rp_string rp_api_version(const rp_api *api);

/* ---- Items ------------------------------------------------------------------------------------------------------ */

typedef enum rp_api_kind {
  RP_API_MODULE = 1,
  RP_API_STRUCT = 2,
  RP_API_UNION = 3,
  RP_API_ENUM = 4,
  RP_API_VARIANT = 5,
  RP_API_TRAIT = 6,
  RP_API_TRAIT_ALIAS = 7,
  RP_API_TYPE_ALIAS = 8,
  RP_API_FOREIGN_TYPE = 9,
  RP_API_FUNCTION = 10,
  RP_API_CONST = 11,
  RP_API_STATIC = 12,
  RP_API_MACRO = 13,
  RP_API_DERIVE = 14,
  RP_API_ATTRIBUTE = 15,
  RP_API_FIELD = 16,
  RP_API_METHOD = 17, /* an associated function, of a type or a trait */
  RP_API_ASSOC_CONST = 18,
  RP_API_ASSOC_TYPE = 19,
  RP_API_REEXPORT = 20 /* of something of another crate */
} rp_api_kind;

/* Something that users can name. */
typedef struct rp_api_item {
  rp_api_kind kind;
  rp_string path;      /* "serde::de::Error::custom": through re-exports, the shortest */
  rp_string signature; /* on one line */
  rp_string condition; /* the cfg conditions on it and around it, as written, joined with &&; empty for none */
  rp_string file;      /* relative to the package's folder; empty when nobody wrote it */
  rp_position start;   /* of its name */
  size_t parent;       /* of a field, variant, method...: the index of its type or trait; SIZE_MAX for none */
  int deprecated;
  int non_exhaustive;
  int must_use;
  int hidden;          /* doc(hidden): not part of what is promised */
  int has_default;     /* of an item of a trait */
} rp_api_item;

/* Return the number of items, and one of them: sorted by path, members behind their type; all zero and empty when
 * `index` is out of range. Thread-safe. */
RP_API size_t rp_api_item_count(const rp_api *api);
RP_API rp_api_item rp_api_item_at(const rp_api *api, size_t index);

/* An impl of a trait that users can see. */
typedef struct rp_api_impl {
  rp_string trait_name; /* with arguments, as written */
  rp_string type_name;
  size_t item;     /* the index of the type; SIZE_MAX when it is not one of this interface */
  int is_negative; /* impl !Trait */
} rp_api_impl;

/* Return the number of impls, and one of them; all zero and empty when out of range. Thread-safe. */
RP_API size_t rp_api_impl_count(const rp_api *api);
RP_API rp_api_impl rp_api_impl_at(const rp_api *api, size_t index);

/* Return the number of public modules that may hold more than could be seen, and the path of one. Thread-safe. */
RP_API size_t rp_api_unknown_count(const rp_api *api);
RP_API rp_string rp_api_unknown(const rp_api *api, size_t index);

/* Returns the name of a kind: "struct"; empty for a number that is none. Static. Thread-safe. */
RP_API rp_string rp_api_kind_name(rp_api_kind kind);

/* Renders the interface as text or JSON (RP_FORMAT_TEXT, RP_FORMAT_JSON; other formats are invalid arguments), in the
 * way of rp_report_render. Errors as there. Thread-safe. */
RP_API rp_status rp_api_render(const rp_api *api, const rp_render_options *options, rp_buffer **out_buffer,
                               rp_error **error);

/* ---- Comparing two versions ------------------------------------------------------------------------------------- */

/* What changed, by cargo's rules (The Cargo Book, "SemVer Compatibility"). */
typedef struct rp_api_diff rp_api_diff;

typedef enum rp_semver_level {
  RP_SEMVER_MAJOR = 1,    /* users' code that compiled may not compile */
  RP_SEMVER_POSSIBLY = 2, /* breaks only unusual uses; asks for no major step */
  RP_SEMVER_MINOR = 3
} rp_semver_level;

/* One change. */
typedef struct rp_api_change {
  rp_string rule; /* "semver/item-removed" */
  rp_semver_level level;
  rp_verdict verdict;
  rp_string path; /* of the item; empty for the package */
  rp_string message;
  rp_string old_text; /* may be empty, as may all of the following */
  rp_string new_text;
  rp_string note; /* what could make a likely verdict wrong */
  rp_string reference;
  rp_string old_file;
  rp_position old_start;
  rp_string new_file;
  rp_position new_start;
} rp_api_change;

/* Compares two interfaces of one library.
 *   out_diff  receives the comparison, which does not depend on the interfaces; the caller frees it
 * Errors: NULL_ARGUMENT, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_api_compare(const rp_api *before, const rp_api *after, rp_api_diff **out_diff, rp_error **error);

/* Ends a comparison. NULL is allowed. */
RP_API void rp_api_diff_free(rp_api_diff *diff);

/* Return the number of changes, and one of them: by level, path and rule; all zero and empty when out of range.
 * Thread-safe. */
RP_API size_t rp_api_diff_change_count(const rp_api_diff *diff);
RP_API rp_api_change rp_api_diff_change(const rp_api_diff *diff, size_t index);

/* Returns 1 when the version made a step that is large enough for the changes, or cannot be read; 0 when cargo would
 * give users of the old version one that breaks them. Thread-safe. */
RP_API int rp_api_diff_sufficient(const rp_api_diff *diff);

/* Return the number of sentences about what could not be compared, and one of them. Thread-safe. */
RP_API size_t rp_api_diff_unknown_count(const rp_api_diff *diff);
RP_API rp_string rp_api_diff_unknown(const rp_api_diff *diff, size_t index);

/* Renders the comparison as text or JSON, as rp_api_render does. Thread-safe. */
RP_API rp_status rp_api_diff_render(const rp_api_diff *diff, const rp_render_options *options, rp_buffer **out_buffer,
                                    rp_error **error);

#ifdef __cplusplus
}
#endif

#endif
