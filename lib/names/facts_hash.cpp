#include "names/facts_hash.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "crates/cfg_set.h"

namespace rp {
namespace {

// RFC 7693, section 2.6: the fractions of the square roots of the first eight primes.
constexpr std::array<uint64_t, 8> kInitial = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                              0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                              0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

// Section 2.7. Rounds 10 and 11 use the first two again.
constexpr uint8_t kSchedule[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

uint64_t load_word(const uint8_t* from) {
  uint64_t out = 0;
  for (unsigned i = 0; i < 8; ++i) out |= uint64_t{from[i]} << (8 * i);
  return out;
}

// Section 3.1.
inline void mix(uint64_t& a, uint64_t& b, uint64_t& c, uint64_t& d, uint64_t x, uint64_t y) {
  a += b + x;
  d = std::rotr(d ^ a, 32);
  c += d;
  b = std::rotr(b ^ c, 24);
  a += b + y;
  d = std::rotr(d ^ a, 16);
  c += d;
  b = std::rotr(b ^ c, 63);
}

}  // namespace

ContentHash::ContentHash() : state_(kInitial) {
  // The parameter block: no key, fan-out and depth 1.
  state_[0] ^= 0x01010000 ^ kDigestBytes;
}

// Section 3.2.
void ContentHash::compress(const uint8_t* block, bool last) {
  uint64_t m[16], v[16];
  for (size_t i = 0; i < 16; ++i) m[i] = load_word(block + 8 * i);
  for (size_t i = 0; i < 8; ++i) {
    v[i] = state_[i];
    v[i + 8] = kInitial[i];
  }
  v[12] ^= total_;
  if (last) v[14] = ~v[14];
  for (size_t round = 0; round < 12; ++round) {
    const uint8_t* s = kSchedule[round % 10];
    mix(v[0], v[4], v[8], v[12], m[s[0]], m[s[1]]);
    mix(v[1], v[5], v[9], v[13], m[s[2]], m[s[3]]);
    mix(v[2], v[6], v[10], v[14], m[s[4]], m[s[5]]);
    mix(v[3], v[7], v[11], v[15], m[s[6]], m[s[7]]);
    mix(v[0], v[5], v[10], v[15], m[s[8]], m[s[9]]);
    mix(v[1], v[6], v[11], v[12], m[s[10]], m[s[11]]);
    mix(v[2], v[7], v[8], v[13], m[s[12]], m[s[13]]);
    mix(v[3], v[4], v[9], v[14], m[s[14]], m[s[15]]);
  }
  for (size_t i = 0; i < 8; ++i) state_[i] ^= v[i] ^ v[i + 8];
}

void ContentHash::add_bytes(std::string_view bytes) {
  const auto* from = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  while (left > 0) {
    // A full block is kept until more follows: the last one is compressed in another way.
    if (filled_ == kBlockBytes) {
      total_ += kBlockBytes;
      compress(block_.data(), false);
      filled_ = 0;
    }
    const size_t n = std::min(left, kBlockBytes - filled_);
    std::memcpy(block_.data() + filled_, from, n);
    filled_ += n;
    from += n;
    left -= n;
  }
}

void ContentHash::add(uint64_t number) {
  char bytes[8];
  for (unsigned i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (8 * i) & 0xFF);
  add_bytes({bytes, sizeof bytes});
}

void ContentHash::add(std::string_view field) {
  add(uint64_t{field.size()});
  add_bytes(field);
}

void ContentHash::add_cfg(const CfgSet* cfg) {
  const std::vector<manifest::CfgFact> facts = cfg != nullptr ? cfg->facts() : std::vector<manifest::CfgFact>();
  add(uint64_t{facts.size()});
  for (const manifest::CfgFact& fact : facts) {
    add(fact.key);
    add(uint64_t{fact.has_value});
    add(fact.value);
  }
}

ContentHash::Digest ContentHash::finish() {
  total_ += filled_;
  std::fill(block_.begin() + static_cast<ptrdiff_t>(filled_), block_.end(), uint8_t{0});
  compress(block_.data(), true);
  Digest out;
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(state_[i / 8] >> (8 * (i % 8)) & 0xFF);
  return out;
}

std::string ContentHash::finish_hex() {
  std::string out;
  for (const uint8_t byte : finish()) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

}  // namespace rp
