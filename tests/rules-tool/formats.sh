# format: rewrites in place, once; refuses what it would lose.
cp "$here/data/wrong/policies/site.json" "$work/site.json"
check "format: writes" 0 "put in order" format "$work/site.json"
cp "$work/site.json" "$work/once.json"
check "format: again is silent" 0 "" format "$work/site.json"
same "format: again changes nothing" "$work/once.json" "$work/site.json"
check "format: its own order" 0 "" format --check "$work/once.json"
chmod 640 "$work/site.json"
sed -i 's/^ *//' "$work/site.json"
"$tool" format "$work/site.json" > /dev/null
[ "$(stat -c %a "$work/site.json")" = 640 ] && pass || fail "format: mode" "is not kept"

loses() {	# loses NAME TEXT CONTENT: is refused, and the file stays
	printf '%s' "$3" > "$work/loses.json"
	cp "$work/loses.json" "$work/before.json"
	check "format: $1" 1 "$2" format "$work/loses.json"
	same "format: $1: untouched" "$work/before.json" "$work/loses.json"
}
loses "comment" "has comments" $'{ "b": 1, // why\n "a": 2 }'
loses "C comment" "has comments" '{ "b": 1, /* why */ "a": 2 }'
loses "twin" "stands twice" '{ "a": { "b": 1, "b": 2 } }'
loses "NUL escape" "u0000" '{ "a": "x\u0000y" }'
loses "large number" "more digits" '{ "a": 12345678901234567890 }'
loses "infinite number" "more digits" '{ "a": 1e999 }'
loses "no JSON" "is no JSON" '{ "a": '

# explain with a database: the smallest one that holds an answer.
/usr/bin/python3 - "$here/../fuzz" "$work/geo.mmdb" << 'PYTHON'
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import mmdb
rows = {"203.0.113.0/24": {"country_code": "DE", "asn": 64500, "as_name": "Acme BV"},
        "192.0.2.0/24": {"country_code": "NL", "asn": 64500, "as_name": "Acme BV"}}
open(sys.argv[2], "wb").write(mmdb.build(rows, "test"))
PYTHON
exact explain-geo-as 0 explain -R shipped -R site -g "$work/geo.mmdb" 203.0.113.9
exact explain-geo-both 0 explain -R shipped -g "$work/geo.mmdb" 192.0.2.9 --json

# export as its readers read it: a name is blocked if and only if the rule that wins was asked for.
served() {	# served NAME DIR FILTER...
	local name=$1 dir=$2 f
	shift 2
	"$tool" list -R "$dir" --json "$@" > "$work/asked"
	"$tool" list -R "$dir" --json > "$work/all"
	for f in adblock rpz; do
		"$tool" export -R "$dir" --format $f "$@" > "$work/list" 2> "$work/err"
		/usr/bin/python3 "$here/served.py" $f "$work/list" "$work/asked" "$work/all" > "$work/out" 2>&1 && pass ||
			fail "$f: $name" "$(tail -n 3 "$work/out")"
	done
}
served "small" "$here/data/shipped" --purpose telemetry,website
served "small, updates" "$here/data/shipped" --purpose update
served "shipped, websites" "$rules" --purpose website
served "shipped, telemetry" "$rules" --purpose telemetry
served "shipped, all" "$rules"

# One layout: what the lint calls canonical is what format writes.
cat > "$work/lay.py" << 'PYTHON'
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import lint
content = json.loads(lint.without_comments(open(sys.argv[2]).read()))
open(sys.argv[3], "w").write(lint.layout(lint.ordered(content, "file")) + "\n")
json.dump(content, open(sys.argv[4], "w"))
PYTHON
for f in "$here"/data/*/*/*.json; do
	/usr/bin/python3 "$work/lay.py" "$here/../rules" "$f" "$work/want.json" "$work/have.json" 2> /dev/null || continue
	"$tool" format "$work/have.json" > /dev/null 2>&1
	case $f in */twice.json) continue ;; esac	# the reader there keeps one of two keys
	same "format as the lint: $f" "$work/want.json" "$work/have.json"
done
