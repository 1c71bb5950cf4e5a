/* base.h - status codes, strings, errors, versions, cancellation. */
#ifndef RUSTPRO_BASE_H
#define RUSTPRO_BASE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define RP_API
#elif defined(__GNUC__)
#define RP_API __attribute__((visibility("default")))
#else
#define RP_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* What a call says of itself. Values never change; new ones are added at the end. */
typedef enum rp_status {
  RP_OK = 0,
  RP_ERROR_NULL_ARGUMENT = 1,    /* a pointer that must not be NULL is NULL */
  RP_ERROR_INVALID_ARGUMENT = 2, /* a value out of its range, such as an unknown edition */
  RP_ERROR_STRUCT_SIZE = 3,      /* struct_size is smaller than any version of the struct, or larger than this one with
                                    bytes set that this version does not know */
  RP_ERROR_INVALID_UTF8 = 4,     /* text that must be UTF-8 is not */
  RP_ERROR_TOO_LARGE = 5,        /* text longer than RP_MAX_TEXT_BYTES, or a length no memory can hold */
  RP_ERROR_OUT_OF_MEMORY = 6,    /* the system has no more memory; every handle is still valid */
  RP_ERROR_LIMIT = 7,            /* a limit that the caller set was reached */
  RP_ERROR_CANCELLED = 8,        /* the cancellation token was raised, or the progress callback asked to stop */
  RP_ERROR_NOT_FOUND = 9,        /* no such file, folder or name */
  RP_ERROR_IO = 10,              /* the operating system refused */
  RP_ERROR_INTERNAL = 11         /* a defect of librustpro; please report it */
} rp_status;

/* UTF-8 text owned by the handle that gave it. `data` is never NULL and data[length] is 0; the text itself may hold
 * NUL characters. */
typedef struct rp_string {
  const char *data;
  size_t length; /* bytes, without the NUL */
} rp_string;

/* Half-open range of bytes in a text. */
typedef struct rp_span {
  uint32_t start;
  uint32_t end;
} rp_span;

/* A place in a text in three units; all count from 1. */
typedef struct rp_position {
  uint32_t line;
  uint32_t column_bytes; /* UTF-8 bytes before the place in its line, plus 1 */
  uint32_t column_utf16; /* UTF-16 code units before the place in its line, plus 1 */
} rp_position;

/* The longest text that is read, in bytes: offsets have 32 bits. */
#define RP_MAX_TEXT_BYTES UINT32_C(0xFFFFFF00)

/* Language editions, as their years. RP_EDITION_DEFAULT is 2015 for a bare text, as for rustc without --edition, and
 * what Cargo.toml says in a workspace. */
#define RP_EDITION_DEFAULT 0u
#define RP_EDITION_2015 2015u
#define RP_EDITION_2018 2018u
#define RP_EDITION_2021 2021u
#define RP_EDITION_2024 2024u

/* Why a call failed, in words. */
typedef struct rp_error rp_error;

/* Returns the status the failed call returned; RP_OK for NULL. Thread-safe for reading. */
RP_API rp_status rp_error_status(const rp_error *error);

/* Returns what went wrong and where, in one or more English sentences without a final newline; empty for NULL. The
 * text is owned by `error`. Thread-safe for reading. */
RP_API rp_string rp_error_message(const rp_error *error);

/* Ends an error. NULL is allowed. */
RP_API void rp_error_free(rp_error *error);

/* Returns the name of a status, such as "RP_ERROR_IO"; "RP_ERROR_UNKNOWN" for a number that is none. The text is
 * static. Thread-safe. */
RP_API rp_string rp_status_name(rp_status status);

/* The version of these headers. The library's own version can differ: ask rp_version_number. */
#define RP_VERSION_MAJOR 0
#define RP_VERSION_MINOR 1
#define RP_VERSION_PATCH 0

/* The version of the binary interface these headers describe. While the major number stays the same, what a program
 * uses of one minor version is in every later one. */
#define RP_ABI_MAJOR 0
#define RP_ABI_MINOR 1

/* Returns the library's version as text, such as "0.1.0". Static. Thread-safe. */
RP_API rp_string rp_version_string(void);

/* Returns the library's version as major * 1000000 + minor * 1000 + patch. Thread-safe. */
RP_API uint32_t rp_version_number(void);

/* Returns 1 when a program built for that version of the binary interface can use this library, else 0. Pass
 * RP_ABI_MAJOR and RP_ABI_MINOR. Thread-safe. */
RP_API int rp_abi_compatible(uint32_t major, uint32_t minor);

/* A flag that stops long calls. One token may serve any number of calls at once. */
typedef struct rp_cancellation rp_cancellation;

/* Makes a token that is not raised.
 *   out_cancellation  receives the token; the caller frees it after the last call that uses it has returned
 * Errors: NULL_ARGUMENT, OUT_OF_MEMORY. Thread-safe. */
RP_API rp_status rp_cancellation_new(rp_cancellation **out_cancellation, rp_error **error);

/* Raises the token: calls that were given it return RP_ERROR_CANCELLED soon. NULL is allowed. Any thread may call it
 * at any time, also from a signal handler. */
RP_API void rp_cancellation_request(rp_cancellation *cancellation);

/* Returns 1 when the token was raised, else 0; 0 for NULL. Thread-safe. */
RP_API int rp_cancellation_requested(const rp_cancellation *cancellation);

/* Lowers the token, for use in further calls. NULL is allowed. Thread-safe. */
RP_API void rp_cancellation_reset(rp_cancellation *cancellation);

/* Ends a token. NULL is allowed. */
RP_API void rp_cancellation_free(rp_cancellation *cancellation);

#ifdef __cplusplus
}
#endif

#endif
