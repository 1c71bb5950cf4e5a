// Layouts: a crate in memory, all of its types, and type expressions asked of it, on several targets.
//
// The input is pieces between bytes 0x1E: the first has a byte that chooses the target, the second is src/lib.rs, each
// further one is a type.
#include <nlohmann/json.hpp>
#include <vector>

#include "harness.h"

namespace {

using fuzz::check_status;
using fuzz::check_string;
using fuzz::view;

constexpr std::string_view kTargets[] = {"x86_64-unknown-linux-gnu", "i686-pc-windows-msvc", "thumbv6m-none-eabi",
                                         "avr-none", "wasm32-unknown-unknown"};

template <typename Call>
std::string text_of(const Call& call) {
  rp_buffer* buffer = nullptr;
  rp_error* error = nullptr;
  const rp_status status = call(&buffer, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (buffer != nullptr));
  std::string text(view(rp_buffer_text(buffer)));
  rp_buffer_free(buffer);
  return text;
}

// What holds for every layout: fields lie inside of the type, at their alignment unless it is packed.
void check_layout(const rp_layout* layout) {
  rp_layout_info info = RP_LAYOUT_INFO_INIT;
  FUZZ_CHECK(rp_layout_get_info(layout, &info, nullptr) == RP_OK);
  check_string(info.name);
  check_string(info.reason);
  FUZZ_CHECK((info.is_known != 0) == (info.reason.length == 0));
  if (!info.is_known) return;
  FUZZ_CHECK(info.align != 0 && (info.align & (info.align - 1)) == 0);
  FUZZ_CHECK(!info.is_sized || info.size % info.align == 0);
  FUZZ_CHECK(info.padding <= info.size);
  if (info.has_niche) FUZZ_CHECK(info.niche.offset + info.niche.size <= info.size);
  const bool packed = view(info.repr).find("packed") != std::string_view::npos;
  for (size_t v = 0; v < info.variant_count; ++v) {
    const rp_layout_variant variant = rp_layout_get_variant(layout, v);
    for (size_t f = 0; f < variant.field_count; ++f) {
      const rp_layout_field field = rp_layout_get_field(layout, v, f);
      check_string(field.name);
      check_string(field.type);
      FUZZ_CHECK(packed || field.align == 0 || field.offset % field.align == 0);
      FUZZ_CHECK(!info.is_sized || field.offset + field.size <= info.size);
    }
  }
  for (int format = RP_LAYOUT_TEXT; format <= RP_LAYOUT_SVG; ++format) {
    const std::string text = text_of([&](rp_buffer** out, rp_error** error) {
      return rp_layout_render(layout, static_cast<rp_layout_format>(format), 0, out, error);
    });
    FUZZ_CHECK(format != RP_LAYOUT_JSON || nlohmann::json::accept(text));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input = fuzz::as_utf8(fuzz::view(data, size));
  std::vector<std::string> pieces;
  for (size_t at = 0; pieces.size() < 8;) {
    const size_t end = input.find('\x1E', at);
    pieces.push_back(input.substr(at, end == std::string::npos ? end : end - at));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  if (pieces.size() < 2) return 0;
  rp_workspace_options workspace_options = RP_WORKSPACE_OPTIONS_INIT;
  workspace_options.thread_count = 1;
  rp_workspace* workspace = nullptr;
  FUZZ_CHECK(rp_workspace_new(&workspace_options, &workspace, nullptr) == RP_OK);
  constexpr std::string_view kManifest = "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
  (void)rp_workspace_set_file(workspace, "Cargo.toml", 10, kManifest.data(), kManifest.size(), nullptr);
  (void)rp_workspace_set_file(workspace, "src/lib.rs", 10, pieces[1].data(), pieces[1].size(), nullptr);
  rp_project_options options = RP_PROJECT_OPTIONS_INIT;
  const std::string_view target = kTargets[pieces[0].empty() ? 0 : static_cast<uint8_t>(pieces[0][0]) % 5];
  options.target = {target.data(), target.size()};
  rp_project* project = nullptr;
  rp_error* error = nullptr;
  const rp_status status = rp_project_open(workspace, &options, &project, &error);
  check_status(status, error);
  rp_workspace_free(workspace);
  if (project == nullptr) return 0;
  for (size_t crate = 0; crate < rp_project_crate_count(project); ++crate) {
    if (rp_project_crate(project, crate).is_local == 0) continue;
    rp_layout_list* list = nullptr;
    if (rp_project_layouts(project, crate, &list, nullptr) != RP_OK) continue;
    for (size_t i = 0; i < rp_layout_list_count(list); ++i) check_layout(rp_layout_list_get(list, i));
    for (int order = RP_LAYOUT_BY_SOURCE; order <= RP_LAYOUT_BY_PADDING; ++order) {
      FUZZ_CHECK(nlohmann::json::accept(text_of([&](rp_buffer** out, rp_error** failure) {
        return rp_layout_list_render(list, RP_LAYOUT_JSON, static_cast<rp_layout_order>(order), 0, out, failure);
      })));
    }
    (void)text_of([&](rp_buffer** out, rp_error** failure) {
      return rp_layout_list_render_difference(list, list, 1, out, failure);
    });
    rp_layout_list_free(list);
  }
  for (size_t i = 2; i < pieces.size(); ++i) {
    rp_layout* layout = nullptr;
    const rp_status found = rp_layout_of(project, pieces[i].data(), pieces[i].size(), nullptr, 0, &layout, &error);
    check_status(found, error);
    if (found == RP_OK) check_layout(layout);
    rp_layout_free(layout);
    rp_truth truth = RP_TRUTH_UNKNOWN;
    (void)rp_type_implements(project, pieces[i].data(), pieces[i].size(), "Send", 4, &truth, nullptr);
    FUZZ_CHECK(truth >= RP_TRUTH_NO && truth <= RP_TRUTH_UNKNOWN);
  }
  rp_project_free(project);
  return 0;
}
