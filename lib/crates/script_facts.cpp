#include "crates/script_facts.h"

#include <algorithm>
#include <iterator>

namespace rp {
namespace {

// Names of facts that rustc and cargo set: no build script does. Sorted.
constexpr std::string_view kKnownFacts[] = {"clippy",
                                            "debug_assertions",
                                            "doc",
                                            "doctest",
                                            "emscripten_wasm_eh",
                                            "fmt_debug",
                                            "miri",
                                            "overflow_checks",
                                            "panic",
                                            "proc_macro",
                                            "relocation_model",
                                            "rustfmt",
                                            "sanitize",
                                            "sanitizer_cfi_generalize_pointers",
                                            "sanitizer_cfi_normalize_integers",
                                            "target_abi",
                                            "target_arch",
                                            "target_endian",
                                            "target_env",
                                            "target_family",
                                            "target_feature",
                                            "target_has_atomic",
                                            "target_has_atomic_equal_alignment",
                                            "target_has_atomic_load_store",
                                            "target_object_format",
                                            "target_os",
                                            "target_pointer_width",
                                            "target_thread_local",
                                            "target_vendor",
                                            "test",
                                            "ub_checks",
                                            "unix",
                                            "windows"};
static_assert(std::is_sorted(std::begin(kKnownFacts), std::end(kKnownFacts)));

}  // namespace

bool ScriptFacts::all_known() const {
  return !anything && open_names.empty() &&
         std::all_of(facts.begin(), facts.end(), [](const ScriptFact& f) { return f.certain && !f.any_value; });
}

bool ScriptFacts::may_set(std::string_view key, std::string_view value, bool has_value) const {
  for (const ScriptFact& f : facts) {
    if (f.key != key || f.has_value != has_value) continue;
    if (f.any_value || (f.value == value && !f.certain)) return true;
  }
  for (const std::string& begin : open_names)
    if (key.starts_with(begin)) return true;
  // Features are cargo's: a script that sets one says so.
  return anything && key != "feature" && !std::binary_search(std::begin(kKnownFacts), std::end(kKnownFacts), key);
}

}  // namespace rp
