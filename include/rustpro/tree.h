/* tree.h - one text parsed into a lossless syntax tree.
 *
 * The tree holds every byte of the text: nodes, tokens (comments included) and runs of white space are all elements,
 * and the leaves in order give the text back. What is wrong in the text is data (rp_tree_error_...), never a failure
 * of the parse call. */
#ifndef RUSTPRO_TREE_H
#define RUSTPRO_TREE_H

#include "base.h"
#include "kinds.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Parsing ---------------------------------------------------------------------------------------------------- */

/* How to parse. Initialise with RP_PARSE_OPTIONS_INIT. */
typedef struct rp_parse_options {
  uint32_t struct_size;   /* sizeof(rp_parse_options) */
  uint32_t edition;       /* RP_EDITION_...; RP_EDITION_DEFAULT means 2015 */
  uint32_t nesting_limit; /* levels of nested delimiters, types, ... before an error is reported instead of going
                             deeper; 0 means the default, 4000; at most 100000. A level takes less than 1 KiB of
                             stack, and the limit also ends where the stack of the calling thread does. */
  uint32_t error_limit;   /* errors kept; 0 means the default, 10000. One more says how many were left out. */
  uint64_t memory_limit;  /* bytes that tokens and nodes may take; 0 means no limit */
  const rp_cancellation *cancellation; /* or NULL */
} rp_parse_options;

#define RP_PARSE_OPTIONS_INIT {sizeof(rp_parse_options), RP_EDITION_DEFAULT, 0, 0, 0, NULL}

/* One parsed text. Immutable, so any number of threads may read it. */
typedef struct rp_tree rp_tree;

/* Parses a text.
 *   text, length   the Rust source, UTF-8; copied, so the caller may free it at once
 *   name, name_length  the file's name as shown in messages, UTF-8; may be empty; copied
 *   options        or NULL for the defaults
 *   out_tree       receives the tree, also when the text has syntax errors; the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT, STRUCT_SIZE, INVALID_UTF8 (the message gives the offset), TOO_LARGE,
 * OUT_OF_MEMORY, LIMIT, CANCELLED. Thread-safe. */
RP_API rp_status rp_tree_parse(const char *text, size_t length, const char *name, size_t name_length,
                               const rp_parse_options *options, rp_tree **out_tree, rp_error **error);

/* Ends a tree; its nodes and strings become invalid. NULL is allowed. */
RP_API void rp_tree_free(rp_tree *tree);

/* Returns the text that was parsed. Thread-safe. */
RP_API rp_string rp_tree_text(const rp_tree *tree);

/* Returns the name given to rp_tree_parse. Thread-safe. */
RP_API rp_string rp_tree_name(const rp_tree *tree);

/* Returns the edition the text was read as, such as 2021. Thread-safe. */
RP_API uint32_t rp_tree_edition(const rp_tree *tree);

/* Figures about one tree. */
typedef struct rp_tree_stats {
  uint32_t struct_size;
  uint32_t errors;
  uint64_t bytes;             /* of the text */
  uint64_t lines;             /* newlines, plus 1 for a last line without one; rp_tree_line_count counts as editors do */
  uint64_t tokens;            /* without white space, with comments */
  uint64_t nodes;
  uint64_t memory_bytes;      /* held by tokens and nodes, without the text */
  uint64_t lex_nanoseconds;   /* wall time */
  uint64_t parse_nanoseconds; /* wall time, without lexing */
} rp_tree_stats;

#define RP_TREE_STATS_INIT {sizeof(rp_tree_stats), 0, 0, 0, 0, 0, 0, 0, 0}

/* Fills `out_stats`, whose struct_size the caller has set.
 * Errors: NULL_ARGUMENT, STRUCT_SIZE. Thread-safe. */
RP_API rp_status rp_tree_get_stats(const rp_tree *tree, rp_tree_stats *out_stats, rp_error **error);

/* ---- Syntax errors ---------------------------------------------------------------------------------------------- */

/* One syntax error. The strings are owned by the tree. */
typedef struct rp_syntax_error {
  rp_span span;          /* start == end points between two bytes */
  rp_string message;     /* "expected `;`, found `}`" */
  rp_string hint;        /* what to do about it; may be empty */
  rp_span related_span;  /* a second place that explains the error */
  rp_string related_label; /* what is there; empty when there is no second place */
} rp_syntax_error;

/* Returns the number of syntax errors. Thread-safe. */
RP_API size_t rp_tree_error_count(const rp_tree *tree);

/* Returns a syntax error, in order of the text; all zero and empty when `index` is out of range. Thread-safe. */
RP_API rp_syntax_error rp_tree_error(const rp_tree *tree, size_t index);

/* ---- Elements --------------------------------------------------------------------------------------------------- */

/* A node, token or run of white space of a tree, as a value: copy it freely, free nothing. It is valid as long as its
 * tree. A null node has tree NULL and kind RP_KIND_NONE; every function takes it and returns nothing for it. */
typedef struct rp_node {
  const rp_tree *tree;
  uint32_t id;   /* unique in the tree together with `kind`'s class (node, token, white space) */
  uint32_t kind; /* rp_kind */
} rp_node;

/* Returns 1 for the null node. Thread-safe. */
RP_API int rp_node_is_null(rp_node node);

