/*
 * ja4.h: the JA4 fingerprint of a ClientHello (FoxIO's JA4 technical details;
 * the JA4 method itself is BSD 3-clause).
 */
#ifndef TELLTALE_JA4_H
#define TELLTALE_JA4_H

#include "tls.h"

/* ja4_put writes the 36 characters and a NUL. `transport` is 't', 'q' or 'd'. */
void ja4_put(const struct tls_hello *hello, char transport, char out[static JA4_TEXT_MAX]);

#endif
