// Byte classification and searches, written once for each instruction set. The library is built for the oldest
// machine of its architecture; functions for newer ones carry a target attribute and are chosen at run time.

#include "syntax/lexer_simd.h"

#include <bit>
#include <cstring>

#include "syntax/lexer_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define RP_TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define RP_TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx2,bmi,bmi2,lzcnt,popcnt")))
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace rp {

namespace {

struct BlockMasks {
  uint64_t word;
  uint64_t white;
  uint64_t newline;
  bool carriage_return;
};

// Turns masks into bitmaps. `classify_block` is the only thing that differs between levels. It is a stateless function
// object and not a lambda because the target attribute must reach the whole loop: see the callers.
#define RP_CLASSIFY_LOOP(classify_block)                                  \
  uint64_t carry = in_word ? 1 : 0;                                       \
  bool carriage_return = false;                                           \
  for (size_t i = 0; i < blocks; ++i) {                                   \
    const BlockMasks m = classify_block(data + i * kBlockBytes);          \
    bits->words[i] = m.word;                                              \
    bits->starts[i] = ~m.white & ~(m.word & (m.word << 1 | carry));       \
    bits->newlines[i] = m.newline;                                        \
    carriage_return |= m.carriage_return;                                 \
    carry = m.word >> 63;                                                 \
  }                                                                       \
  bits->words[blocks] = classify_block(data + blocks * kBlockBytes).word; \
  bits->words[blocks + 1] = 0;                                            \
  bits->has_carriage_return = carriage_return

// ---- Scalar

BlockMasks classify_block_scalar(const uint8_t* data) {
  BlockMasks m{};
  for (size_t i = 0; i < kBlockBytes; ++i) {
    const uint8_t c = data[i];
    m.word |= static_cast<uint64_t>(is_word_byte(c)) << i;
    m.white |= static_cast<uint64_t>(is_white_byte(c)) << i;
    m.newline |= static_cast<uint64_t>(c == '\n') << i;
    m.carriage_return |= c == '\r';
  }
  return m;
}

void classify_scalar(const uint8_t* data, size_t blocks, bool in_word, ChunkBits* bits) {
  RP_CLASSIFY_LOOP(classify_block_scalar);
}

size_t find_any_scalar(const uint8_t* data, size_t from, size_t size, uint8_t a, uint8_t b, uint8_t c) {
  while (from < size && data[from] != a && data[from] != b && data[from] != c) ++from;
  return from;
}

size_t find_non_ascii_scalar(const uint8_t* data, size_t from, size_t size) {
  while (size - from >= 8) {
    uint64_t eight;
    std::memcpy(&eight, data + from, 8);
    if ((eight & 0x8080808080808080U) != 0) break;
    from += 8;
  }
  while (from < size && data[from] < 0x80) ++from;
  return from;
}

#if defined(__x86_64__)

// Table classification: a byte has the classes that its low and its high half have in common.
//   bit 0: 0-9   bit 1: A-O a-o   bit 2: P-Z p-z   bit 3: _   bit 7: \t \n \v \f \r
// A shuffle gives 0 for indexes of 0x80 and above, so such bytes have no class. Space is compared for by itself.
#define RP_LOW_HALF_CLASSES 5, 7, 7, 7, 7, 7, 7, 7, 7, 0x87 - 256, 0x86 - 256, 0x82 - 256, 0x82 - 256, 0x82 - 256, 2, 10
#define RP_HIGH_HALF_CLASSES 0x80 - 256, 0, 0, 1, 2, 12, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0

// ---- SSE2: part of every x86-64, has no byte shuffle, so ranges are compared

inline uint64_t mask16(__m128i v) { return static_cast<uint32_t>(_mm_movemask_epi8(v)); }

inline BlockMasks classify_block_sse2(const uint8_t* data) {
  BlockMasks m{};
  // x in [low, low + n] as an unsigned comparison: min(x - low, n) == x - low.
  const auto in_range = [](__m128i x, int low, int n) {
    const __m128i shifted = _mm_sub_epi8(x, _mm_set1_epi8(static_cast<char>(low)));
    return _mm_cmpeq_epi8(_mm_min_epu8(shifted, _mm_set1_epi8(static_cast<char>(n))), shifted);
  };
  __m128i any_cr = _mm_setzero_si128();
  for (int i = 0; i < 4; ++i) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data) + i);
    const __m128i letter = in_range(_mm_or_si128(x, _mm_set1_epi8(0x20)), 'a', 25);
    const __m128i digit = in_range(x, '0', 9);
    const __m128i underscore = _mm_cmpeq_epi8(x, _mm_set1_epi8('_'));
    const __m128i white = _mm_or_si128(in_range(x, '\t', 4), _mm_cmpeq_epi8(x, _mm_set1_epi8(' ')));
    any_cr = _mm_or_si128(any_cr, _mm_cmpeq_epi8(x, _mm_set1_epi8('\r')));
    m.word |= mask16(_mm_or_si128(_mm_or_si128(letter, digit), underscore)) << (16 * i);
    m.white |= mask16(white) << (16 * i);
    m.newline |= mask16(_mm_cmpeq_epi8(x, _mm_set1_epi8('\n'))) << (16 * i);
  }
  m.carriage_return = mask16(any_cr) != 0;
  return m;
}

