/* workspace.h - the files of a crate or workspace, on disk and in memory. */
#ifndef RUSTPRO_WORKSPACE_H
#define RUSTPRO_WORKSPACE_H

#include "base.h"
#include "tree.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How far some work has come. `done` of `total` files; `total` may grow. `name` is the file last finished, valid only
 * during the call. Return 0 to go on, anything else to cancel. Called from one thread at a time, not always the same
 * one. Must not call the workspace it reports on. */
typedef int (*rp_progress_callback)(uint64_t done, uint64_t total, rp_string name, void *user_data);

/* How to open and review. Initialise with RP_WORKSPACE_OPTIONS_INIT. The cancellation token, the callback and
 * user_data must stay valid as long as the workspace. */
typedef struct rp_workspace_options {
  uint32_t struct_size;   /* sizeof(rp_workspace_options) */
  uint32_t edition;       /* for files whose Cargo.toml gives none; RP_EDITION_DEFAULT means what cargo takes: 2015 for
                             a package without the key, 2021 for a file that no Cargo.toml covers */
  uint32_t thread_count;  /* 0 means one for each processor; the result does not depend on it */
  uint32_t nesting_limit; /* as in rp_parse_options */
  uint64_t memory_limit;  /* bytes that the tokens and nodes of all files may take together; 0 means no limit */
  uint64_t file_limit;    /* bytes of the largest file that is read; larger ones are listed as not read; 0 means the
                             default, 64 MiB */
  const rp_cancellation *cancellation; /* or NULL */
  rp_progress_callback progress;       /* or NULL */
  void *user_data;                     /* handed to `progress` */
} rp_workspace_options;

#define RP_WORKSPACE_OPTIONS_INIT {sizeof(rp_workspace_options), RP_EDITION_DEFAULT, 0, 0, 0, 0, NULL, NULL, NULL}

/* A set of files to look at together. */
typedef struct rp_workspace rp_workspace;

/* Opens a folder or a single file and finds the Rust files that belong to it: all *.rs below a folder, without what
 * .gitignore and .ignore files exclude, without target folders of cargo and without hidden folders. Symbolic links
 * are followed only when they stay inside the folder; a file that is reached in several ways is listed once. Nothing
 * outside it is read, except Cargo.toml and ignore files in the folders above, up to the root of the repository; where
 * there is no repository, Cargo.toml alone, up to the root of the file system. A single file is in a workspace of its
 * own, whose folder is the one it lies in.
 *   path, length   UTF-8, relative to the process's working directory or absolute
 *   options        or NULL for the defaults; copied
 *   out_workspace  receives the workspace; the caller frees it
 * Files that cannot be read are no error here: they are listed (rp_workspace_unread_count).
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT, STRUCT_SIZE, INVALID_UTF8, NOT_FOUND, IO, OUT_OF_MEMORY, CANCELLED.
 * Thread-safe. */
RP_API rp_status rp_workspace_open(const char *path, size_t length, const rp_workspace_options *options,
                                   rp_workspace **out_workspace, rp_error **error);

/* Makes a workspace without any files on disk; fill it with rp_workspace_set_file.
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT, STRUCT_SIZE, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_workspace_new(const rp_workspace_options *options, rp_workspace **out_workspace, rp_error **error);

/* Ends a workspace. Reports made from it stay valid. NULL is allowed. */
RP_API void rp_workspace_free(rp_workspace *workspace);

/* Puts a text in place of a file: an editor's unsaved buffer, or a file that is not on disk. It hides the file on disk
 * with that path until rp_workspace_remove_file. Nothing is written to disk.
 *   path        relative to the workspace's folder, `/` between the parts, without `.` and `..` parts; UTF-8
 *   text        UTF-8; copied
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (an empty, absolute or escaping path), INVALID_UTF8, TOO_LARGE,
 * OUT_OF_MEMORY. Needs the workspace to itself. */
RP_API rp_status rp_workspace_set_file(rp_workspace *workspace, const char *path, size_t path_length, const char *text,
                                       size_t text_length, rp_error **error);

/* Takes back what rp_workspace_set_file put there; the file on disk, if any, is seen again.
 * Errors: NULL_ARGUMENT, NOT_FOUND, OUT_OF_MEMORY. Needs the workspace to itself. */
RP_API rp_status rp_workspace_remove_file(rp_workspace *workspace, const char *path, size_t path_length,
                                          rp_error **error);

/* Return the number of Rust files, and the path of one relative to the workspace's folder, sorted; empty when out of
 * range. The text is owned by the workspace and valid until it is changed. Thread-safe. */
RP_API size_t rp_workspace_file_count(const rp_workspace *workspace);
RP_API rp_string rp_workspace_file_path(const rp_workspace *workspace, size_t index);

/* Returns the edition that the file is read as; 0 when out of range. Thread-safe. */
RP_API uint32_t rp_workspace_file_edition(const rp_workspace *workspace, size_t index);

/* Something that was found and could not be looked at. */
typedef struct rp_unread {
  rp_string path;
  rp_string reason; /* "permission denied", "not UTF-8: byte 0xff at offset 17", ... */
} rp_unread;

/* Return the number of files and folders that could not be looked at when the workspace was opened, and one of them.
 * Contents are read by the review: what fails then is in the report. Thread-safe. */
RP_API size_t rp_workspace_unread_count(const rp_workspace *workspace);
RP_API rp_unread rp_workspace_unread(const rp_workspace *workspace, size_t index);

/* Parses one file of the workspace, from its overlay or from disk.
 *   out_tree   receives the tree, which does not depend on the workspace; the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (index), INVALID_UTF8, TOO_LARGE, NOT_FOUND, IO, OUT_OF_MEMORY, LIMIT,
 * CANCELLED. Thread-safe. */
RP_API rp_status rp_workspace_parse_file(const rp_workspace *workspace, size_t index, rp_tree **out_tree,
                                         rp_error **error);

#ifdef __cplusplus
}
#endif

#endif
