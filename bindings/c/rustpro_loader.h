/* rustpro_loader.h - opens librustpro at run time, so that a program need not be linked with it.
 *
 * A single header for C99 and C++ on systems with dlopen. Include it where it is needed; all functions are static.
 *
 *     rustpro_api api;
 *     char message[512];
 *     if (!rustpro_load(NULL, &api, message, sizeof message)) {
 *       fprintf(stderr, "%s\n", message);
 *       return 1;
 *     }
 *     api.tree_parse(text, length, "a.rs", 4, NULL, &tree, NULL);
 *     ...
 *     rustpro_unload(&api);
 *
 * Each function rp_x of the interface is a pointer `x` in rustpro_api, with the type that include/rustpro gives it.
 * It needs the headers of include/ (their path must be searched as <rustpro/rustpro.h>) and, with old C libraries,
 * -ldl. */
#ifndef RUSTPRO_LOADER_H
#define RUSTPRO_LOADER_H

/* With -std=c99 the system's headers show readlink only when asked to; include this header first then. */
#if defined(__STRICT_ANSI__) && !defined(_POSIX_C_SOURCE) && !defined(_XOPEN_SOURCE) && !defined(_GNU_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif

#include <dlfcn.h>
#include <rustpro/rustpro.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file name under which a system has the library of this interface. */
#if defined(__APPLE__)
#define RUSTPRO_LIBRARY_NAME "librustpro.0.dylib"
#else
#define RUSTPRO_LIBRARY_NAME "librustpro.so.0"
#endif

#if defined(__GNUC__)
#define RUSTPRO_UNUSED __attribute__((unused))
#else
#define RUSTPRO_UNUSED
#endif

