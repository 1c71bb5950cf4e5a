#include "base/worker_pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <new>
#include <queue>
#include <vector>

namespace rp {
namespace {

constexpr uint32_t kMaxThreads = 256;
// For what runs besides the work itself: file reading, the allocator, the C library.
constexpr size_t kStackReserve = size_t{256} << 10;

uint32_t processor_count() {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<uint32_t>(std::max(1, CPU_COUNT(&set)));
#endif
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? static_cast<uint32_t>(online) : 1;
}

// What the threads of one run_work share.
class Run {
 public:
  Run(size_t count, const Cancellation* cancellation, FunctionRef<void(size_t, uint32_t)> work,
      FunctionRef<bool(size_t, size_t)> finished)
      : count_(count), cancellation_(cancellation), work_(work), finished_(finished) {}

  void take_part(uint32_t worker) noexcept {
    for (;;) {
      if (stop_.load(std::memory_order_relaxed)) return;
      const size_t index = next_.fetch_add(1, std::memory_order_relaxed);
      if (index >= count_) return;
      try {
        Cancellation::poll(cancellation_);
        work_(index, worker);
        const std::lock_guard lock(mutex_);
        if (!failure_ && !finished_(index, ++done_)) throw Cancelled();
      } catch (...) {
        fail(index, std::current_exception());
      }
    }
  }
  void finish() {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  // Indexes are handed out in order, so every piece below a failed one has been begun and will report too: the lowest
  // failure is the same for any number of threads.
  void fail(size_t index, std::exception_ptr exception) noexcept {
    stop_.store(true, std::memory_order_relaxed);
    const std::lock_guard lock(failure_mutex_);
    if (failure_ && failed_index_ < index) return;
    failure_ = std::move(exception);
    failed_index_ = index;
  }

  const size_t count_;
  const Cancellation* const cancellation_;
  const FunctionRef<void(size_t, uint32_t)> work_;
  const FunctionRef<bool(size_t, size_t)> finished_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  size_t done_ = 0;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  size_t failed_index_ = 0;
};

struct Start {
  Run* run;
  uint32_t worker;
};

void* thread_main(void* argument) {
  const Start start = *static_cast<Start*>(argument);
  start.run->take_part(start.worker);
  return nullptr;
}

// Threads that are joined when the group ends, whatever happens.
class ThreadGroup {
 public:
  explicit ThreadGroup(size_t capacity) {
    threads_.reserve(capacity);
    starts_.reserve(capacity);
  }
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;
  ~ThreadGroup() { join(); }

  // Returns false when the system gives no more threads.
  bool start(Run* run, uint32_t worker, size_t stack_bytes) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    starts_.push_back({run, worker});
    pthread_t thread{};
    bool started = pthread_attr_setstacksize(&attributes, stack_bytes) == 0;
    // A new thread takes over its maker's mask: the host's signals must find the host's own threads.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    started = started && pthread_create(&thread, &attributes, thread_main, &starts_.back()) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_attr_destroy(&attributes);
    if (started) threads_.push_back(thread);
    return started;
  }
  [[nodiscard]] bool empty() const { return threads_.empty(); }
  void join() {
    for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
    threads_.clear();
  }

 private:
  std::vector<pthread_t> threads_;
  std::vector<Start> starts_;  // never grows beyond what was reserved: the threads hold pointers into it
};

}  // namespace

uint32_t worker_count(size_t count, const WorkOptions& options) {
  const uint32_t wanted = std::min(options.threads == 0 ? processor_count() : options.threads, kMaxThreads);
  return static_cast<uint32_t>(std::clamp<size_t>(count, 1, wanted));
}

void run_work(size_t count, const WorkOptions& options, FunctionRef<void(size_t, uint32_t)> work,
              FunctionRef<bool(size_t, size_t)> finished) {
  Cancellation::poll(options.cancellation);
  if (count == 0) return;
  const uint32_t workers = worker_count(count, options);
  const bool caller_works = options.stack_bytes <= kCallerStackBytes;
  const size_t stack = std::max(options.stack_bytes, kCallerStackBytes) + kStackReserve;
  // Rounded up to a size that any page size divides.
  const size_t stack_bytes = (stack + 0xFFFF) & ~size_t{0xFFFF};

  Run run(count, options.cancellation, work, finished);
  {
    ThreadGroup group(workers);
    for (uint32_t worker = caller_works ? 1 : 0; worker < workers; ++worker)
      if (!group.start(&run, worker, stack_bytes)) break;
    if (caller_works) {
      run.take_part(0);
    } else if (group.empty()) {
      throw std::bad_alloc();
    }
  }
  run.finish();
}

namespace {

// The pieces of one run_work_graph that may begin.
class ReadyPieces {
 public:
  explicit ReadyPieces(std::span<const std::vector<uint32_t>> waits_for)
      : open_(waits_for.size()), waited_by_(waits_for.size()) {
    for (uint32_t i = 0; i < waits_for.size(); ++i) {
      open_[i] = waits_for[i].size();
      for (const uint32_t before : waits_for[i]) waited_by_[before].push_back(i);
      if (open_[i] == 0) ready_.push(i);
    }
  }
  // The lowest, as soon as there is one; false when the rest is to be skipped. As many calls as there are pieces: while
  // one of them waits, some piece that it waits for is under way.
  bool take(uint32_t* piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || !ready_.empty(); });
    if (stopped_) return false;
    *piece = ready_.top();
    ready_.pop();
    return true;
  }
  void done(uint32_t piece) {
    {
      const std::lock_guard lock(mutex_);
      for (const uint32_t after : waited_by_[piece])
        if (--open_[after] == 0) ready_.push(after);
    }
    changed_.notify_all();
  }
  void stop() noexcept {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<size_t> open_;  // how many pieces each still waits for
  std::vector<std::vector<uint32_t>> waited_by_;
  std::priority_queue<uint32_t, std::vector<uint32_t>, std::greater<>> ready_;
  bool stopped_ = false;
};

}  // namespace

void run_work_graph(std::span<const std::vector<uint32_t>> waits_for, const WorkOptions& options,
                    FunctionRef<void(size_t, uint32_t)> work) {
  ReadyPieces pieces(waits_for);
  const auto run = [&](size_t, uint32_t worker) {
    uint32_t piece = 0;
    if (!pieces.take(&piece)) return;
    try {
      work(piece, worker);
      pieces.done(piece);
    } catch (...) {
      pieces.stop();
      throw;
    }
  };
  const auto always = [](size_t, size_t) { return true; };
  run_work(waits_for.size(), options, run, always);
}

}  // namespace rp
