// Byte classification and searches, written once for each instruction set. The library is built for the oldest
// machine of its architecture; functions for newer ones carry a target attribute and are chosen at run time.

#include "syntax/lexer_simd.h"

#include <bit>
#include <cstring>

#include "syntax/lexer_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define RP_TARGET_AVX2 __attribute__((target("avx2")))
#define RP_TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace rp {

namespace {

struct BlockMasks {
  uint64_t word;
  uint64_t white;
  uint64_t rare;  // digits, quotes, slashes
  uint64_t pair;
  uint64_t newline;
  uint64_t string_stop;
  bool carriage_return;
};

// Turns masks into bitmaps. `classify_block` is the only thing that differs between levels. This is a macro and not a
// function with a parameter because the target attribute of the caller must reach the whole loop.
#define RP_CLASSIFY_LOOP(classify_block)                                  \
  uint64_t carry = in_word ? 1 : 0;                                       \
  bool carriage_return = false;                                           \
  for (size_t i = 0; i < blocks; ++i) {                                   \
    __builtin_prefetch(data + (i + kChunkBlocks) * kBlockBytes);          \
    const BlockMasks m = classify_block(data + i * kBlockBytes);          \
    const uint64_t starts = ~m.white & ~(m.word & (m.word << 1 | carry)); \
    bits->words[i] = m.word;                                              \
    bits->starts[i] = starts;                                             \
    bits->rares[i] = starts & m.rare;                                     \
    bits->pairs[i] = m.pair;                                              \
    bits->newlines[i] = m.newline;                                        \
    bits->string_stops[i] = m.string_stop;                                \
    carriage_return |= m.carriage_return;                                 \
    carry = m.word >> 63;                                                 \
  }                                                                       \
  bits->words[blocks] = classify_words(data + blocks * kBlockBytes);      \
  bits->words[blocks + 1] = 0;                                            \
  bits->has_carriage_return = carriage_return

// The last, lone entry of `words`: not worth SIMD, and the byte behind the block may not be there.
uint64_t classify_words(const uint8_t* data) {
  uint64_t words = 0;
  for (size_t i = 0; i < kBlockBytes && is_word_byte(data[i]); ++i) words |= uint64_t{1} << i;
  return words;
}

// ---- Scalar

enum : uint8_t {
  kWordBit = 1,
  kWhiteBit = 2,
  kRareBit = 4,
  kStringStopBit = 8,
  kNewlineBit = 16,
  kCarriageReturnBit = 32,
  kPairBit = 64,
};

struct ScalarTable {
  uint8_t classes[256];
  uint8_t pair_first[256];  // a pair when the first and the second byte have a bit in common
  uint8_t pair_second[256];
};
constexpr ScalarTable make_scalar_table() {
  ScalarTable table{};
  constexpr uint8_t kSeconds[] = {'=', '>', '&', '|', ':'};
  for (size_t c = 0; c < 256; ++c) {
    const auto byte = static_cast<uint8_t>(c);
    const bool rare = is_digit_byte(byte) || c == '"' || c == '\'' || c == '/';
    const bool stop = c == '"' || c == '\\' || c == '\r';
    table.classes[c] = static_cast<uint8_t>(
        (is_word_byte(byte) ? kWordBit : 0) | (is_white_byte(byte) ? kWhiteBit : 0) | (rare ? kRareBit : 0) |
        (stop ? kStringStopBit : 0) | (c == '\n' ? kNewlineBit : 0) | (c == '\r' ? kCarriageReturnBit : 0));
    for (size_t i = 0; i < 5; ++i) {
      if (is_operator_pair(byte, kSeconds[i])) table.pair_first[c] |= static_cast<uint8_t>(1U << i);
      if (byte == kSeconds[i]) table.pair_second[c] = static_cast<uint8_t>(1U << i);
    }
  }
  return table;
}
constexpr ScalarTable kScalarTable = make_scalar_table();

// The bit `mask` of each of eight bytes, as eight bits.
inline uint64_t gather_bits(uint64_t bytes, uint8_t mask) {
  return ((bytes / mask & 0x0101010101010101U) * 0x0102040810204080U) >> 56;
}

BlockMasks classify_block_scalar(const uint8_t* data) {
  BlockMasks m{};
  uint64_t seen = 0;
  for (size_t i = 0; i < kBlockBytes; i += 8) {
    uint64_t bytes = 0;
    for (size_t k = 0; k < 8; ++k) {
      const uint8_t c = data[i + k];
      const bool pair = (kScalarTable.pair_first[c] & kScalarTable.pair_second[data[i + k + 1]]) != 0;
      bytes |= static_cast<uint64_t>(kScalarTable.classes[c] | (pair ? kPairBit : 0)) << (8 * k);
    }
    seen |= bytes;
    m.word |= gather_bits(bytes, kWordBit) << i;
    m.white |= gather_bits(bytes, kWhiteBit) << i;
    m.rare |= gather_bits(bytes, kRareBit) << i;
    m.string_stop |= gather_bits(bytes, kStringStopBit) << i;
    m.newline |= gather_bits(bytes, kNewlineBit) << i;
    m.pair |= gather_bits(bytes, kPairBit) << i;
  }
  m.carriage_return = gather_bits(seen, kCarriageReturnBit) != 0;
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

#if defined(__x86_64__) || defined(__aarch64__)

// Table classification: a byte has the classes that its low and its high half have in common.
//   bit 0: 0-9     bit 1: A-O a-o   bit 2: P-Z p-z   bit 3: _
//   bit 4: " ' /   bit 5: \\         bit 6: \r        bit 7: \t \n \v \f \r
// A shuffle gives 0 for indexes of 0x80 and above, so such bytes have no class. Space is compared for by itself.
#define RP_LOW_HALF_CLASSES                                                                                         \
  0x05, 0x07, 0x17, 0x07, 0x07, 0x07, 0x07, 0x17, 0x07, 0x87 - 256, 0x86 - 256, 0x82 - 256, 0xA2 - 256, 0xC2 - 256, \
      0x02, 0x1A
#define RP_HIGH_HALF_CLASSES 0xC0 - 256, 0, 0x10, 0x01, 0x02, 0x2C, 0x02, 0x04, 0, 0, 0, 0, 0, 0, 0, 0

// Operator pairs, in the same way: two bytes are a pair when the first and the second table have a bit in common.
//   bit 0: [!%&*+-/] =   bit 1: [<=>] =   bit 2: | =   bit 3: = >   bit 4: - >   bit 5: &&   bit 6: ||   bit 7: ::
#define RP_LOW_HALF_FIRST 0, 0x01, 0, 0, 0, 0x01, 0x21, 0, 0, 0, 0x81 - 256, 0x01, 0x46, 0x1B, 0x02, 0x01
#define RP_HIGH_HALF_FIRST 0, 0, 0x31, 0x8A - 256, 0, 0, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0
#define RP_LOW_HALF_SECOND 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0x80 - 256, 0, 0x40, 0x07, 0x18, 0
#define RP_HIGH_HALF_SECOND 0, 0, 0x20, 0x9F - 256, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0

#endif

#if defined(__x86_64__)

// ---- SSE2: part of every x86-64, has no byte shuffle, so ranges are compared

[[gnu::always_inline]] inline uint64_t mask16(__m128i v) { return static_cast<uint32_t>(_mm_movemask_epi8(v)); }

[[gnu::always_inline]] inline __m128i equal16(__m128i x, char c) { return _mm_cmpeq_epi8(x, _mm_set1_epi8(c)); }
[[gnu::always_inline]] inline __m128i or16(__m128i a, __m128i b) { return _mm_or_si128(a, b); }
// low <= x <= low + n as an unsigned comparison: min(x - low, n) == x - low.
[[gnu::always_inline]] inline __m128i in_range16(__m128i x, char low, char n) {
  const __m128i shifted = _mm_sub_epi8(x, _mm_set1_epi8(low));
  return _mm_cmpeq_epi8(_mm_min_epu8(shifted, _mm_set1_epi8(n)), shifted);
}

[[gnu::always_inline]] inline __m128i pairs16(__m128i first, __m128i second) {
  const __m128i equals = equal16(first, '=');
  const __m128i minus = equal16(first, '-');
  const __m128i comparison = in_range16(first, '<', 2);  // < = >
  const __m128i sum = or16(equal16(first, '*'), or16(equal16(first, '+'), minus));
  const __m128i bit = in_range16(first, '%', 1);  // % &
  const __m128i other = or16(equal16(first, '!'), or16(equal16(first, '/'), equal16(first, '|')));
  const __m128i assigns = _mm_and_si128(equal16(second, '='), or16(or16(comparison, sum), or16(bit, other)));
  const __m128i arrows = _mm_and_si128(equal16(second, '>'), or16(equals, minus));
  const __m128i doubled = or16(equal16(first, '&'), or16(equal16(first, '|'), equal16(first, ':')));
  return or16(assigns, or16(arrows, _mm_and_si128(doubled, _mm_cmpeq_epi8(first, second))));
}

[[gnu::always_inline]] inline BlockMasks classify_block_sse2(const uint8_t* data) {
  BlockMasks m{};
  __m128i any_cr = _mm_setzero_si128();
  for (int i = 0; i < 4; ++i) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + 16 * i));
    const __m128i after = _mm_loadu_si128(reinterpret_cast<const __m128i*>(data + 16 * i + 1));
    const __m128i letter = in_range16(or16(x, _mm_set1_epi8(0x20)), 'a', 25);
    const __m128i digit = in_range16(x, '0', 9);
    const __m128i quote = equal16(x, '"');
    const __m128i cr = equal16(x, '\r');
    const __m128i rare = or16(or16(digit, quote), or16(equal16(x, '\''), equal16(x, '/')));
    any_cr = or16(any_cr, cr);
    m.word |= mask16(or16(or16(letter, digit), equal16(x, '_'))) << (16 * i);
    m.white |= mask16(or16(in_range16(x, '\t', 4), equal16(x, ' '))) << (16 * i);
    m.rare |= mask16(rare) << (16 * i);
    m.pair |= mask16(pairs16(x, after)) << (16 * i);
    m.newline |= mask16(equal16(x, '\n')) << (16 * i);
    m.string_stop |= mask16(or16(cr, or16(quote, equal16(x, '\\')))) << (16 * i);
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

[[gnu::always_inline]] RP_TARGET_AVX2 inline uint64_t mask32(__m256i v) {
  return static_cast<uint32_t>(_mm256_movemask_epi8(v));
}

[[gnu::always_inline]] RP_TARGET_AVX2 inline __m256i table_classes32(__m256i x, __m256i low, __m256i high) {
  const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(x, 4), _mm256_set1_epi8(0x0F));
  return _mm256_and_si256(_mm256_shuffle_epi8(low, x), _mm256_shuffle_epi8(high, upper));
}
// The bytes of `classes` that have one of `wanted`.
[[gnu::always_inline]] RP_TARGET_AVX2 inline uint64_t any_of32(__m256i classes, char wanted) {
  const __m256i found = _mm256_and_si256(classes, _mm256_set1_epi8(wanted));
  return static_cast<uint32_t>(~mask32(_mm256_cmpeq_epi8(found, _mm256_setzero_si256())));
}

