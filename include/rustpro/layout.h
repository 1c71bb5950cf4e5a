/* layout.h - how values of a type lie in memory: size, alignment, fields, variants, niches, as rustc 1.95 lays them out.
 *
 * Layouts are for the target that the project was opened for (rp_project_options.target): what a crate defines depends on
 * it, too. Without `repr(C)` and the like the language promises no layout: another version of rustc may choose another. */
#ifndef RUSTPRO_LAYOUT_H
#define RUSTPRO_LAYOUT_H

#include "base.h"
#include "project.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- One type --------------------------------------------------------------------------------------------------- */

/* The layout of one type, or why it has none. Immutable; valid as long as its project; any number of threads may read
 * it. */
typedef struct rp_layout rp_layout;

/* Lays out a type.
 *   type, length   as Rust writes it: "my_crate::path::Type<u32, [u8; 4]>", "Option<&str>". Paths begin in a local crate:
 *                  with its name, with `crate`, or with what its root module knows. Lifetimes may be left out
 *   target, target_length  empty for the project's; any other is refused, because cfg would have to be decided anew: open
 *                  the project for that target
 *   out_layout     receives the layout, also of a type without one (rp_layout_info.is_known); the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_UTF8, INVALID_ARGUMENT (another target), NOT_FOUND (no such type; the message says what
 * is wrong with it), OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_layout_of(const rp_project *project, const char *type, size_t length, const char *target,
                              size_t target_length, rp_layout **out_layout, rp_error **error);

/* Ends a layout, not one that belongs to a list. NULL is allowed. */
RP_API void rp_layout_free(rp_layout *layout);

typedef enum rp_layout_shape {
  RP_SHAPE_SCALAR = 1,
  RP_SHAPE_STRUCT = 2,
  RP_SHAPE_ENUM = 3,
  RP_SHAPE_UNION = 4,
  RP_SHAPE_TUPLE = 5,
  RP_SHAPE_ARRAY = 6,
  RP_SHAPE_POINTER = 7,
  RP_SHAPE_OTHER = 8
} rp_layout_shape;

/* How Rust's own calling convention passes a value. */
typedef enum rp_layout_abi {
  RP_LAYOUT_MEMORY = 1,
  RP_LAYOUT_SCALAR = 2,
  RP_LAYOUT_SCALAR_PAIR = 3,
  RP_LAYOUT_VECTOR = 4
} rp_layout_abi;

/* How the variants of an enum are told apart. */
typedef enum rp_tag_kind {
  RP_TAG_NONE = 1,   /* there are not two that can exist */
  RP_TAG_DIRECT = 2, /* the tag is the discriminant */
  RP_TAG_NICHE = 3   /* values that are invalid in a field of one variant mean the others */
} rp_tag_kind;

/* A number of up to 128 bits. */
typedef struct rp_u128 {
  uint64_t low;
  uint64_t high;
} rp_u128;

/* Bit patterns of a number inside of a type that no value has: `first` to `last`, around the end of the number when
 * `last` is smaller. All zero without one. */
typedef struct rp_niche {
  uint64_t offset; /* bytes, of the number */
  uint64_t size;   /* bytes, of the number */
  rp_u128 available; /* how many patterns */
  rp_u128 first;
  rp_u128 last;
} rp_niche;

/* Sizes, offsets and alignments are bytes. */
typedef struct rp_layout_info {
  uint32_t struct_size;
  int is_known;         /* 0: there is no layout, or it is not known; `reason` says why, and only texts hold */
  rp_layout_shape shape;
  rp_layout_abi abi;
  uint64_t size;        /* of a type without a size of its own: of all but the last field */
  uint64_t align;
  uint64_t padding;     /* bytes that no field of any variant and no tag uses */
  int is_sized;
  int is_uninhabited;   /* no value of it exists */
  int has_niche;
  rp_tag_kind tag;
  rp_niche niche;       /* the largest */
  uint64_t tag_offset;
  uint64_t tag_size;
  size_t untagged_variant; /* with RP_TAG_NICHE: the variant that every valid value of the field means */
  size_t variant_count; /* of an enum; 1 for a type with fields; 0 for others */
  rp_string name;       /* as rustc writes it */
  rp_string repr;       /* "C, packed(2)"; empty for Rust's own */
  rp_string reason;     /* empty when it is known */
  rp_string target;
  rp_definition definition; /* of a struct, enum or union; else null */
} rp_layout_info;

#define RP_LAYOUT_INFO_INIT                                                                                         \
  {sizeof(rp_layout_info), 0, RP_SHAPE_OTHER, RP_LAYOUT_MEMORY, 0, 0, 0, 0, 0, 0, RP_TAG_NONE,                      \
   {0, 0, {0, 0}, {0, 0}, {0, 0}}, 0, 0, 0, 0, {"", 0}, {"", 0}, {"", 0}, {"", 0}, {NULL, 0, 0}}

