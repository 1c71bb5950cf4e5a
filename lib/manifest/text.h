// What every structure of this folder is made of: places in a text, strings that stay where they are, and problems.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace rp::manifest {

// A range of bytes of one text. A byte order mark counts, so the first byte of the file is always 0.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  [[nodiscard]] constexpr uint32_t length() const { return end - begin; }
  friend constexpr bool operator==(Span, Span) = default;
};

// A string of a file, and where it is written there. `value` has its escapes resolved; `span` includes the quotes.
struct Text {
  std::string_view value;
  Span span;
};
using TextList = std::span<const Text>;

// Memory that only grows and never moves: what is copied here keeps its address until the arena dies, also when the
// arena itself is moved. Throws std::bad_alloc.
class Arena {
 public:
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = static_cast<char*>(take(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  template <typename T>
  std::span<const T> copy(const std::vector<T>& items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    void* to = take(items.size() * sizeof(T), alignof(T));
    std::memcpy(to, items.data(), items.size() * sizeof(T));
    return {static_cast<const T*>(to), items.size()};
  }

 private:
  static constexpr size_t kChunk = 4096;
  void* take(size_t size, size_t align) {
    used_ = (used_ + align - 1) / align * align;
    if (chunks_.empty() || used_ + size > capacity_) {
      capacity_ = size > kChunk ? size : kChunk;
      chunks_.push_back(std::make_unique<std::byte[]>(capacity_));
      used_ = 0;
    }
    void* at = chunks_.back().get() + used_;
    used_ += size;
    return at;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  size_t used_ = 0;
  size_t capacity_ = 0;
};

enum class Severity : uint8_t {
  Warning,     // cargo reads the file, and says something
  BuildError,  // cargo reads the file, and refuses to build
  Error,       // cargo refuses the file
};

// Something that is wrong with a file. Reading goes on after each, with the value left out.
struct Problem {
  Severity severity = Severity::Error;
  Span span;
  std::string_view message;  // what is wrong, naming the key
  std::string_view accepts;  // what cargo would take here; may be empty
};

// A value of a file, or the lack of one.
enum class Origin : uint8_t {
  Absent,     // not written, or written wrongly: a problem says so
  Written,    // written in this file
  Inherited,  // `key.workspace = true`: the value is that of the workspace (empty until it is looked up)
};

// `key` and `span` are places in the file that holds the field, also when the value is inherited.
template <typename T>
struct Field {
  T value{};
  Span key;
  Span span;
  Origin origin = Origin::Absent;
  [[nodiscard]] constexpr explicit operator bool() const { return origin != Origin::Absent; }
  [[nodiscard]] constexpr const T& value_or(const T& other) const { return origin == Origin::Absent ? other : value; }
};

}  // namespace rp::manifest
