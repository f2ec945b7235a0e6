# The tests.  Each unit, property and fuzz program names on its first line, behind
# "links:", the modules of sensor/ that it links: a list that grows says that the
# layers are slipping.

# "everything" is all but the program itself, "ruleset" what loads and asks rules.
ruleset    := $(notdir $(basename $(wildcard sensor/rules*.c))) jsonfile addr
everything := $(filter-out main run%,$(notdir $(basename $(wildcard sensor/*.c))))
named = $(shell sed -n '1s|.*links: *\(.*\) *\*/.*|\1|p' $(1))
links = $(patsubst %,$(2)/%.o,$(sort $(subst ruleset,$(ruleset),$(subst everything,$(everything),$(named)))))

TEST_LIBS = -lcmocka $(PKG_LIBS) -lm
TEST_FLAGS = $(COMPILE) -Itests/unit $(if $(WHOLE),-fno-lto)

UNITS      := $(wildcard tests/unit/*_test.c)
PROPERTIES := $(wildcard tests/property/*_test.c)
FUZZERS    := $(wildcard tests/fuzz/*_fuzz.c)
TESTS      := $(UNITS:tests/unit/%.c=$(BUILD)/unit/%) $(PROPERTIES:tests/property/%.c=$(BUILD)/property/%)
REPLAYS    := $(FUZZERS:tests/fuzz/%.c=$(BUILD)/replay/%)
SHARED_TEST_SOURCES = $(filter-out %_test.c,$(wildcard tests/unit/*.c tests/property/*.c))

define test_program
$(BUILD)/$(2)/$(notdir $(1:.c=)): $(1) $(call links,$(1),$(BUILD)/obj) | setup-check
	@mkdir -p $$(@D)
	$$(SAY) $$<
	$$(Q)$$(TEST_FLAGS) -I$(dir $(1)) -o $$@ $(1) $(call links,$(1),$(BUILD)/obj) $$(TEST_LIBS)
endef
$(foreach t,$(UNITS),$(eval $(call test_program,$(t),unit)))
$(foreach t,$(PROPERTIES),$(eval $(call test_program,$(t),property)))

define replay_program
$(BUILD)/replay/$(notdir $(1:.c=)): $(1) tests/fuzz/replay.c $(call links,$(1),$(BUILD)/obj) | setup-check
	@mkdir -p $$(@D)
	$$(SAY) $$<
	$$(Q)$$(TEST_FLAGS) -Itests/fuzz -o $$@ $(1) tests/fuzz/replay.c $(call links,$(1),$(BUILD)/obj) $$(PKG_LIBS) -lm
$(BUILD)/fuzzers/$(notdir $(1:.c=)): $(1) $(patsubst %.o,%.c,$(call links,$(1),sensor)) | setup-check
	@mkdir -p $$(@D)
	$$(SAY) $$<
	$$(Q)clang -std=c17 $$(DEFS) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	      $$(PKG_CFLAGS) -Isensor -Itests/fuzz -o $$@ $(1) $(patsubst %.o,%.c,$(call links,$(1),sensor)) $$(PKG_LIBS) -lm
endef
$(foreach f,$(FUZZERS),$(eval $(call replay_program,$(f))))

ESCAPE = $(wildcard tests/sandbox/*.c)
$(BUILD)/escape: $(ESCAPE) $(wildcard tests/sandbox/*.h) $(call links,tests/sandbox/escape.c,$(BUILD)/obj)
	$(SAY) $@
	$(Q)$(COMPILE) -MF $@.d -o $@ $(ESCAPE) $(call links,tests/sandbox/escape.c,$(BUILD)/obj) $(PKG_LIBS) -lpthread

.PHONY: programs
programs: $(TESTS) $(REPLAYS) $(BUILD)/telltale-rules $(BUILD)/escape $(BUILD)/flood $(BUILD)/bench_send $(BENCHES)

check: setup-check
	@$(MAKE) --no-print-directory $(BUILD)/telltale programs
	@tests/check $(BUILD)

# The same unit, property and golden tests, each byte and each integer watched.
SANITIZERS = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
asan: setup-check
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan CFLAGS='-O1 -g' SANITIZE='$(SANITIZERS)' \
		$(BUILD)/asan/telltale programs
	@tests/check --no-network $(BUILD)/asan

FUZZ_SECONDS ?= 20
fuzz: setup-check
	@$(MAKE) --no-print-directory $(FUZZERS:tests/fuzz/%.c=$(BUILD)/fuzzers/%)
	@tests/fuzz/run $(BUILD)/fuzzers $(FUZZ_SECONDS)

BENCH_GEN := $(wildcard tests/bench/gen/*.c)
$(BUILD)/bench_gen: $(BENCH_GEN)
	@mkdir -p $(@D)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) -O2 -o $@ $^ -lcrypto -lm
$(BUILD)/empty_loop: tests/bench/empty_loop.c
	@mkdir -p $(@D)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) -O2 -o $@ $< -lpcap
$(BUILD)/bench_cpu: tests/bench/cpu.c
	@mkdir -p $(@D)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) -O2 -o $@ $<
$(BUILD)/bench_names: tests/bench/names.c
	@mkdir -p $(@D)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) -O2 $(PKG_CFLAGS) -o $@ $< -lcjson

DECRYPT_OBJECTS = $(patsubst %,$(BUILD)/obj/%.o,quic aead digest link link_wlan ip transport addr)
$(BUILD)/bench_decrypt: tests/bench/decrypt.c $(DECRYPT_OBJECTS)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) $(DEFS) -O2 -Isensor -o $@ $^ $(PKG_LIBS)

$(BUILD)/bench_scale: tests/bench/scale.c $(ruleset:%=$(BUILD)/obj/%.o)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) $(DEFS) -O2 $(PKG_CFLAGS) -Isensor -o $@ $^ $(PKG_LIBS) -lm

# Hostile load as a capture without end; part of `make check`, and whole with `make flood`.
FLOOD_SOURCES := $(wildcard tests/bench/flood/*.c) \
                 $(patsubst %,tests/bench/gen/%.c,extensions fatal hello initial out random scatter)
$(BUILD)/flood: $(FLOOD_SOURCES) $(wildcard tests/bench/flood/*.h tests/bench/gen/*.h) sensor/hash.h
	@mkdir -p $(@D)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) -O2 -Isensor -o $@ $(FLOOD_SOURCES) -lcrypto -lm

flood: setup-check
	@$(MAKE) --no-print-directory $(BUILD)/telltale $(BUILD)/flood $(BUILD)/empty_loop
	@tests/overload/run --full $(BUILD)

BENCHES = $(addprefix $(BUILD)/,bench_gen empty_loop bench_cpu bench_names bench_decrypt bench_scale)
bench: setup-bench
	@$(MAKE) --no-print-directory $(BUILD)/telltale $(BENCHES)
	@tests/bench/bench $(BUILD)
	@/usr/bin/python3 tests/balance/memory.py $(BUILD)/telltale
	@for capture in $(BUILD)/bench/hs-*.pcap; do $(BUILD)/bench_decrypt $$capture || exit; done
	@$(BUILD)/bench_scale rules

$(BUILD)/bench_send: tests/bench/live_send.c
	@mkdir -p $(@D)
	$(SAY) $@
	$(Q)$(CC) -std=c17 $(WARN) -O2 -o $@ $<

bench-live: setup-check
	@$(MAKE) --no-print-directory $(BUILD)/telltale $(BUILD)/bench_gen $(BUILD)/bench_send
	@tests/bench/live $(BUILD) || { status=$$?; [ $$status -eq 77 ]; }

lint: setup-lint
	@tools/floors sensor
	@tools/shape sensor tools tests
	/usr/bin/python3 tests/rules/lint.py
	cppcheck --std=c11 --enable=warning,performance,portability --error-exitcode=1 --quiet \
		--inline-suppr --suppress=missingIncludeSystem -Isensor sensor
	@echo 'lint: well'

# What a newcomer sees: a recorded capture of six real clients, with countries.
STORY = tests/golden/story.pcap
run: setup-run
	@$(MAKE) --no-print-directory $(BUILD)/telltale
	@tools/geodb/fetch $(BUILD)/geo || echo 'telltale: no geolocation database: the countries stay out'
	@echo
	@echo 'The capture: six hosts of a small network, 35 seconds (tests/golden/RECORDED.md).'
	@echo '$$ $(BUILD)/telltale -r $(STORY) --format text --summary'
	@$(BUILD)/telltale -r $(STORY) --format text --summary
	@echo '$$ $(BUILD)/telltale -r $(STORY) --format json | head -2 | tail -1      (one event as JSON)'
	@$(BUILD)/telltale -q -r $(STORY) --format json | head -2 | tail -1
