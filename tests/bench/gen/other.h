#ifndef OTHER_H
#define OTHER_H

#include <stdint.h>

/* other_add writes traffic without names: ARP, ping, NTP, RTP, SSH or SMB. */
void other_add(uint64_t when);

#endif
