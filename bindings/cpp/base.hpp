// base.hpp - what every part of the C++ binding stands on: errors as exceptions, handles that end themselves, ranges,
// versions, cancellation and the rendering of texts. <rustpro/rustpro.hpp> includes it and says what holds for all.
#ifndef RUSTPRO_BASE_HPP
#define RUSTPRO_BASE_HPP

#include <rustpro/rustpro.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace rustpro {

// Plain values and numbers of the C interface, under the names of this one.
using Status = rp_status;
using Span = rp_span;
using Position = rp_position;
using TreeStats = rp_tree_stats;
using Metrics = rp_metrics;
using Verdict = rp_verdict;
using Severity = rp_severity;
using UnsafeKind = rp_unsafe_kind;
using SafetyDocs = rp_safety_docs;
using Format = rp_format;
using Applicability = rp_applicability;
using SkipKind = rp_skip_kind;
using HiddenFindings = rp_hidden_findings;
using ReviewGapKind = rp_review_gap_kind;
using PackageRole = rp_package_role;
using UnsafeLevel = rp_unsafe_level;

namespace detail {

inline std::string_view view(rp_string text) noexcept { return {text.data, text.length}; }

template <typename T, void (*Free)(T*)>
struct Deleter {
  void operator()(T* handle) const noexcept { Free(handle); }
};

template <typename T, void (*Free)(T*)>
using Handle = std::unique_ptr<T, Deleter<T, Free>>;

}  // namespace detail

// Returns the name of a status, such as "RP_ERROR_IO". Static.
inline std::string_view status_name(Status status) noexcept { return detail::view(rp_status_name(status)); }

// A call failed. what() is the library's message.
class Error : public std::runtime_error {
 public:
  Error(Status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  Status status() const noexcept { return status_; }

 private:
  Status status_;
};

namespace detail {

// Receives the error of one call and throws it.
class ErrorSlot {
 public:
  ErrorSlot() = default;
  ~ErrorSlot() { rp_error_free(error_); }
  ErrorSlot(const ErrorSlot&) = delete;
  ErrorSlot& operator=(const ErrorSlot&) = delete;

  rp_error** out() noexcept { return &error_; }
  void check(Status status) const {
    if (status == RP_OK) return;
    // No words came with the status when there was no memory for them.
    if (error_ == nullptr) throw Error(status, std::string(status_name(status)));
    throw Error(rp_error_status(error_), std::string(view(rp_error_message(error_))));
  }

 private:
  rp_error* error_ = nullptr;
};

// `size()` elements by index, made when asked for. Holds a pointer to its owner.
template <typename Owner, typename Value, Value (*Get)(const Owner*, size_t)>
class IndexRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Value;

    Iterator(const Owner* owner, size_t index) noexcept : owner_(owner), index_(index) {}
    Value operator*() const { return Get(owner_, index_); }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++index_;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept { return index_ == other.index_; }
    bool operator!=(const Iterator& other) const noexcept { return index_ != other.index_; }

   private:
    const Owner* owner_;
    size_t index_;
  };

  IndexRange(const Owner* owner, size_t size) noexcept : owner_(owner), size_(size) {}
  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  Iterator begin() const noexcept { return {owner_, 0}; }
  Iterator end() const noexcept { return {owner_, size_}; }

  // Throws std::out_of_range.
  Value operator[](size_t index) const {
    if (index >= size_) throw std::out_of_range("index " + std::to_string(index) + " of " + std::to_string(size_));
    return Get(owner_, index);
  }

 private:
  const Owner* owner_;
  size_t size_;
};

}  // namespace detail

// ---- Versions and cancellation -------------------------------------------------------------------------------------

// Returns the version of the library that runs, such as "0.1.0".
inline std::string_view version() noexcept { return detail::view(rp_version_string()); }

// Returns the same as major * 1000000 + minor * 1000 + patch.
inline uint32_t version_number() noexcept { return rp_version_number(); }

// Returns true when the library that runs offers that interface; by default the one of these headers.
inline bool abi_compatible(uint32_t major = RP_ABI_MAJOR, uint32_t minor = RP_ABI_MINOR) noexcept {
  return rp_abi_compatible(major, minor) != 0;
}

// A flag that stops long calls. Any thread may raise it. It must outlive the calls and workspaces that were given it.
class Cancellation {
 public:
  Cancellation() {
    rp_cancellation* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_cancellation_new(&made, error.out()));
    handle_.reset(made);
  }

  // Makes the calls that were given this token throw an Error with RP_ERROR_CANCELLED soon.
  void request() noexcept { rp_cancellation_request(handle_.get()); }
  bool requested() const noexcept { return rp_cancellation_requested(handle_.get()) != 0; }
  // Lowers the flag, for further calls.
  void reset() noexcept { rp_cancellation_reset(handle_.get()); }

  const rp_cancellation* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_cancellation, rp_cancellation_free> handle_;
};

// ---- Rendered texts ------------------------------------------------------------------------------------------------

struct RenderOptions {
  Format format = RP_FORMAT_TEXT;
  bool color = false;
  uint32_t width = 0;               // columns; 0 means 100
  std::string_view link_base = {};  // what links to files begin with in Markdown; empty for relative ones
};

namespace detail {

inline std::string take(rp_buffer* buffer) {
  const Handle<rp_buffer, rp_buffer_free> owner(buffer);
  return std::string(view(rp_buffer_text(buffer)));
}

template <typename Subject>
std::string render(rp_status (*call)(const Subject*, const rp_render_options*, rp_buffer**, rp_error**),
                   const Subject* subject, const RenderOptions& options) {
  rp_render_options plain = RP_RENDER_OPTIONS_INIT;
  plain.format = options.format;
  plain.color = options.color ? 1 : 0;
  plain.width = options.width;
  plain.link_base = options.link_base.data();
  plain.link_base_length = options.link_base.size();
  rp_buffer* buffer = nullptr;
  ErrorSlot error;
  error.check(call(subject, &plain, &buffer, error.out()));
  return take(buffer);
}

}  // namespace detail

}  // namespace rustpro

#endif
