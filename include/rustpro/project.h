/* project.h - what cargo and rustc make of a workspace: packages, crates, definitions, macros and names.
 *
 * What is not known has a value of its own everywhere: an answer RP_ANSWER_UNKNOWN, a crate RP_CRATE_UNREAD, an entry in
 * the list of gaps. Nothing that could not be read counts as nothing. */
#ifndef RUSTPRO_PROJECT_H
#define RUSTPRO_PROJECT_H

#include "base.h"
#include "report.h"
#include "workspace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Opening ---------------------------------------------------------------------------------------------------- */

/* A folder in which a package may be found besides the places where cargo looks. */
typedef struct rp_named_source {
  rp_string package; /* its name; empty for a folder of several packages, as `cargo vendor` makes */
  rp_string folder;
} rp_named_source;

/* What to build, and where dependencies are. Initialise with RP_PROJECT_OPTIONS_INIT. Texts are the caller's, UTF-8;
 * they need not end in NUL and are copied. Folders are absolute, or relative to the process's working directory. */
typedef struct rp_project_options {
  uint32_t struct_size;
  int all_features;        /* as cargo's option */
  int no_default_features; /* as cargo's option */
  int test_cfg;            /* 1: members are seen with cfg(test), too, and dev dependencies are there */
  rp_string target;        /* as rustc names it; empty: what cargo's configuration says, or x86_64-unknown-linux-gnu */
  const rp_string *features; /* as after cargo's --features: "x", "package/x" */
  size_t feature_count;
  rp_string cargo_home;    /* cargo's home, for registry and git sources; empty: nothing is looked for there. The library
                              does not look at the environment. */
  const rp_named_source *sources; /* or NULL */
  size_t source_count;
  rp_string cache_folder;  /* where interfaces of dependencies are kept between two runs; empty: nowhere. The only
                              thing that the library ever writes to. */
  rp_string std_sources;   /* the folder `library` of the standard library's sources; empty: what the library knows
                              of the standard library itself */
} rp_project_options;

#define RP_PROJECT_OPTIONS_INIT \
  {sizeof(rp_project_options), 0, 0, 0, {NULL, 0}, NULL, 0, {NULL, 0}, NULL, 0, {NULL, 0}, {NULL, 0}}

/* All cargo workspaces that the files of a workspace belong to, with their dependencies; a file without a manifest
 * becomes a crate by itself. Immutable, independent of the workspace; any number of threads may read it. */
typedef struct rp_project rp_project;

/* Reads manifests, lock files and sources, expands macros and resolves names. Texts that rp_workspace_set_file put in
 * place of files are seen. Nothing is read outside the repository around the workspace's folder (the folder itself, where
 * there is none; Cargo.toml in the folders above), the folders named in the options, and cargo's home. Nothing is run.
 *   options      or NULL for the defaults
 *   out_project  receives the project, also when things are missing or wrong; the caller frees it
 * Threads, limits and cancellation are those of the workspace; its memory limit holds for all trees of the project.
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (an unknown target), STRUCT_SIZE, INVALID_UTF8, TOO_LARGE, NOT_FOUND (a folder
 * among the sources, or of the standard library, that is not there), OUT_OF_MEMORY, LIMIT, CANCELLED. Thread-safe. */
RP_API rp_status rp_project_open(const rp_workspace *workspace, const rp_project_options *options,
                                 rp_project **out_project, rp_error **error);

/* Ends a project; its definitions and strings become invalid. NULL is allowed. */
RP_API void rp_project_free(rp_project *project);

/* The index of nothing: of a package that is missing, of a crate that was not read. */
#define RP_NO_INDEX ((size_t)-1)

/* ---- Workspaces of cargo ---------------------------------------------------------------------------------------- */

/* One workspace of cargo, or a package that stands alone; or the crates made up for files that no manifest knows. */
typedef struct rp_cargo_workspace {
  rp_string manifest; /* the path of its root's Cargo.toml; empty when made up */
  rp_string target;   /* what it is built for */
  int made_up;
  size_t first_package; /* its packages and crates are [first, first + count) of the project's */
  size_t package_count;
  size_t first_crate;
  size_t crate_count;
} rp_cargo_workspace;

