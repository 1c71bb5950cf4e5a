#include "names/name_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "syntax/lexer.h"

namespace rp {

namespace {

uint64_t load(const char* from, size_t size) {
  uint64_t out = 0;
  std::memcpy(&out, from, size);
  return out;
}

// Eight bytes at a time, each mixed by a multiplication (by the golden ratio, as in Knuth, TAOCP 6.4) and a rotation.
uint32_t hash_text(std::string_view text) {
  constexpr uint64_t kGolden = 0x9E3779B97F4A7C15U;
  const char* at = text.data();
  size_t left = text.size();
  uint64_t h = left * kGolden;
  while (left > 8) {
    h = std::rotl((h ^ load(at, 8)) * kGolden, 32);
    at += 8;
    left -= 8;
  }
  uint64_t last = 0;
  if (left >= 4)  // the halves overlap
    last = load(at, 4) | load(at + left - 4, 4) << 32;
  else if (left != 0)
    last = load(at, 1) | load(at + left / 2, 1) << 8 | load(at + left - 1, 1) << 16;
  h = (h ^ last) * kGolden;
  return static_cast<uint32_t>(h >> 32);
}

bool is_ascii(std::string_view text) {
  uint64_t bits = 0;
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) bits |= load(text.data() + at, 8);
  for (; at < text.size(); ++at) bits |= static_cast<uint8_t>(text[at]);
  return (bits & 0x8080808080808080U) == 0;
}

// Without `r#`, which is no part of the name. Lifetimes keep their quote: 'r#a is 'a.
std::string_view strip_raw(std::string_view token, std::string* storage) {
  if (token.starts_with("r#")) return token.substr(2);
  if (token.starts_with("'r#")) {
    *storage = "'" + std::string(token.substr(3));
    return *storage;
  }
  return token;
}

}  // namespace

NameId NameTable::lookup(std::string_view text, uint32_t hash) const {
  if (slots_.empty()) return {};
  const size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    const uint32_t slot = slots_[i];
    if (slot == 0) return {};
    const Entry& entry = entries_[slot - 1];
    if (entry.hash == hash && std::string_view(entry.text, entry.length) == text) return NameId(slot - 1);
  }
}

bool NameTable::adopt(std::span<const uint32_t> lengths, std::string_view texts, std::unique_ptr<char[]> keep) {
  const size_t count = lengths.size();
  if (!entries_.empty() || texts.size() > UINT32_MAX) return false;
  resize_slots(std::bit_ceil(std::max<size_t>(1024, count * 2)));
  entries_.resize(count);
  const size_t mask = slots_.size() - 1;
  const char* at = texts.data();
  size_t left = texts.size();
  for (uint32_t n = 0; n < count; ++n) {
    const uint32_t length = lengths[n];
    if (length == 0 || length >= left || at[length] != '\0') return false;
    const std::string_view text(at, length);
    if (!is_ascii(text)) [[unlikely]] {
      std::string normal;
      if (normalize_nfc(text, &normal) && normal != text) return false;
    }
    const uint32_t hash = hash_text(text);
    size_t slot = hash & mask;
    for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
      const Entry& other = entries_[slots_[slot] - 1];
      if (other.hash == hash && std::string_view(other.text, other.length) == text) return false;
    }
    slots_[slot] = n + 1;
    entries_[n] = {at, length, hash};
    at += length + size_t{1};
    left -= length + size_t{1};
  }
  if (keep != nullptr) chunks_.push_back(std::move(keep));
  return left == 0;
}

void NameTable::resize_slots(size_t size) {
  Buffer<uint32_t> slots;
  slots.resize(size);
  std::memset(slots.data(), 0, size * sizeof(uint32_t));
  const size_t mask = size - 1;
  for (uint32_t n = 0; n < entries_.size(); ++n) {
    size_t i = entries_[n].hash & mask;
    while (slots[i] != 0) i = (i + 1) & mask;
    slots[i] = n + 1;
  }
  slots_ = std::move(slots);
}

NameId NameTable::intern_plain(std::string_view text) {
  const uint32_t hash = hash_text(text);
  if (const NameId found = lookup(text, hash)) return found;
  if ((entries_.size() + 1) * 2 > slots_.size()) resize_slots(std::max<size_t>(1024, slots_.size() * 2));
  constexpr size_t kChunk = 16384;
  // With a NUL behind it, as the C interface hands it out; the chunk is all zero before.
  if (chunk_size_ - chunk_used_ < text.size() + 1) {
    chunk_size_ = std::max(kChunk, text.size() + 1);
    chunks_.push_back(std::make_unique<char[]>(chunk_size_));
    chunk_used_ = 0;
  }
  char* to = chunks_.back().get() + chunk_used_;
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  chunk_used_ += text.size() + 1;
  const auto number = static_cast<uint32_t>(entries_.size());
  entries_.push_back({to, static_cast<uint32_t>(text.size()), hash});
  const size_t mask = slots_.size() - 1;
  size_t i = hash & mask;
  while (slots_[i] != 0) i = (i + 1) & mask;
  slots_[i] = number + 1;
  return NameId(number);
}

NameId NameTable::intern(std::string_view token) {
  std::string storage;
  const std::string_view plain = strip_raw(token, &storage);
  if (is_ascii(plain)) [[likely]]
    return intern_plain(plain);
  std::string normal;
  return normalize_nfc(plain, &normal) ? intern_plain(normal) : intern_plain(plain);
}

NameId NameTable::find(std::string_view token) const {
  std::string storage;
  const std::string_view plain = strip_raw(token, &storage);
  std::string normal;
  if (!is_ascii(plain) && normalize_nfc(plain, &normal)) return lookup(normal, hash_text(normal));
  return lookup(plain, hash_text(plain));
}

}  // namespace rp