void classify_sse2(const uint8_t* data, size_t blocks, bool in_word, ChunkBits* bits) {
  RP_CLASSIFY_LOOP(classify_block_sse2);
}

size_t find_any_sse2(const uint8_t* data, size_t from, size_t size, uint8_t a, uint8_t b, uint8_t c) {
  const __m128i va = _mm_set1_epi8(static_cast<char>(a));
  const __m128i vb = _mm_set1_epi8(static_cast<char>(b));
  const __m128i vc = _mm_set1_epi8(static_cast<char>(c));
  for (; size - from >= 16; from += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + from));
    const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, va), _mm_cmpeq_epi8(x, vb)), _mm_cmpeq_epi8(x, vc));
    const uint64_t mask = mask16(hit);
    if (mask != 0) return from + static_cast<size_t>(std::countr_zero(mask));
  }
  return find_any_scalar(data, from, size, a, b, c);
}

size_t find_non_ascii_sse2(const uint8_t* data, size_t from, size_t size) {
  for (; size - from >= 64; from += 64) {
    const __m128i* p = reinterpret_cast<const __m128i*>(data + from);
    const __m128i all = _mm_or_si128(_mm_or_si128(_mm_loadu_si128(p), _mm_loadu_si128(p + 1)),
                                     _mm_or_si128(_mm_loadu_si128(p + 2), _mm_loadu_si128(p + 3)));
    if (_mm_movemask_epi8(all) != 0) break;
  }
  return find_non_ascii_scalar(data, from, size);
}

// ---- AVX2

RP_TARGET_AVX2 inline uint64_t mask32(__m256i v) { return static_cast<uint32_t>(_mm256_movemask_epi8(v)); }

