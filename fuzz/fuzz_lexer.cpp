// The lexer at every SIMD level: the same tokens and errors, in order, none outside the text.
#include "harness.h"

namespace {

bool same(const rp::TokenBuffer& a, const rp::TokenBuffer& b) {
  if (a.count != b.count || a.unterminated_tail != b.unterminated_tail || a.errors.size() != b.errors.size())
    return false;
  for (uint32_t i = 0; i < a.count + rp::TokenBuffer::kPadding; ++i)
    if (a.kinds[i] != b.kinds[i] || a.starts[i] != b.starts[i]) return false;
  for (size_t i = 0; i < a.errors.size(); ++i) {
    const rp::SyntaxError &x = a.errors[i], &y = b.errors[i];
    if (x.start != y.start || x.end != y.end || x.message != y.message || x.hint != y.hint) return false;
  }
  return true;
}

void check(std::string_view text, const rp::TokenBuffer& tokens) {
  uint32_t end = 0, error_start = 0;
  for (uint32_t slot = 0; slot < tokens.count; slot += rp::token_slots(tokens.kinds[slot])) {
    FUZZ_CHECK(tokens.kinds[slot] != rp::TokenKind::Whitespace && tokens.kinds[slot] != rp::TokenKind::Eof);
    FUZZ_CHECK(tokens.starts[slot] >= end);
    // Between two tokens lies white space alone.
    for (uint32_t i = end; i < tokens.starts[slot]; ++i)
      FUZZ_CHECK(static_cast<unsigned char>(text[i]) >= 0x80 || text[i] == ' ' || (text[i] >= 9 && text[i] <= 13));
    end = rp::token_end(text, tokens.starts.data(), tokens.count, tokens.unterminated_tail, slot, tokens.kinds[slot]);
    FUZZ_CHECK(end > tokens.starts[slot] && end <= text.size());
    for (uint32_t k = 1; k < rp::token_slots(tokens.kinds[slot]); ++k)
      FUZZ_CHECK(slot + k < tokens.count && tokens.starts[slot + k] > tokens.starts[slot + k - 1] &&
                 tokens.starts[slot + k] < end);
  }
  for (uint32_t i = 0; i < rp::TokenBuffer::kPadding; ++i) {
    FUZZ_CHECK(tokens.kinds[tokens.count + i] == rp::TokenKind::Eof);
    FUZZ_CHECK(tokens.starts[tokens.count + i] == text.size());
  }
  for (const rp::SyntaxError& e : tokens.errors) {
    FUZZ_CHECK(e.start >= error_start && e.start <= e.end && e.end <= text.size() && !e.message.empty());
    error_start = e.start;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // Also what is not UTF-8: nothing may be read outside the text. An exact copy lets AddressSanitizer see that.
  const std::string_view input = fuzz::view(data, size);
  for (const std::string& text : {std::string(input), fuzz::as_utf8(input)}) {
    rp::LexOptions options;
    options.edition = size % 4 == 0   ? rp::Edition::k2015
                      : size % 4 == 1 ? rp::Edition::k2018
                      : size % 4 == 2 ? rp::Edition::k2021
                                      : rp::Edition::k2024;
    for (const bool whole_file : {true, false}) {
      options.whole_file = whole_file;
      options.simd = rp::SimdLevel::Scalar;
      const rp::TokenBuffer scalar = rp::lex(text, options);
      check(text, scalar);
      for (const rp::SimdLevel level : {rp::SimdLevel::Sse2, rp::SimdLevel::Avx2, rp::SimdLevel::Avx512,
                                        rp::SimdLevel::Neon, rp::SimdLevel::Auto}) {
        options.simd = level;
        FUZZ_CHECK(same(scalar, rp::lex(text, options)));
      }
    }
  }
  std::string normalized;
  const std::string text = fuzz::as_utf8(input);
  if (rp::normalize_nfc(text, &normalized)) {
    std::string again;
    FUZZ_CHECK(rp::find_invalid_utf8(normalized) == std::string::npos);
    FUZZ_CHECK(!rp::normalize_nfc(normalized, &again));
  }
  return 0;
}
