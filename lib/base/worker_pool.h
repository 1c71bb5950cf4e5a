// Runs independent pieces of work on several threads and joins them again. Nothing outlives the call.
//
// Pieces are handed out in order of their index, so what comes out does not depend on the number of threads as long
// as each piece writes to a place of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "base/limits.h"

namespace rp {

// A reference to a callable; valid as long as the callable is. Unlike std::function it never allocates.
template <typename Signature>
class FunctionRef;
template <typename Result, typename... Args>
class FunctionRef<Result(Args...)> {
 public:
  template <typename Callable>
    requires(!std::is_same_v<std::remove_const_t<Callable>, FunctionRef>)
  FunctionRef(Callable& callable)  // NOLINT: converts on purpose
      : object_(&callable), call_([](const void* object, Args... args) -> Result {
          return (*static_cast<Callable*>(const_cast<void*>(object)))(args...);
        }) {}
  Result operator()(Args... args) const { return call_(object_, args...); }

 private:
  const void* object_;
  Result (*call_)(const void*, Args...);
};

struct WorkOptions {
  uint32_t threads = 0;  // 0 means one for each processor this process may use
  // What one piece of work needs. The calling thread takes part only when this is at most kCallerStackBytes.
  size_t stack_bytes = 0;
  const Cancellation* cancellation = nullptr;  // polled before each piece
};

// What any thread is taken to have: the smallest stack that common systems give a program's first thread is larger.
inline constexpr size_t kCallerStackBytes = size_t{4} << 20;

// Calls work(index, worker) for each index below `count`; `worker` is below the number that worker_count returns and
// belongs to one thread. After each piece finished(index, done) is called by one thread at a time; it returns false to
// stop the rest.
// When pieces throw, the rest is skipped and the exception of the lowest index is thrown again. Throws Cancelled when
// the token was raised or `finished` returned false, and std::bad_alloc when no thread could be had that has the
// stack. Where fewer threads can be started than were asked for, those that run do all the work.
void run_work(size_t count, const WorkOptions& options, FunctionRef<void(size_t index, uint32_t worker)> work,
              FunctionRef<bool(size_t index, size_t done)> finished);

// The same for pieces that wait for others: work(index, worker) is called when it has returned for all indexes in
// waits_for[index], of which none may be `index` or higher. Among those that wait for nothing the lowest goes first.
// When pieces throw, the rest is skipped and one of the exceptions is thrown again.
void run_work_graph(std::span<const std::vector<uint32_t>> waits_for, const WorkOptions& options,
                    FunctionRef<void(size_t index, uint32_t worker)> work);

// How many workers run_work uses at most.
uint32_t worker_count(size_t count, const WorkOptions& options);

}  // namespace rp
