// cmocka for C++: the headers it wants before itself, and the list of tests of a program.
//
//   static void adds(void**) { assert_int_equal(1 + 1, 2); }
//   UNIT_TESTS(cmocka_unit_test(adds))
//
// A failed assertion leaves the test by longjmp: destructors of its locals do not run, which costs memory only.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

extern "C" {
#include <cmocka.h>
}

#include <cstdio>
#include <string>
#include <string_view>

// Leaves a test that cannot run here, loudly. cmocka's own skip() writes "not ok # SKIP", which Meson takes for a
// failure.
#undef skip
#define SKIP_TEST(reason)                            \
  do {                                               \
    std::fprintf(stderr, "SKIPPED: %s\n", (reason)); \
    return;                                          \
  } while (false)

#define UNIT_TESTS(...)                                     \
  int main() {                                              \
    const struct CMUnitTest tests[] = {__VA_ARGS__};        \
    return cmocka_run_group_tests(tests, nullptr, nullptr); \
  }

// assert_string_equal for what need not end in NUL.
inline void check_text(std::string_view actual, std::string_view expected, const char* file, int line) {
  const std::string a(actual), b(expected);
  _assert_string_equal(a.c_str(), b.c_str(), file, line);
}
#define assert_text_equal(actual, expected) check_text((actual), (expected), __FILE__, __LINE__)

// The expression throws exactly that type.
#define assert_throws(Type, expression) \
  do {                                  \
    bool thrown = false;                \
    try {                               \
      (void)(expression);               \
    } catch (const Type&) {             \
      thrown = true;                    \
    }                                   \
    assert_true(thrown);                \
  } while (false)
