// Typed 32-bit indexes into flat tables.
#pragma once

#include <compare>
#include <cstdint>

namespace rp {

template <typename Tag>
struct Id {
  static constexpr uint32_t kNone = 0xFFFF'FFFF;
  uint32_t value = kNone;

  constexpr Id() = default;
  constexpr explicit Id(uint32_t v) : value(v) {}
  [[nodiscard]] constexpr bool valid() const { return value != kNone; }
  constexpr explicit operator bool() const { return valid(); }
  friend constexpr auto operator<=>(Id, Id) = default;
};

}  // namespace rp
