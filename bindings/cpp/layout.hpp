// layout.hpp - how types lie in memory: one type, or all of a crate. A Project makes them.
#ifndef RUSTPRO_LAYOUT_HPP
#define RUSTPRO_LAYOUT_HPP

#include <cstddef>
#include <string>

#include "base.hpp"

namespace rustpro {

// How one type lies in memory, or why that is not known. Valid as long as its project.
using LayoutInfo = rp_layout_info;
using LayoutVariant = rp_layout_variant;
using LayoutField = rp_layout_field;
using LayoutFormat = rp_layout_format;
using LayoutOrder = rp_layout_order;
using Truth = rp_truth;

// A layout that somebody else owns: of a list.
class LayoutRef {
 public:
  explicit LayoutRef(const rp_layout* layout) noexcept : layout_(layout) {}
  LayoutInfo info() const {
    LayoutInfo info = RP_LAYOUT_INFO_INIT;
    detail::ErrorSlot error;
    error.check(rp_layout_get_info(layout_, &info, error.out()));
    return info;
  }
  LayoutVariant variant(size_t index) const noexcept { return rp_layout_get_variant(layout_, index); }
  LayoutField field(size_t variant, size_t index) const noexcept {
    return rp_layout_get_field(layout_, variant, index);
  }
  std::string render(LayoutFormat format = RP_LAYOUT_TEXT, bool color = false) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_layout_render(layout_, format, color ? 1 : 0, &buffer, error.out()));
    return detail::take(buffer);
  }
  const rp_layout* get() const noexcept { return layout_; }

 private:
  const rp_layout* layout_;
};

class Layout {
 public:
  explicit Layout(rp_layout* layout) noexcept : handle_(layout) {}
  LayoutRef operator*() const noexcept { return LayoutRef(handle_.get()); }
  LayoutInfo info() const { return (**this).info(); }
  LayoutVariant variant(size_t index) const noexcept { return (**this).variant(index); }
  LayoutField field(size_t variant, size_t index) const noexcept { return (**this).field(variant, index); }
  std::string render(LayoutFormat format = RP_LAYOUT_TEXT, bool color = false) const {
    return (**this).render(format, color);
  }

 private:
  detail::Handle<rp_layout, rp_layout_free> handle_;
};

// The types of a crate, in the order of the source.
class LayoutList {
 public:
  explicit LayoutList(rp_layout_list* list) noexcept : handle_(list) {}
  size_t size() const noexcept { return rp_layout_list_count(handle_.get()); }
  LayoutRef operator[](size_t index) const noexcept { return LayoutRef(rp_layout_list_get(handle_.get(), index)); }
  std::string render(LayoutFormat format = RP_LAYOUT_TEXT, LayoutOrder order = RP_LAYOUT_BY_SOURCE,
                     bool color = false) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(rp_layout_list_render(handle_.get(), format, order, color ? 1 : 0, &buffer, error.out()));
    return detail::take(buffer);
  }
  // What differs from the same crate in a project for another target.
  std::string render_difference(const LayoutList& other, bool color = false) const {
    rp_buffer* buffer = nullptr;
    detail::ErrorSlot error;
    error.check(
        rp_layout_list_render_difference(handle_.get(), other.handle_.get(), color ? 1 : 0, &buffer, error.out()));
    return detail::take(buffer);
  }

 private:
  detail::Handle<rp_layout_list, rp_layout_list_free> handle_;
};

}  // namespace rustpro

#endif
