// The table of hygiene contexts.
#include "expand/source.h"

namespace rp {
namespace {

size_t hash_pair(uint32_t a, uint32_t b) {
  uint64_t h = (uint64_t{a} << 32U) | b;
  h *= 0x9E37'79B9'7F4A'7C15U;
  return static_cast<size_t>(h ^ (h >> 29U));
}

}  // namespace

ContextId ContextTable::with(ContextId parent, ExpansionId expansion) {
  if (slots_.size() < 2 * (entries_.size() + 1)) {
    const size_t size = slots_.empty() ? 64 : slots_.size() * 2;
    slots_.resize(size);
    std::memset(slots_.data(), 0, size * sizeof(uint32_t));
    for (uint32_t i = 1; i < entries_.size(); ++i) {
      size_t at = hash_pair(entries_[i].parent, entries_[i].expansion.value) & (size - 1);
      while (slots_[at] != 0) at = (at + 1) & (size - 1);
      slots_[at] = i;
    }
  }
  const size_t mask = slots_.size() - 1;
  size_t at = hash_pair(parent, expansion.value) & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[slots_[at]];
    if (entry.parent == parent && entry.expansion == expansion) return slots_[at];
  }
  const auto id = static_cast<ContextId>(entries_.size());
  entries_.push_back({parent, expansion});
  slots_[at] = id;
  return id;
}

}  // namespace rp
