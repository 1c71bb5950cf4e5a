// Layouts, for all files of a project together: types and their layouts are made when a rule asks for the first one.
#include "crates/cfg_set.h"
#include "layout/layouts.h"
#include "layout/viewer.h"
#include "review/sema_impl.h"

namespace rp {

struct SemaShared::LaidOut {
  LaidOut(const Project& project, const layout::DataLayout& data)
      : context(inputs(project, data)), layouts(context, data) {}
  static TypeInputs inputs(const Project& project, const layout::DataLayout& data) {
    TypeInputs out = type_inputs(project);
    out.pointer_bits = data.pointer_size * 8U;
    return out;
  }
  TypeContext context;
  layout::Layouts layouts;
  std::unordered_map<uint64_t, std::unique_ptr<layout::TypeView>> views;  // null for what is not known
};

// Null where there is no project, or for a target that nobody knows.
SemaShared::LaidOut* SemaShared::laid_out() {
  if (laid_out_ != nullptr || project_ == nullptr) return laid_out_.get();
  // Files without a manifest are read as for the usual target.
  const std::string_view target = project_->graph.target.empty() ? default_target() : project_->graph.target;
  const layout::DataLayout* data = layout::find_data_layout(target);
  if (data != nullptr) laid_out_ = std::make_shared<LaidOut>(*project_, *data);
  return laid_out_.get();
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
  auto view = std::make_unique<layout::TypeView>(layout::view_of_definition(all->layouts, ref));
  if (view->answer) all->views[def_key(ref)] = std::move(view);
  return all->views[def_key(ref)].get();
}

std::optional<uint64_t> SemaShared::size_with_boxed_variant(DefRef ref, uint32_t variant) {
  const std::lock_guard lock(layout_mutex_);
  LaidOut* all = laid_out();
  return all == nullptr ? std::nullopt : all->layouts.size_with_boxed_variant(ref, variant);
}

const layout::TypeView* Sema::layout_of(DefRef def) const { return impl_->shared->layout_of(def); }

std::optional<uint64_t> Sema::size_with_boxed_variant(DefRef def, uint32_t variant) const {
  return impl_->shared->size_with_boxed_variant(def, variant);
}

}  // namespace rp
