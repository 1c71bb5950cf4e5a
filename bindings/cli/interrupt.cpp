#include "interrupt.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace cli {
namespace {

// A signal handler can reach nothing but globals.
std::atomic<rp_cancellation*> g_token{nullptr};
std::atomic<void (*)(rp_cancellation*)> g_request{nullptr};
std::atomic<int> g_signal{0};
static_assert(std::atomic<rp_cancellation*>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

extern "C" void on_signal(int number) {
  g_signal = number;
  if (auto request = g_request.load()) request(g_token.load());
}

}  // namespace

void request_on_interrupt(rp_cancellation* token, void (*request)(rp_cancellation*)) {
  g_token = token;
  g_request = request;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  // Without SA_RESTART, so that waiting for a pipe or a terminal ends too.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction before = {};
    // A program started in the background with signals ignored keeps it so.
    if (sigaction(number, nullptr, &before) == 0 && before.sa_handler != SIG_IGN) sigaction(number, &action, nullptr);
  }
}

bool interrupted() { return g_signal != 0; }

void die_of_interrupt() {
  const int number = g_signal;
  std::signal(number, SIG_DFL);
  std::raise(number);
  _exit(128 + number);
}

}  // namespace cli
