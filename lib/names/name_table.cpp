#include "names/name_table.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "syntax/lexer.h"

namespace rp {

namespace {

// FNV-1a, 32 bits.
uint32_t hash_text(std::string_view text) {
  uint32_t h = 2166136261U;
  for (const char c : text) h = (h ^ static_cast<uint8_t>(c)) * 16777619U;
  return h;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<uint8_t>(c) < 0x80; });
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

void NameTable::reserve(uint32_t count) {
  entries_.reserve(count);
  const size_t size = std::bit_ceil(size_t{count} * 2);
  if (size > slots_.size()) resize_slots(size);
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
