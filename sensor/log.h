/*
 * log.h: words for whoever runs the sensor, on standard error: one line each,
 * with the program's name.  Readers never log.
 */
#ifndef TELLTALE_LOG_H
#define TELLTALE_LOG_H

#define LOG_FORMAT(at) __attribute__((format(printf, at, at + 1)))

void log_info(const char *format, ...) LOG_FORMAT(1);
void log_warn(const char *format, ...) LOG_FORMAT(1);

/* log_quiet leaves out what is neither warning nor error. */
void log_quiet(void);

#endif
