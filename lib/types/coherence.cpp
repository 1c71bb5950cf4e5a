#include "types/selector.h"
namespace rp {
std::vector<CoherenceProblem> Traits::coherence(CrateIndex) { return {}; }
}  // namespace rp
