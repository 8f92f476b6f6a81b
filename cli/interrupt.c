#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* The one variable of the program that outlives a call: a signal handler can reach no other. */
static atomic_bool asked;

static void ask(int signal_number)
{
    (void)signal_number;
    atomic_store(&asked, true); /* free of locks, so a handler may */
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
    return atomic_load(&asked);
}

const atomic_bool *interrupt_flag(void)
{
    return &asked;
}
