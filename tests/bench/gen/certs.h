#ifndef CERTS_H
#define CERTS_H

#include <stdint.h>

enum {
	CERT_LEAF_SIZE = 989,
	CERT_ISSUER_SIZE = 879,
};

extern const uint8_t cert_leaf[CERT_LEAF_SIZE];
extern const uint8_t cert_issuer[CERT_ISSUER_SIZE];

#endif