[[gnu::always_inline]] RP_TARGET_AVX2 inline BlockMasks classify_half_avx2(const uint8_t* data) {
  const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data));
  const __m256i after = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(data + 1));
  const __m256i classes = table_classes32(x, _mm256_setr_epi8(RP_LOW_HALF_CLASSES, RP_LOW_HALF_CLASSES),
                                          _mm256_setr_epi8(RP_HIGH_HALF_CLASSES, RP_HIGH_HALF_CLASSES));
  const __m256i first = table_classes32(x, _mm256_setr_epi8(RP_LOW_HALF_FIRST, RP_LOW_HALF_FIRST),
                                        _mm256_setr_epi8(RP_HIGH_HALF_FIRST, RP_HIGH_HALF_FIRST));
  const __m256i second = table_classes32(after, _mm256_setr_epi8(RP_LOW_HALF_SECOND, RP_LOW_HALF_SECOND),
                                         _mm256_setr_epi8(RP_HIGH_HALF_SECOND, RP_HIGH_HALF_SECOND));
  BlockMasks m;
  m.word = any_of32(classes, 0x0F);
  m.rare = any_of32(classes, 0x11);
  m.pair = any_of32(_mm256_and_si256(first, second), -1);
  m.string_stop = any_of32(classes, 0x60) | mask32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')));
  m.white = mask32(_mm256_or_si256(classes, _mm256_cmpeq_epi8(x, _mm256_set1_epi8(' '))));
  m.newline = mask32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\n')));
  m.carriage_return = mask32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\r'))) != 0;
  return m;
}

