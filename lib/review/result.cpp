#include "review/result.h"

#include <new>
#include <numeric>

#include "names/facts_hash.h"

namespace rp {

TextRef TextPool::add(std::string_view text) {
  if (text.empty()) return {};
  if (bytes_.size() + text.size() + 2 > UINT32_MAX) throw std::bad_alloc();
  if (bytes_.empty()) bytes_.push_back('\0');
  const TextRef ref{static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(text.size())};
  // Room first, so that what is there stays well-formed when there is none.
  if (bytes_.capacity() < bytes_.size() + text.size() + 1) bytes_.reserve((bytes_.size() + text.size()) * 3 / 2 + 64);
  bytes_.append(text);
  bytes_.push_back('\0');
  return ref;
}

TextRef TextInterner::add(std::string_view text) {
  if (text.empty()) return {};
  const size_t hash = std::hash<std::string_view>()(text);
  const auto known = known_.find(hash);
  if (known != known_.end() && pool_.view(known->second) == text) return known->second;
  const TextRef added = pool_.add(text);
  known_.emplace(hash, added);
  return added;
}

TextState state_of(std::string_view text) {
  ContentHash hash;
  hash.add_bytes(text);
  return {text.size(), hash.finish()};
}

std::string_view unsafe_kind_name(UnsafeKind kind) {
  switch (kind) {
    case UnsafeKind::Fn:
      return "unsafe fn";
    case UnsafeKind::Block:
      return "unsafe block";
    case UnsafeKind::Impl:
      return "unsafe impl";
    case UnsafeKind::Trait:
      return "unsafe trait";
    case UnsafeKind::Attribute:
      return "unsafe attribute";
    case UnsafeKind::ExternBlock:
      return "extern block";
    case UnsafeKind::StaticMut:
      return "static mut";
  }
  return "";
}

uint64_t unsafe_sum(const UnsafeTally::Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), uint64_t{0});
}

TreeTotals tree_totals(const ReviewResult& result) {
  TreeTotals totals;
  for (const TreePackage& p : result.packages) {
    if (p.role != PackageRole::Own && p.role != PackageRole::Program) continue;
    const uint64_t expanded = unsafe_sum(p.expanded);
    const uint64_t all = unsafe_sum(p.written) + expanded;
    if (!p.was_read) {
      ++totals.unread;
    } else if (p.role == PackageRole::Own) {
      totals.own += all;
      totals.own_expanded += expanded;
    } else {
      totals.dependencies += all;
      ++totals.packages;
    }
  }
  return totals;
}

std::string_view package_role_name(PackageRole role) {
  switch (role) {
    case PackageRole::Own:
      return "own";
    case PackageRole::Program:
      return "program";
    case PackageRole::BuildTime:
      return "build time";
    case PackageRole::Tests:
      return "tests";
  }
  return {};
}

std::string_view gap_kind_name(GapKind kind) {
  switch (kind) {
    case GapKind::MissingPackage:
      return "missing package";
    case GapKind::UnreadableFile:
      return "unreadable file";
    case GapKind::OpaqueMacro:
      return "opaque macro";
    case GapKind::UnresolvedMacro:
      return "unresolved macro";
    case GapKind::FailedMacro:
      return "failed macro";
    case GapKind::UnknownStd:
      return "unknown standard library";
    case GapKind::Limit:
      return "limit";
    case GapKind::InactiveFile:
      return "inactive file";
    case GapKind::NotRust:
      return "not Rust";
  }
  return {};
}

}  // namespace rp
