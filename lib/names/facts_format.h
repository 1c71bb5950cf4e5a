// How facts are laid out in bytes; for the writer and the reader alone.
//
//   8 bytes   kFactsMagic
//   u32       kFactsVersion          (numbers here are little-endian)
//   u32, u32  size of the tables, unpacked and packed; 0 for packed: they are not
//   the tables, packed as one zstd frame with a checksum; then the blocks of signatures, a zstd frame each, and one
//   more for the words of the headers of impls
//
// Numbers in tables have a variable length (seven bits in a byte, the last has the high bit clear). Most definitions
// are like many others: what they have in common is a shape (FactsShape) in a list, and a definition is the number of
// its shape and what that leaves open. Of names in scopes differences are stored. Masks of targets are runs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rp {

inline constexpr std::string_view kFactsMagic = "RPFACTS\n";
inline constexpr size_t kFactsHeaderBytes = 20;
// What one crate may need; a reader trusts no larger number.
inline constexpr size_t kMaxFactsTableBytes = size_t{64} << 20;
inline constexpr uint32_t kMaxFactsRows = 4'000'000;  // definitions, and names in scopes
inline constexpr size_t kMaxFactsBlockBytes = size_t{4} << 20;
inline constexpr uint64_t kMaxFactsTextBytes = uint64_t{1} << 31;
inline constexpr size_t kFactsBlockBytes = size_t{256} << 10;  // where the writer begins the next block
inline constexpr uint32_t kMaxFactsTargets = 4096;

class FactsBytes {
 public:
  std::string out;

  void number(uint64_t value) {
    while (value >= 0x80) {
      out.push_back(static_cast<char>((value & 0x7F) | 0x80));
      value >>= 7;
    }
    out.push_back(static_cast<char>(value));
  }
  void difference(int64_t value) { number((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63)); }
  void text(std::string_view value) {
    number(value.size());
    out.append(value);
  }
};

// Reads what FactsBytes wrote, and whatever else it is given: once a number does not fit, everything after is zero and
// ok() is false.
class FactsCursor {
 public:
  explicit FactsCursor(std::string_view bytes)
      : at_(reinterpret_cast<const uint8_t*>(bytes.data())), end_(at_ + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] size_t left() const { return static_cast<size_t>(end_ - at_); }
  void fail() {
    ok_ = false;
    at_ = end_;
  }

  uint64_t number() {
    if (at_ != end_ && *at_ < 0x80) [[likely]]
      return *at_++;
    return long_number();
  }
  // A number that must fit 32 bits.
  uint32_t number32() {
    const uint64_t value = number();
    if (value > UINT32_MAX) [[unlikely]] {
      fail();
      return 0;
    }
    return static_cast<uint32_t>(value);
  }
  // A number below `limit`.
  uint32_t below(uint64_t limit) {
    const uint64_t value = number();
    if (value >= limit || value > UINT32_MAX) [[unlikely]] {
      fail();
      return 0;
    }
    return static_cast<uint32_t>(value);
  }
  int64_t difference() {
    const uint64_t value = number();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  // `base` and a difference, together below `limit`.
  uint32_t near(uint32_t base, uint64_t limit) {
    const uint64_t value = static_cast<uint64_t>(base) + static_cast<uint64_t>(difference());
    if (value >= limit) [[unlikely]] {
      fail();
      return 0;
    }
    return static_cast<uint32_t>(value);
  }
  // How many rows follow, when each takes at least `bytes`.
  uint32_t count(size_t bytes) {
    const uint64_t value = number();
    if (value > left() / bytes) [[unlikely]] {
      fail();
      return 0;
    }
    return static_cast<uint32_t>(value);
  }
  std::string_view bytes(uint64_t size) {
    if (size > left()) [[unlikely]] {
      fail();
      return {};
    }
    const std::string_view out(reinterpret_cast<const char*>(at_), static_cast<size_t>(size));
    at_ += size;
    return out;
  }
  std::string_view text() { return bytes(number()); }
  uint8_t byte() {
    if (at_ != end_) [[likely]]
      return *at_++;
    fail();
    return 0;
  }

 private:
  uint64_t long_number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      if (at_ == end_) break;
      const uint8_t byte = *at_++;
      value |= uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }

  const uint8_t* at_;
  const uint8_t* end_;
  bool ok_ = true;
};

// What many definitions have in common, and how the rest of each is told.
struct FactsShape {
  enum class Parent : uint8_t {
    Before,
    Same,
    Given
  };  // the row before; the parent of the row before; a number of steps
  enum class Name : uint8_t { None, Next, Given };       // the first that no row had; a number
  enum class Sight : uint8_t { Public, Around, Given };  // everybody; the module around; a row
  uint8_t kind = 0;                                      // a DefKind
  uint16_t flags = 0;
  Parent parent = Parent::Before;
  Name name = Name::None;
  Sight sight = Sight::Public;
  bool has_signature = false;  // with a length

  // Two numbers: `flags` and everything else.
  static constexpr uint32_t kHows = 3 * 3 * 3 * 2;
  [[nodiscard]] uint32_t how() const {
    return ((static_cast<uint32_t>(parent) * 3 + static_cast<uint32_t>(name)) * 3 + static_cast<uint32_t>(sight)) * 2 +
           (has_signature ? 1 : 0);
  }
  void set_how(uint32_t how) {
    has_signature = how % 2 != 0;
    sight = static_cast<Sight>(how / 2 % 3);
    name = static_cast<Name>(how / 6 % 3);
    parent = static_cast<Parent>(how / 18 % 3);
  }
  friend auto operator<=>(const FactsShape&, const FactsShape&) = default;
};

// The byte before an entry of a scope: its namespace, what it stands for and how.
struct FactsEntryBits {
  enum class Sight : uint8_t { Public, Module, Other };  // visible: everywhere, in the module itself, in a module given
  static uint8_t pack(unsigned space, unsigned target, bool glob, bool ambiguous, Sight sight) {
    return static_cast<uint8_t>(space | target << 2 | unsigned{glob} << 4 | unsigned{ambiguous} << 5 |
                                static_cast<unsigned>(sight) << 6);
  }
};

}  // namespace rp
