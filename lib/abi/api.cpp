// The functions of rustpro/api.h.
#include <memory>
#include <string>
#include <utility>

#include "abi/abi.h"
#include "abi/workspace_handle.h"
#include "report/api_text.h"
#include "review/semver_workspace.h"

using namespace rp::abi;

struct rp_api {
  rp::SemverSide side;
};

struct rp_api_diff {
  rp::SemverDiff diff;
};

namespace {

static_assert(RP_API_MODULE == static_cast<int>(rp::ApiKind::Module));
static_assert(RP_API_REEXPORT == static_cast<int>(rp::ApiKind::Reexport));
static_assert(RP_API_METHOD == static_cast<int>(rp::ApiKind::Method));
static_assert(RP_SEMVER_MINOR == static_cast<int>(rp::SemverLevel::Minor));

constexpr rp_position kNoPosition = {0, 0, 0};

rp_position position_of(const rp::ApiPlace& place) { return {place.line, place.column, place.column_utf16}; }

// Text options: a NULL with a length, and text that is not UTF-8, are errors.
rp_status read_text(rp_error** error, const char* name, rp_string in, std::string* out) {
  if (const rp_status s = check_text(error, name, in.data, in.length); s != RP_OK) return s;
  *out = as_view(in.data, in.length);
  return RP_OK;
}

rp_status read_api_options(rp_error** error, const rp_api_options* in, rp::SemverOptions* out) {
  rp_api_options options = RP_API_OPTIONS_INIT;
  if (const rp_status s = read_options(error, "rp_api_options", in, kApiOptionsFirstSize, &options); s != RP_OK)
    return s;
  out->all_features = options.all_features != 0;
  out->no_default_features = options.no_default_features != 0;
  std::string features;
  rp_status s = read_text(error, "features", options.features, &features);
  if (s == RP_OK) s = read_text(error, "package", options.package, &out->package);
  if (s == RP_OK) s = read_text(error, "target", options.target, &out->target);
  if (s == RP_OK) s = read_text(error, "cargo_home", options.cargo_home, &out->cargo_home);
  if (s != RP_OK) return s;
  for (size_t at = 0; at < features.size();) {
    const size_t end = std::min(features.find_first_of(", ", at), features.size());
    if (end > at) out->features.push_back(features.substr(at, end - at));
    at = end + 1;
  }
  if (!out->target.empty() && rp::find_target(out->target) == nullptr)
    return fail(error, RP_ERROR_INVALID_ARGUMENT, "the target `" + out->target + "` is not known");
  if (!out->cargo_home.empty() && out->cargo_home[0] != '/')
    return fail(error, RP_ERROR_INVALID_ARGUMENT, "cargo_home is not an absolute path");
  return RP_OK;
}

template <typename Text, typename Json>
rp_status render_as(const rp_render_options* in, rp_buffer** out_buffer, rp_error** error, const Text& text,
                    const Json& json) {
  rp_render_options options = RP_RENDER_OPTIONS_INIT;
  if (const rp_status s = read_render_options(error, in, RP_FORMAT_JSON, &options); s != RP_OK) return s;
  const uint32_t format = enum_value(&options.format);
  auto buffer = std::make_unique<rp_buffer>();
  buffer->text = format == RP_FORMAT_JSON ? json() : text(rp::TextOptions{options.color != 0, options.width});
  *out_buffer = buffer.release();
  return RP_OK;
}

}  // namespace

// ---- Reading an interface -----------------------------------------------------------------------------------------

rp_status rp_workspace_public_api(const rp_workspace* workspace, const rp_api_options* options, rp_api** out_api,
                                  rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_api == nullptr) return null_argument(error, "out_api");
    *out_api = nullptr;
    if (workspace == nullptr) return null_argument(error, "workspace");
    rp::SemverOptions internal;
    if (const rp_status s = read_api_options(error, options, &internal); s != RP_OK) return s;
    auto api = std::make_unique<rp_api>();
    std::string message;
    switch (rp::read_semver_side(workspace->files, internal, &api->side, &message)) {
      case rp::SemverRead::Ok:
        break;
      case rp::SemverRead::NoManifest:
        return fail(error, RP_ERROR_NOT_FOUND, message);
      default:
        return fail(error, RP_ERROR_INVALID_ARGUMENT, message);
    }
    *out_api = api.release();
    return RP_OK;
  });
}

void rp_api_free(rp_api* api) { delete api; }

rp_string rp_api_crate(const rp_api* api) { return api == nullptr ? kEmptyString : to_public(api->side.api.name); }

rp_string rp_api_version(const rp_api* api) {
  return api == nullptr ? kEmptyString : to_public(api->side.package.version);
}

// ---- Items ----------------------------------------------------------------------------------------------------------

size_t rp_api_item_count(const rp_api* api) { return api == nullptr ? 0 : api->side.api.items.size(); }

