# check --references, against a server of our own: no test asks the world.
/usr/bin/python3 "$here/server.py" > "$work/port" &
server=$!
for _ in $(seq 50); do [ -s "$work/port" ] && break; sleep 0.1; done
mkdir -p "$work/web/vendors"
sed "s/PORT/$(cat "$work/port")/" "$here/data/web.json" > "$work/web/vendors/web.json"
timeout 120 "$tool" check -R "$work/web" --references > "$work/out" 2>&1
status=$?
sed -i "s|$work/||; s/127.0.0.1:$(cat "$work/port")/127.0.0.1:PORT/; s/port [0-9]* after [0-9]* ms/port N/" "$work/out"
sed -i 's/Maximum ([0-9]*) redirects followed/too many redirects/; s/(Failed to connect[^)]*)/(no connection)/' "$work/out"
[ -z "$update" ] || cp "$work/out" "$here/expected/references.txt"
[ $status = 1 ] && diff -u "$here/expected/references.txt" "$work/out" > "$work/diff" && pass ||
	{ fail references "status $status"; sed 's/^/    /' "$work/diff"; }
check "references: filtered" 1 "2 addresses asked for" check -R "$work/web" --references --purpose website
PATH=/nowhere "$tool" check -R "$work/web" --references --purpose website > "$work/out" 2>&1
[ $? = 1 ] && grep -q "install the program curl" "$work/out" && pass || fail "references: no curl" "$(tail -n 1 "$work/out")"
kill "$server"
wait "$server" 2> /dev/null
server=
check "references: no network" 1 "not one of 2 could be reached" check -R "$work/web" --references --purpose website