/* Every function of the interface: X(result, name without rp_, (parameters)), in the order of the headers. */
/* clang-format off */
#define RUSTPRO_FUNCTIONS(X)                                                                                           \
  /* base.h */                                                                                                         \
  X(rp_status, error_status, (const rp_error *error))                                                                  \
  X(rp_string, error_message, (const rp_error *error))                                                                 \
  X(void, error_free, (rp_error *error))                                                                               \
  X(rp_string, status_name, (rp_status status))                                                                        \
  X(rp_string, version_string, (void))                                                                                 \
  X(uint32_t, version_number, (void))                                                                                  \
  X(int, abi_compatible, (uint32_t major, uint32_t minor))                                                             \
  X(rp_status, cancellation_new, (rp_cancellation **out_cancellation, rp_error **error))                               \
  X(void, cancellation_request, (rp_cancellation *cancellation))                                                       \
  X(int, cancellation_requested, (const rp_cancellation *cancellation))                                                \
  X(void, cancellation_reset, (rp_cancellation *cancellation))                                                         \
  X(void, cancellation_free, (rp_cancellation *cancellation))                                                          \
  /* tree.h */                                                                                                         \
  X(rp_status, tree_parse,                                                                                             \
    (const char *text, size_t length, const char *name, size_t name_length, const rp_parse_options *options,           \
     rp_tree **out_tree, rp_error **error))                                                                            \
  X(void, tree_free, (rp_tree *tree))                                                                                  \
  X(rp_string, tree_text, (const rp_tree *tree))                                                                       \
  X(rp_string, tree_name, (const rp_tree *tree))                                                                       \
  X(uint32_t, tree_edition, (const rp_tree *tree))                                                                     \
  X(rp_status, tree_get_stats, (const rp_tree *tree, rp_tree_stats *out_stats, rp_error **error))                      \
  X(size_t, tree_error_count, (const rp_tree *tree))                                                                   \
  X(rp_syntax_error, tree_error, (const rp_tree *tree, size_t index))                                                  \
  X(int, node_is_null, (rp_node node))                                                                                 \
  X(int, node_equal, (rp_node a, rp_node b))                                                                           \
  X(rp_node, tree_root, (const rp_tree *tree))                                                                         \
  X(rp_string, kind_name, (uint32_t kind))                                                                             \
  X(uint32_t, kind_from_name, (const char *name, size_t length))                                                       \
  X(int, kind_is_node, (uint32_t kind))                                                                                \
  X(int, kind_is_token, (uint32_t kind))                                                                               \
  X(int, kind_is_trivia, (uint32_t kind))                                                                              \
  X(rp_span, node_span, (rp_node node))                                                                                \
  X(rp_string, node_text, (rp_node node))                                                                              \
  X(rp_node, node_parent, (rp_node node))                                                                              \
  X(rp_node, node_first_child, (rp_node node))                                                                         \
  X(rp_node, node_last_child, (rp_node node))                                                                          \
  X(rp_node, node_next_sibling, (rp_node node))                                                                        \
  X(rp_node, node_previous_sibling, (rp_node node))                                                                    \
  X(uint32_t, node_child_count, (rp_node node))                                                                        \
  X(rp_node, node_child, (rp_node node, uint32_t index))                                                               \
  X(rp_string, node_field_name, (rp_node node))                                                                        \
  X(rp_node, node_child_by_field, (rp_node node, const char *field, size_t length))                                    \
  X(rp_node, tree_node_at, (const rp_tree *tree, uint32_t offset))                                                     \
  X(rp_node, tree_node_covering, (const rp_tree *tree, uint32_t start, uint32_t end))                                  \
  X(rp_cursor, cursor_at, (rp_node node))                                                                              \
  X(int, cursor_first_child, (rp_cursor *cursor))                                                                      \
  X(int, cursor_next_sibling, (rp_cursor *cursor))                                                                     \
  X(int, cursor_parent, (rp_cursor *cursor))                                                                           \
  X(int, cursor_next, (rp_cursor *cursor))                                                                             \
  X(uint32_t, tree_line_count, (const rp_tree *tree))                                                                  \
  X(rp_position, tree_position, (const rp_tree *tree, uint32_t offset))                                                \
  X(uint32_t, tree_offset, (const rp_tree *tree, uint32_t line, uint32_t column_bytes))                                \
  X(uint32_t, tree_offset_utf16, (const rp_tree *tree, uint32_t line, uint32_t column_utf16))                          \
  /* workspace.h */                                                                                                    \
  X(rp_status, workspace_open,                                                                                         \
    (const char *path, size_t length, const rp_workspace_options *options, rp_workspace **out_workspace,               \
     rp_error **error))                                                                                                \
  X(rp_status, workspace_new, (const rp_workspace_options *options, rp_workspace **out_workspace, rp_error **error))   \
  X(void, workspace_free, (rp_workspace *workspace))                                                                   \
  X(rp_status, workspace_set_file,                                                                                     \
    (rp_workspace *workspace, const char *path, size_t path_length, const char *text, size_t text_length,              \
     rp_error **error))                                                                                                \
  X(rp_status, workspace_remove_file,                                                                                  \
    (rp_workspace *workspace, const char *path, size_t path_length, rp_error **error))                                 \
  X(size_t, workspace_file_count, (const rp_workspace *workspace))                                                     \
  X(rp_string, workspace_file_path, (const rp_workspace *workspace, size_t index))                                     \
  X(uint32_t, workspace_file_edition, (const rp_workspace *workspace, size_t index))                                   \
  X(size_t, workspace_unread_count, (const rp_workspace *workspace))                                                   \
  X(rp_unread, workspace_unread, (const rp_workspace *workspace, size_t index))                                        \
  X(rp_status, workspace_parse_file,                                                                                   \
    (const rp_workspace *workspace, size_t index, rp_tree **out_tree, rp_error **error))                               \
  /* report.h */                                                                                                       \
  X(rp_status, workspace_review, (const rp_workspace *workspace, rp_report **out_report, rp_error **error))            \
  X(void, report_free, (rp_report *report))                                                                            \
  X(size_t, report_finding_count, (const rp_report *report))                                                           \
  X(rp_finding, report_finding, (const rp_report *report, size_t index))                                               \
  X(rp_place, report_related, (const rp_report *report, size_t finding, size_t index))                                 \
  X(rp_string, report_note, (const rp_report *report, size_t finding, size_t index))                                   \
  X(size_t, report_unsafe_count, (const rp_report *report))                                                            \
  X(rp_unsafe_use, report_unsafe, (const rp_report *report, size_t index))                                             \
  X(rp_string, unsafe_kind_name, (rp_unsafe_kind kind))                                                                \
  X(rp_status, report_get_metrics, (const rp_report *report, rp_metrics *out_metrics, rp_error **error))               \
  X(size_t, report_longest_function_count, (const rp_report *report))                                                  \
  X(rp_function_size, report_longest_function, (const rp_report *report, size_t index))                                \
  X(size_t, report_unread_count, (const rp_report *report))                                                            \
  X(rp_unread, report_unread, (const rp_report *report, size_t index))                                                 \
  X(size_t, rule_count, (void))                                                                                        \
  X(rp_rule, rule_at, (size_t index))                                                                                  \
  X(rp_string, rule_reference, (size_t rule, size_t index))                                                            \
  X(size_t, rule_find, (const char *id, size_t length))                                                                \
  X(rp_status, workspace_review_with,                                                                                  \
    (const rp_workspace *workspace, const rp_review_options *options, rp_report **out_report, rp_error **error))       \
  X(rp_status, report_baseline, (const rp_report *report, rp_buffer **out_buffer, rp_error **error))                   \
  X(rp_hidden_findings, report_hidden, (const rp_report *report))                                                      \
  X(size_t, report_gap_count, (const rp_report *report))                                                               \
  X(rp_review_gap, report_gap, (const rp_report *report, size_t index))                                                \
  X(rp_string, review_gap_kind_name, (rp_review_gap_kind kind))                                                        \
  X(size_t, report_package_count, (const rp_report *report))                                                           \
  X(rp_reviewed_package, report_package, (const rp_report *report, size_t index))                                      \
  X(uint32_t, report_package_unsafe,                                                                                   \
    (const rp_report *report, size_t package, rp_unsafe_kind kind, int expanded))                                      \
  X(rp_unsafe_macro, report_package_macro, (const rp_report *report, size_t package, size_t index))                    \
  X(rp_reviewed_build, report_build, (const rp_report *report))                                                        \
  X(rp_string, package_role_name, (rp_package_role role))                                                              \
  X(size_t, report_macro_gap_count, (const rp_report *report))                                                         \
  X(rp_macro_gap, report_macro_gap, (const rp_report *report, size_t index))                                           \
  X(rp_status, report_render,                                                                                          \
    (const rp_report *report, const rp_render_options *options, rp_buffer **out_buffer, rp_error **error))             \
  X(rp_status, tree_render_errors,                                                                                     \
    (const rp_tree *tree, const rp_render_options *options, rp_buffer **out_buffer, rp_error **error))                 \
  X(rp_status, tree_render,                                                                                            \
    (const rp_tree *tree, const rp_render_options *options, rp_buffer **out_buffer, rp_error **error))                 \
  /* project.h */                                                                                                      \
  X(rp_status, project_open,                                                                                           \
    (const rp_workspace *workspace, const rp_project_options *options, rp_project **out_project, rp_error **error))    \
  X(void, project_free, (rp_project *project))                                                                         \
  X(size_t, project_workspace_count, (const rp_project *project))                                                      \
  X(rp_cargo_workspace, project_workspace, (const rp_project *project, size_t index))                                  \
  X(size_t, project_package_count, (const rp_project *project))                                                        \
  X(rp_package, project_package, (const rp_project *project, size_t index))                                            \
  X(rp_string, project_package_feature, (const rp_project *project, size_t package, size_t index))                     \
  X(rp_string, project_package_build_feature, (const rp_project *project, size_t package, size_t index))               \
  X(rp_package_edge, project_package_dependency, (const rp_project *project, size_t package, size_t index))            \
  X(size_t, project_crate_count, (const rp_project *project))                                                          \
  X(rp_crate, project_crate, (const rp_project *project, size_t index))                                                \
  X(rp_crate_dependency, project_crate_dependency, (const rp_project *project, size_t crate, size_t index))            \
  X(rp_cfg_fact, project_crate_fact, (const rp_project *project, size_t crate, size_t index))                          \
  X(rp_string, definition_kind_name, (rp_definition_kind kind))                                                        \
  X(int, definition_is_null, (rp_definition definition))                                                               \
  X(int, definition_equal, (rp_definition a, rp_definition b))                                                         \
  X(rp_definition, project_crate_definition, (const rp_project *project, size_t crate, size_t index))                  \
  X(rp_status, definition_get_info, (rp_definition definition, rp_definition_info *out_info, rp_error **error))        \
  X(rp_definition, definition_child, (rp_definition definition, size_t index))                                         \
  X(rp_status, definition_path, (rp_definition definition, rp_buffer **out_buffer, rp_error **error))                  \
  X(rp_status, project_find,                                                                                           \
    (const rp_project *project, const char *path, size_t length, rp_definition *out_definition, rp_error **error))     \
  X(rp_string, answer_name, (rp_answer answer))                                                                        \
  X(rp_status, project_definition_at,                                                                                  \
    (const rp_project *project, const char *path, size_t length, uint32_t offset, rp_lookup *out_lookup,               \
     rp_error **error))                                                                                                \
  X(rp_status, definition_references, (rp_definition definition, rp_references **out_references, rp_error **error))    \
  X(rp_status, project_references_at,                                                                                  \
    (const rp_project *project, const char *path, size_t length, uint32_t offset, rp_references **out_references,      \
     rp_error **error))                                                                                                \
  X(rp_answer, references_answer, (const rp_references *references))                                                   \
  X(size_t, references_count, (const rp_references *references))                                                       \
  X(rp_reference, references_get, (const rp_references *references, size_t index))                                     \
  X(void, references_free, (rp_references *references))                                                                \
  X(rp_status, project_expansion_at,                                                                                   \
    (const rp_project *project, const char *path, size_t length, uint32_t offset, int recursive,                       \
     rp_expansion **out_expansion, rp_error **error))                                                                  \
  X(rp_status, expansion_get_info, (const rp_expansion *expansion, rp_expansion_info *out_info, rp_error **error))     \
  X(rp_expansion_token, expansion_get_token, (const rp_expansion *expansion, size_t index))                            \
  X(void, expansion_free, (rp_expansion *expansion))                                                                   \
  X(size_t, project_gap_count, (const rp_project *project))                                                            \
  X(rp_gap, project_gap, (const rp_project *project, size_t index))                                                    \
  X(rp_string, gap_kind_name, (rp_gap_kind kind))                                                                      \
  X(size_t, project_problem_count, (const rp_project *project))                                                        \
  X(rp_problem, project_problem, (const rp_project *project, size_t index))                                            \
  X(size_t, project_unread_count, (const rp_project *project))                                                         \
  X(rp_unread, project_unread, (const rp_project *project, size_t index))                                              \
  X(size_t, project_file_count, (const rp_project *project))                                                           \
  X(rp_source_file, project_file, (const rp_project *project, size_t index))                                           \
  X(size_t, project_file_crate, (const rp_project *project, size_t file, size_t index))                                \
  X(rp_status, project_render_graph,                                                                                   \
    (const rp_project *project, size_t workspace, rp_graph_format format, rp_buffer **out_buffer,                      \
     rp_error **error))                                                                                                \
  X(rp_status, project_render_symbols,                                                                                 \
    (const rp_project *project, size_t crate, rp_format format, rp_buffer **out_buffer, rp_error **error))             \
  X(rp_status, project_render_expanded,                                                                                \
    (const rp_project *project, size_t crate, const char *module, size_t length, rp_buffer **out_buffer,               \
     rp_error **error))                                                                                                \
  /* layout.h */                                                                                                       \
  X(rp_status, layout_of,                                                                                              \
    (const rp_project *project, const char *type, size_t length, const char *target, size_t target_length,             \
     rp_layout **out_layout, rp_error **error))                                                                        \
  X(void, layout_free, (rp_layout *layout))                                                                            \
  X(rp_status, layout_get_info, (const rp_layout *layout, rp_layout_info *out_info, rp_error **error))                 \
  X(rp_layout_variant, layout_get_variant, (const rp_layout *layout, size_t variant))                                  \
  X(rp_layout_field, layout_get_field, (const rp_layout *layout, size_t variant, size_t field))                        \
  X(rp_status, project_layouts,                                                                                        \
    (const rp_project *project, size_t crate, rp_layout_list **out_list, rp_error **error))                            \
  X(size_t, layout_list_count, (const rp_layout_list *list))                                                           \
  X(const rp_layout *, layout_list_get, (const rp_layout_list *list, size_t index))                                    \
  X(void, layout_list_free, (rp_layout_list *list))                                                                    \
  X(rp_status, layout_render,                                                                                          \
    (const rp_layout *layout, rp_layout_format format, int color, rp_buffer **out_buffer, rp_error **error))           \
  X(rp_status, layout_list_render,                                                                                     \
    (const rp_layout_list *list, rp_layout_format format, rp_layout_order order, int color, rp_buffer **out_buffer,    \
     rp_error **error))                                                                                                \
  X(rp_status, layout_list_render_difference,                                                                          \
    (const rp_layout_list *first, const rp_layout_list *second, int color, rp_buffer **out_buffer,                     \
     rp_error **error))                                                                                                \
  X(rp_status, type_implements,                                                                                        \
    (const rp_project *project, const char *type, size_t type_length, const char *trait, size_t trait_length,          \
     rp_truth *out_truth, rp_error **error))                                                                           \
  X(rp_string, buffer_text, (const rp_buffer *buffer))                                                                 \
  X(void, buffer_free, (rp_buffer *buffer))                                                                            \
  /* fixes.h */                                                                                                        \
  X(size_t, report_edit_count, (const rp_report *report, size_t finding))                                              \
  X(rp_edit, report_edit, (const rp_report *report, size_t finding, size_t index))                                     \
  X(rp_status, report_make_fixes,                                                                                      \
    (const rp_report *report, const rp_workspace *workspace, const rp_fix_options *options, rp_fixes **out_fixes,      \
     rp_error **error))                                                                                                \
  X(void, fixes_free, (rp_fixes *fixes))                                                                               \
  X(size_t, fixes_applied_count, (const rp_fixes *fixes))                                                              \
  X(size_t, fixes_applied, (const rp_fixes *fixes, size_t index))                                                      \
  X(size_t, fixes_file_count, (const rp_fixes *fixes))                                                                 \
  X(rp_fixed_file, fixes_file, (const rp_fixes *fixes, size_t index))                                                  \
  X(size_t, fixes_skipped_count, (const rp_fixes *fixes))                                                              \
  X(rp_skipped_fix, fixes_skipped, (const rp_fixes *fixes, size_t index))                                              \
  X(rp_status, fixes_write_file, (const rp_fixes *fixes, size_t index, rp_error **error))                              \
  X(rp_status, fixes_render_diff, (const rp_fixes *fixes, rp_buffer **out_buffer, rp_error **error))                   \
  X(rp_status, diff,                                                                                                   \
    (const char *path, size_t path_length, const char *from, size_t from_length, const char *to, size_t to_length,     \
     rp_buffer **out_buffer, rp_error **error))                                                                        \
  /* api.h */                                                                                                          \
  X(rp_status, workspace_public_api,                                                                                   \
    (const rp_workspace *workspace, const rp_api_options *options, rp_api **out_api, rp_error **error))                \
  X(void, api_free, (rp_api *api))                                                                                     \
  X(rp_string, api_crate, (const rp_api *api))                                                                         \
  X(rp_string, api_version, (const rp_api *api))                                                                       \
  X(size_t, api_item_count, (const rp_api *api))                                                                       \
  X(rp_api_item, api_item_at, (const rp_api *api, size_t index))                                                       \
  X(size_t, api_impl_count, (const rp_api *api))                                                                       \
  X(rp_api_impl, api_impl_at, (const rp_api *api, size_t index))                                                       \
  X(size_t, api_unknown_count, (const rp_api *api))                                                                    \
  X(rp_string, api_unknown, (const rp_api *api, size_t index))                                                         \
  X(rp_string, api_kind_name, (rp_api_kind kind))                                                                      \
  X(rp_status, api_render,                                                                                             \
    (const rp_api *api, const rp_render_options *options, rp_buffer **out_buffer, rp_error **error))                   \
  X(rp_status, api_compare,                                                                                            \
    (const rp_api *before, const rp_api *after, rp_api_diff **out_diff, rp_error **error))                             \
  X(void, api_diff_free, (rp_api_diff *diff))                                                                          \
  X(size_t, api_diff_change_count, (const rp_api_diff *diff))                                                          \
  X(rp_api_change, api_diff_change, (const rp_api_diff *diff, size_t index))                                           \
  X(int, api_diff_sufficient, (const rp_api_diff *diff))                                                               \
  X(size_t, api_diff_unknown_count, (const rp_api_diff *diff))                                                         \
  X(rp_string, api_diff_unknown, (const rp_api_diff *diff, size_t index))                                              \
  X(rp_status, api_diff_render,                                                                                        \
    (const rp_api_diff *diff, const rp_render_options *options, rp_buffer **out_buffer, rp_error **error))