/* Return the number of cargo's workspaces, and one of them, in order of their manifests; all zero and empty when out of
 * range. Paths, here and everywhere in a project, are relative to the workspace's folder when they lie below it, else
 * absolute. Thread-safe. */
RP_API size_t rp_project_workspace_count(const rp_project *project);
RP_API rp_cargo_workspace rp_project_workspace(const rp_project *project, size_t index);

/* ---- Packages --------------------------------------------------------------------------------------------------- */

/* Where the sources of a package were found. */
typedef enum rp_package_origin {
  RP_ORIGIN_MEMBER = 1,   /* of the workspace */
  RP_ORIGIN_PATH = 2,     /* a path dependency outside the members */
  RP_ORIGIN_VENDORED = 3, /* a directory source */
  RP_ORIGIN_REGISTRY = 4, /* cargo's home */
  RP_ORIGIN_GIT = 5,      /* cargo's home */
  RP_ORIGIN_NAMED = 6,    /* a folder in rp_project_options */
  RP_ORIGIN_MISSING = 7,  /* nowhere: all names of its crates are unknown */
  RP_ORIGIN_MADE_UP = 8   /* there is no manifest: a file by itself */
} rp_package_origin;

typedef struct rp_package {
  size_t workspace; /* rp_project_workspace */
  rp_string name;
  rp_string version;        /* may be empty */
  rp_string source;         /* as Cargo.lock writes it; empty for path packages */
  rp_string checksum;       /* of the lock file; may be empty */
  rp_package_origin origin;
  rp_string missing_reason; /* when missing: what was looked for, and where */
  rp_string folder;         /* empty when missing */
  rp_string manifest;       /* likewise */
  int has_build_script;
  int is_proc_macro;
  int built_for_target; /* some crate needs it */
  int built_for_host;   /* a build script or procedural macro needs it */
  size_t feature_count;
  size_t build_feature_count;
  size_t dependency_count;
} rp_package;

/* Return the number of packages of all workspaces, and one of them, sorted by workspace, name and version; all zero and
 * empty when out of range. Thread-safe. */
RP_API size_t rp_project_package_count(const rp_project *project);
RP_API rp_package rp_project_package(const rp_project *project, size_t index);

/* Return the name of an enabled feature of a package, as it is built for the target, and for build scripts and
 * procedural macros; sorted; empty when out of range. Thread-safe. */
RP_API rp_string rp_project_package_feature(const rp_project *project, size_t package, size_t index);
RP_API rp_string rp_project_package_build_feature(const rp_project *project, size_t package, size_t index);

typedef enum rp_dependency_kind {
  RP_DEPENDENCY_NORMAL = 1,
  RP_DEPENDENCY_DEV = 2,
  RP_DEPENDENCY_BUILD = 3
} rp_dependency_kind;

/* Why one package depends on another. */
typedef struct rp_package_edge {
  size_t package; /* the index of the other */
  rp_string name; /* as the dependent writes it */
  rp_dependency_kind kind;
  int is_optional;
  int is_active;      /* with the chosen target and features */
  rp_string platform; /* the condition as cargo prints it; may be empty */
} rp_package_edge;

/* Returns one of a package's dependencies; all zero and empty, `package` RP_NO_INDEX, when out of range. Thread-safe. */
RP_API rp_package_edge rp_project_package_dependency(const rp_project *project, size_t package, size_t index);

/* ---- Crates ----------------------------------------------------------------------------------------------------- */

typedef enum rp_crate_kind {
  RP_CRATE_LIB = 1,
  RP_CRATE_BIN = 2,
  RP_CRATE_EXAMPLE = 3,
  RP_CRATE_TEST = 4,
  RP_CRATE_BENCH = 5,
  RP_CRATE_BUILD_SCRIPT = 6,
  RP_CRATE_SYSROOT = 7 /* of the standard library */
} rp_crate_kind;

/* How much of a crate is known. */
typedef enum rp_crate_state {
  RP_CRATE_READ = 1,      /* from its sources */
  RP_CRATE_INTERFACE = 2, /* its definitions without bodies and places: the standard library, the cache */
  RP_CRATE_UNREAD = 3     /* nothing: no crate that is looked at needs it, or it is missing */
} rp_crate_state;