/* Fills `out_info`, whose struct_size the caller has set. Errors: NULL_ARGUMENT, STRUCT_SIZE. Thread-safe. */
RP_API rp_status rp_layout_get_info(const rp_layout *layout, rp_layout_info *out_info, rp_error **error);

typedef struct rp_layout_variant {
  rp_string name;        /* empty for what has no variants */
  int is_absent;         /* no value of it exists; its fields may have no place */
  int has_discriminant;
  int has_tag_value;     /* 0: every value that no other variant has */
  int reserved;
  rp_u128 discriminant;  /* two's complement */
  rp_u128 tag_value;
  uint64_t padding;      /* bytes that neither its fields nor the tag use */
  size_t field_count;
} rp_layout_variant;

typedef struct rp_layout_field {
  rp_string name; /* "0" of tuples; "data", "length", "vtable" of wide pointers; "[_]" for the elements of an array */
  rp_string type;
  uint64_t offset; /* from the start of the whole type */
  uint64_t size;
  uint64_t align;
  uint64_t padding_before; /* bytes that no field uses, back to the field before it in memory */
} rp_layout_field;

/* Return a variant, and a field of one, in the order of the source; all zero and empty when out of range. Thread-safe. */
RP_API rp_layout_variant rp_layout_get_variant(const rp_layout *layout, size_t variant);
RP_API rp_layout_field rp_layout_get_field(const rp_layout *layout, size_t variant, size_t field);

/* ---- All types of a crate --------------------------------------------------------------------------------------- */

/* The structs, enums and unions that a crate defines, in the order of the source, each with its own parameters. Immutable;
 * valid as long as its project. */
typedef struct rp_layout_list rp_layout_list;

/* Lays out all types of a crate.
 *   crate     rp_project_crate
 *   out_list  receives the list; the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (`crate` out of range, or not read), OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_project_layouts(const rp_project *project, size_t crate, rp_layout_list **out_list,
                                    rp_error **error);

/* Return the number of types, and one of them, which belongs to the list; NULL when out of range. Thread-safe. */
RP_API size_t rp_layout_list_count(const rp_layout_list *list);
RP_API const rp_layout *rp_layout_list_get(const rp_layout_list *list, size_t index);

/* Ends a list and its layouts. NULL is allowed. */
RP_API void rp_layout_list_free(rp_layout_list *list);

/* ---- Rendering -------------------------------------------------------------------------------------------------- */

typedef enum rp_layout_format {
  RP_LAYOUT_TEXT = 1, /* one type: every field with its offset and size, as pahole prints it; a list: a table */
  RP_LAYOUT_JSON = 2,
  RP_LAYOUT_SVG = 3 /* one type alone: bytes to scale; fields open by a click, without scripts */
} rp_layout_format;

typedef enum rp_layout_order {
  RP_LAYOUT_BY_SOURCE = 1,
  RP_LAYOUT_BY_SIZE = 2,   /* the largest first */
  RP_LAYOUT_BY_PADDING = 3 /* the most padding first */
} rp_layout_order;

/* Render one layout; a list of them; and what differs between two lists of the same crate in projects for different
 * targets. The same input gives the same bytes.
 *   color       1: text with escape sequences for colours
 *   out_buffer  receives the text; the caller frees it
 * Errors: NULL_ARGUMENT, INVALID_ARGUMENT (an unknown number; SVG of a list), OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_layout_render(const rp_layout *layout, rp_layout_format format, int color, rp_buffer **out_buffer,
                                  rp_error **error);
RP_API rp_status rp_layout_list_render(const rp_layout_list *list, rp_layout_format format, rp_layout_order order,
                                       int color, rp_buffer **out_buffer, rp_error **error);
RP_API rp_status rp_layout_list_render_difference(const rp_layout_list *first, const rp_layout_list *second, int color,
                                                  rp_buffer **out_buffer, rp_error **error);

/* ---- Traits ----------------------------------------------------------------------------------------------------- */

typedef enum rp_truth {
  RP_TRUTH_NO = 1,
  RP_TRUTH_YES = 2,
  RP_TRUTH_UNKNOWN = 3 /* something that it depends on could not be seen */
} rp_truth;

/* Asks whether a type implements a trait; of lifetimes it is asked whether some would do.
 *   type, type_length    as in rp_layout_of
 *   trait, trait_length  its path: "Send", "std::fmt::Debug", "my_crate::Trait"; one with parameters of its own that have
 *                        no default is refused
 *   out_truth            receives the answer; RP_TRUTH_UNKNOWN on failure
 * Errors: NULL_ARGUMENT, INVALID_UTF8, NOT_FOUND (no such type or trait), OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_type_implements(const rp_project *project, const char *type, size_t type_length, const char *trait,
                                    size_t trait_length, rp_truth *out_truth, rp_error **error);

#ifdef __cplusplus
}
#endif

#endif
