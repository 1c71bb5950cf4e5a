// What the harnesses share: a check that stays on in every build, and input as UTF-8.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rustpro/rustpro.h"
#include "syntax/lexer.h"

#define FUZZ_CHECK(condition)                                                             \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)

namespace fuzz {

inline std::string_view view(const uint8_t* data, size_t size) {
  return {size == 0 ? "" : reinterpret_cast<const char*>(data), size};
}
inline std::string_view view(rp_string text) { return {text.data, text.length}; }

// The input with every byte that makes it no UTF-8 replaced, so that mutations are not lost on that check.
inline std::string as_utf8(std::string_view input) {
  std::string text(input);
  for (size_t bad = 0, from = 0;
       (bad = rp::find_invalid_utf8(std::string_view(text).substr(from))) != std::string::npos; from += bad + 1)
    text[from + bad] = '?';
  return text;
}

// A string of the library: UTF-8, ends in NUL.
inline void check_string(rp_string text) {
  FUZZ_CHECK(text.data != nullptr);
  FUZZ_CHECK(text.data[text.length] == '\0');
  FUZZ_CHECK(rp::find_invalid_utf8(view(text)) == std::string_view::npos);
}

// The status and the error of one call agree; ends the error.
inline void check_status(rp_status status, rp_error* error) {
  FUZZ_CHECK(status >= RP_OK && status <= RP_ERROR_INTERNAL);
  FUZZ_CHECK(status != RP_ERROR_INTERNAL);
  FUZZ_CHECK((status == RP_OK) == (error == nullptr));
  FUZZ_CHECK(rp_error_status(error) == status);
  check_string(rp_error_message(error));
  check_string(rp_status_name(status));
  rp_error_free(error);
}

}  // namespace fuzz
