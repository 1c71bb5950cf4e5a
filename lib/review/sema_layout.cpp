// Layouts, for all files of a project together: types and their layouts are made when a rule asks for the first one.
#include "crates/cfg_set.h"
#include "layout/layouts.h"
#include "layout/viewer.h"
#include "review/sema_typing.h"

namespace rp {

struct SemaShared::LaidOut {
  explicit LaidOut(const Project& project) : types(project) {}
  TypesAndLayouts types;
  std::unordered_map<uint64_t, std::unique_ptr<layout::TypeView>> views;  // null for what is not known
};

// Null where there is no project, or for a target that nobody knows.
SemaShared::LaidOut* SemaShared::laid_out() {
  if (laid_out_ == nullptr && project_ != nullptr) laid_out_ = std::make_shared<LaidOut>(*project_);
  return laid_out_ != nullptr && laid_out_->types.layouts != nullptr ? laid_out_.get() : nullptr;
}

const layout::TypeView* SemaShared::layout_of(DefRef ref) {
  const Def* found = def(ref);
  if (found == nullptr || (found->flags & kDefUncertain) != 0) return nullptr;
  if (found->kind != DefKind::Struct && found->kind != DefKind::Enum && found->kind != DefKind::Union) return nullptr;
  const std::lock_guard lock(layout_mutex_);
  LaidOut* all = laid_out();
  if (all == nullptr) return nullptr;
  const auto [entry, fresh] = all->views.try_emplace(def_key(ref));
  if (!fresh) return entry->second.get();
  auto view = std::make_unique<layout::TypeView>(layout::view_of_definition(*all->types.layouts, ref));
  if (view->answer) all->views[def_key(ref)] = std::move(view);
  return all->views[def_key(ref)].get();
}

std::optional<uint64_t> SemaShared::size_with_boxed_variant(DefRef ref, uint32_t variant) {
  const std::lock_guard lock(layout_mutex_);
  LaidOut* all = laid_out();
  return all == nullptr ? std::nullopt : all->types.layouts->size_with_boxed_variant(ref, variant);
}

const layout::TypeView* Sema::layout_of(DefRef def) const { return impl_->shared->layout_of(def); }

std::optional<uint64_t> Sema::size_with_boxed_variant(DefRef def, uint32_t variant) const {
  return impl_->shared->size_with_boxed_variant(def, variant);
}

}  // namespace rp
