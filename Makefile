# telltale: see README.md.  `make help` lists the targets.
VERSION  = 0.1.0
PREFIX   ?= /usr/local
SYSCONF  ?= /etc
BUILD    ?= build
CC       ?= cc
CFLAGS   ?= -O2 -g
PKGS     = libpcap libmaxminddb libcjson libcrypto sqlite3 libseccomp zlib liblzma libzstd

WARN = -Wall -Wextra -Wpedantic -Werror -Wconversion -Wshadow -Wvla -Wstrict-prototypes \
       -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wformat=2 -Wwrite-strings -Wundef
DEFS = -D_GNU_SOURCE -DSHARE_DIR='"$(PREFIX)/share/telltale"'
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null)
COMPILE = $(CC) -std=c17 $(WARN) $(DEFS) $(CFLAGS) $(SANITIZE) $(PKG_CFLAGS) -Isensor -MMD -MP
LINK    = $(CC) $(CFLAGS) $(SANITIZE) $(LDFLAGS)

# The sensor is optimised as a whole: a twentieth less time.  Its objects serve the tests, too, linked as they are.
# Of GCC alone, and not with flags or sanitizers of another's choice; `make WHOLE=` builds faster.
ifeq ($(CFLAGS)$(SANITIZE),-O2 -g)
WHOLE ?= $(if $(findstring Free Software,$(shell $(CC) --version 2>/dev/null)),-O3 -flto=auto -ffat-lto-objects)
endif

