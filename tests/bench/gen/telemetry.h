#ifndef TELEMETRY_H
#define TELEMETRY_H

enum { TELEMETRY_NAMES = 80 };

/* Most asked for first. */
extern const char *const telemetry_names[TELEMETRY_NAMES];

#endif