rp_api_item rp_api_item_at(const rp_api* api, size_t index) {
  if (api == nullptr || index >= api->side.api.items.size())
    return {rp_api_kind{}, kEmptyString, kEmptyString, kEmptyString, kEmptyString, kNoPosition, 0, 0, 0, 0, 0, 0};
  const rp::ApiItem& item = api->side.api.items[index];
  const auto has = [&](rp::DefFlags flag) { return (item.flags & flag) != 0 ? 1 : 0; };
  return {static_cast<rp_api_kind>(item.kind),
          to_public(item.path),
          to_public(item.text),
          to_public(item.cfg),
          to_public(item.place.path),
          position_of(item.place),
          item.parent == rp::kNoApiItem ? SIZE_MAX : item.parent,
          has(rp::kDefDeprecated),
          has(rp::kDefNonExhaustive),
          has(rp::kDefMustUse),
          item.hidden ? 1 : 0,
          has(rp::kDefHasBody)};
}

size_t rp_api_impl_count(const rp_api* api) { return api == nullptr ? 0 : api->side.api.impls.size(); }

rp_api_impl rp_api_impl_at(const rp_api* api, size_t index) {
  if (api == nullptr || index >= api->side.api.impls.size()) return {kEmptyString, kEmptyString, 0, 0};
  const rp::ApiImpl& impl = api->side.api.impls[index];
  return {to_public(impl.trait.text), to_public(impl.self.text), impl.item == rp::kNoApiItem ? SIZE_MAX : impl.item,
          impl.negative ? 1 : 0};
}

size_t rp_api_unknown_count(const rp_api* api) { return api == nullptr ? 0 : api->side.api.unknown.size(); }

rp_string rp_api_unknown(const rp_api* api, size_t index) {
  if (api == nullptr || index >= api->side.api.unknown.size()) return kEmptyString;
  return to_public(api->side.api.unknown[index]);
}

RP_TAKES_ENUM rp_string rp_api_kind_name(rp_api_kind kind) {
  const uint32_t number = enum_value(&kind);
  if (number == 0 || number >= rp::kApiKinds) return kEmptyString;
  return to_public(rp::api_kind_name(static_cast<rp::ApiKind>(number)));
}

rp_status rp_api_render(const rp_api* api, const rp_render_options* options, rp_buffer** out_buffer, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (api == nullptr) return null_argument(error, "api");
    return render_as(
        options, out_buffer, error, [&](const rp::TextOptions& text) { return rp::render_api_text(api->side, text); },
        [&] { return rp::render_api_json(api->side); });
  });
}

// ---- Comparing two versions
// -------------------------------------------------------------------------------------------

rp_status rp_api_compare(const rp_api* before, const rp_api* after, rp_api_diff** out_diff, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_diff == nullptr) return null_argument(error, "out_diff");
    *out_diff = nullptr;
    if (before == nullptr) return null_argument(error, "before");
    if (after == nullptr) return null_argument(error, "after");
    *out_diff = new rp_api_diff{rp::compare_apis(before->side, after->side)};
    return RP_OK;
  });
}

void rp_api_diff_free(rp_api_diff* diff) { delete diff; }

size_t rp_api_diff_change_count(const rp_api_diff* diff) { return diff == nullptr ? 0 : diff->diff.changes.size(); }

rp_api_change rp_api_diff_change(const rp_api_diff* diff, size_t index) {
  if (diff == nullptr || index >= diff->diff.changes.size())
    return {kEmptyString, rp_semver_level{}, rp_verdict{}, kEmptyString, kEmptyString, kEmptyString, kEmptyString,
            kEmptyString, kEmptyString,      kEmptyString, kNoPosition,  kEmptyString, kNoPosition};
  const rp::SemverChange& change = diff->diff.changes[index];
  return {to_public(change.rule->id),
          static_cast<rp_semver_level>(change.level),
          static_cast<rp_verdict>(change.verdict),
          to_public(change.path),
          to_public(change.message),
          to_public(change.old_text),
          to_public(change.new_text),
          to_public(change.note),
          to_public(change.rule->reference),
          to_public(change.old_place.path),
          position_of(change.old_place),
          to_public(change.new_place.path),
          position_of(change.new_place)};
}

int rp_api_diff_sufficient(const rp_api_diff* diff) { return diff == nullptr || diff->diff.version_suffices() ? 1 : 0; }

size_t rp_api_diff_unknown_count(const rp_api_diff* diff) { return diff == nullptr ? 0 : diff->diff.unknown.size(); }

rp_string rp_api_diff_unknown(const rp_api_diff* diff, size_t index) {
  if (diff == nullptr || index >= diff->diff.unknown.size()) return kEmptyString;
  return to_public(diff->diff.unknown[index]);
}

rp_status rp_api_diff_render(const rp_api_diff* diff, const rp_render_options* options, rp_buffer** out_buffer,
                             rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (diff == nullptr) return null_argument(error, "diff");
    return render_as(
        options, out_buffer, error,
        [&](const rp::TextOptions& text) { return rp::render_api_diff_text(diff->diff, text); },
        [&] { return rp::render_api_diff_json(diff->diff); });
  });
}
