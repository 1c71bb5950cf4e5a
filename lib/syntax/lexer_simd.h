// The parts of the lexer that look at many bytes at once, for each instruction set: where words and tokens may start,
// and searches inside literals. Every level gives the same results.
#pragma once

#include <cstddef>
#include <cstdint>

#include "syntax/lexer.h"

namespace rp {

// How much text is classified at a time. The bitmaps stay in the first-level cache, and a long comment or string
// wastes at most one chunk of classification.
inline constexpr size_t kBlockBytes = 64;
inline constexpr size_t kChunkBlocks = 64;
inline constexpr size_t kChunkBytes = kBlockBytes * kChunkBlocks;

// One bit for each byte of a chunk.
struct ChunkBits {
  // A word is a run of [A-Za-z0-9_]. One block more than the chunk, and then zeros: a word is measured from any byte
  // of the chunk by one unaligned load.
  uint64_t words[kChunkBlocks + 2];
  // What may start a token: the first byte of a word, and every byte that is neither in a word nor ASCII white space.
  uint64_t starts[kChunkBlocks];
  uint64_t newlines[kChunkBlocks];
  bool has_carriage_return;
};

struct SimdOps {
  // Reads 64 * (blocks + 1) bytes at `data`; fills `blocks` entries and one more of `words`. `in_word`: the byte
  // before is in a word.
  void (*classify)(const uint8_t* data, size_t blocks, bool in_word, ChunkBits* bits);
  // The offset in [from, size) of the first byte that is `a`, `b` or `c`, or `size`.
  size_t (*find_any)(const uint8_t* data, size_t from, size_t size, uint8_t a, uint8_t b, uint8_t c);
  // The same for the first byte of 0x80 and above.
  size_t (*find_non_ascii)(const uint8_t* data, size_t from, size_t size);
  // The machine has the BMI instructions (count trailing zeros, clear lowest bit), which the token loop likes.
  bool has_bmi;
};

// The functions of `level`, or of the best level below it that this machine has.
const SimdOps& simd_ops(SimdLevel level);

}  // namespace rp
