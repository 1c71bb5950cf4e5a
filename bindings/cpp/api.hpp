// api.hpp - the public interface of a library, and what changed between two versions by the rules of semantic
// versioning.
#ifndef RUSTPRO_API_HPP
#define RUSTPRO_API_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base.hpp"
#include "report.hpp"
#include "workspace.hpp"

namespace rustpro {

using ApiKind = rp_api_kind;
using SemverLevel = rp_semver_level;

// "struct"; empty for a number that is none.
inline std::string_view name(ApiKind kind) { return detail::view(rp_api_kind_name(kind)); }

// Something that users of a library can name. Views into the interface.
struct ApiItem {
  ApiKind kind;
  std::string_view path;
  std::string_view signature;
  std::string_view condition;  // the cfg conditions on it and around it
  std::string_view file;
  Position start;
  std::optional<size_t> parent;  // of members: the index of their type or trait
  bool deprecated;
  bool non_exhaustive;
  bool must_use;
  bool hidden;
  bool has_default;
};

struct ApiImpl {
  std::string_view trait_name;
  std::string_view type_name;
  std::optional<size_t> item;  // the index of the type
  bool is_negative;
};

struct ApiChange {
  std::string_view rule;
  SemverLevel level;
  Verdict verdict;
  std::string_view path;
  std::string_view message;
  std::string_view old_text;
  std::string_view new_text;
  std::string_view note;
  std::string_view reference;
  std::string_view old_file;
  Position old_start;
  std::string_view new_file;
  Position new_start;
};

// As rp_api_options; the texts are needed during the call alone.
struct ApiOptions {
  bool all_features = false;
  bool no_default_features = false;
  std::string_view features = {};
  std::string_view package = {};
  std::string_view target = {};
  std::string_view cargo_home = {};
};

namespace detail {

inline std::optional<size_t> index_or_none(size_t index) {
  return index == SIZE_MAX ? std::nullopt : std::optional<size_t>(index);
}

inline ApiItem api_item_at(const rp_api* api, size_t index) {
  const rp_api_item item = rp_api_item_at(api, index);
  return {item.kind,
          view(item.path),
          view(item.signature),
          view(item.condition),
          view(item.file),
          item.start,
          index_or_none(item.parent),
          item.deprecated != 0,
          item.non_exhaustive != 0,
          item.must_use != 0,
          item.hidden != 0,
          item.has_default != 0};
}

inline ApiImpl api_impl_at(const rp_api* api, size_t index) {
  const rp_api_impl impl = rp_api_impl_at(api, index);
  return {view(impl.trait_name), view(impl.type_name), index_or_none(impl.item), impl.is_negative != 0};
}

inline std::string_view api_unknown_at(const rp_api* api, size_t index) { return view(rp_api_unknown(api, index)); }

inline ApiChange api_change_at(const rp_api_diff* diff, size_t index) {
  const rp_api_change c = rp_api_diff_change(diff, index);
  return {view(c.rule),     c.level,          c.verdict,    view(c.path),      view(c.message),
          view(c.old_text), view(c.new_text), view(c.note), view(c.reference), view(c.old_file),
          c.old_start,      view(c.new_file), c.new_start};
}

inline std::string_view api_diff_unknown_at(const rp_api_diff* diff, size_t index) {
  return view(rp_api_diff_unknown(diff, index));
}

}  // namespace detail

using ApiItems = detail::IndexRange<rp_api, ApiItem, detail::api_item_at>;
using ApiImpls = detail::IndexRange<rp_api, ApiImpl, detail::api_impl_at>;
using ApiUnknown = detail::IndexRange<rp_api, std::string_view, detail::api_unknown_at>;
using ApiChanges = detail::IndexRange<rp_api_diff, ApiChange, detail::api_change_at>;
using ApiDiffUnknown = detail::IndexRange<rp_api_diff, std::string_view, detail::api_diff_unknown_at>;

// The public interface of one version of one library. Immutable and independent of its workspace.
class PublicApi {
 public:
  // Takes over a handle of the C interface.
  explicit PublicApi(rp_api* handle) noexcept : handle_(handle) {}

  static PublicApi read(const Workspace& workspace, const ApiOptions& options = {}) {
    rp_api_options plain = RP_API_OPTIONS_INIT;
    plain.all_features = options.all_features ? 1 : 0;
    plain.no_default_features = options.no_default_features ? 1 : 0;
    plain.features = {options.features.data(), options.features.size()};
    plain.package = {options.package.data(), options.package.size()};
    plain.target = {options.target.data(), options.target.size()};
    plain.cargo_home = {options.cargo_home.data(), options.cargo_home.size()};
    rp_api* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_workspace_public_api(workspace.get(), &plain, &made, error.out()));
    return PublicApi(made);
  }

  std::string_view crate() const noexcept { return detail::view(rp_api_crate(get())); }
  std::string_view version() const noexcept { return detail::view(rp_api_version(get())); }
  ApiItems items() const noexcept { return {get(), rp_api_item_count(get())}; }
  ApiImpls impls() const noexcept { return {get(), rp_api_impl_count(get())}; }
  // Paths of public modules that may hold more than could be seen.
  ApiUnknown unknown() const noexcept { return {get(), rp_api_unknown_count(get())}; }

  // As text or JSON.
  std::string render(const RenderOptions& options = {}) const { return detail::render(rp_api_render, get(), options); }

  const rp_api* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_api, rp_api_free> handle_;
};

// What changed between two versions of a library. Immutable and independent of the two.
class ApiDiff {
 public:
  // Takes over a handle of the C interface.
  explicit ApiDiff(rp_api_diff* handle) noexcept : handle_(handle) {}

  static ApiDiff compare(const PublicApi& before, const PublicApi& after) {
    rp_api_diff* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_api_compare(before.get(), after.get(), &made, error.out()));
    return ApiDiff(made);
  }

  ApiChanges changes() const noexcept { return {get(), rp_api_diff_change_count(get())}; }
  // False when cargo would give users of the old version one that breaks them.
  bool sufficient() const noexcept { return rp_api_diff_sufficient(get()) != 0; }
  // Sentences about what could not be compared.
  ApiDiffUnknown unknown() const noexcept { return {get(), rp_api_diff_unknown_count(get())}; }

  // As text or JSON.
  std::string render(const RenderOptions& options = {}) const {
    return detail::render(rp_api_diff_render, get(), options);
  }

  const rp_api_diff* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_api_diff, rp_api_diff_free> handle_;
};

// The difference of two texts as a unified diff; empty when they are equal.
inline std::string diff(std::string_view path, std::string_view from, std::string_view to) {
  rp_buffer* buffer = nullptr;
  detail::ErrorSlot error;
  error.check(rp_diff(path.data(), path.size(), from.data(), from.size(), to.data(), to.size(), &buffer, error.out()));
  return detail::take(buffer);
}

}  // namespace rustpro

#endif
