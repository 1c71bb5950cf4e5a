// What a caller allows one piece of work to use, and how that work is told to stop.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>

namespace rp {

// Thrown when a MemoryBudget is exceeded; lib/abi turns it into RP_ERROR_LIMIT.
class MemoryLimitExceeded : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the memory limit was reached"; }
};

// Thrown when a Cancellation was requested; lib/abi turns it into RP_ERROR_CANCELLED.
class Cancelled : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the work was cancelled"; }
};

// Counts bytes held by the Buffers of one piece of work. Safe to share between the threads of that work.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t limit_bytes) : limit_(limit_bytes) {}  // 0 means no limit
  void charge(size_t bytes) {
    const size_t now = used_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
    if (limit_ != 0 && now > limit_) {
      used_.fetch_sub(bytes, std::memory_order_relaxed);
      throw MemoryLimitExceeded();
    }
    size_t peak = peak_.load(std::memory_order_relaxed);
    while (now > peak && !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
    }
  }
  void release(size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] size_t used() const { return used_.load(std::memory_order_relaxed); }
  [[nodiscard]] size_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  size_t limit_;
  std::atomic<size_t> used_{0};
  std::atomic<size_t> peak_{0};
};

// A flag that any thread may raise; the work polls it at coarse intervals.
class Cancellation {
 public:
  void request() noexcept { flag_.store(true, std::memory_order_relaxed); }
  void reset() noexcept { flag_.store(false, std::memory_order_relaxed); }
  [[nodiscard]] bool requested() const noexcept { return flag_.load(std::memory_order_relaxed); }
  static void poll(const Cancellation* token) {
    if (token != nullptr && token->requested()) throw Cancelled();
  }

 private:
  std::atomic<bool> flag_{false};
};

// How deep a file may nest before the parser reports an error instead of recursing.
inline constexpr uint32_t kDefaultNestingLimit = 4000;
inline constexpr uint32_t kMaxNestingLimit = 100000;

}  // namespace rp