[[gnu::always_inline]] RP_TARGET_AVX2 inline BlockMasks classify_block_avx2(const uint8_t* data) {
  BlockMasks m = classify_half_avx2(data);
  const BlockMasks upper = classify_half_avx2(data + 32);
  m.word |= upper.word << 32;
  m.rare |= upper.rare << 32;
  m.pair |= upper.pair << 32;
  m.string_stop |= upper.string_stop << 32;
  m.white |= upper.white << 32;
  m.newline |= upper.newline << 32;
  m.carriage_return |= upper.carriage_return;
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

// The unmasked broadcast sets off a false warning about uninitialised values in GCC 12.
#define RP_TABLE64(...) _mm512_maskz_broadcast_i32x4(0xFFFF, _mm_setr_epi8(__VA_ARGS__))

[[gnu::always_inline]] RP_TARGET_AVX512 inline __m512i table_classes64(__m512i x, __m512i low, __m512i high) {
  const __m512i upper = _mm512_and_si512(_mm512_srli_epi16(x, 4), _mm512_set1_epi8(0x0F));
  return _mm512_and_si512(_mm512_shuffle_epi8(low, x), _mm512_shuffle_epi8(high, upper));
}

[[gnu::always_inline]] RP_TARGET_AVX512 inline BlockMasks classify_block_avx512(const uint8_t* data) {
  const __m512i x = _mm512_loadu_si512(data);
  const __m512i after = _mm512_loadu_si512(data + 1);
  const __m512i classes = table_classes64(x, RP_TABLE64(RP_LOW_HALF_CLASSES), RP_TABLE64(RP_HIGH_HALF_CLASSES));
  const __m512i first = table_classes64(x, RP_TABLE64(RP_LOW_HALF_FIRST), RP_TABLE64(RP_HIGH_HALF_FIRST));
  const __m512i second = table_classes64(after, RP_TABLE64(RP_LOW_HALF_SECOND), RP_TABLE64(RP_HIGH_HALF_SECOND));
  BlockMasks m;
  m.word = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(0x0F));
  m.rare = _mm512_test_epi8_mask(classes, _mm512_set1_epi8(0x11));
  m.pair = _mm512_test_epi8_mask(first, second);
  m.string_stop =
      _mm512_test_epi8_mask(classes, _mm512_set1_epi8(0x60)) | _mm512_cmpeq_epi8_mask(x, _mm512_set1_epi8('"'));
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
[[gnu::always_inline]] inline uint64_t mask64(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  const uint8x16_t weights = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
  const uint8x16_t ab = vpaddq_u8(vandq_u8(a, weights), vandq_u8(b, weights));
  const uint8x16_t cd = vpaddq_u8(vandq_u8(c, weights), vandq_u8(d, weights));
  const uint8x16_t abcd = vpaddq_u8(ab, cd);
  return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(abcd, abcd)), 0);
}

