// Ctrl-C: raises the library's cancellation token, so that the program can tidy the terminal before it ends.
#ifndef RUSTPRO_CLI_INTERRUPT_H
#define RUSTPRO_CLI_INTERRUPT_H

#include <rustpro/rustpro.h>

namespace cli {

// From now on SIGINT and SIGTERM call `request(token)`. A second signal ends the program at once.
void request_on_interrupt(rp_cancellation* token, void (*request)(rp_cancellation*));

// True after a signal.
bool interrupted();

// Ends the program the way the signal would have, so that a shell sees the usual exit status.
[[noreturn]] void die_of_interrupt();

}  // namespace cli

#endif
