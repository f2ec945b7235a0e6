#ifndef FATAL_H
#define FATAL_H

/* fatal says on standard error what is wrong and what to do about it, and exits with 1. */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
