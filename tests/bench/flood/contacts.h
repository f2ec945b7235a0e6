#ifndef CONTACTS_H
#define CONTACTS_H

#include <stdint.h>

/*
 * Contacts of clients with vendors' services, one every so many frames of a storm, each step of a contact some frames
 * behind the one before.  Each has a client of its own, 10.0.0.0/8 by its number.  The names are those of
 * tests/golden/rules.
 */
enum contact_kind { CONTACT_DNS, CONTACT_TLS, CONTACT_SPLIT, CONTACT_HTTP, CONTACT_QUIC, CONTACT_KINDS };

void contacts_make(void);

/* contacts_at writes what is due at frame `i` of the storm. */
void contacts_at(uint64_t i, uint64_t every, uint64_t delay);

/* contacts_rest writes what the storm's end at frame `end` cut short. */
void contacts_rest(uint64_t end, uint64_t every, uint64_t delay);

uint64_t contacts_count(enum contact_kind kind);

extern const char *const contact_evidence[CONTACT_KINDS];

#endif
