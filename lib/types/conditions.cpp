#include "types/conditions.h"

#include <algorithm>

namespace rp {

bool Conditions::inside(const TextRef& text, NodeId node) const {
  if (!text.source) return inside(DefRef{text.crate, text.signature_of});
  const CrateDefs* crate = analysis_.crate(text.crate);
  if (crate == nullptr || text.source.value >= crate->sources.size()) return false;
  const SourceInfo& info = crate->sources[text.source.value];
  if (info.source == nullptr || info.conditional.empty()) return false;
  const Tree& t = info.source->tree;
  const NodeId end = t.subtree_end(node);
  for (auto at = std::lower_bound(info.conditional.begin(), info.conditional.end(), node);
       at != info.conditional.end() && *at < end; ++at)
    if (t.kind(*at) != NodeKind::Attr) return true;
  return false;
}

bool Conditions::any(CrateIndex index) {
  if (index >= any_.size()) any_.resize(std::max<size_t>(analysis_.crates.size(), index + size_t{1}));
  if (any_[index] != 0) return any_[index] == 2;
  const CrateDefs* crate = analysis_.crate(index);
  const bool found =
      crate != nullptr &&
      (!crate->doubtful_names.empty() || std::any_of(crate->doubts.begin(), crate->doubts.end(), [](const Doubt& each) {
        return (each.what & ~unsigned{Doubt::kDerives}) != 0;
      }));
  any_[index] = found ? 2 : 1;
  return found;
}

bool Conditions::may_decide(std::string_view word) {
  if (!words_found_) {
    words_found_ = true;
    for (const auto& crate : analysis_.crates)
      if (crate != nullptr)
        for (const CrateDefs::DoubtfulName& each : crate->doubtful_names) words_.insert(crate->text(each.name));
  }
  return !words_.empty() && words_.contains(word);
}

bool Conditions::decides_name(CrateIndex index, uint32_t scope, std::string_view name) {
  const CrateDefs* crate = analysis_.crate(index);
  return crate != nullptr && !crate->doubtful_names.empty() && crate->is_doubtful_name(scope, crate->names.find(name));
}

}  // namespace rp
