// Identifiers as numbers, for one crate. Two names are the same when their NFC forms are; `r#` is no part of a name.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/ids.h"

namespace rp {

struct NameTag;
using NameId = Id<NameTag>;

// Numbers follow the order of the first intern() of each name.
class NameTable {
 public:
  NameTable() = default;
  NameTable(NameTable&&) noexcept = default;
  NameTable& operator=(NameTable&&) noexcept = default;

  // `token` as written: `x`, `r#x`, `'a`, `'r#a`. Throws std::bad_alloc.
  NameId intern(std::string_view token);
  // Adds names that are all new and as intern() keeps them, the first as number 0: `texts` has them one behind the
  // other with a NUL behind each, and must stay as long as the table where `keep` does not own it. The table is empty
  // before. False, with the table in no useful state, when they are not so. Throws std::bad_alloc.
  bool adopt(std::span<const uint32_t> lengths, std::string_view texts, std::unique_ptr<char[]> keep);
  // Without adding it; invalid when no such name is there.
  [[nodiscard]] NameId find(std::string_view token) const;
  // With a NUL behind it.
  [[nodiscard]] std::string_view text(NameId name) const {
    const Entry& entry = entries_[name.value];
    return {entry.text, entry.length};
  }
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }

 private:
  struct Entry {
    const char* text;
    uint32_t length;
    uint32_t hash;
  };
  [[nodiscard]] NameId lookup(std::string_view text, uint32_t hash) const;
  NameId intern_plain(std::string_view text);
  void resize_slots(size_t size);

  Buffer<Entry> entries_;
  Buffer<uint32_t> slots_;  // open addressing; number + 1, 0 is free
  std::vector<std::unique_ptr<char[]>> chunks_;
  size_t chunk_used_ = 0;
  size_t chunk_size_ = 0;
};

}  // namespace rp
