// Arithmetic on 128 bits in portable C++, for constants: values of Rust's integer types, sign- or zero-extended.
#pragma once

#include "types/type.h"

namespace rp {

namespace wide {

inline Bits128 of(uint64_t v) { return {v, 0}; }
inline Bits128 of_signed(int64_t v) { return {static_cast<uint64_t>(v), v < 0 ? UINT64_MAX : 0}; }
inline bool is_zero(Bits128 a) { return a.lo == 0 && a.hi == 0; }
inline bool is_negative(Bits128 a) { return (a.hi >> 63) != 0; }
inline bool less_unsigned(Bits128 a, Bits128 b) { return a.hi != b.hi ? a.hi < b.hi : a.lo < b.lo; }
inline bool less_signed(Bits128 a, Bits128 b) {
  return is_negative(a) != is_negative(b) ? is_negative(a) : less_unsigned(a, b);
}
inline Bits128 add(Bits128 a, Bits128 b) {
  Bits128 r{a.lo + b.lo, a.hi + b.hi};
  if (r.lo < a.lo) ++r.hi;
  return r;
}
inline Bits128 bit_not(Bits128 a) { return {~a.lo, ~a.hi}; }
inline Bits128 negate(Bits128 a) { return add(bit_not(a), of(1)); }
inline Bits128 sub(Bits128 a, Bits128 b) { return add(a, negate(b)); }
inline Bits128 bit_and(Bits128 a, Bits128 b) { return {a.lo & b.lo, a.hi & b.hi}; }
inline Bits128 bit_or(Bits128 a, Bits128 b) { return {a.lo | b.lo, a.hi | b.hi}; }
inline Bits128 bit_xor(Bits128 a, Bits128 b) { return {a.lo ^ b.lo, a.hi ^ b.hi}; }
// `by` is below 128.
inline Bits128 shift_left(Bits128 a, uint32_t by) {
  if (by == 0) return a;
  if (by >= 64) return {0, a.lo << (by - 64)};
  return {a.lo << by, a.hi << by | a.lo >> (64 - by)};
}
inline Bits128 shift_right(Bits128 a, uint32_t by) {
  if (by == 0) return a;
  if (by >= 64) return {a.hi >> (by - 64), 0};
  return {a.lo >> by | a.hi << (64 - by), a.hi >> by};
}
inline Bits128 shift_right_signed(Bits128 a, uint32_t by) {
  if (!is_negative(a)) return shift_right(a, by);
  return bit_not(shift_right(bit_not(a), by));
}
Bits128 multiply(Bits128 a, Bits128 b, bool* overflow);  // unsigned
struct Quotient {
  Bits128 quotient, rest;
};
Quotient divide(Bits128 a, Bits128 b);  // unsigned; `b` is not zero
uint32_t count_ones(Bits128 a);
uint32_t leading_zeros(Bits128 a);   // of 128
uint32_t trailing_zeros(Bits128 a);  // 128 for zero

// The value that an integer type of `bits` bits gives the lowest bits.
Bits128 wrap(Bits128 a, uint32_t bits, bool is_signed);
inline bool fits(Bits128 a, uint32_t bits, bool is_signed) { return wrap(a, bits, is_signed) == a; }
Bits128 max_of(uint32_t bits, bool is_signed);
Bits128 min_of(uint32_t bits, bool is_signed);

}  // namespace wide

}  // namespace rp