RP_TARGET_AVX2 inline BlockMasks classify_block_avx2(const uint8_t* data) {
  const __m256i low_classes = _mm256_setr_epi8(RP_LOW_HALF_CLASSES, RP_LOW_HALF_CLASSES);
  const __m256i high_classes = _mm256_setr_epi8(RP_HIGH_HALF_CLASSES, RP_HIGH_HALF_CLASSES);
  const __m256i x0 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
  const __m256i x1 = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + 32));
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  const __m256i space = _mm256_set1_epi8(' ');
  const __m256i zero = _mm256_setzero_si256();
  const __m256i c0 =
      _mm256_and_si256(_mm256_shuffle_epi8(low_classes, x0),
                       _mm256_shuffle_epi8(high_classes, _mm256_and_si256(_mm256_srli_epi16(x0, 4), nibble)));
  const __m256i c1 =
      _mm256_and_si256(_mm256_shuffle_epi8(low_classes, x1),
                       _mm256_shuffle_epi8(high_classes, _mm256_and_si256(_mm256_srli_epi16(x1, 4), nibble)));
  BlockMasks m;
  // Word classes are positive numbers, white space is negative.
  m.word = mask32(_mm256_cmpgt_epi8(c0, zero)) | mask32(_mm256_cmpgt_epi8(c1, zero)) << 32;
  m.white = mask32(_mm256_or_si256(c0, _mm256_cmpeq_epi8(x0, space))) |
            mask32(_mm256_or_si256(c1, _mm256_cmpeq_epi8(x1, space))) << 32;
  const __m256i newline = _mm256_set1_epi8('\n');
  m.newline = mask32(_mm256_cmpeq_epi8(x0, newline)) | mask32(_mm256_cmpeq_epi8(x1, newline)) << 32;
  const __m256i cr = _mm256_set1_epi8('\r');
  const __m256i any_cr = _mm256_or_si256(_mm256_cmpeq_epi8(x0, cr), _mm256_cmpeq_epi8(x1, cr));
  m.carriage_return = _mm256_testz_si256(any_cr, any_cr) == 0;
  return m;
}

RP_TARGET_AVX2 void classify_avx2(const uint8_t* data, size_t blocks, bool in_word, ChunkBits* bits) {
  RP_CLASSIFY_LOOP(classify_block_avx2);
}

RP_TARGET_AVX2 size_t find_any_avx2(const uint8_t* data, size_t from, size_t size, uint8_t a, uint8_t b, uint8_t c) {
  const __m256i va = _mm256_set1_epi8(static_cast<char>(a));
  const __m256i vb = _mm256_set1_epi8(static_cast<char>(b));
  const __m256i vc = _mm256_set1_epi8(static_cast<char>(c));
  for (; size - from >= 32; from += 32) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + from));
    const __m256i hit =
        _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(x, va), _mm256_cmpeq_epi8(x, vb)), _mm256_cmpeq_epi8(x, vc));
    const uint64_t mask = mask32(hit);
    if (mask != 0) return from + static_cast<size_t>(std::countr_zero(mask));
  }
  return find_any_scalar(data, from, size, a, b, c);
}

RP_TARGET_AVX2 size_t find_non_ascii_avx2(const uint8_t* data, size_t from, size_t size) {
  for (; size - from >= 64; from += 64) {
    const __m256i* p = reinterpret_cast<const __m256i*>(data + from);
    if (_mm256_movemask_epi8(_mm256_or_si256(_mm256_loadu_si256(p), _mm256_loadu_si256(p + 1))) != 0) break;
  }
  return find_non_ascii_scalar(data, from, size);
}

// ---- AVX-512 (with BW and VL)

RP_TARGET_AVX512 inline BlockMasks classify_block_avx512(const uint8_t* data) {
  // The unmasked broadcast sets off a false warning about uninitialised values in GCC 12.
  const __m512i low_classes = _mm512_maskz_broadcast_i32x4(0xFFFF, _mm_setr_epi8(RP_LOW_HALF_CLASSES));
  const __m512i high_classes = _mm512_maskz_broadcast_i32x4(0xFFFF, _mm_setr_epi8(RP_HIGH_HALF_CLASSES));
  const __m512i x = _mm512_loadu_si512(data);
  const __m512i classes = _mm512_and_si512(
      _mm512_shuffle_epi8(low_classes, x),
      _mm512_shuffle_epi8(high_classes, _mm512_and_si512(_mm512_srli_epi16(x, 4), _mm512_set1_epi8(0x0F))));
  BlockMasks m;
  m.word = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(0x0F));
  m.white = _mm512_movepi8_mask(classes) | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8(' '));
  m.newline = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\n'));
  m.carriage_return = _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('\r')) != 0;
  return m;
}

