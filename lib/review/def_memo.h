// What was found out about definitions, one value for each, for all threads: found once, read without a lock.
//
// A value is a pointer or a small number; the one that T() makes stands for what nobody has asked for yet. The values
// of a crate lie in one array, made when the first of them is put.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "names/crate_defs.h"

namespace rp {

template <typename T>
class DefMemo {
 public:
  explicit DefMemo(size_t crates) : columns_(crates), owned_(crates) {}

  [[nodiscard]] T find(DefRef ref) const {
    if (ref.crate >= columns_.size()) return T();
    const Column* column = columns_[ref.crate].load(std::memory_order_acquire);
    return column != nullptr && ref.def.value < column->size
               ? column->values[ref.def.value].load(std::memory_order_acquire)
               : T();
  }
  // `def_count` is that of the definition's crate. Threads that find the same at once put the same. Throws
  // std::bad_alloc.
  void put(DefRef ref, size_t def_count, T value) {
    if (ref.crate >= columns_.size() || ref.def.value >= def_count) return;
    Column* column = columns_[ref.crate].load(std::memory_order_acquire);
    if (column == nullptr) column = add(ref.crate, def_count);
    column->values[ref.def.value].store(value, std::memory_order_release);
  }

 private:
  struct Column {
    explicit Column(size_t count) : size(count), values(new std::atomic<T>[count]()) {}
    size_t size;
    std::unique_ptr<std::atomic<T>[]> values;
  };
  Column* add(CrateIndex crate, size_t def_count) {
    const std::lock_guard lock(mutex_);
    if (owned_[crate] == nullptr) {
      owned_[crate] = std::make_unique<Column>(def_count);
      columns_[crate].store(owned_[crate].get(), std::memory_order_release);
    }
    return owned_[crate].get();
  }

  std::vector<std::atomic<Column*>> columns_;  // by crate
  std::vector<std::unique_ptr<Column>> owned_;
  std::mutex mutex_;
};

}  // namespace rp
