// What every exported function shares: the exception wall, errors that need no memory, and the checks of arguments.
// Nothing here keeps state.
//
// Shape of a fallible function:
//
//   rp_status rp_x_do(const rp_x* x, const char* text, size_t length, rp_y** out, rp_error** error) {
//     return rp::abi::guard(error, [&]() -> rp_status {
//       if (out == nullptr) return null_argument(error, "out");
//       *out = nullptr;
//       ...checks, each `if (rp_status s = check_...; s != RP_OK) return s;`
//       ...work, which may throw anything
//       return RP_OK;
//     });
//   }
//
// Where things are defined: errors, versions, cancellation, rp_buffer in base.cpp; rp_tree and rp_tree_render in
// tree.cpp; rp_workspace in workspace.cpp; rp_report and rp_tree_render_errors in report.cpp; rp_fixes in fix.cpp;
// rp_project in project.cpp, what it says of names in project_names.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/edition.h"
#include "base/limits.h"
#include "rustpro/rustpro.h"

// ---- Handles without a file of their own ------------------------------------------------------------------------

struct rp_cancellation {
  rp::Cancellation flag;
};

struct rp_buffer {
  std::string text;
};

namespace rp::abi {

// ---- Errors -----------------------------------------------------------------------------------------------------

// Thrown by code behind the ABI that knows which status its failure is: a file that is not there, an IO error.
class Failure : public std::exception {
 public:
  Failure(rp_status status, std::string message) : status_(status), message_(std::move(message)) {}
  [[nodiscard]] rp_status status() const noexcept { return status_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  rp_status status_;
  std::string message_;
};

// Puts an error in `*error` (when `error` is not null) and returns `status`. Where there is no memory for the message,
// the error is a constant that has the status alone.
rp_status fail(rp_error** error, rp_status status, std::string_view message) noexcept;
// The same with a printf format; messages longer than 500 bytes are cut.
[[gnu::format(printf, 3, 4)]] rp_status failf(rp_error** error, rp_status status, const char* format, ...) noexcept;
// Turns the exception being handled into a status and an error. Call it in a catch block.
rp_status fail_current_exception(rp_error** error) noexcept;
// `name` is the parameter's name as in the header.
rp_status null_argument(rp_error** error, const char* name) noexcept;

// Runs `body`, a callable that returns rp_status; no exception leaves it. `*error` is null when the call succeeds.
template <typename Body>
rp_status guard(rp_error** error, Body&& body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    return body();
  } catch (...) {
    return fail_current_exception(error);
  }
}

// ---- Strings ----------------------------------------------------------------------------------------------------

inline constexpr rp_string kEmptyString = {"", 0};

// `text` must be followed by a NUL (a literal, or a whole std::string) unless the function's comment says otherwise.
inline rp_string to_public(std::string_view text) {
  return text.data() == nullptr ? kEmptyString : rp_string{text.data(), text.size()};
}

// Checks a text argument: NULL only with length 0, at most RP_MAX_TEXT_BYTES, valid UTF-8. `name` is the parameter's
// name. Nothing is read when the length is too large.
rp_status check_text(rp_error** error, const char* name, const char* data, size_t length) noexcept;
inline std::string_view as_view(const char* data, size_t length) {
  return length == 0 ? std::string_view() : std::string_view(data, length);
}

// ---- Values -----------------------------------------------------------------------------------------------------

// Accepts RP_EDITION_2015 to RP_EDITION_2024, and RP_EDITION_DEFAULT as `fallback`.
rp_status check_edition(rp_error** error, uint32_t edition, Edition fallback, Edition* out) noexcept;
// Accepts 0 as the default and values up to kMaxNestingLimit.
rp_status check_nesting_limit(rp_error** error, uint32_t limit, uint32_t* out) noexcept;

// A caller may hand in any number where the interface has an enumeration. Functions that take one say so with this
// (for the sanitizer) and look at it as a number; members of structs are read with enum_value.
#define RP_TAKES_ENUM __attribute__((no_sanitize("enum")))
template <typename E>
uint32_t enum_value(const E* member) noexcept {
  static_assert(std::is_enum_v<E> && sizeof(E) == sizeof(uint32_t));
  uint32_t value;
  std::memcpy(&value, member, sizeof value);
  return value;
}

// ---- Structs that start with struct_size ------------------------------------------------------------------------

// A struct_size above this is taken for an uninitialised struct: no version will ever be this large.
inline constexpr uint32_t kMaxStructSize = 4096;

// Checks the struct_size of the struct at `data`: at least `first_size` (that of the struct's first version); when it
// is more than `known_size`, all bytes that this version does not know must be 0.
rp_status check_struct_size(rp_error** error, const char* type, const void* data, size_t first_size,
                            size_t known_size) noexcept;

// Copies an options struct: what the caller's version does not have keeps its value from `*out`, which holds the
// defaults. `in` may be NULL.
template <typename T>
rp_status read_options(rp_error** error, const char* type, const T* in, size_t first_size, T* out) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && std::is_same_v<decltype(T::struct_size), uint32_t>);
  if (in == nullptr) return RP_OK;
  if (rp_status s = check_struct_size(error, type, in, first_size, sizeof(T)); s != RP_OK) return s;
  std::memcpy(static_cast<void*>(out), in, in->struct_size < sizeof(T) ? in->struct_size : sizeof(T));
  out->struct_size = sizeof(T);
  return RP_OK;
}

