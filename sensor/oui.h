/*
 * oui.h: who made the network card, by its MAC address: the blocks of 24, 28 and
 * 36 bits that the IEEE assigns (MA-L, MA-M, MA-S, IAB), from the list that the
 * system has.
 *
 * Lists are told apart line by line: the IEEE's CSV and the "(base 16)" lines of
 * its text (Debian ieee-data, hwdata), nmap's nmap-mac-prefixes, and Wireshark's
 * manuf.  Lines that are none of these are skipped, and counted unless empty or
 * a comment.  The list is read once into one sorted table.  Names are as the list
 * has them, control characters blanked: who prints one makes sure of its UTF-8.
 */
#ifndef TELLTALE_OUI_H
#define TELLTALE_OUI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	OUI_BLOCKS_MAX = 131072,
	OUI_TEXT_MAX = 2 * 1024 * 1024,		/* bytes of all names together */
	OUI_NAME_MAX = 64,			/* bytes of a name with the NUL; longer ones are cut */
	OUI_FILE_MAX = 32 * 1024 * 1024,	/* bytes of a list */
	OUI_WHAT_MAX = 256
};

#define OUI_RANDOM "random"	/* what oui_find says of an address that no vendor gave */

struct oui;

struct oui *oui_new(void);
void oui_free(struct oui *o);

/* oui_add reads one list; blocks known from an earlier one stay.  False with a line of what is wrong. */
bool oui_add(struct oui *o, const char *path, char what[static OUI_WHAT_MAX]);

/*
 * oui_add_system reads the lists of the first package that is installed, and
 * gives its folder or file; NULL when there is none.
 */
const char *oui_add_system(struct oui *o);

/*
 * oui_find names the vendor; NULL when the block is unknown, or its owner wants
 * to stay so ("Private").  OUI_RANDOM for a locally administered address (the
 * second lowest bit of the first byte): telephones and computers draw one a
 * network; virtual machines and containers have such, too.
 */
const char *oui_find(const struct oui *o, const uint8_t mac[static 6]);

size_t oui_blocks(const struct oui *o);
size_t oui_skipped(const struct oui *o);	/* lines */

#endif
