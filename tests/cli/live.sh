# shellcheck shell=bash disable=SC2154,SC2034 # the variables are those of run
# live.sh: live capture, signals and rotation; sourced by run.

# in_space COMMAND...: in the network namespace of the process that holds it
in_space() { nsenter --net="/proc/$space/ns/net" "$@"; }

wait_for() {	# wait_for FILE PATTERN: up to five seconds
	local _
	for _ in $(seq 50); do
		if grep -q -- "$2" "$1" 2> /dev/null; then return 0; fi
		sleep 0.1
	done
	echo "$1 never said $2"
	return 1
}

# ask NAME: a DNS query for it over the loopback device, and an answer without records
ask() {
	in_space /usr/bin/python3 -c '
import socket, sys
name = b"".join(bytes([len(l)]) + l.encode() for l in sys.argv[1].split(".")) + b"\0"
server, client = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
server.bind(("127.0.0.1", 53))
client.sendto(b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + name + b"\0\1\0\1", ("127.0.0.1", 53))
query, back = server.recvfrom(512)
server.sendto(query[:2] + b"\x81\x80" + query[4:], back)' "$1"
}

start_live() {
	rm -f "$work/live.json" "$work/live.err"
	# the shell's own child must be the sensor: signals go to it
	nsenter --net="/proc/$space/ns/net" "$sensor" -g none -R "$work/live-rules" -a -i lo -o "$work/live.json" 2> "$work/live.err" &
	pid=$!
	check 'live: it listens' wait_for "$work/live.err" 'listening on lo'
}

stop_live() {	# stop_live SIGNAL
	kill -"$1" "$pid"
	# a sensor that does not heed the signal must not hold the tests up
	( sleep 10; kill -KILL "$pid" ) 2> /dev/null &
	local guard=$!
	wait "$pid"
	status=$?
	kill $guard 2> /dev/null
	cp "$work/live.err" "$work/err"
}

rotate() {
	mv "$work/live.json" "$work/old.json"
	sed -i 's/"exact": \["xp.apple.com"\]/"exact": ["xp.apple.com", "rotated.example"]/' "$work/live-rules/vendors/apple.json"
	kill -HUP "$pid"
	check 'SIGHUP: rules are loaded again' wait_for "$work/live.err" 'reloaded: 14 rules'
	ask rotated.example
	check 'SIGHUP: the new rules hold, in a new file' wait_for "$work/live.json" '"telltale.match".*rotated.example'
	check 'SIGHUP: it is told' says live.json '"action":"reload"'
	echo '{' > "$work/live-rules/vendors/apple.json"
	kill -HUP "$pid"
	check 'SIGHUP: broken rules are refused' wait_for "$work/live.err" 'reload: .*apple.json:[0-9]*: .*the old rules stay'
	ask www.rotated.example
	ask rotated.example
	check 'SIGHUP: the old rules still hold' wait_for "$work/live.json" '"sequence":[0-9]*.*www.rotated.example'
	check 'SIGHUP: the refusal is told' says live.json '"action":"reload-failed"'
}

# start_several OUTPUT OPTIONS...: two workers
start_several() {
	local out=$1; shift
	rm -f "$work/live.err"
	nsenter --net="/proc/$space/ns/net" timeout 20 "$sensor" -g none -R "$rules" -a -i lo --workers 2 \
		-o "$out" "$@" 2> "$work/live.err" &
	pid=$!
	check 'workers: they listen' wait_for "$work/live.err" 'listening on lo'
	sleep 0.5
}

several() {
	rm -f "$work/live.json"
	start_several "$work/live.json" -c 3
	ask www.kaspersky.com
	ask www.kaspersky.com
	wait "$pid"
	status=$?
	check 'workers: -c is for all together' grep -q ': 3 packets, ' "$work/live.err"
	check 'workers: exit status 0' left 0
	check 'workers: balanced statistics last' last_stats "$work/live.json"
	mkfifo "$work/fifo"
	head -n 1 < "$work/fifo" > /dev/null &
	start_several "$work/fifo"
	ask www.kaspersky.com
	wait "$pid"
	status=$?
	check 'workers: a reader that leaves ends them' left 0
}

live() {
	run -g none -R "$rules" -i no-such-device
	check 'no such interface: exit status 1' left 1
	check 'no such interface: one line' lines err 1
	if [ "$(id -u)" -ne 0 ]; then
		echo 'skipped live capture: not root'
		return
	fi
	refused 'no such interface' 'no-such-device: .*telltale -D lists the interfaces'
	unshare -n sleep 120 &
	space=$!
	sleep 0.3
	if ! in_space ip link set lo up 2> /dev/null; then
		echo 'skipped live capture: no network namespaces here'
		kill $space
		return
	fi
	# root becomes another user, who writes here
	chmod 755 "$work"
	chown "$(getent passwd telltale > /dev/null && echo telltale || echo nobody)" "$work"
	mkdir -p "$work/live-rules"
	cp -R "$rules/vendors" "$work/live-rules/"
	start_live
	ask www.kaspersky.com
	check 'live: a name is written at once' wait_for "$work/live.json" '"telltale.match".*www.kaspersky.com'
	rotate
	stop_live TERM
	check 'SIGTERM: exit status 0' left 0
	check 'SIGTERM: totals' says err 'packets, .* names'
	check 'SIGTERM: the drops' says err 'received, 0 dropped by the kernel'
	check 'SIGTERM: balanced statistics last' last_stats "$work/live.json"
	check 'live: lines are as the schema says' /usr/bin/python3 "$golden/events.py" schema \
		"$here/../../rules/schema/event.schema.json" "$work/old.json" "$work/live.json"
	cp -R "$rules/vendors" "$work/live-rules/"
	start_live
	stop_live INT
	check 'SIGINT: exit status 0' left 0
	check 'SIGINT: balanced statistics last' last_stats "$work/live.json"
	several
	kill $space
	wait $space 2> /dev/null
}
