// lib/base: buffers, memory budgets, cancellation, ids.
#include "unit_test.h"

#include <cstdint>
#include <utility>

#include "base/buffer.h"
#include "base/ids.h"
#include "base/limits.h"

namespace {

using rp::Buffer;
using rp::MemoryBudget;

void buffer_keeps_its_elements_while_it_grows(void**) {
  Buffer<uint32_t> numbers;
  for (uint32_t i = 0; i < 100000; ++i) numbers.push_back(i * 7);
  assert_int_equal(numbers.size(), 100000);
  for (uint32_t i = 0; i < 100000; ++i) assert_int_equal(numbers[i], i * 7);
  numbers.shrink_to_fit();
  assert_int_equal(numbers.capacity(), 100000);
  assert_int_equal(numbers.bytes(), 400000);
  assert_int_equal(numbers.back(), 99999 * 7);
}

void buffer_moves_leave_nothing_behind(void**) {
  Buffer<char> a;
  a.push_back('x');
  Buffer<char> b(std::move(a));
  assert_true(a.empty());
  assert_int_equal(b.size(), 1);
  Buffer<char> c;
  c = std::move(b);
  assert_int_equal(c[0], 'x');
}

void budget_counts_what_buffers_hold(void**) {
  MemoryBudget budget(0);
  {
    Buffer<uint64_t> buffer(&budget);
    buffer.reserve(1000);
    assert_int_equal(budget.used(), 8000);
    buffer.resize(10);
    buffer.shrink_to_fit();
    assert_int_equal(budget.used(), 80);
    buffer.truncate(0);
    buffer.shrink_to_fit();
    assert_int_equal(budget.used(), 0);
    buffer.reserve(5);
    buffer.detach_budget();
    assert_int_equal(budget.used(), 0);
  }
  assert_int_equal(budget.used(), 0);
  assert_int_equal(budget.peak(), 8000);
}

void budget_stops_a_buffer_and_leaves_it_whole(void**) {
  MemoryBudget budget(1024);
  Buffer<uint8_t> buffer(&budget);
  buffer.resize(1000);
  buffer[999] = 42;
  assert_throws(rp::MemoryLimitExceeded, buffer.reserve(1025));
  assert_int_equal(buffer.size(), 1000);
  assert_int_equal(buffer[999], 42);
  assert_int_equal(budget.used(), buffer.bytes());
  buffer.reserve(1024);
  assert_int_equal(budget.used(), 1024);
}

void buffer_refuses_sizes_no_memory_can_hold(void**) {
  Buffer<uint64_t> buffer;
  assert_throws(std::bad_alloc, buffer.reserve(SIZE_MAX / 8 + 1));
  assert_int_equal(buffer.capacity(), 0);
}

void cancellation_is_seen_when_polled(void**) {
  rp::Cancellation cancellation;
  rp::Cancellation::poll(nullptr);
  rp::Cancellation::poll(&cancellation);
  cancellation.request();
  assert_true(cancellation.requested());
  assert_throws(rp::Cancelled, rp::Cancellation::poll(&cancellation));
  cancellation.reset();
  rp::Cancellation::poll(&cancellation);
}

void ids_know_whether_they_are_set(void**) {
  struct Tag {};
  const rp::Id<Tag> none, zero(0);
  assert_false(none.valid());
  assert_true(zero.valid());
  assert_true(zero < none);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(buffer_keeps_its_elements_while_it_grows),
           cmocka_unit_test(buffer_moves_leave_nothing_behind), cmocka_unit_test(budget_counts_what_buffers_hold),
           cmocka_unit_test(budget_stops_a_buffer_and_leaves_it_whole),
           cmocka_unit_test(buffer_refuses_sizes_no_memory_can_hold),
           cmocka_unit_test(cancellation_is_seen_when_polled), cmocka_unit_test(ids_know_whether_they_are_set))