/* What rustc is called with once: one target of one package with one set of features. */
typedef struct rp_crate {
  rp_string name;     /* an identifier */
  size_t workspace;
  size_t package;     /* RP_NO_INDEX for the standard library */
  rp_crate_kind kind;
  rp_crate_state state;
  uint32_t edition;
  int is_local;       /* of a member that is looked at: names in its bodies are resolved */
  int is_proc_macro;
  int for_host;       /* built for build scripts and procedural macros */
  int is_test;        /* cfg(test) holds */
  rp_string root;     /* the path of its root file; empty for the standard library */
  size_t dependency_count;
  size_t fact_count;
  size_t definition_count;
} rp_crate;

/* Return the number of crates of all workspaces, and one of them, every crate behind those that it depends on, the
 * standard library's at the end of each workspace; all zero and empty when out of range. Thread-safe. */
RP_API size_t rp_project_crate_count(const rp_project *project);
RP_API rp_crate rp_project_crate(const rp_project *project, size_t index);

typedef struct rp_crate_dependency {
  rp_string name; /* in the crate's extern prelude */
  size_t crate;   /* RP_NO_INDEX when it is missing: all names in it are unknown */
  size_t package; /* RP_NO_INDEX when no manifest says */
} rp_crate_dependency;

/* Returns one of a crate's dependencies, sorted by name, those of the sysroot left out; empty, with RP_NO_INDEX, when
 * out of range. Thread-safe. */
RP_API rp_crate_dependency rp_project_crate_dependency(const rp_project *project, size_t crate, size_t index);

/* One fact that `cfg` conditions are asked against: `unix`, `target_os = "linux"`. */
typedef struct rp_cfg_fact {
  rp_string key;
  rp_string value;
  int has_value;
} rp_cfg_fact;

/* Returns one of a crate's facts, sorted; all zero and empty when out of range. Thread-safe. */
RP_API rp_cfg_fact rp_project_crate_fact(const rp_project *project, size_t crate, size_t index);

/* ---- Definitions ------------------------------------------------------------------------------------------------ */

typedef enum rp_definition_kind {
  RP_DEFINITION_MODULE = 1, /* also the root of a crate */
  RP_DEFINITION_STRUCT = 2,
  RP_DEFINITION_UNION = 3,
  RP_DEFINITION_ENUM = 4,
  RP_DEFINITION_VARIANT = 5,
  RP_DEFINITION_TRAIT = 6,
  RP_DEFINITION_TRAIT_ALIAS = 7,
  RP_DEFINITION_TYPE_ALIAS = 8,
  RP_DEFINITION_FOREIGN_TYPE = 9,
  RP_DEFINITION_FUNCTION = 10,
  RP_DEFINITION_CONST = 11,
  RP_DEFINITION_STATIC = 12,
  RP_DEFINITION_MACRO = 13,
  RP_DEFINITION_IMPL = 14,         /* without a name */
  RP_DEFINITION_EXTERN_BLOCK = 15, /* without a name */
  RP_DEFINITION_ASSOC_FUNCTION = 16,
  RP_DEFINITION_ASSOC_CONST = 17,
  RP_DEFINITION_ASSOC_TYPE = 18,
  RP_DEFINITION_FIELD = 19,
  RP_DEFINITION_GLOBAL_ASM = 20,    /* without a name */
  RP_DEFINITION_ANONYMOUS_CONST = 21 /* const _, without a name */
} rp_definition_kind;

/* Returns the name of a kind, such as "struct" or "associated function"; empty for a number that is none. Static.
 * Thread-safe. */
RP_API rp_string rp_definition_kind_name(rp_definition_kind kind);

/* Flags of a definition. */
#define RP_DEFINITION_UNSAFE UINT32_C(1)
#define RP_DEFINITION_CONST_FN UINT32_C(2)
#define RP_DEFINITION_ASYNC UINT32_C(4)
#define RP_DEFINITION_HAS_BODY UINT32_C(8) /* a function or const with a body, an associated item with a default */
#define RP_DEFINITION_NEGATIVE_IMPL UINT32_C(16)
#define RP_DEFINITION_TRAIT_IMPL UINT32_C(32)
#define RP_DEFINITION_TUPLE_FIELDS UINT32_C(64)
#define RP_DEFINITION_UNIT_FIELDS UINT32_C(128)
#define RP_DEFINITION_HAS_SELF UINT32_C(256)
#define RP_DEFINITION_DEPRECATED UINT32_C(512)
#define RP_DEFINITION_UNSTABLE UINT32_C(1024)
#define RP_DEFINITION_NON_EXHAUSTIVE UINT32_C(2048)
#define RP_DEFINITION_MUST_USE UINT32_C(4096)
#define RP_DEFINITION_DOC_HIDDEN UINT32_C(8192)
#define RP_DEFINITION_FROM_MACRO UINT32_C(16384)  /* its name was not written in a file */
#define RP_DEFINITION_UNCERTAIN UINT32_C(32768)   /* an attribute that is opaque may have changed it or taken it away */

