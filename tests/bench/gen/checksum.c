#include "checksum.h"

#include <string.h>

/* RFC 1071 2(B) and 2(C): summed in the machine's own order, and in wider words, it comes out the same. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t n)
{
	uint32_t word;

	for (; n >= sizeof(word); n -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum += word;
	}
	if (n > 0) {
		word = 0;
		memcpy(&word, bytes, n);
		sum += word;
	}
	return sum;
}

void checksum_store(uint8_t at[static 2], uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);

	uint16_t folded = (uint16_t)~sum;

	memcpy(at, &folded, sizeof(folded));
}
