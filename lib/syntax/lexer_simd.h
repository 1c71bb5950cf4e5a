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
  // Of those, the ones that start a number, a string, a lifetime, a character or perhaps a comment.
  uint64_t rares[kChunkBlocks];
  // A byte that is one token, or two slots, with the byte behind it: see is_operator_pair.
  uint64_t pairs[kChunkBlocks];
  uint64_t newlines[kChunkBlocks];
  // What the inside of a string is searched for: `"`, backslash and carriage return.
  uint64_t string_stops[kChunkBlocks];
  bool has_carriage_return;
};

// Whether the two characters make an operator of exactly two. Those that can grow to three (`..`, `<<`, `>>`), and two
// that hardly occur (`<-`, `^=`), are left to code that looks at each character.
inline constexpr bool is_operator_pair(uint8_t first, uint8_t second) {
  switch (second) {
    case '=':
      return first == '=' || first == '<' || first == '>' || first == '!' || first == '+' || first == '-' ||
             first == '*' || first == '/' || first == '%' || first == '&' || first == '|';
    case '>':
      return first == '=' || first == '-';
    case '&':
    case '|':
    case ':':
      return first == second;
    default:
      return false;
  }
}

struct SimdOps {
  // Reads 64 * (blocks + 1) bytes at `data`; fills `blocks` entries and one more of `words`. `in_word`: the byte
  // before is in a word.
  void (*classify)(const uint8_t* data, size_t blocks, bool in_word, ChunkBits* bits);
  // The offset in [from, size) of the first byte that is `a`, `b` or `c`, or `size`.
  size_t (*find_any)(const uint8_t* data, size_t from, size_t size, uint8_t a, uint8_t b, uint8_t c);
  // The same for the first byte of 0x80 and above.
  size_t (*find_non_ascii)(const uint8_t* data, size_t from, size_t size);
};

// The functions of `level`, or of the best level below it that this machine has.
const SimdOps& simd_ops(SimdLevel level);

}  // namespace rp