SOURCES := $(wildcard sensor/*.c)
OBJECTS := $(SOURCES:sensor/%.c=$(BUILD)/obj/%.o)
MODULES := $(filter-out $(BUILD)/obj/main.o,$(OBJECTS))

.DEFAULT_GOAL := all
.PHONY: all help setup install uninstall run check asan fuzz flood bench bench-live lint geo clean distclean

all: setup-build $(BUILD)/telltale $(BUILD)/telltale-rules

help:
	@echo 'make            build $(BUILD)/telltale and $(BUILD)/telltale-rules; V=1 shows the commands'
	@echo 'make run        build, get a geolocation database, play a recorded capture'
	@echo 'make check      every test'
	@echo 'make asan       unit tests and golden captures under ASan and UBSan'
	@echo 'make fuzz       fuzz each reader for FUZZ_SECONDS (default 20)'
	@echo 'make flood      hostile load: what is told, counted, and costs while it lasts'
	@echo 'make bench      CPU against an empty libpcap loop and tshark; names found'
	@echo 'make bench-live packets a second without loss on a veth pair, beside tcpdump and tshark (root)'
	@echo 'make lint       layers, static analysis, rules'
	@echo 'make geo        get the geolocation databases into $(BUILD)/geo'
	@echo 'make deb        a Debian package, $(BUILD)/deb/*.deb'
	@echo 'make deb-check  try it in a fresh Debian (root)'
	@echo 'make service-check  the service under a systemd booted for it; BOOT=machine: with a kernel of its own (root)'
	@echo 'make install    into PREFIX=$(PREFIX), for which it is to be built, below DESTDIR'
	@echo 'make uninstall  what install put there; a configuration that was changed stays'
	@echo 'make clean      remove what was built; distclean: all of $(BUILD), databases too'

# What each goal needs from the system is installed by tools/setup, which says so first.
.PHONY: setup-build setup-run setup-check setup-lint setup-bench setup-deb setup-service setup-machine
setup-build setup-run setup-check setup-lint setup-bench setup-deb setup-service setup-machine: setup-%:
	@tools/setup $*

# `make V=1` shows the commands themselves.
Q = $(if $(V),,@)
SAY = $(if $(V),@:,@echo) '  cc   '

$(BUILD)/telltale: $(OBJECTS)
	$(SAY) $@
	$(Q)$(LINK) $(WHOLE) -o $@ $^ $(PKG_LIBS) -lm

$(BUILD)/obj/%.o: sensor/%.c | setup-build
	@mkdir -p $(@D)
	$(SAY) $<
	$(Q)$(COMPILE) $(WHOLE) -c -o $@ $<

# The rule tool shares the sensor's own loader, matcher, policy and databases.
RULES_OBJECTS := $(patsubst tools/rules/%.c,$(BUILD)/rules/%.o,$(wildcard tools/rules/*.c)) \
                 $(patsubst sensor/%.c,$(BUILD)/obj/%.o,$(wildcard sensor/rules*.c sensor/policy*.c)) \
                 $(addprefix $(BUILD)/obj/,jsonfile.o name.o addr.o paths.o geo.o)

$(BUILD)/telltale-rules: $(RULES_OBJECTS)
	$(SAY) $@
	$(Q)$(LINK) -o $@ $^ $(shell pkg-config --libs libcjson libpsl libmaxminddb 2>/dev/null)

$(BUILD)/rules/%.o: tools/rules/%.c | setup-build
	@mkdir -p $(@D)
	$(SAY) $<
	$(Q)$(COMPILE) -Itools/rules -c -o $@ $<

-include $(wildcard $(BUILD)/rules/*.d $(BUILD)/obj/*.d $(BUILD)/unit/*.d $(BUILD)/fuzz/*.d $(BUILD)/bench/*.d)

# A manual names the folders of this installation.
install_page = sed 's|/usr/local/|$(PREFIX)/|g' $(1) > $(DESTDIR)$(PREFIX)/share/man/man$(2)/$(notdir $(1))

install: $(BUILD)/telltale $(BUILD)/telltale-rules
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/man/man8 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 755 $(BUILD)/telltale-rules $(DESTDIR)$(PREFIX)/bin/telltale-rules
	$(call install_page,tools/rules/telltale-rules.1,1)
	install -d $(DESTDIR)$(PREFIX)/share/telltale/geo $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 755 $(BUILD)/telltale $(DESTDIR)$(PREFIX)/sbin/telltale
	rm -rf $(DESTDIR)$(PREFIX)/share/telltale/rules
	cp -R rules $(DESTDIR)$(PREFIX)/share/telltale/
	rm -f $(DESTDIR)$(PREFIX)/share/telltale/rules/*.5
	$(call install_page,sensor/telltale.8,8)
	$(call install_page,rules/telltale-rules.5,5)
	$(call install_page,rules/telltale-policy.5,5)
	sed 's|@PREFIX@|$(PREFIX)|' tools/telltale.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/telltale.service
	install -d $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(PREFIX)/lib/tmpfiles.d
	install -m 644 tools/telltale.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/telltale.conf
	install -m 644 tools/telltale.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/telltale.conf
	install -d $(DESTDIR)$(PREFIX)/share/doc/telltale $(DESTDIR)$(SYSCONF)/telltale
	install -m 644 tools/telltale.logrotate $(DESTDIR)$(PREFIX)/share/doc/telltale/logrotate
	[ -e $(DESTDIR)$(SYSCONF)/telltale/telltale.conf ] || \
		install -m 644 tools/telltale.conf $(DESTDIR)$(SYSCONF)/telltale/telltale.conf
	[ ! -d $(BUILD)/geo ] || cp $(BUILD)/geo/* $(DESTDIR)$(PREFIX)/share/telltale/geo/

# What install may have made, and is nobody's when DESTDIR is a folder of its own.
FOLDERS = $(addprefix $(PREFIX)/,bin sbin share/doc share/man/man1 share/man/man5 share/man/man8 \
            lib/systemd/system lib/sysusers.d lib/tmpfiles.d) $(SYSCONF)
uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/share/telltale $(DESTDIR)$(PREFIX)/share/doc/telltale
	! cmp -s tools/telltale.conf $(DESTDIR)$(SYSCONF)/telltale/telltale.conf || \
		rm -f $(DESTDIR)$(SYSCONF)/telltale/telltale.conf
	rmdir $(DESTDIR)$(SYSCONF)/telltale 2>/dev/null || true
	rm -f $(DESTDIR)$(PREFIX)/lib/sysusers.d/telltale.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/telltale.conf
	rm -f $(DESTDIR)$(PREFIX)/bin/telltale-rules $(DESTDIR)$(PREFIX)/share/man/man1/telltale-rules.1
	rm -f $(DESTDIR)$(PREFIX)/sbin/telltale $(DESTDIR)$(PREFIX)/share/man/man8/telltale.8 \
	      $(DESTDIR)$(PREFIX)/share/man/man5/telltale-rules.5 \
	      $(DESTDIR)$(PREFIX)/share/man/man5/telltale-policy.5 $(DESTDIR)$(PREFIX)/lib/systemd/system/telltale.service
	[ -z "$(DESTDIR)" ] || for folder in $(FOLDERS); do \
		(cd $(DESTDIR) && rmdir -p --ignore-fail-on-non-empty ./$$folder 2>/dev/null) || true; done

# A Debian package, and its test in a fresh Debian.
DEB = $(BUILD)/deb
.PHONY: deb deb-check service-check
deb: setup-deb
	@rm -rf $(DEB)/root
	@$(MAKE) --no-print-directory BUILD=$(DEB) PREFIX=/usr SYSCONF=/etc DESTDIR=$(DEB)/root install
	@tools/deb/build $(DEB) $(VERSION)

deb-check: deb
	@tools/deb/test $(DEB)/telltale_$(VERSION)_*.deb

# The service as systemd runs it, from the package and as `make install` leaves it.
SERVICE = $(BUILD)/service
BOOT   ?= service
service-check: deb setup-$(BOOT)
	@rm -rf $(SERVICE)
	@$(MAKE) --no-print-directory -s DESTDIR=$(SERVICE) install
	@tools/deb/service $(if $(filter machine,$(BOOT)),--machine) $(DEB)/telltale_$(VERSION)_*.deb $(SERVICE) || \
		{ status=$$?; [ $$status -eq 77 ]; }

geo: setup-run
	@tools/geodb/fetch $(BUILD)/geo

clean:
	rm -rf $(BUILD)/obj $(BUILD)/rules $(BUILD)/telltale-rules $(BUILD)/replay $(BUILD)/property $(BUILD)/unit $(BUILD)/fuzz $(BUILD)/telltale $(BUILD)/asan $(BUILD)/fuzzers $(BUILD)/check

distclean:
	rm -rf $(BUILD)

include tests/tests.mk
