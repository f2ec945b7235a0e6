# Whatever stands in a file, the program says so and ends well.
line=$(head -c 200000 /dev/zero | tr '\0' a)
for f in hosts domains adblock csv zeek-intel suricata-dataset; do
	{ printf 'domain\n'; printf '0.0.0.0 %s\n%s\n||%s^\n' "$line" "$line" "$line"; } > "$work/long"
	# shellcheck disable=SC2046
	check "hostile: long lines: $f" 1 "not understood" $(import $f "$work/long")
	[ "$(wc -c < "$work/out")" -lt 5000 ] && pass || fail "hostile: long lines: $f" "are echoed whole"
	printf 'a.example.com\0b.example.com\n\0\0\n' > "$work/nul"
	# shellcheck disable=SC2046
	check "hostile: NUL: $f" 1 "has a NUL byte" $(import $f "$work/nul")
	head -c 20000 "$tool" > "$work/binary"
	# shellcheck disable=SC2046
	"$tool" $(import $f "$work/binary") > /dev/null 2> "$work/err"
	[ $? -le 1 ] && grep -q 'not understood' "$work/err" && pass || fail "hostile: binary: $f" "$(tail -n 1 "$work/err")"
	: > "$work/empty"
	# shellcheck disable=SC2046
	check "hostile: empty: $f" 1 "0 entries read" $(import $f "$work/empty")
done
printf '\357\273\277a.example.com\r\n' > "$work/small"
# shellcheck disable=SC2046
check "hostile: byte order mark" 0 "1 name written" $(import domains "$work/small")
printf 'a.example.com' > "$work/small"
# shellcheck disable=SC2046
check "hostile: standard input" 0 "1 name written" $(import domains -) < "$work/small"
check "hostile: no newline at the end" 0 "1 name written" $(import domains "$work/small")
printf '\033[31mx\n' > "$work/small"
# shellcheck disable=SC2046
check "hostile: steering bytes" 1 '?[31mx' $(import domains "$work/small")
# shellcheck disable=SC2046
check "hostile: a folder" 1 "" $(import hosts "$work")

deep=$(printf '[%.0s' $(seq 100000))
mkdir -p "$work/hostile/vendors"
for content in "$deep" '' 'null' '[]' '7' '"x"' '{}' '{ "vendor": [], "rules": {} }' '{ "vendor": { "id": 5 }, "rules": [ 5, [], {} ] }' \
	'{ "vendor": { "id": "x", "tags": [5, {}] }, "rules": [ { "id": "x.a", "match": { "suffix": [5, null, ""], "cidr": [5], "asn": ["5", 1e999], "ja4": [{}] }, "references": [5] } ] }' \
	'{ "vendor": { "id": "x", "name": "X" }, "rules": [ { "id": "x.a", "match": { "glob": ["*", "**.a", "*.", ".*", "a.*", "*a*.b"] } } ] }'; do
	printf '%s' "$content" > "$work/hostile/vendors/x.json"
	short=$(printf '%s' "$content" | cut -c 1-60)
	check "hostile: check: $short" 1 "error" check -R "$work/hostile"
	check "hostile: explain: $short" 1 "" explain -R "$work/hostile" www.example.com
	timeout 60 "$tool" diff "$work/hostile" "$here/data/shipped" > "$work/out" 2>&1
	case $? in 1 | 2) pass ;; *) fail "hostile: diff: $short" "$(tail -n 1 "$work/out")" ;; esac
	for f in misp stix; do
		# shellcheck disable=SC2046
		check "hostile: $f: $short" 1 "" $(import $f "$work/hostile/vendors/x.json")
	done
	timeout 60 "$tool" format "$work/hostile/vendors/x.json" > "$work/out" 2>&1
	[ $? -le 1 ] && pass || fail "hostile: format: $short" "$(tail -n 1 "$work/out")"
	for command in list stats "export --format adblock" "export --format misp"; do
		# shellcheck disable=SC2086
		timeout 60 "$tool" $command -R "$work/hostile" > "$work/out" 2>&1
		[ $? -le 1 ] && pass || fail "hostile: $command: $short" "$(tail -n 1 "$work/out")"
	done
done

# Patterns of indicators, each cut anywhere and with a byte more.
/usr/bin/python3 - "$work/patterns.json" << 'PYTHON'
import json, sys
whole = r"[domain-name:value = 'a\'\\b.example.com' OR domain-name:value IN ('b.example.com', 'c.example.com')] OR [domain-name:value='d.example.com']"
texts = [whole[:n] for n in range(len(whole) + 1)] + [whole[:n] + c + whole[n:] for n in range(0, len(whole), 7) for c in "'[\\("]
objects = [{"type": "indicator", "id": "indicator--%d" % n, "pattern": t} for n, t in enumerate(texts)]
json.dump({"type": "bundle", "objects": objects}, open(sys.argv[1], "w"), indent=1)
PYTHON
# shellcheck disable=SC2046
check "hostile: patterns" 0 "3 names written" $(import stix "$work/patterns.json")

# A policy that is none stops explain and diff, and check says where.
cp -r "$here/data/shipped" "$work/policy"
printf '{ "severity": [ {} ], "suppressions": 5, "tags": [ 5, { "id": 7 } ] }' > "$work/policy/policies/site.json"
check "hostile: policy: check" 1 'site.json:1: error' check -R "$work/policy"
check "hostile: policy: explain" 1 'site.json:1:' explain -R "$work/policy" lic.acme.example
printf '{ "severity": [\n x' > "$work/policy/policies/site.json"
check "hostile: broken policy: check" 1 'site.json:2: error' check -R "$work/policy"
check "hostile: broken policy: diff" 2 'site.json:2:' diff "$work/policy" "$here/data/shipped"

# Many patterns under one tail, and many keys: none costs the square of their number.
/usr/bin/python3 - "$work" << 'PYTHON'
import json, os, sys
os.makedirs(sys.argv[1] + "/many/vendors")
rule = {"id": "x.a", "product": "P", "purpose": "ads", "installed": False, "confidence": "blocklist", "reviewed": "2026-01-01",
        "match": {"exact": ["n%d.example.com" % n for n in range(100000)]}, "references": ["https://example.org/"]}
json.dump({"vendor": {"id": "x", "name": "X", "tags": []}, "rules": [rule]}, open(sys.argv[1] + "/many/vendors/x.json", "w"))
json.dump({"k%d" % n: n for n in range(100000)}, open(sys.argv[1] + "/keys.json", "w"))
json.dump({"type": "bundle", "objects": [{"type": "indicator", "id": "indicator--%d" % n, "pattern": "[x]"} for n in range(20000)]},
          open(sys.argv[1] + "/indicators.json", "w"), indent=0)
PYTHON
check "many: check" 0 "100000 patterns: 0 errors" check -R "$work/many"
check "many: keys" 0 "put in order" format "$work/keys.json"
# shellcheck disable=SC2046
check "many: indicators" 1 "20000 not understood" $(import stix "$work/indicators.json")
