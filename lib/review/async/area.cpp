// The rules of the area async: tasks, locks across await, cancellation.
#include "review/rule.h"

namespace rp {

extern const Rule kBlockOnInAsync;
extern const Rule kBlockingCall;
extern const Rule kFutureNotAwaited;
extern const Rule kLockAcrossAwait;
extern const Rule kSelectLosesData;
extern const Rule kTaskHandleDropped;
extern const Rule kTraitFutureNotSend;
extern const Rule kUnboundedChannel;

std::span<const Rule* const> async_rules() {
  static constexpr const Rule* kRules[] = {
      &kBlockOnInAsync,  &kBlockingCall,      &kFutureNotAwaited,   &kLockAcrossAwait,
      &kSelectLosesData, &kTaskHandleDropped, &kTraitFutureNotSend, &kUnboundedChannel,
  };
  return kRules;
}

}  // namespace rp
