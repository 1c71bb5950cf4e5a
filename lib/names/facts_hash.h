// BLAKE2b (RFC 7693) with a digest of 256 bits: what names the content of a crate in the cache. A hash that nobody can
// make collide on purpose, because one dependency must not be able to pass for another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rp {

class CfgSet;

class ContentHash {
 public:
  static constexpr size_t kDigestBytes = 32;
  using Digest = std::array<uint8_t, kDigestBytes>;

  ContentHash();
  // The bytes alone.
  void add_bytes(std::string_view bytes);
  // The length, then the bytes: so fields that follow each other cannot run together.
  void add(std::string_view field);
  void add(uint64_t number);
  // All facts; null is none.
  void add_cfg(const CfgSet* cfg);
  // Ends the hash; nothing may be added behind it.
  [[nodiscard]] Digest finish();
  // The digest as 64 hexadecimal digits.
  [[nodiscard]] std::string finish_hex();

 private:
  void compress(const uint8_t* block, bool last);

  static constexpr size_t kBlockBytes = 128;
  std::array<uint64_t, 8> state_;
  std::array<uint8_t, kBlockBytes> block_;
  size_t filled_ = 0;
  uint64_t total_ = 0;  // RFC 7693 counts to 2^128; no input here is longer than 2^64 bytes
};

}  // namespace rp
