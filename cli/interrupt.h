/* Ctrl-C during a long command: the first asks it to end cleanly, the second ends the program. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>

/** From now on SIGINT and SIGTERM ask. */
void interrupt_listen(void);
/** Whether one of them came. */
bool interrupt_asked(void);
/** The same, to be looked at by any thread. */
const atomic_bool *interrupt_flag(void);

#endif
