// 128-bit integers: discriminants, valid ranges and constants need all of them.
#pragma once

#include <algorithm>
#include <string>

namespace rp {

using u128 = unsigned __int128;
using i128 = __int128;

// The largest value that an unsigned integer of so many bytes (1 to 16) can hold.
constexpr u128 max_of_bytes(unsigned bytes) { return bytes >= 16 ? ~u128{0} : (u128{1} << (8 * bytes)) - 1; }

// Takes the low bytes of `value` for a two's complement number.
constexpr i128 sign_extend(u128 value, unsigned bytes) {
  if (bytes >= 16) return static_cast<i128>(value);
  const unsigned shift = 128 - 8 * bytes;
  return static_cast<i128>(value << shift) >> shift;
}

inline std::string to_decimal(u128 value) {
  std::string out;
  do {
    out.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(out.begin(), out.end());
  return out;
}

inline std::string to_decimal(i128 value) {
  return value < 0 ? "-" + to_decimal(u128{0} - static_cast<u128>(value)) : to_decimal(static_cast<u128>(value));
}

}  // namespace rp
