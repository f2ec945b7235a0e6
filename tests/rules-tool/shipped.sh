# The shipped rules, whatever they grow to.
check "shipped rules are clean" 0 " 0 errors" check -R "$rules"
check "shipped rules are in order" 0 "" format --check "$rules"/vendors/*.json "$rules"/policies/*.json
check "explain: rule" 0 "kaspersky.update" explain -R "$rules" S07.upd.kaspersky.com.
check "explain: less specific" 0 "kaspersky.website" explain -R "$rules" s07.upd.kaspersky.com
check "explain: severity" 0 "80 (restricted-installed" explain -R "$rules" s07.upd.kaspersky.com
check "diff: itself" 0 "0 added, 0 removed, 0 changed" diff "$rules" "$rules"
check "stats" 0 " vendors, " stats -R "$rules"

# The counts are those of the files, counted another way.
"$tool" stats -R "$rules" --json > "$work/stats"
/usr/bin/python3 - "$rules" "$work/stats" > "$work/counts" 2>&1 << 'PYTHON' && pass || fail "stats: counts" "$(tail -n 1 "$work/counts")"
import glob, json, sys
rows = [json.load(open(f)) for f in glob.glob(sys.argv[1] + "/vendors/*.json")]
rules = [r for row in rows for r in row["rules"]]
names = sum(len(v) for r in rules for v in r["match"].values())
got = json.load(open(sys.argv[2]))
want = {"vendors": len(rows), "rules": len(rules), "patterns": names,
        "switched_off": sum(not r.get("enabled", True) for r in rules)}
for key, value in want.items():
    assert got[key] == value, "%s: %s, the files say %s" % (key, got[key], value)
for key in ("purpose", "confidence"):
    for word in {r[key] for r in rules}:
        n = sum(r[key] == word for r in rules)
        assert got[key][word]["rules"] == n, "%s %s: %s, the files say %s" % (key, word, got[key][word], n)
PYTHON

for f in domains hosts adblock suricata-dataset zeek-intel misp; do
	"$tool" export -R "$rules" --format $f --vendor kaspersky > "$work/list" 2> /dev/null
	# shellcheck disable=SC2046
	check "import of export: $f" 0 " not understood" $(import $f "$work/list")
done

# The examples of the manual run as they stand there; only the directories are ours.
mkdir -p "$work/manual"
cp -r "$here/data/shipped" "$work/manual/old"
cp -r "$here/data/site" "$work/manual/new"
cp "$here/data/lists/stix.json" "$work/manual/feed.json"
sed -e ':a' -e '/\\e$/{N;s/\\e\n//;ba' -e '}' "$here/../../tools/rules/telltale-rules.1" |
	sed -n 's/^\(\.Dl \)\{0,1\}telltale-rules \([^|]*\).*/\2/p' | grep -v -- --references |
	sed "s|/usr/local/share/telltale/rules|$rules|; s|/etc/telltale/rules.d|new|" > "$work/examples"
[ "$(wc -l < "$work/examples")" -ge 10 ] && pass || fail "manual" "has few examples"
while read -r arguments; do
	# shellcheck disable=SC2086
	(cd "$work/manual" && timeout 60 "$tool" $arguments) > "$work/out" 2>&1
	[ $? -le 1 ] && [ -s "$work/out" ] && pass || fail "manual: $arguments" "$(head -n 1 "$work/out")"
done < "$work/examples"

# Which of two that tie is taken is the sensor's affair; explain says the same, and names the other.
check "tie: same tail" 0 "less specific" explain -R "$here/data/ties" abdc.x.example
check "tie: another tail" 0 "less specific" explain -R "$here/data/ties" a.b.y.example
