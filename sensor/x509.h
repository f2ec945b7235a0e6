/*
 * x509.h: the names of a server certificate (RFC 5280), as far as a sensor
 * needs them: the first dNSName of the subject alternative names, else the
 * subject's common name.
 */
#ifndef TELLTALE_X509_H
#define TELLTALE_X509_H

#include "name.h"

/* x509_read_name leaves `out` empty when the certificate names no host. */
void x509_read_name(struct cursor certificate, struct name *out);

#endif
