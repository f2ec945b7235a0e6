# shellcheck shell=bash
# Settings and verbs of the lab; sourced by up, down, record and e2e, never run by itself.
#
#   client1 .. clientN ── switch (bridge br0) ── server
#                            └ mirror of the server's port, both directions ── sensor (mon0)
#
# The server holds every address of the internet as a local one and has no link but the switch, so clients
# reach public-looking addresses and no packet can leave.  Of the kernel it asks veth, bridge, clsact, cls_u32,
# act_mirred and nftables NAT, of the programs those that `packages` brings.

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
LAB_PREFIX=${LAB_PREFIX:-tlab-}			# of the namespaces' names: two labs can stand side by side
LAB_CLIENTS=${LAB_CLIENTS:-6}
LAB_NOTE=/run/${LAB_PREFIX}state		# where `up` leaves the name of the state directory
if [ -z "${LAB_STATE:-}" ] && [ -r "$LAB_NOTE" ]; then LAB_STATE=$(<"$LAB_NOTE"); fi

V4_NET=10.20.1 V6_NET=2001:db8:20:1:
V4_SERVER=$V4_NET.1 V6_SERVER=$V6_NET:1
client_v4() { echo "$V4_NET.$((10 + $1))"; }
client_v6() { echo "$V6_NET:$((10 + $1))"; }

ns() { echo "$LAB_PREFIX$1"; }
namespaces() {
	local i
	ns server; ns switch; ns sensor
	for i in $(seq "$LAB_CLIENTS"); do ns "client$i"; done
}

# in_ns NAME COMMAND...: run in one of the lab's namespaces
in_ns() { local n; n=$(ns "$1"); shift; ip netns exec "$n" "$@"; }

# on N COMMAND...: run as a user of client N would, trusting the lab's authority; never longer than LAB_LIMIT seconds
on() {
	local n=client$1 ca=$LAB_STATE/ca-bundle.crt; shift
	in_ns "$n" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$LAB_STATE/home" LANG=C.UTF-8 CURL_CA_BUNDLE="$ca" SSL_CERT_FILE="$ca" \
		timeout -k 1 "${LAB_LIMIT:-10}" "$@" >>"$LAB_STATE/log/clients.log" 2>&1 </dev/null
}

# lab_daemon NAME NAMESPACE COMMAND...: in the background, leading a process group so that one kill reaches its children
lab_daemon() {
	local name=$1 n; n=$(ns "$2"); shift 2
	setsid ip netns exec "$n" "$@" >"$LAB_STATE/log/$name.log" 2>&1 </dev/null &
	echo $! >"$LAB_STATE/pid/$name"
}

# lab_stop NAME [SIGNAL]: end a lab_daemon and wait for it, 3 s at most before it is killed
lab_stop() {
	local file=$LAB_STATE/pid/$1 pid
	[ -s "$file" ] || return 0
	pid=$(<"$file"); rm -f "$file"
	kill "-${2:-TERM}" -- "-$pid" 2>/dev/null
	for _ in $(seq 60); do
		kill -0 -- "-$pid" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -KILL -- "-$pid" 2>/dev/null
	return 0
}

# lab_until SECONDS COMMAND...: retry until it succeeds
lab_until() {
	local tries=$(($1 * 10)); shift
	for _ in $(seq "$tries"); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# address_of NAME A|AAAA: what the lab's resolver answers; asked inside the server, where no mirror sees it
address_of() { in_ns server dig +short +time=1 +tries=2 @127.0.0.1 "$1" "$2" | grep -v '\.$' | tail -n 1; }

# mirror_to DEVICE: every frame of the server's port, both directions, is copied to DEVICE of the switch
mirror_to() {
	local way
	in_ns switch tc qdisc del dev p-server clsact 2>/dev/null || true
	in_ns switch tc qdisc add dev p-server clsact
	for way in ingress egress; do
		# u32 with an empty mask takes everything; matchall is not in every kernel
		in_ns switch tc filter add dev p-server $way protocol all prio 1 u32 match u32 0 0 \
			action mirred egress mirror dev "$1"
	done
}

# tagged VID[:VID]|off: the copies carry 802.1Q tags, as those of a mirrored trunk do
tagged() {
	lab_stop tagger
	if [ "$1" = off ]; then mirror_to span0; return; fi
	lab_daemon tagger switch python3 "$LAB_DIR/tagger" t-out span0 "$1"
	lab_until 3 grep -q ready "$LAB_STATE/log/tagger.log"
	mirror_to t-in
}

# The far end asks for small pieces: segments of TCP (client N), or datagrams to client N; "off" restores.
small_segments() {
	local four six; four=$(client_v4 "$1") six=$(client_v6 "$1")
	if [ "$2" = off ]; then ip -n "$(ns server)" route del "$four"; ip -n "$(ns server)" -6 route del "$six"; return; fi
	ip -n "$(ns server)" route replace "$four" dev eth0 advmss "$2"
	ip -n "$(ns server)" -6 route replace "$six" dev eth0 advmss "$2"
}
small_datagrams() {
	local four; four=$(client_v4 "$1")
	if [ "$2" = off ]; then ip -n "$(ns server)" route del "$four"; return; fi
	ip -n "$(ns server)" route replace "$four" dev eth0 mtu lock "$2"
}
# small_link N BYTES|off: what client N itself sends leaves in fragments.  dig overrides the MTU of a route, not of a
# link; a link under 1280 bytes loses IPv6, so that is put back.
small_link() {
	local n; n=$(ns "client$1")
	if [ "$2" != off ]; then ip -n "$n" link set eth0 mtu "$2"; return; fi
	ip -n "$n" link set eth0 mtu 1500
	ip -n "$n" addr replace "$(client_v6 "$1")/64" dev eth0
	ip -n "$n" -6 route replace default via "$V6_SERVER"
}