RP_TARGET_AVX512 void classify_avx512(const uint8_t* data, size_t blocks, bool in_word, ChunkBits* bits) {
  RP_CLASSIFY_LOOP(classify_block_avx512);
}

RP_TARGET_AVX512 size_t find_any_avx512(const uint8_t* data, size_t from, size_t size, uint8_t a, uint8_t b,
                                        uint8_t c) {
  const __m512i va = _mm512_set1_epi8(static_cast<char>(a));
  const __m512i vb = _mm512_set1_epi8(static_cast<char>(b));
  const __m512i vc = _mm512_set1_epi8(static_cast<char>(c));
  while (from < size) {
    const size_t left = size - from;
    // Lanes past the end are not read.
    const __mmask64 inside = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
    const __m512i x = _mm512_maskz_loadu_epi8(inside, data + from);
    const uint64_t mask =
        (_mm512_cmpeq_epi8_mask(x, va) | _mm512_cmpeq_epi8_mask(x, vb) | _mm512_cmpeq_epi8_mask(x, vc)) & inside;
    if (mask != 0) return from + static_cast<size_t>(std::countr_zero(mask));
    from += left >= 64 ? 64 : left;
  }
  return size;
}

RP_TARGET_AVX512 size_t find_non_ascii_avx512(const uint8_t* data, size_t from, size_t size) {
  for (; size - from >= 64; from += 64) {
    if (_mm512_movepi8_mask(_mm512_loadu_si512(data + from)) != 0) break;
  }
  return find_non_ascii_scalar(data, from, size);
}

#elif defined(__aarch64__)

// ---- NEON: part of every AArch64

// One bit for each byte of four vectors of 0x00 or 0xFF.
inline uint64_t mask64(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t ab = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
  const uint8x16_t cd = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
  const uint8x16_t abcd = vpaddq_u8(ab, cd);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(abcd, abcd)), 0);
}

inline uint8x16_t in_range_neon(uint8x16_t x, uint8_t low, uint8_t n) {
  return vcleq_u8(vsubq_u8(x, vdupq_n_u8(low)), vdupq_n_u8(n));
}

inline BlockMasks classify_block_neon(const uint8_t* data) {
  uint8x16_t word[4];
  uint8x16_t white[4];
  uint8x16_t newline[4];
  uint8x16_t any_cr = vdupq_n_u8(0);
  for (int i = 0; i < 4; ++i) {
    const uint8x16_t x = vld1q_u8(data + 16 * i);
    const uint8x16_t letter = in_range_neon(vorrq_u8(x, vdupq_n_u8(0x20)), 'a', 25);
    const uint8x16_t digit = in_range_neon(x, '0', 9);
    word[i] = vorrq_u8(vorrq_u8(letter, digit), vceqq_u8(x, vdupq_n_u8('_')));
    white[i] = vorrq_u8(in_range_neon(x, '\t', 4), vceqq_u8(x, vdupq_n_u8(' ')));
    newline[i] = vceqq_u8(x, vdupq_n_u8('\n'));
    any_cr = vorrq_u8(any_cr, vceqq_u8(x, vdupq_n_u8('\r')));
  }
  BlockMasks m;
  m.word = mask64(word[0], word[1], word[2], word[3]);
  m.white = mask64(white[0], white[1], white[2], white[3]);
  m.newline = mask64(newline[0], newline[1], newline[2], newline[3]);
  m.carriage_return = vmaxvq_u8(any_cr) != 0;
  return m;
}

void classify_neon(const uint8_t* data, size_t blocks, bool in_word, ChunkBits* bits) {
  RP_CLASSIFY_LOOP(classify_block_neon);
}

size_t find_any_neon(const uint8_t* data, size_t from, size_t size, uint8_t a, uint8_t b, uint8_t c) {
  for (; size - from >= 16; from += 16) {
    const uint8x16_t x = vld1q_u8(data + from);
    const uint8x16_t hit =
        vorrq_u8(vorrq_u8(vceqq_u8(x, vdupq_n_u8(a)), vceqq_u8(x, vdupq_n_u8(b))), vceqq_u8(x, vdupq_n_u8(c)));
    if (vmaxvq_u8(hit) != 0) break;
  }
  return find_any_scalar(data, from, size, a, b, c);
}

