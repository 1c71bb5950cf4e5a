// Layouts, for all files of a project together: types and their layouts are made when a rule asks for the first one.
#include <deque>

#include "crates/cfg_set.h"
#include "layout/layouts.h"
#include "layout/viewer.h"
#include "review/sema_typing.h"
#include "review/tree_queries.h"

namespace rp {

struct SemaShared::LaidOut {
  LaidOut(const Project& project, std::shared_ptr<SharedImplTable> impls) : types(project, std::move(impls)) {}
  TypesAndLayouts types;
  std::deque<layout::TypeView> views;  // that views_ leads to
};

// Null where there is no project, or for a target that nobody knows.
SemaShared::LaidOut* SemaShared::laid_out() {
  if (laid_out_ == nullptr && project_ != nullptr) laid_out_ = std::make_shared<LaidOut>(*project_, impls_);
  return laid_out_ != nullptr && laid_out_->types.layouts != nullptr ? laid_out_.get() : nullptr;
}

const layout::TypeView* SemaShared::layout_of(DefRef ref) {
  const layout::TypeView* known = views_.find(ref);
  if (known != nullptr) return known != no_view_.get() ? known : nullptr;
  const Def* found = def(ref);
  if (found == nullptr || (found->flags & kDefUncertain) != 0) return nullptr;
  if (found->kind != DefKind::Struct && found->kind != DefKind::Enum && found->kind != DefKind::Union) return nullptr;
  const std::lock_guard lock(layout_mutex_);
  LaidOut* all = laid_out();
  if (all == nullptr) return nullptr;
  known = views_.find(ref);  // another thread may have asked meanwhile
  if (known == nullptr) {
    known = no_view_.get();
    layout::TypeView view = layout::view_of_definition(*all->types.layouts, ref);
    if (view.answer) known = &all->views.emplace_back(std::move(view));
    views_.put(ref, crate(ref.crate)->defs.size(), known);
  }
  return known != no_view_.get() ? known : nullptr;
}

const std::unordered_set<std::string_view>& SemaShared::packed_fields() {
  std::call_once(packed_once_, [&] {
    if (project_ == nullptr) return;
    for (const auto& each : project_->analysis.crates) {
      // What the standard library makes public is not packed: a test sees to that.
      if (each == nullptr || (each->from_facts && each->index < kSysrootCrates)) continue;
      for (const Def& def : each->defs) {
        if (def.kind != DefKind::Struct && def.kind != DefKind::Union) continue;
        if (!each->from_facts) {
          const bool written = def.source && def.source.value < each->sources.size() && def.node;
          const Source* source = written ? each->sources[def.source.value].source.get() : nullptr;
          if (source == nullptr || written_packing(source->tree, def.node) == 0) continue;
        }
        // Of what was read from facts it is not known here, but only public fields matter.
        for (const DefId child : std::span(each->child_list).subspan(def.first_child, def.child_count)) {
          const Def& field = each->defs[child.value];
          if (field.kind == DefKind::Field && (!each->from_facts || field.visibility.is_public()))
            packed_fields_.insert(each->text(field.name));
        }
      }
    }
  });
  return packed_fields_;
}

bool Sema::is_packed_field_name(std::string_view name) const { return impl_->shared->packed_fields().contains(name); }

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
