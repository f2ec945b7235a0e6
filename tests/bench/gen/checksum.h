#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* checksum_add adds bytes to a sum; checksum_store writes the Internet checksum (RFC 1071) of the sum. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t n);
void checksum_store(uint8_t at[static 2], uint64_t sum);

#endif
