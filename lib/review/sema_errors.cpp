// Errors of types: what lib/types finds in a crate, once for each crate, as Sema hands it out for a file.
#include <algorithm>

#include "review/sema_typing.h"
#include "types/check.h"

namespace rp {

// Two files of a crate may ask at once: one of them looks, the other waits.
struct SemaShared::CheckedCrate {
  std::once_flag once;
  std::vector<std::pair<SourceId, SemaTypeError>> errors;  // by source and place
  std::vector<std::string> texts;
};

std::span<const std::pair<SourceId, SemaTypeError>> SemaShared::type_errors(CrateIndex index) {
  CheckedCrate* checked = nullptr;
  {
    const std::unique_lock lock(mutex_);
    std::shared_ptr<CheckedCrate>& slot = checked_[index];
    if (slot == nullptr) slot = std::make_shared<CheckedCrate>();
    checked = slot.get();
  }
  std::call_once(checked->once, [&] {
    const CrateDefs* defs = crate(index);
    // For another version of the language and its library rustc may see it differently.
    if (defs == nullptr || names(index) == nullptr || defs->nightly) return;
    const CrateNode& node = project_->graph.crates[Project::crate_of(index).value];
    if (node.kind != manifest::TargetKind::Lib && node.kind != manifest::TargetKind::Bin) return;
    std::unique_ptr<TypesAndLayouts> types = take_types();
    std::vector<TypeDiagnostic> found = check_types(types->context, index);
    give_back(std::move(types));
    checked->texts.reserve(found.size());
    for (TypeDiagnostic& d : found) {
      if (!d.proven) continue;
      checked->texts.push_back(std::move(d.message));
      checked->errors.push_back({d.source, {d.span, d.code, checked->texts.back()}});
    }
    std::stable_sort(checked->errors.begin(), checked->errors.end(),
                     [](const auto& a, const auto& b) { return a.first.value < b.first.value; });
  });
  return checked->errors;
}

std::vector<SourceId> sources_with_type_errors(SemaShared& shared, CrateIndex crate) {
  std::vector<SourceId> out;
  for (const auto& [source, error] : shared.type_errors(crate))
    if (out.empty() || out.back() != source) out.push_back(source);
  return out;
}

std::vector<SemaTypeError> Sema::type_errors() const {
  std::vector<SemaTypeError> out;
  const Impl& s = *impl_;
  if (s.input.without_type_errors) return out;
  // Without a manifest nobody knows which crates there are.
  if (s.defs == nullptr || s.names == nullptr || s.input.made_up || s.node == nullptr) return out;
  for (const auto& [source, error] : s.shared->type_errors(s.input.crate))
    if (source == s.input.source) out.push_back(error);
  return out;
}

}  // namespace rp
