#include "types/int128.h"

namespace rp::wide {

Bits128 multiply(Bits128 a, Bits128 b, bool* overflow) {
  const uint32_t x[4] = {static_cast<uint32_t>(a.lo), static_cast<uint32_t>(a.lo >> 32), static_cast<uint32_t>(a.hi),
                         static_cast<uint32_t>(a.hi >> 32)};
  const uint32_t y[4] = {static_cast<uint32_t>(b.lo), static_cast<uint32_t>(b.lo >> 32), static_cast<uint32_t>(b.hi),
                         static_cast<uint32_t>(b.hi >> 32)};
  uint32_t r[8] = {};
  for (size_t i = 0; i < 4; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < 4; ++j) {
      const uint64_t at = uint64_t{x[i]} * y[j] + r[i + j] + carry;
      r[i + j] = static_cast<uint32_t>(at);
      carry = at >> 32;
    }
    r[i + 4] = static_cast<uint32_t>(carry);
  }
  *overflow = (r[4] | r[5] | r[6] | r[7]) != 0;
  return {uint64_t{r[0]} | uint64_t{r[1]} << 32, uint64_t{r[2]} | uint64_t{r[3]} << 32};
}

Quotient divide(Bits128 a, Bits128 b) {
  if (a.hi == 0 && b.hi == 0) return {of(a.lo / b.lo), of(a.lo % b.lo)};
  Quotient q;
  for (uint32_t i = 128; i-- > 0;) {
    const bool carry = is_negative(q.rest);
    q.rest = shift_left(q.rest, 1);
    q.rest.lo |= shift_right(a, i).lo & 1;
    if (carry || !less_unsigned(q.rest, b)) {
      q.rest = sub(q.rest, b);
      q.quotient = bit_or(q.quotient, shift_left(of(1), i));
    }
  }
  return q;
}

namespace {
uint32_t ones64(uint64_t v) {
  uint32_t n = 0;
  for (; v != 0; v &= v - 1) ++n;
  return n;
}
}  // namespace

uint32_t count_ones(Bits128 a) { return ones64(a.lo) + ones64(a.hi); }

uint32_t leading_zeros(Bits128 a) {
  uint32_t n = 0;
  while (n < 128 && !is_negative(a)) {
    a = shift_left(a, 1);
    ++n;
  }
  return n;
}

uint32_t trailing_zeros(Bits128 a) {
  uint32_t n = 0;
  while (n < 128 && (a.lo & 1) == 0) {
    a = shift_right(a, 1);
    ++n;
  }
  return n;
}

Bits128 wrap(Bits128 a, uint32_t bits, bool is_signed) {
  if (bits >= 128) return a;
  const Bits128 mask = sub(shift_left(of(1), bits), of(1));
  const Bits128 low = bit_and(a, mask);
  if (!is_signed || (shift_right(low, bits - 1).lo & 1) == 0) return low;
  return bit_or(low, bit_not(mask));
}

Bits128 max_of(uint32_t bits, bool is_signed) {
  const uint32_t value_bits = is_signed ? bits - 1 : bits;
  if (value_bits >= 128) return {UINT64_MAX, UINT64_MAX};
  return sub(shift_left(of(1), value_bits), of(1));
}

Bits128 min_of(uint32_t bits, bool is_signed) { return is_signed ? negate(shift_left(of(1), bits - 1)) : Bits128{}; }

}  // namespace rp::wide
