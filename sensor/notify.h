/*
 * notify.h: words for the service manager: datagrams to the socket that
 * NOTIFY_SOCKET names, of lines NAME=VALUE (sd_notify(3), whose protocol is
 * stable and needs no library).
 */
#ifndef TELLTALE_NOTIFY_H
#define TELLTALE_NOTIFY_H

#include <stdint.h>

/* notify_open connects; -1 when there is no manager.  Afterwards nothing but sending is needed. */
int notify_open(void);

/* notify_say sends one message; a manager that does not take it at once misses it. */
void notify_say(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* notify_watchdog is the longest silence between two WATCHDOG=1, in nanoseconds; 0: nobody watches. */
int64_t notify_watchdog(void);

#endif