typedef enum rp_visibility {
  RP_VISIBILITY_PUBLIC = 1, /* written `pub`, or public by where it stands; the modules around it may still hide it */
  RP_VISIBILITY_CRATE = 2,
  RP_VISIBILITY_MODULE = 3  /* in one module and below it */
} rp_visibility;

/* A definition of a crate, as a value: copy it freely, free nothing. It is valid as long as its project. A null
 * definition has project NULL; every function takes it and returns nothing for it. */
typedef struct rp_definition {
  const rp_project *project;
  uint32_t crate; /* rp_project_crate */
  uint32_t id;    /* in its crate; 0 is the root module */
} rp_definition;

/* Return 1 for the null definition; 1 when both are the same of the same project (also for two null ones).
 * Thread-safe. */
RP_API int rp_definition_is_null(rp_definition definition);
RP_API int rp_definition_equal(rp_definition a, rp_definition b);

/* Returns a definition of a crate, the root module first; null when out of range. Thread-safe. */
RP_API rp_definition rp_project_crate_definition(const rp_project *project, size_t crate, size_t index);

/* What is known of a definition. */
typedef struct rp_definition_info {
  uint32_t struct_size;
  rp_definition_kind kind;
  uint32_t flags; /* RP_DEFINITION_... */
  rp_visibility visibility;
  rp_string name;           /* empty for those without */
  rp_definition parent;     /* the module, item or block's function it lies in; null for a root */
  rp_definition visible_in; /* with RP_VISIBILITY_MODULE: the module; else null */
  size_t child_count;
  rp_place place;      /* the whole item; its path is empty when no source is there */
  rp_place name_place; /* its name; empty at the start of the item when it has none. Where a macro made the name: the
                          call */
  rp_span docs;        /* from the first documentation comment or attribute to the last, in the file of `place`; empty
                          when there is none */
} rp_definition_info;

#define RP_DEFINITION_INFO_INIT                                                                           \
  {sizeof(rp_definition_info), RP_DEFINITION_MODULE, 0, RP_VISIBILITY_PUBLIC, {"", 0}, {NULL, 0, 0},      \
   {NULL, 0, 0}, 0, {{"", 0}, {0, 0}, {0, 0, 0}, {0, 0, 0}, {"", 0}},                                     \
   {{"", 0}, {0, 0}, {0, 0, 0}, {0, 0, 0}, {"", 0}}, {0, 0}}

/* Fills `out_info`, whose struct_size the caller has set.
 * Errors: NULL_ARGUMENT (also for a null definition), STRUCT_SIZE. Thread-safe. */
RP_API rp_status rp_definition_get_info(rp_definition definition, rp_definition_info *out_info, rp_error **error);

/* Returns one of the definitions that lie directly in this one, in the order of the text, those that macros make
 * behind; null when out of range. Thread-safe. */
RP_API rp_definition rp_definition_child(rp_definition definition, size_t index);

/* Writes the path of a definition: "crate::module::Item", "crate::Type::new", "crate::<crate::Type as Trait>::method".
 *   out_buffer  receives the text; the caller frees it
 * Errors: NULL_ARGUMENT (also for a null definition), OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_definition_path(rp_definition definition, rp_buffer **out_buffer, rp_error **error);

/* Finds a definition by its path, also by one that re-exports make. Of several crates of one name, local ones come first,
 * libraries before others.
 *   out_definition  receives the definition, or the null one
 * Errors: NULL_ARGUMENT, INVALID_UTF8, NOT_FOUND, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_project_find(const rp_project *project, const char *path, size_t length,
                                 rp_definition *out_definition, rp_error **error);

/* ---- Questions -------------------------------------------------------------------------------------------------- */

