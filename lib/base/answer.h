// Answers of questions about code that may not be visible as a whole: unknown is a value, and flows through.
#pragma once

#include <cstdint>

namespace rp {

enum class Answer : uint8_t { No, Yes, Unknown };

constexpr Answer answer(bool yes) { return yes ? Answer::Yes : Answer::No; }
constexpr Answer operator!(Answer a) {
  return a == Answer::Yes ? Answer::No : a == Answer::No ? Answer::Yes : Answer::Unknown;
}
// Both; No is stronger than Unknown.
constexpr Answer both(Answer a, Answer b) {
  if (a == Answer::No || b == Answer::No) return Answer::No;
  return a == Answer::Yes ? b : Answer::Unknown;
}
constexpr Answer either(Answer a, Answer b) { return !both(!a, !b); }

}  // namespace rp
