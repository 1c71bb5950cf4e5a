// Which auto traits types of a crate have, as far as the types of their fields show it: Send, Sync, Unpin, UnwindSafe
// and RefUnwindSafe. The Rust Reference, "Special types and traits", "Auto traits".
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/answer.h"
#include "names/public_api_keys.h"

namespace rp {

enum class AutoTrait : uint8_t { Send, Sync, Unpin, UnwindSafe, RefUnwindSafe };
inline constexpr std::array<std::string_view, 5> kAutoTraits = {"Send", "Sync", "Unpin", "UnwindSafe", "RefUnwindSafe"};

class AutoTraits {
 public:
  // `keys` answers what types stand for, and must stay.
  AutoTraits(const CrateDefs& crate, const ApiKeys& keys);
  // Of a struct, enum or union of the crate, for arguments that have the trait.
  Answer of(DefId type, AutoTrait trait);

 private:
  Answer of_type(SourceId source, NodeId type, AutoTrait trait, uint32_t depth);
  Answer of_path(SourceId source, NodeId type, AutoTrait trait, uint32_t depth);
  Answer of_def(DefId type, AutoTrait trait, uint32_t depth);
  Answer of_arguments(SourceId source, NodeId segment, AutoTrait trait, uint32_t depth);
  Answer of_bounds(SourceId source, NodeId list, AutoTrait trait) const;

  const CrateDefs& crate_;
  const ApiKeys& keys_;
  // Written impls, by type and trait.
  std::unordered_map<uint64_t, Answer> written_;
  std::unordered_map<uint64_t, Answer> known_;
};

}  // namespace rp