/* What a question about a name came to. */
typedef enum rp_answer {
  RP_ANSWER_FOUND = 1,
  RP_ANSWER_LOCAL = 2,      /* a variable, parameter, label, lifetime or generic parameter */
  RP_ANSWER_BUILT_IN = 3,   /* of the language itself: a primitive type, 'static, a built-in attribute */
  RP_ANSWER_NOT_A_NAME = 4, /* nothing at this place that could have a definition */
  RP_ANSWER_UNKNOWN = 5,    /* it depends on types, or on something that could not be seen */
  RP_ANSWER_UNRESOLVED = 6, /* rustc would report that there is no such thing */
  RP_ANSWER_NO_FILE = 7     /* no local crate has that file */
} rp_answer;

/* Returns the name of an answer, such as "not a name"; empty for a number that is none. Static. Thread-safe. */
RP_API rp_string rp_answer_name(rp_answer answer);

/* What a name at a place stands for. */
typedef struct rp_lookup {
  uint32_t struct_size;
  rp_answer answer;
  rp_definition definition; /* with RP_ANSWER_FOUND; else null */
  rp_place use;             /* the name that was asked about; its path is empty when there is none */
  rp_place declaration;     /* where it is defined or declared; its path is empty when that is not known */
} rp_lookup;

#define RP_LOOKUP_INIT                                                             \
  {sizeof(rp_lookup), RP_ANSWER_NO_FILE, {NULL, 0, 0},                             \
   {{"", 0}, {0, 0}, {0, 0, 0}, {0, 0, 0}, {"", 0}},                               \
   {{"", 0}, {0, 0}, {0, 0, 0}, {0, 0, 0}, {"", 0}}}

/* Finds what the name at an offset stands for: a use or the definition itself, also in arguments of macros and in format
 * strings. A name that ends at the offset is found, too.
 *   path, length  of a file of the workspace, relative to its folder or absolute
 *   offset        in bytes
 *   out_lookup    receives the answer; the caller has set its struct_size
 * Errors: NULL_ARGUMENT, STRUCT_SIZE, INVALID_UTF8, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_project_definition_at(const rp_project *project, const char *path, size_t length, uint32_t offset,
                                          rp_lookup *out_lookup, rp_error **error);

typedef enum rp_reference_kind {
  RP_REFERENCE_DEFINITION = 1, /* the name where it is defined or declared */
  RP_REFERENCE_USE = 2,
  RP_REFERENCE_POSSIBLE = 3 /* the same name, and what it means there is not known: it depends on types (fields,
                               methods), or is part of what could not be seen */
} rp_reference_kind;

typedef struct rp_reference {
  rp_reference_kind kind;
  rp_place place;
} rp_reference;

/* Places in local crates where a name is written. Immutable; valid as long as its project. */
typedef struct rp_references rp_references;

/* Find the references of a definition, and of what the name at an offset stands for, local variables and their like
 * included. A file that several crates share is looked at as one.
 *   out_references  receives the list, which may be empty: rp_references_answer says why; the caller frees it
 * Errors: NULL_ARGUMENT (also for a null definition), INVALID_UTF8, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_definition_references(rp_definition definition, rp_references **out_references, rp_error **error);
RP_API rp_status rp_project_references_at(const rp_project *project, const char *path, size_t length, uint32_t offset,
                                          rp_references **out_references, rp_error **error);

/* Returns what the question came to: places are there with RP_ANSWER_FOUND and RP_ANSWER_LOCAL alone. 0 for NULL.
 * Thread-safe. */
RP_API rp_answer rp_references_answer(const rp_references *references);

/* Return the number of places, and one of them, sorted by path and place, possible ones behind; all zero and empty when
 * out of range. Thread-safe. */
RP_API size_t rp_references_count(const rp_references *references);
RP_API rp_reference rp_references_get(const rp_references *references, size_t index);

/* Ends a list. NULL is allowed. */
RP_API void rp_references_free(rp_references *references);

/* ---- Expansions ------------------------------------------------------------------------------------------------- */