[[gnu::always_inline]] inline uint8x16_t table_classes_neon(uint8x16_t x, uint8x16_t low, uint8x16_t high) {
  // Unlike the shuffle of x86, the table look-up takes no notice of the sign bit; the high table has no class for it.
  return vandq_u8(vqtbl1q_u8(low, vandq_u8(x, vdupq_n_u8(0x0F))), vqtbl1q_u8(high, vshrq_n_u8(x, 4)));
}

[[gnu::always_inline]] inline uint8x16_t table_neon(const int8_t (&values)[16]) {
  return vreinterpretq_u8_s8(vld1q_s8(values));
}

[[gnu::always_inline]] inline BlockMasks classify_block_neon(const uint8_t* data) {
  static constexpr int8_t kLowClasses[16] = {RP_LOW_HALF_CLASSES};
  static constexpr int8_t kHighClasses[16] = {RP_HIGH_HALF_CLASSES};
  static constexpr int8_t kLowFirst[16] = {RP_LOW_HALF_FIRST};
  static constexpr int8_t kHighFirst[16] = {RP_HIGH_HALF_FIRST};
  static constexpr int8_t kLowSecond[16] = {RP_LOW_HALF_SECOND};
  static constexpr int8_t kHighSecond[16] = {RP_HIGH_HALF_SECOND};
  uint8x16_t word[4];
  uint8x16_t white[4];
  uint8x16_t rare[4];
  uint8x16_t pair[4];
  uint8x16_t newline[4];
  uint8x16_t stop[4];
  uint8x16_t any_cr = vdupq_n_u8(0);
  for (int i = 0; i < 4; ++i) {
    const uint8x16_t x = vld1q_u8(data + 16 * i);
    const uint8x16_t after = vld1q_u8(data + 16 * i + 1);
    const uint8x16_t classes = table_classes_neon(x, table_neon(kLowClasses), table_neon(kHighClasses));
    word[i] = vtstq_u8(classes, vdupq_n_u8(0x0F));
    rare[i] = vtstq_u8(classes, vdupq_n_u8(0x11));
    stop[i] = vorrq_u8(vtstq_u8(classes, vdupq_n_u8(0x60)), vceqq_u8(x, vdupq_n_u8('"')));
    white[i] = vorrq_u8(vtstq_u8(classes, vdupq_n_u8(0x80)), vceqq_u8(x, vdupq_n_u8(' ')));
    newline[i] = vceqq_u8(x, vdupq_n_u8('\n'));
    any_cr = vorrq_u8(any_cr, vceqq_u8(x, vdupq_n_u8('\r')));
    pair[i] = vtstq_u8(table_classes_neon(x, table_neon(kLowFirst), table_neon(kHighFirst)),
                       table_classes_neon(after, table_neon(kLowSecond), table_neon(kHighSecond)));
  }
  BlockMasks m;
  m.word = mask64(word[0], word[1], word[2], word[3]);
  m.white = mask64(white[0], white[1], white[2], white[3]);
  m.rare = mask64(rare[0], rare[1], rare[2], rare[3]);
  m.pair = mask64(pair[0], pair[1], pair[2], pair[3]);
  m.newline = mask64(newline[0], newline[1], newline[2], newline[3]);
  m.string_stop = mask64(stop[0], stop[1], stop[2], stop[3]);
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

constexpr SimdOps kScalarOps{classify_scalar, find_any_scalar, find_non_ascii_scalar};
#if defined(__x86_64__)
constexpr SimdOps kSse2Ops{classify_sse2, find_any_sse2, find_non_ascii_sse2};
constexpr SimdOps kAvx2Ops{classify_avx2, find_any_avx2, find_non_ascii_avx2};
constexpr SimdOps kAvx512Ops{classify_avx512, find_any_avx512, find_non_ascii_avx512};
#elif defined(__aarch64__)
constexpr SimdOps kNeonOps{classify_neon, find_any_neon, find_non_ascii_neon};
#endif

}  // namespace

const SimdOps& simd_ops(SimdLevel level) {
  if (level == SimdLevel::Scalar) return kScalarOps;
#if defined(__x86_64__)
  if (level == SimdLevel::Sse2 || level == SimdLevel::Neon) return kSse2Ops;
  if (__builtin_cpu_supports("avx2") == 0) return kSse2Ops;
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
