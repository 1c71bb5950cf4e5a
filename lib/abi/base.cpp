// Errors, versions, cancellation tokens, buffers, and the shared checks of abi.h.
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <stdexcept>

#include "abi/abi.h"
#include "syntax/lexer.h"

// One block of memory: the struct, then its message when it is not a constant.
struct rp_error {
  rp_status status;
  bool is_constant;
  const char* message;
  size_t length;
};

namespace rp::abi {
namespace {

struct StatusInfo {
  std::string_view name;
  std::string_view message;  // when there is no memory to say more
};

constexpr std::array<StatusInfo, 12> kStatuses = {{
    {"RP_OK", "no error"},
    {"RP_ERROR_NULL_ARGUMENT", "a pointer that must not be NULL is NULL"},
    {"RP_ERROR_INVALID_ARGUMENT", "an argument is out of its range"},
    {"RP_ERROR_STRUCT_SIZE", "struct_size fits no known version of the struct"},
    {"RP_ERROR_INVALID_UTF8", "text that must be UTF-8 is not"},
    {"RP_ERROR_TOO_LARGE", "the text is longer than RP_MAX_TEXT_BYTES"},
    {"RP_ERROR_OUT_OF_MEMORY", "the system has no more memory"},
    {"RP_ERROR_LIMIT", "a limit that the caller set was reached"},
    {"RP_ERROR_CANCELLED", "the work was cancelled"},
    {"RP_ERROR_NOT_FOUND", "not found"},
    {"RP_ERROR_IO", "the operating system refused to read"},
    {"RP_ERROR_INTERNAL", "a defect of librustpro"},
}};
static_assert(kStatuses.size() == RP_ERROR_INTERNAL + 1);

// What is handed out when there is no memory for an error: nothing is allocated and nothing is freed.
constexpr std::array<rp_error, kStatuses.size()> make_constant_errors() {
  std::array<rp_error, kStatuses.size()> errors{};
  for (size_t i = 0; i < errors.size(); ++i)
    errors[i] = {static_cast<rp_status>(i), true, kStatuses[i].message.data(), kStatuses[i].message.size()};
  return errors;
}
constexpr std::array<rp_error, kStatuses.size()> kConstantErrors = make_constant_errors();

rp_error* make_error(rp_status status, std::string_view message) noexcept {
  auto* error = static_cast<rp_error*>(std::malloc(sizeof(rp_error) + message.size() + 1));
  // The interface has no `const rp_error**`; rp_error_free is the one function that writes, and it knows constants.
  if (error == nullptr) return const_cast<rp_error*>(&kConstantErrors[static_cast<size_t>(status)]);
  char* copy = reinterpret_cast<char*>(error + 1);
  if (!message.empty()) std::memcpy(copy, message.data(), message.size());
  copy[message.size()] = '\0';
  *error = {status, false, copy, message.size()};
  return error;
}

// Cuts at a character, so that messages stay UTF-8.
size_t cut_utf8(const char* text, size_t length) {
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  return length;
}

}  // namespace

rp_status fail(rp_error** error, rp_status status, std::string_view message) noexcept {
  if (error != nullptr) *error = make_error(status, message);
  return status;
}

rp_status failf(rp_error** error, rp_status status, const char* format, ...) noexcept {
  if (error == nullptr) return status;
  char message[501];
  va_list arguments;
  va_start(arguments, format);
  const int wanted = std::vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  size_t length = wanted < 0 ? 0 : static_cast<size_t>(wanted);
  if (length >= sizeof message) length = cut_utf8(message, sizeof message - 1);
  return fail(error, status, {message, length});
}

rp_status fail_current_exception(rp_error** error) noexcept {
  try {
    throw;
  } catch (const Failure& failure) {
    return fail(error, failure.status(), failure.message());
  } catch (const std::bad_alloc&) {
    // There may be no memory for the error either; do not even try.
    if (error != nullptr) *error = const_cast<rp_error*>(&kConstantErrors[RP_ERROR_OUT_OF_MEMORY]);
    return RP_ERROR_OUT_OF_MEMORY;
  } catch (const MemoryLimitExceeded& e) {
    return fail(error, RP_ERROR_LIMIT, e.what());
  } catch (const Cancelled& e) {
    return fail(error, RP_ERROR_CANCELLED, e.what());
  } catch (const std::length_error&) {
    return fail(error, RP_ERROR_TOO_LARGE, "a text grew larger than memory can hold");
  } catch (const std::exception& e) {
    return failf(error, RP_ERROR_INTERNAL, "internal error: %s", e.what());
  } catch (...) {
    return fail(error, RP_ERROR_INTERNAL, "internal error of an unknown type");
  }
}

rp_status null_argument(rp_error** error, const char* name) noexcept {
  return failf(error, RP_ERROR_NULL_ARGUMENT, "`%s` is NULL", name);
}

rp_status check_text(rp_error** error, const char* name, const char* data, size_t length) noexcept {
  if (length == 0) return RP_OK;
  if (data == nullptr) return failf(error, RP_ERROR_NULL_ARGUMENT, "`%s` is NULL, but its length is %zu", name, length);
  if (length > RP_MAX_TEXT_BYTES) {
    return failf(error, RP_ERROR_TOO_LARGE, "`%s` has %zu bytes; at most %zu can be read", name, length,
                 static_cast<size_t>(RP_MAX_TEXT_BYTES));
  }
  const size_t bad = find_invalid_utf8({data, length});
  if (bad == std::string_view::npos) return RP_OK;
  return failf(error, RP_ERROR_INVALID_UTF8, "`%s` is not UTF-8: byte 0x%02x at offset %zu", name,
               static_cast<unsigned>(static_cast<unsigned char>(data[bad])), bad);
}

rp_status check_edition(rp_error** error, uint32_t edition, Edition fallback, Edition* out) noexcept {
  switch (edition) {
    case RP_EDITION_DEFAULT:
      *out = fallback;
      return RP_OK;
    case RP_EDITION_2015:
    case RP_EDITION_2018:
    case RP_EDITION_2021:
    case RP_EDITION_2024:
      *out = static_cast<Edition>(edition);
      return RP_OK;
    default:
      return failf(error, RP_ERROR_INVALID_ARGUMENT, "`edition` is %u; known are 2015, 2018, 2021 and 2024", edition);
  }
}

rp_status check_nesting_limit(rp_error** error, uint32_t limit, uint32_t* out) noexcept {
  if (limit > kMaxNestingLimit) {
    return failf(error, RP_ERROR_INVALID_ARGUMENT, "`nesting_limit` is %u; at most %u is possible", limit,
                 kMaxNestingLimit);
  }
  *out = limit == 0 ? kDefaultNestingLimit : limit;
  return RP_OK;
}

rp_status check_struct_size(rp_error** error, const char* type, const void* data, size_t first_size,
                            size_t known_size) noexcept {
  uint32_t size;
  std::memcpy(&size, data, sizeof size);
  if (size < first_size) {
    return failf(error, RP_ERROR_STRUCT_SIZE, "`struct_size` of %s is %u; its first version has %zu bytes", type, size,
                 first_size);
  }
  if (size > kMaxStructSize)
    return failf(error, RP_ERROR_STRUCT_SIZE, "`struct_size` of %s is %u; was it initialised?", type, size);
  const auto* bytes = static_cast<const unsigned char*>(data);
  for (size_t i = known_size; i < size; ++i) {
    if (bytes[i] != 0) {
      return failf(error, RP_ERROR_STRUCT_SIZE, "%s has byte %zu set, which version %d.%d.%d does not know", type, i,
                   RP_VERSION_MAJOR, RP_VERSION_MINOR, RP_VERSION_PATCH);
    }
  }
  return RP_OK;
}

rp_status read_render_options(rp_error** error, const rp_render_options* in, rp_format last,
                              rp_render_options* out) noexcept {
  *out = RP_RENDER_OPTIONS_INIT;
  if (rp_status s = read_options(error, "rp_render_options", in, kRenderOptionsFirstSize, out); s != RP_OK) return s;
  const uint32_t format = enum_value(&out->format);
  if (format < RP_FORMAT_TEXT || format > RP_FORMAT_HTML)
    return failf(error, RP_ERROR_INVALID_ARGUMENT, "`format` is %u, which is no rp_format", format);
  if (format > static_cast<uint32_t>(last))
    return fail(error, RP_ERROR_INVALID_ARGUMENT, "`format`: only text and JSON can be had of this");
  if (const rp_status s = check_text(error, "link_base", out->link_base, out->link_base_length); s != RP_OK) return s;
  out->color = out->color != 0 ? 1 : 0;
  if (out->width == 0) out->width = 100;
  return RP_OK;
}

}  // namespace rp::abi