typedef enum rp_expansion_state {
  RP_EXPANSION_EXPANDED = 1,   /* the text is what rustc would have */
  RP_EXPANSION_MODELLED = 2,   /* the text is what a model of the procedural macro gives: the items, not their bodies */
  RP_EXPANSION_OPAQUE = 3,     /* a procedural macro without a model, or one whose result cannot be known */
  RP_EXPANSION_UNRESOLVED = 4, /* no macro of that name is known */
  RP_EXPANSION_FAILED = 5      /* rustc would report an error */
} rp_expansion_state;

typedef enum rp_macro_use_kind {
  RP_MACRO_USE_CALL = 1,
  RP_MACRO_USE_DERIVE = 2,
  RP_MACRO_USE_ATTRIBUTE = 3
} rp_macro_use_kind;

/* What one macro call, derive or attribute became. Immutable; valid as long as its project. */
typedef struct rp_expansion rp_expansion;

typedef struct rp_expansion_info {
  uint32_t struct_size;
  rp_expansion_state state;
  rp_macro_use_kind kind;
  uint32_t reserved;
  rp_definition macro; /* null when it was not found */
  rp_place call;
  rp_string reason; /* why it is opaque, unresolved or failed; else empty */
  rp_string text;   /* empty unless expanded or modelled */
  size_t token_count;
} rp_expansion_info;

#define RP_EXPANSION_INFO_INIT                                                                        \
  {sizeof(rp_expansion_info), RP_EXPANSION_OPAQUE, RP_MACRO_USE_CALL, 0, {NULL, 0, 0},                \
   {{"", 0}, {0, 0}, {0, 0, 0}, {0, 0, 0}, {"", 0}}, {"", 0}, {"", 0}, 0}

/* One token of an expansion and where it comes from. */
typedef struct rp_expansion_token {
  rp_span span;        /* in the text */
  rp_place written;    /* in a file of the crate: where it was written, or the call when nobody wrote it */
  int is_made_up;      /* nobody wrote it: `written` is the call */
  rp_place definition; /* where the macro's definition has it, when it comes from there; else its path is empty */
} rp_expansion_token;

/* Expands the innermost macro call, derive or attribute at an offset.
 *   recursive      1: calls in the result are expanded, too
 *   out_expansion  receives the expansion, also of a call that could not be expanded; the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_UTF8, NOT_FOUND (no local crate has that file, or there is no macro call at that place),
 * OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_project_expansion_at(const rp_project *project, const char *path, size_t length, uint32_t offset,
                                         int recursive, rp_expansion **out_expansion, rp_error **error);

/* Fills `out_info`, whose struct_size the caller has set. Errors: NULL_ARGUMENT, STRUCT_SIZE. Thread-safe. */
RP_API rp_status rp_expansion_get_info(const rp_expansion *expansion, rp_expansion_info *out_info, rp_error **error);

/* Returns a token, in the order of the text; all zero and empty when out of range. Parentheses that were added to keep
 * the meaning are no tokens of their own. Thread-safe. */
RP_API rp_expansion_token rp_expansion_get_token(const rp_expansion *expansion, size_t index);

/* Ends an expansion. NULL is allowed. */
RP_API void rp_expansion_free(rp_expansion *expansion);

/* ---- What was not seen, and what is wrong ----------------------------------------------------------------------- */

typedef enum rp_gap_kind {
  RP_GAP_MISSING_PACKAGE = 1,
  RP_GAP_UNREADABLE_FILE = 2,  /* a file of a module that is missing or may not be read */
  RP_GAP_OPAQUE_MACRO = 3,     /* a procedural macro without a model, or a macro whose output cannot be known */
  RP_GAP_UNRESOLVED_MACRO = 4, /* no macro of that name was found, and something unknown may be why */
  RP_GAP_FAILED_MACRO = 5,
  RP_GAP_UNKNOWN_STD = 6,      /* what the standard library defines is not known */
  RP_GAP_LIMIT = 7             /* a limit was reached */
} rp_gap_kind;

/* A part that could not be seen. What depends on it is unknown. */
typedef struct rp_gap {
  rp_gap_kind kind;
  size_t crate;   /* RP_NO_INDEX: of the workspace */
  rp_place place; /* its path may be empty; lines are 0 when the text of the file is not at hand */
  rp_string name; /* of the package or macro; may be empty */
  rp_string message;
} rp_gap;

