#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* The one variable of the program that outlives a call: a signal handler can reach no other. */
static volatile sig_atomic_t asked;

static void ask(int signal_number)
{
    (void)signal_number;
    asked = 1;
}

void interrupt_listen(void)
{
    /* Back to the default after the first, so that a second ends even what does not look. */
    struct sigaction action = {.sa_handler = ask, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupt_asked(void)
{
    return asked != 0;
}