/* Returns 1 when both are the same element of the same tree (also for two null nodes). Thread-safe. */
RP_API int rp_node_equal(rp_node a, rp_node b);

/* Returns the root of the tree, which covers the whole text; the null node for NULL. Thread-safe. */
RP_API rp_node rp_tree_root(const rp_tree *tree);

/* Returns the name of a kind: "fn_item", "identifier", ">>=", "fn"; empty for a number that is no kind. Static.
 * Thread-safe. */
RP_API rp_string rp_kind_name(uint32_t kind);

/* Returns the kind with that name, or RP_KIND_NONE. Thread-safe. */
RP_API uint32_t rp_kind_from_name(const char *name, size_t length);

/* Return 1 when the kind is that of an inner node; of a token (comments included, white space not); of trivia (white
 * space, comments that are not documentation, and the like). Thread-safe. */
RP_API int rp_kind_is_node(uint32_t kind);
RP_API int rp_kind_is_token(uint32_t kind);
RP_API int rp_kind_is_trivia(uint32_t kind);

/* Returns the bytes that the element covers. A node starts at its first token and ends with its last; a node for
 * something missing is empty. Constant time. Thread-safe. */
RP_API rp_span rp_node_span(rp_node node);

/* Returns the element's text. Unlike other strings it is not NUL-terminated: it points into rp_tree_text.
 * Thread-safe. */
RP_API rp_string rp_node_text(rp_node node);

/* Returns the node around this one; null for the root. Constant time for nodes; for tokens and white space
 * logarithmic in the size of the tree plus the depth. Thread-safe. */
RP_API rp_node rp_node_parent(rp_node node);

/* Return the first and last child, and the neighbours under the same parent; null where there is none. These see all
 * elements: nodes, tokens and white space. Thread-safe. */
RP_API rp_node rp_node_first_child(rp_node node);
RP_API rp_node rp_node_last_child(rp_node node);
RP_API rp_node rp_node_next_sibling(rp_node node);
RP_API rp_node rp_node_previous_sibling(rp_node node);

/* Return the number of child nodes (tokens and white space not counted), and one of them; null when out of range.
 * Linear in the number of children. Thread-safe. */
RP_API uint32_t rp_node_child_count(rp_node node);
RP_API rp_node rp_node_child(rp_node node, uint32_t index);

/* Returns the role that a node has in its parent, such as "name", "body" or "condition"; empty for the root, for
 * tokens and for nodes without one. Static. Thread-safe. */
RP_API rp_string rp_node_field_name(rp_node node);

/* Returns the first child node with that role, or null. Thread-safe. */
RP_API rp_node rp_node_child_by_field(rp_node node, const char *field, size_t length);

/* Returns the smallest element that contains the byte at `offset`; for an offset at or after the end of the text the
 * last element. Null for NULL or an empty text. Thread-safe. */
RP_API rp_node rp_tree_node_at(const rp_tree *tree, uint32_t offset);

/* Returns the smallest node (no token) whose span contains the range [start, end); null for NULL or start > end.
 * Thread-safe. */
RP_API rp_node rp_tree_node_covering(const rp_tree *tree, uint32_t start, uint32_t end);

/* ---- Walking ---------------------------------------------------------------------------------------------------- */

/* A position in a walk over all elements of a tree. A plain value: copy it to remember a place. */
typedef struct rp_cursor {
  rp_node node;      /* where it stands; null after the end */
  uint32_t depth;    /* 0 at the node where it began */
  uint32_t reserved; /* for the library; 0 in a cursor that the caller fills in */
  rp_node root;      /* where it began; it never leaves it */
} rp_cursor;

/* Returns a cursor at `node`. Thread-safe. */
RP_API rp_cursor rp_cursor_at(rp_node node);

/* Move to the first child, the next sibling, the parent; or to the next element in reading order (first child, else
 * next sibling, else the next sibling of the nearest ancestor), to visit a whole tree in linear time. Each returns 1,
 * or 0 when there is no such element: then the cursor stays, except that rp_cursor_next leaves it at the null node.
 * `cursor` may be NULL (0). Each cursor belongs to one thread at a time. */
RP_API int rp_cursor_first_child(rp_cursor *cursor);
RP_API int rp_cursor_next_sibling(rp_cursor *cursor);
RP_API int rp_cursor_parent(rp_cursor *cursor);
RP_API int rp_cursor_next(rp_cursor *cursor);

/* ---- Lines and columns ------------------------------------------------------------------------------------------ */

/* Returns the number of lines as an editor shows them: 1 for an empty text. Thread-safe. */
RP_API uint32_t rp_tree_line_count(const rp_tree *tree);

/* Returns the line and columns of an offset; an offset past the end or inside a character is taken back to the end of
 * the text or the start of the character. All zero for NULL. Logarithmic in the lines plus linear in the line.
 * Thread-safe. */
RP_API rp_position rp_tree_position(const rp_tree *tree, uint32_t offset);

/* Returns the offset of a place given by line and column in bytes, or in UTF-16 code units; places past the end of a
 * line are taken back to its end, lines past the last to the end of the text. Thread-safe. */
RP_API uint32_t rp_tree_offset(const rp_tree *tree, uint32_t line, uint32_t column_bytes);
RP_API uint32_t rp_tree_offset_utf16(const rp_tree *tree, uint32_t line, uint32_t column_utf16);

#ifdef __cplusplus
}
#endif

#endif