/* Return the number of gaps of local crates and workspaces, and one of them, in order of crate, path and place; all zero
 * and empty when out of range. Thread-safe. */
RP_API size_t rp_project_gap_count(const rp_project *project);
RP_API rp_gap rp_project_gap(const rp_project *project, size_t index);

/* Returns the name of a kind of gap: "missing package"; empty for a number that is none. Static. Thread-safe. */
RP_API rp_string rp_gap_kind_name(rp_gap_kind kind);

typedef enum rp_problem_kind {
  RP_PROBLEM_MANIFEST = 1, /* of a Cargo.toml or Cargo.lock */
  RP_PROBLEM_GRAPH = 2,    /* of the dependencies: a cycle, a lock file that does not fit, an unknown feature */
  RP_PROBLEM_NAME = 3      /* rustc would report an error: a name that is not there, or private, or defined twice */
} rp_problem_kind;

/* Something wrong with the project. */
typedef struct rp_problem {
  rp_problem_kind kind;
  rp_string code;  /* rustc's, such as "E0432"; may be empty */
  size_t crate;    /* RP_NO_INDEX: of the workspace */
  rp_place place;  /* as in rp_gap */
  rp_string message;
} rp_problem;

/* Return the number of problems, and one of them, sorted by workspace, kind, path and place; all zero and empty when out
 * of range. Thread-safe. */
RP_API size_t rp_project_problem_count(const rp_project *project);
RP_API rp_problem rp_project_problem(const rp_project *project, size_t index);

/* Return the number of files and folders that were found and could not be looked at, and one of them. Thread-safe. */
RP_API size_t rp_project_unread_count(const rp_project *project);
RP_API rp_unread rp_project_unread(const rp_project *project, size_t index);

/* What became of a file of the workspace. */
typedef enum rp_file_state {
  RP_FILE_PLACED = 1,    /* some local crate has it */
  RP_FILE_INACTIVE = 2,  /* of a target or module that is not built with the chosen target and features, or included */
  RP_FILE_NO_TARGET = 3, /* it lies in a package, and no target of it leads there */
  RP_FILE_UNREAD = 4     /* it could not be read */
} rp_file_state;

typedef struct rp_source_file {
  rp_string path;
  rp_file_state state;
  size_t crate_count; /* of those it is part of */
} rp_source_file;

/* Return the number of Rust files of the workspace, and one of them, in the order of rp_workspace_file_path. Thread-safe. */
RP_API size_t rp_project_file_count(const rp_project *project);
RP_API rp_source_file rp_project_file(const rp_project *project, size_t index);

/* Returns the index of a crate that a file is part of, the one that sees the most of it first; RP_NO_INDEX when out of
 * range. Thread-safe. */
RP_API size_t rp_project_file_crate(const rp_project *project, size_t file, size_t index);

/* ---- Rendering -------------------------------------------------------------------------------------------------- */

typedef enum rp_graph_format {
  RP_GRAPH_TEXT = 1, /* a tree, as `cargo tree` prints it */
  RP_GRAPH_JSON = 2,
  RP_GRAPH_DOT = 3, /* for Graphviz */
  RP_GRAPH_SVG = 4
} rp_graph_format;

/* Renders the packages of one of cargo's workspaces and who depends on whom. The same project gives the same bytes.
 *   workspace   rp_project_workspace
 *   out_buffer  receives the text; the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_project_render_graph(const rp_project *project, size_t workspace, rp_graph_format format,
                                         rp_buffer **out_buffer, rp_error **error);

/* Renders all definitions of a crate with kind, path, visibility, place and the span of their documentation.
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_project_render_symbols(const rp_project *project, size_t crate, rp_format format,
                                           rp_buffer **out_buffer, rp_error **error);

/* Renders a crate, or one module of it, with cfg decided and every macro replaced by what it became, as Rust text that
 * parses. Calls that could not be expanded stay, after a comment that says why.
 *   module, length  the path of the module from the root, "a::b"; empty for the root
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (`crate` out of range, or not read from sources), INVALID_UTF8, NOT_FOUND (no
 * such module), OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_project_render_expanded(const rp_project *project, size_t crate, const char *module, size_t length,
                                            rp_buffer **out_buffer, rp_error **error);

#ifdef __cplusplus
}
#endif

#endif
