// A growable array of plain data: the storage of every flat structure in the library.
// Unlike std::vector it leaves new elements uninitialised, grows with realloc (which remaps large blocks
// instead of copying them) and charges what it takes to an optional MemoryBudget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

#include "base/limits.h"

namespace rp {

template <typename T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  Buffer() = default;
  explicit Buffer(MemoryBudget* budget) : budget_(budget) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() {
    std::free(data_);
    if (budget_ != nullptr) budget_->release(capacity_ * sizeof(T));
  }

  void swap(Buffer& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(budget_, other.budget_);
  }

  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] size_t capacity() const { return capacity_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] T* data() { return data_; }
  [[nodiscard]] const T* data() const { return data_; }
  [[nodiscard]] const T* begin() const { return data_; }
  [[nodiscard]] const T* end() const { return data_ + size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }
  [[nodiscard]] T& back() { return data_[size_ - 1]; }
  [[nodiscard]] const T& back() const { return data_[size_ - 1]; }

  void push_back(T value) {
    if (size_ == capacity_) [[unlikely]]
      grow(size_ + 1);
    data_[size_++] = value;
  }
  // Where ensure() has made room.
  void push_unchecked(T value) { data_[size_++] = value; }
  void append_unchecked(const T* values, size_t n) {
    if (n != 0) std::memcpy(data_ + size_, values, n * sizeof(T));
    size_ += n;
  }
  void pop_back() { --size_; }
  // Makes room for `extra` more elements beyond size().
  void ensure(size_t extra) {
    if (capacity_ - size_ < extra) [[unlikely]]
      grow(size_ + extra);
  }
  void reserve(size_t n) {
    if (n > capacity_) set_capacity(n);
  }
  // New elements are uninitialised.
  void resize(size_t n) {
    if (n > capacity_) grow(n);
    size_ = n;
  }
  void truncate(size_t n) { size_ = n; }
  // Gives back what was reserved and not used.
  void shrink_to_fit() {
    if (size_ == capacity_) return;
    if (size_ == 0) {
      std::free(data_);
      if (budget_ != nullptr) budget_->release(capacity_ * sizeof(T));
      data_ = nullptr;
      capacity_ = 0;
      return;
    }
    void* moved = std::realloc(data_, size_ * sizeof(T));
    if (moved == nullptr) return;  // shrinking is an economy, not a need
    if (budget_ != nullptr) budget_->release((capacity_ - size_) * sizeof(T));
    data_ = static_cast<T*>(moved);
    capacity_ = size_;
  }
  [[nodiscard]] size_t bytes() const { return capacity_ * sizeof(T); }
  // Stops charging; call it when the buffer outlives its budget.
  void detach_budget() {
    if (budget_ != nullptr) budget_->release(capacity_ * sizeof(T));
    budget_ = nullptr;
  }

 private:
  [[gnu::noinline]] void grow(size_t needed) {
    size_t wanted = capacity_ + capacity_ / 2 + 16;
    set_capacity(wanted < needed ? needed : wanted);
  }
  void set_capacity(size_t n) {
    if (n > SIZE_MAX / sizeof(T)) throw std::bad_alloc();
    if (budget_ != nullptr) budget_->charge((n - capacity_) * sizeof(T));
    void* moved = std::realloc(data_, n * sizeof(T));
    if (moved == nullptr) {
      if (budget_ != nullptr) budget_->release((n - capacity_) * sizeof(T));
      throw std::bad_alloc();
    }
    data_ = static_cast<T*>(moved);
    capacity_ = n;
  }

  T* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  MemoryBudget* budget_ = nullptr;
};

}  // namespace rp