/* clang-format on */

/* The interface of one opened library. Plain data: it may be copied and read by many threads. */
typedef struct rustpro_api {
  void* handle;    /* of dlopen; ended by rustpro_unload */
  char path[1024]; /* what was opened: a path, or the bare file name that the system's search found */
#define RUSTPRO_MEMBER(result, name, parameters) result(*name) parameters;
  RUSTPRO_FUNCTIONS(RUSTPRO_MEMBER)
#undef RUSTPRO_MEMBER
} rustpro_api;

/* Ends what rustpro_load began. Every handle of the library must have been freed, and no call may be under way. NULL
 * and an api that was not loaded are allowed. */
RUSTPRO_UNUSED static void rustpro_unload(rustpro_api* api) {
  if (api == NULL) return;
  if (api->handle != NULL) dlclose(api->handle);
  memset(api, 0, sizeof *api);
}

/* Opens exactly this file or, without a '/', this name by the system's search. Returns 1, or 0 with the reason. */
RUSTPRO_UNUSED static int rustpro_load_file(const char* path, rustpro_api* api, char* message, size_t size) {
  memset(api, 0, sizeof *api);
  if (size > 0) message[0] = '\0';
  if (strlen(path) >= sizeof api->path) {
    snprintf(message, size, "cannot open librustpro: its path is longer than %lu bytes",
             (unsigned long)sizeof api->path - 1);
    return 0;
  }
  memcpy(api->path, path, strlen(path) + 1);
  /* Local, so that two versions of the library in one process stay apart. */
  api->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (api->handle == NULL) {
    const char* reason = dlerror();
    snprintf(message, size, "cannot open librustpro: %s", reason != NULL ? reason : path);
    memset(api, 0, sizeof *api);
    return 0;
  }

  /* A pointer to data is copied into a pointer to a function byte by byte: C has no cast between the two, POSIX says
   * that they have one form. */
  {
    void* symbol = dlsym(api->handle, "rp_abi_compatible");
    if (symbol == NULL) {
      snprintf(message, size, "%s is not librustpro: it has no rp_abi_compatible", path);
      rustpro_unload(api);
      return 0;
    }
    memcpy(&api->abi_compatible, &symbol, sizeof symbol);
  }
  if (!api->abi_compatible(RP_ABI_MAJOR, RP_ABI_MINOR)) {
    const char* version = "of an unknown version";
    void* symbol = dlsym(api->handle, "rp_version_string");
    if (symbol != NULL) {
      memcpy(&api->version_string, &symbol, sizeof symbol);
      version = api->version_string().data;
    }
    snprintf(message, size, "%s (%s) does not offer interface %d.%d, which this program needs", path, version,
             RP_ABI_MAJOR, RP_ABI_MINOR);
    rustpro_unload(api);
    return 0;
  }

#define RUSTPRO_RESOLVE(result, name, parameters)                       \
  {                                                                     \
    void* symbol = dlsym(api->handle, "rp_" #name);                     \
    if (symbol == NULL) {                                               \
      snprintf(message, size, "%s has no function rp_%s", path, #name); \
      rustpro_unload(api);                                              \
      return 0;                                                         \
    }                                                                   \
    memcpy(&api->name, &symbol, sizeof symbol);                         \
  }
  RUSTPRO_FUNCTIONS(RUSTPRO_RESOLVE)
#undef RUSTPRO_RESOLVE
  return 1;
}

/* Opens the library below `folder` when it is there. Returns 1 for opened, 0 for there and unusable (with the reason),
 * -1 for not there. */
RUSTPRO_UNUSED static int rustpro_load_below(const char* folder, rustpro_api* api, char* message, size_t size) {
  char path[sizeof api->path];
  struct stat status;
  int length = snprintf(path, sizeof path, "%s/%s", folder, RUSTPRO_LIBRARY_NAME);
  if (length < 0 || (size_t)length >= sizeof path || stat(path, &status) != 0) return -1;
  return rustpro_load_file(path, api, message, size);
}

/* Writes the folder of the running program to `folder`. Returns 1, or 0 when the system does not tell. */
RUSTPRO_UNUSED static int rustpro_program_folder(char* folder, size_t size) {
  ssize_t length;
  char* slash;
  if (size == 0) return 0;
  length = readlink("/proc/self/exe", folder, size - 1);
  if (length <= 0 || (size_t)length >= size - 1) return 0;
  folder[length] = '\0';
  slash = strrchr(folder, '/');
  if (slash == NULL) return 0;
  *slash = '\0';
  return 1;
}

/* Finds and opens the library:
 *   1. the file that the environment variable RUSTPRO_LIBRARY names; nothing else is tried then. A program that runs
 *      with more rights than its caller ignores the variable.
 *   2. `path_or_null`: a file, or a folder that holds RUSTPRO_LIBRARY_NAME. A folder without it is passed over.
 *   3. the folder of the running program, then `../lib` from there.
 *   4. where the system looks for RUSTPRO_LIBRARY_NAME.
 * A library that is found and cannot be used, because it is broken or too old, ends the search.
 *   api            receives the functions; all zero on failure; end it with rustpro_unload
 *   message, size  receive one line that says why it failed; may be NULL and 0
 * Returns 1 when the library was opened, else 0. Thread-safe, as far as nobody changes the environment meanwhile. */
RUSTPRO_UNUSED static int rustpro_load(const char* path_or_null, rustpro_api* api, char* message, size_t size) {
  char scratch[1];
  char folder[sizeof api->path];
  int result;
  const char* named = getenv("RUSTPRO_LIBRARY");
  if (message == NULL || size == 0) {
    message = scratch;
    size = sizeof scratch;
  }
  if (named != NULL && named[0] != '\0' && getuid() == geteuid() && getgid() == getegid()) {
    return rustpro_load_file(named, api, message, size);
  }
  memset(api, 0, sizeof *api);
  if (path_or_null != NULL) {
    struct stat status;
    if (stat(path_or_null, &status) != 0 || !S_ISDIR(status.st_mode)) {
      return rustpro_load_file(path_or_null, api, message, size);
    }
    result = rustpro_load_below(path_or_null, api, message, size);
    if (result >= 0) return result;
  }
  if (rustpro_program_folder(folder, sizeof folder)) {
    size_t length = strlen(folder);
    result = rustpro_load_below(folder, api, message, size);
    if (result >= 0) return result;
    if (length + sizeof "/../lib" <= sizeof folder) {
      memcpy(folder + length, "/../lib", sizeof "/../lib");
      result = rustpro_load_below(folder, api, message, size);
      if (result >= 0) return result;
    }
  }
  return rustpro_load_file(RUSTPRO_LIBRARY_NAME, api, message, size);
}

#endif