using namespace rp::abi;

// ---- Errors -----------------------------------------------------------------------------------------------------

rp_status rp_error_status(const rp_error* error) { return error == nullptr ? RP_OK : error->status; }

rp_string rp_error_message(const rp_error* error) {
  return error == nullptr ? kEmptyString : rp_string{error->message, error->length};
}

void rp_error_free(rp_error* error) {
  if (error != nullptr && !error->is_constant) std::free(error);
}

RP_TAKES_ENUM rp_string rp_status_name(rp_status status) {
  const uint32_t number = enum_value(&status);
  return to_public(number < kStatuses.size() ? kStatuses[number].name : "RP_ERROR_UNKNOWN");
}

// ---- Versions ---------------------------------------------------------------------------------------------------

#define RP_TEXT_OF_(x) #x
#define RP_TEXT_OF(x) RP_TEXT_OF_(x)

rp_string rp_version_string(void) {
  return to_public(RP_TEXT_OF(RP_VERSION_MAJOR) "." RP_TEXT_OF(RP_VERSION_MINOR) "." RP_TEXT_OF(RP_VERSION_PATCH));
}

uint32_t rp_version_number(void) { return RP_VERSION_MAJOR * 1000000 + RP_VERSION_MINOR * 1000 + RP_VERSION_PATCH; }

int rp_abi_compatible(uint32_t major, uint32_t minor) { return major == RP_ABI_MAJOR && minor <= RP_ABI_MINOR; }

// ---- Cancellation -----------------------------------------------------------------------------------------------

rp_status rp_cancellation_new(rp_cancellation** out_cancellation, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_cancellation == nullptr) return null_argument(error, "out_cancellation");
    *out_cancellation = nullptr;
    *out_cancellation = new rp_cancellation;
    return RP_OK;
  });
}

void rp_cancellation_request(rp_cancellation* cancellation) {
  if (cancellation != nullptr) cancellation->flag.request();
}

int rp_cancellation_requested(const rp_cancellation* cancellation) {
  return cancellation != nullptr && cancellation->flag.requested() ? 1 : 0;
}

void rp_cancellation_reset(rp_cancellation* cancellation) {
  if (cancellation != nullptr) cancellation->flag.reset();
}

void rp_cancellation_free(rp_cancellation* cancellation) { delete cancellation; }

// ---- Buffers ----------------------------------------------------------------------------------------------------

rp_string rp_buffer_text(const rp_buffer* buffer) { return buffer == nullptr ? kEmptyString : to_public(buffer->text); }

void rp_buffer_free(rp_buffer* buffer) { delete buffer; }