size_t find_non_ascii_neon(const uint8_t* data, size_t from, size_t size) {
  for (; size - from >= 16; from += 16) {
    if (vmaxvq_u8(vld1q_u8(data + from)) >= 0x80) break;
  }
  return find_non_ascii_scalar(data, from, size);
}

#endif

constexpr SimdOps kScalarOps{classify_scalar, find_any_scalar, find_non_ascii_scalar, false};
#if defined(__x86_64__)
constexpr SimdOps kSse2Ops{classify_sse2, find_any_sse2, find_non_ascii_sse2, false};
constexpr SimdOps kAvx2Ops{classify_avx2, find_any_avx2, find_non_ascii_avx2, true};
constexpr SimdOps kAvx512Ops{classify_avx512, find_any_avx512, find_non_ascii_avx512, true};
#elif defined(__aarch64__)
constexpr SimdOps kNeonOps{classify_neon, find_any_neon, find_non_ascii_neon, false};
#endif

}  // namespace

const SimdOps& simd_ops(SimdLevel level) {
  if (level == SimdLevel::Scalar) return kScalarOps;
#if defined(__x86_64__)
  if (level == SimdLevel::Sse2 || level == SimdLevel::Neon) return kSse2Ops;
  const bool avx2 =
      __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
  if (!avx2) return kSse2Ops;
  if (level == SimdLevel::Avx2) return kAvx2Ops;
  // The first AVX-512 machines slow their clock for it; those with VBMI do not.
  const bool avx512 = __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                      (level == SimdLevel::Avx512 || __builtin_cpu_supports("avx512vbmi") != 0);
  return avx512 ? kAvx512Ops : kAvx2Ops;
#elif defined(__aarch64__)
  return kNeonOps;
#else
  return kScalarOps;
#endif
}

namespace {

// The length of the UTF-8 sequence at data[i], or 0 when there is none (Unicode Standard, table 3-7).
size_t utf8_sequence(const uint8_t* data, size_t i, size_t size) {
  const uint8_t lead = data[i];
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (size - i < length) return 0;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;   // overlong
  if (lead == 0xED) high = 0x9F;  // surrogates
  if (lead == 0xF0) low = 0x90;   // overlong
  if (lead == 0xF4) high = 0x8F;  // beyond U+10FFFF
  if (data[i + 1] < low || data[i + 1] > high) return 0;
  for (size_t k = 2; k < length; ++k) {
    if ((data[i + k] & 0xC0) != 0x80) return 0;
  }
  return length;
}

}  // namespace

Utf8Char decode_utf8(const uint8_t* data, size_t i, size_t size) {
  if (i >= size) return {kNoChar, 0};
  const uint8_t lead = data[i];
  if (lead < 0x80) return {lead, 1};
  const size_t length = utf8_sequence(data, i, size);
  if (length == 0) return {kInvalidChar, 1};
  char32_t c = length == 2 ? lead & 0x1FU : length == 3 ? lead & 0x0FU : lead & 0x07U;
  for (size_t k = 1; k < length; ++k) c = c << 6 | (data[i + k] & 0x3FU);
  return {c, static_cast<uint32_t>(length)};
}

size_t find_invalid_utf8(std::string_view text) {
  const auto* data = reinterpret_cast<const uint8_t*>(text.data());
  const size_t size = text.size();
  const SimdOps& ops = simd_ops(SimdLevel::Auto);
  size_t i = 0;
  while (i < size) {
    if (data[i] < 0x80) {
      i = ops.find_non_ascii(data, i, size);
      continue;
    }
    const size_t length = utf8_sequence(data, i, size);
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

}  // namespace rp