// Fills a struct that the caller gave for results: only what the caller's version has; struct_size stays.
template <typename T>
rp_status write_struct(rp_error** error, const char* type, const T& value, size_t first_size, T* out) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && std::is_same_v<decltype(T::struct_size), uint32_t>);
  if (rp_status s = check_struct_size(error, type, out, first_size, sizeof(T)); s != RP_OK) return s;
  const uint32_t size = out->struct_size;
  std::memcpy(static_cast<void*>(out), &value, size < sizeof(T) ? size : sizeof(T));
  out->struct_size = size;
  return RP_OK;
}

// Sizes of the first version of each such struct: up to its last member then. They never change.
#define RP_SIZE_UP_TO(type, member) (offsetof(type, member) + sizeof(type::member))
inline constexpr size_t kParseOptionsFirstSize = RP_SIZE_UP_TO(rp_parse_options, cancellation);
inline constexpr size_t kTreeStatsFirstSize = RP_SIZE_UP_TO(rp_tree_stats, parse_nanoseconds);
inline constexpr size_t kWorkspaceOptionsFirstSize = RP_SIZE_UP_TO(rp_workspace_options, user_data);
inline constexpr size_t kMetricsFirstSize = RP_SIZE_UP_TO(rp_metrics, unsafe_unseen);
inline constexpr size_t kApiOptionsFirstSize = RP_SIZE_UP_TO(rp_api_options, cargo_home);
inline constexpr size_t kRenderOptionsFirstSize = RP_SIZE_UP_TO(rp_render_options, width);
inline constexpr size_t kFixOptionsFirstSize = RP_SIZE_UP_TO(rp_fix_options, cancellation);
inline constexpr size_t kLayoutInfoFirstSize = RP_SIZE_UP_TO(rp_layout_info, definition);
inline constexpr size_t kProjectOptionsFirstSize = RP_SIZE_UP_TO(rp_project_options, std_sources);
inline constexpr size_t kDefinitionInfoFirstSize = RP_SIZE_UP_TO(rp_definition_info, docs);
inline constexpr size_t kLookupFirstSize = RP_SIZE_UP_TO(rp_lookup, declaration);
inline constexpr size_t kExpansionInfoFirstSize = RP_SIZE_UP_TO(rp_expansion_info, token_count);
#undef RP_SIZE_UP_TO

// Checks rp_render_options (NULL gives the defaults): a known format, `last` or one before it; any color but 0 means 1;
// width 0 means 100; UTF-8 in link_base.
rp_status read_render_options(rp_error** error, const rp_render_options* in, rp_format last,
                              rp_render_options* out) noexcept;

// ---- Cancellation -----------------------------------------------------------------------------------------------

inline const Cancellation* to_internal(const rp_cancellation* token) {
  return token == nullptr ? nullptr : &token->flag;
}

}  // namespace rp::abi
