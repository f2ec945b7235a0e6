# shellcheck shell=bash
# What the clients of each golden capture do: scene_NAME; sourced by record.  The lab is up and LAB_STATE known.

PROXY=http://$V4_SERVER:3128

# chrome N URL: a page in headless Chromium with a fresh profile, HTTP/3 at once where $H3 (origins) says so.
# An authority of the lab's own is only accepted over QUIC for origins forced to it.
chrome() {
	local n=$1 url=$2 nss=$LAB_STATE/home/.pki/nssdb
	if [ ! -d "$nss" ]; then
		mkdir -p "$nss"
		certutil -d "sql:$nss" -N --empty-password
		certutil -d "sql:$nss" -A -t C,, -n lab -i "$LAB_STATE/ca.crt"
	fi
	LAB_LIMIT=${CHROME_LIMIT:-12} on "$n" chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--user-data-dir="$(mktemp -d -p "$LAB_STATE/home")" --no-first-run --disable-background-networking \
		--disable-component-update --disable-default-apps --disable-sync --disable-domain-reliability --no-pings \
		${H3:+--origin-to-force-quic-on=$H3} --dump-dom --timeout=4000 "$url"
}

# hello N ADDRESS:PORT OPTIONS...: one TLS handshake by openssl; -brief ends it when the input ends
hello() { local n=$1 to=$2; shift 2; on "$n" openssl s_client -connect "$to" -brief "$@"; }

fetch_with_python() { # N URL...
	local n=$1; shift
	on "$n" python3 -c 'import sys, urllib.request
for url in sys.argv[1:]: urllib.request.urlopen(url, timeout=5).read()' "$@"
}

apt_update() { # N SOURCE...
	local n=$1 root line; shift
	root=$(mktemp -d -p "$LAB_STATE/home")
	mkdir -p "$root/lists/partial" "$root/cache/archives/partial"
	: >"$root/status"
	for line; do echo "deb [trusted=yes arch=amd64] $line noble main"; done >"$root/sources.list"
	on "$n" apt-get update -o Dir::Etc::sourcelist="$root/sources.list" -o Dir::Etc::sourceparts=- -o Dir::Etc::main=- \
		-o Dir::Etc::parts=- -o Dir::State="$root" -o Dir::State::status="$root/status" -o Dir::Cache="$root/cache" \
		-o APT::Sandbox::User=root -o Acquire::Languages=none \
		-o Acquire::https::CaInfo="$LAB_STATE/ca-bundle.crt"
}

# --- the capture of `make run`: an office in which two machines still hold a Kaspersky product ---

# A Windows desktop with the product: activation, reputation lookups, statistics, updates
story_protected_pc() {
	on "$1" curl -s http://www.msftconnecttest.com/connecttest.txt
	on "$1" curl -s --tls-max 1.2 https://activation-v2.kaspersky.com/
	on "$1" curl -s --tls-max 1.2 https://ksn-file-geo.kaspersky-labs.com/
	sleep 1
	on "$1" curl -s https://ksn-url-geo.kaspersky-labs.com/
	on "$1" curl -s https://ksn-verdict.geoksn.kaspersky.com/
	on "$1" curl -s https://settings-win.data.microsoft.com/
	sleep 1
	on "$1" curl -s http://dnl-05.geo.kaspersky.com/update.bin
	on "$1" curl -s https://s07.upd.kaspersky.com/update.bin
	on "$1" curl -s https://umwatson.events.data.microsoft.com/
	on "$1" curl -s https://intranet.corp.example/
	local _
	for _ in 1 2 3 4; do
		sleep 8		# lookups go on for as long as the machine runs
		on "$1" curl -s --tls-max 1.2 https://ksn-file-geo.kaspersky-labs.com/
	done
	on "$1" curl -s -X POST -d "$(printf 's%.0s' $(seq 1200))" https://dc1-st.ksn.kaspersky-labs.com/
}
# A laptop: the same product by IPv6 and HTTP, updates only
story_protected_laptop() {
	sleep 0.5
	on "$1" curl -s http://touch.kaspersky.com/
	on "$1" curl -6 -s https://ksn-info-geo.kaspersky-labs.com/
	on "$1" curl -s http://dnl-11.geo.kaspersky.com/update.bin
	sleep 1
	hello "$1" dc1-file.ksn.kaspersky-labs.com:443 -servername dc1-file.ksn.kaspersky-labs.com -tls1_2
	on "$1" curl -s http://ctldl.windowsupdate.com/
	on "$1" dig v10.events.data.microsoft.com
	on "$1" curl -s https://files.corp.example/
	sleep 15
	on "$1" curl -s http://dnl-11.geo.kaspersky.com/update.bin
}
# Somebody only reads the vendor's web site, in a browser, over HTTP/3
story_visitor() { sleep 1; H3=www.kaspersky.com:443 chrome "$1" https://www.kaspersky.com/site.html; }
story_ubuntu() {
	on "$1" curl -s http://connectivity-check.ubuntu.com/
	apt_update "$1" http://archive.ubuntu.com/ubuntu https://security.ubuntu.com/ubuntu
	fetch_with_python "$1" https://motd.ubuntu.com/ https://metrics.ubuntu.com/
	on "$1" dig +tcp ntp.corp.example
}
story_apple() {
	sleep 0.7
	on "$1" curl -s http://captive.apple.com/hotspot-detect.html
	on "$1" curl -s https://mesu.apple.com/
	on "$1" curl -s https://xp.apple.com/
	fetch_with_python "$1" https://printer.corp.example/
}
# Devices: a phone and a plug
story_devices() {
	sleep 0.3
	on "$1" curl -s https://data.mistat.intl.xiaomi.com/
	on "$1" curl -s https://tracking.intl.miui.com/
	on "$1" curl -s http://a2.tuyaeu.com/
	hello "$1" m2.tuyaeu.com:8883 -servername m2.tuyaeu.com
	on "$1" dig AAAA nas.home.arpa
}
scene_story() {
	local p pids=()
	story_protected_pc 1 & pids+=($!)
	story_protected_laptop 2 & pids+=($!)
	story_visitor 3 & pids+=($!)
	story_ubuntu 4 & pids+=($!)
	story_apple 5 & pids+=($!)
	story_devices 6 & pids+=($!)
	for p in "${pids[@]}"; do wait "$p"; done
}

# --- one protocol each ---

scene_dns-udp() {
	on 1 dig A www.kaspersky.com
	on 1 dig AAAA ksn-info-geo.kaspersky-labs.com
	on 2 dig A VoRtEx.DaTa.MiCrOsOfT.cOm
	on 2 dig HTTPS telemetry.nvidia.com
	on 1 dig A missing.lab.example
	on 1 dig MX lab.example
	on 1 dig SRV _ldap._tcp.lab.example
	on 1 dig -x 77.74.181.50
	on 1 dig +noedns +nocookie A plain.lab.example
	on 2 dig @8.8.8.8 A dnl-03.geo.kaspersky.com	# a product that passes by the company's resolver
	on 2 dig @2001:4860:4860::8888 AAAA mc.yandex.ru
	on 2 dig A many.lab.example
	on 2 getent ahosts hm.baidu.com
}
scene_dns-tcp() {
	on 1 dig +tcp A telemetry.nvidia.com
	on 1 dig +tcp +keepopen A ksn-url-geo.kaspersky-labs.com AAAA www.kaspersky.com A hm.baidu.com
	on 2 dig +bufsize=512 TXT big.lab.example		# cut short over UDP, asked again over TCP
	on 2 dig +tcp "@$V6_SERVER" A many.lab.example
	small_segments 1 88
	on 1 dig +tcp TXT big.lab.example
	small_segments 1 off
}
scene_dns-cname() {
	on 1 dig settings-win.data.microsoft.com
	on 1 dig umwatson.events.data.microsoft.com
	on 2 dig ksn-url-geo.kaspersky-labs.com
	on 2 dig metrics.shop.example
	on 2 curl -s https://metrics.shop.example/
	hello 1 settings-win.data.microsoft.com:443 -noservername	# only the address told leads to the name
}
scene_tls-split() {
	local many
	many=$(printf 'proto-%02d,' $(seq 60))
	small_segments 1 88
	on 1 curl -s https://ksn-file-geo.kaspersky-labs.com/
	on 1 curl -6 -s --tls-max 1.2 https://telemetry.nvidia.com/
	H3='' chrome 1 https://www.kaspersky.com/logo.gif
	small_segments 1 off
	# one hello in several TLS records
	hello 2 mc.yandex.ru:443 -servername mc.yandex.ru -alpn "${many%,}" -max_send_frag 512
}
# openssl's own server beside the web server: a certificate with several names
scene_tls12() {
	lab_daemon tls12 server openssl s_server -accept 8443 -cert "$LAB_STATE/leaf.crt" -key "$LAB_STATE/leaf.key" -tls1_2 -quiet
	lab_until 3 in_ns server openssl s_client -connect 127.0.0.1:8443 -brief
	on 1 curl -s --tls-max 1.2 https://activation-v2.kaspersky.com/
	on 2 curl -s --tls-max 1.2 --ciphers ECDHE-RSA-AES128-GCM-SHA256 https://dc1-cert.ksn.kaspersky-labs.com:8443/ --max-time 2
	hello 1 ksn-tcert-geo.kaspersky-labs.com:8443 -noservername
	hello 2 dnl-00.geo.kaspersky.com:443 -noservername -tls1_2
	hello 2 vortex.data.microsoft.com:443 -servername vortex.data.microsoft.com -tls1_2
	lab_stop tls12
}
scene_nosni() {
	hello 1 ksn-verdict-geo.kaspersky-labs.com:443 -noservername
	hello 1 ksn-verdict-geo.kaspersky-labs.com:443 -noservername -tls1_2
	on 2 curl -sk https://93.159.230.1/
	hello 2 dnl-07.geo.kaspersky.com:443 -servername dnl-07.geo.kaspersky.com
}
scene_quic-h3() {
	on 1 gtlsclient -q --exit-on-all-streams-close --timeout=3s s05.upd.kaspersky.com 443 https://s05.upd.kaspersky.com/
	on 1 gtlsclient -q --exit-on-all-streams-close --timeout=3s mc.yandex.ru 443 https://mc.yandex.ru/
	H3=www.kaspersky.com:443,media.kaspersky.com:443 chrome 2 https://www.kaspersky.com/site.html
}
scene_http() {
	on 1 curl -s http://dnl-05.geo.kaspersky.com/ http://dnl-05.geo.kaspersky.com/update.bin
	# one connection, three Hosts
	on 1 curl -s -H 'Host: dnl-01.geo.kaspersky.com' http://cdn.lab.example/ --next -s -H 'Host: ctldl.windowsupdate.com' \
		http://cdn.lab.example/ --next -s -H 'Host: Connectivity-Check.Ubuntu.com:80' http://cdn.lab.example/
	# a proxy is told absolute addresses, and the targets of tunnels
	on 2 curl -s -x "$PROXY" http://touch.kaspersky.com/ http://captive.apple.com/ http://a2.tuyaeu.com/
	on 2 curl -s -x "$PROXY" https://ksn-file-geo.kaspersky-labs.com/
	on 2 curl -s -x "$PROXY" --tls-max 1.2 https://settings-win.data.microsoft.com/
	fetch_with_python 1 http://data.mistat.intl.xiaomi.com/
	on 1 curl -s -X POST -d "$(printf 'x%.0s' $(seq 2000))" http://a2.tuyacn.com/
	small_segments 2 88
	on 2 curl -s -A "$(printf 'agent-%.0s' $(seq 40))" http://www.msftconnecttest.com/
	small_segments 2 off
}
scene_vlan() {
	tagged 20
	on 1 curl -s https://ksn-url-geo.kaspersky-labs.com/
	on 2 curl -s http://dnl-09.geo.kaspersky.com/
	on 2 dig vortex.data.microsoft.com
	tagged 100:20
	on 1 curl -s https://data.mistat.intl.xiaomi.com/
	on 2 dig AAAA mc.yandex.ru
	tagged off
}
scene_v6() {
	on 1 dig "@$V6_SERVER" AAAA ksn-info-geo.kaspersky-labs.com
	on 1 curl -6 -s https://ksn-info-geo.kaspersky-labs.com/
	on 1 curl -6 -s --tls-max 1.2 https://settings.data.microsoft.com/
	on 2 curl -6 -s http://connectivity-check.ubuntu.com/
	on 2 dig +tcp "@$V6_SERVER" hm.baidu.com
	on 2 gtlsclient -q --exit-on-all-streams-close --timeout=3s mc.yandex.ru 443 https://mc.yandex.ru/
}
# Answers over the size of a frame, and a path that carries little
scene_ip-fragments() {
	small_datagrams 1 576
	on 1 dig +bufsize=4096 TXT big.lab.example
	on 1 dig +bufsize=4096 A many.lab.example
	small_datagrams 1 off
	on 2 dig "@$V6_SERVER" +bufsize=4096 TXT big.lab.example
	small_link 2 300
	on 2 dig @8.8.8.8 +padding=512 A ksn-url-geo.kaspersky-labs.com
	small_link 2 off
	on 1 dig A after.lab.example
}
scene_mdns() {
	on 1 dig +time=1 +tries=1 @224.0.0.251 -p 5353 printer.local
	LAB_LIMIT=6 on 2 python3 -c 'import socket, sys, time
from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf
z = Zeroconf()
z.register_service(ServiceInfo("_ipp._tcp.local.", "Lab._ipp._tcp.local.", port=631, server="lab-printer.local.",
                               addresses=[socket.inet_aton(sys.argv[1])]))
ServiceBrowser(z, ["_googlecast._tcp.local.", "_miio._udp.local."], handlers=[lambda **k: None])
time.sleep(2)
z.close()' "$(client_v4 2)"
}
# Connections without a name: by a client that was told the address for one, and by another
scene_resolved() {
	local there; there=$(address_of ksn-verdict-geo.kaspersky-labs.com A)
	hello 2 "$there:443" -noservername
	on 1 dig ksn-verdict-geo.kaspersky-labs.com
	hello 1 "$there:443" -noservername
	on 1 curl -sk --tls-max 1.2 "https://$there/"
	on 1 python3 -c 'import socket, sys
with socket.create_connection((sys.argv[1], 443)) as s: s.sendall(b"\1\2\3 no protocol"); s.recv(99)
for _ in range(3): socket.socket(type=socket.SOCK_DGRAM).sendto(b"\1\2\3", (sys.argv[1], 4500))' "$there"
	hello 2 "$there:443" -noservername
	on 1 curl -sk --resolve "www.lab.example:443:$there" https://www.lab.example/	# a name never told to lead there
}
# What machines say of themselves: a lease, a printer's announcement; and what they contact
scene_clients() {
	lab_daemon dhcp server dnsmasq -k -p 0 -C /dev/null -i eth0 --no-ping --dhcp-range="$V4_NET.0,static" \
		--dhcp-host="02:00:00:20:01:0b,$(client_v4 1)" --dhcp-leasefile="$LAB_STATE/leases" --pid-file= -d
	sleep 0.5
	on 1 busybox udhcpc -f -q -n -i eth0 -x hostname:anna-laptop -s /bin/true
	lab_stop dhcp
	LAB_LIMIT=6 on 2 python3 -c 'import socket, sys, time
from zeroconf import ServiceInfo, Zeroconf
z = Zeroconf()
z.register_service(ServiceInfo("_ipp._tcp.local.", "Lab._ipp._tcp.local.", port=631, server="lab-printer.local.",
                               addresses=[socket.inet_aton(sys.argv[1])]))
time.sleep(1)
z.close()' "$(client_v4 2)"
	on 1 curl -s https://ksn-file-geo.kaspersky-labs.com/
	on 2 curl -s http://dnl-05.geo.kaspersky.com/
	on 3 curl -s http://captive.apple.com/
}
scene_starttls() {
	local what
	lab_daemon starttls server python3 "$LAB_DIR/starttls-server" "$LAB_STATE/leaf.crt" "$LAB_STATE/leaf.key"
	lab_until 3 grep -q ready "$LAB_STATE/log/starttls.log"
	for what in smtp:25 imap:143 pop3:110 ftp:21 ldap:389 postgres:5432; do
		hello 1 "${what%:*}.mail.example:${what#*:}" -starttls "${what%:*}" -servername "${what%:*}.mail.example"
	done
	hello 2 chat.example:5222 -starttls xmpp -xmpphost chat.example -servername xmpp.chat.example
	hello 2 dnl-02.geo.kaspersky.com:25 -starttls smtp -servername dnl-02.geo.kaspersky.com -tls1_2
	lab_stop starttls
}
# Real servers and their own clients, which are too much to ask of each machine that runs `make check`: LAB_ROOT is a
# Debian tree that has them (debootstrap --include=mariadb-server,mariadb-client,python3-pymysql,slapd,ldap-utils,
# postgresql,postgresql-client,prosody,python3-slixmpp,pure-ftpd,lftp,openssl), with /dev and /proc in it.
scene_servers() {
	local tree=${LAB_ROOT:?a Debian tree, see tests/lab/scenes.sh} any='check_hostname=False; c.verify_mode=ssl.CERT_NONE'
	rm -rf "$tree/srv/real"
	mkdir -p "$tree/srv/real"
	cp "$LAB_STATE"/leaf.* "$LAB_DIR/real-servers" "$tree/srv/real/"
	chmod 644 "$tree"/srv/real/leaf.*
	echo "nameserver $V4_SERVER" >"$tree/etc/resolv.conf"
	echo "127.0.0.1 localhost $(hostname)" >"$tree/etc/hosts"
	lab_daemon real server chroot "$tree" /srv/real/real-servers
	lab_until 60 grep -q '^ready' "$LAB_STATE/log/real.log"
	on 1 chroot "$tree" mariadb --no-defaults -h mariadb.mail.example --protocol=tcp --ssl --ssl-verify-server-cert=0 -e 'select 1'
	on 2 chroot "$tree" python3 -c "import pymysql, ssl
c = ssl.create_default_context(); c.$any
pymysql.connect(host='pymysql.mail.example', ssl=c).close()"
	on 1 chroot "$tree" env LDAPTLS_REQCERT=never ldapsearch -ZZ -H ldap://openldap.mail.example -x -b '' -s base
	on 2 chroot "$tree" psql 'host=psql.mail.example user=postgres sslmode=require' -c 'select 1'
	on 1 chroot "$tree" lftp -u anna,none -e 'set ftp:ssl-force true; set ssl:verify-certificate no; set net:max-retries 1; ls; quit' \
		ftp://lftp.mail.example
	on 2 chroot "$tree" python3 -c "import asyncio, slixmpp, ssl
x = slixmpp.ClientXMPP('anna@xmpp.mail.example', ''); c = x.ssl_context; c.$any; x.enable_direct_tls = False
x.connect('xmpp.mail.example', 5222)
asyncio.get_event_loop().run_until_complete(asyncio.sleep(3))"
	lab_stop real
}
# TLS inside of SQL Server's packets.  LAB_TDS is a directory with python-tds (python3 -m venv, pip install python-tds
# pyOpenSSL) and tedious (npm install tedious); tsql is Debian's freetds-bin.
scene_sqlserver() {
	local have=${LAB_TDS:?a directory with python-tds and tedious, see tests/lab/scenes.sh}
	lab_daemon tds server "$LAB_DIR/tds-server" "$LAB_STATE/leaf.crt" "$LAB_STATE/leaf.key"
	lab_until 3 grep -q ready "$LAB_STATE/log/tds.log"
	printf '[global]\nencryption = require\ntds version = 7.4\n[lab]\nhost = freetds.mail.example\nport = 1433\n' \
		>"$LAB_STATE/freetds.conf"
	on 1 env FREETDSCONF="$LAB_STATE/freetds.conf" tsql -S lab -U sa -P none
	on 2 "$have/bin/python" -c "import pytds
pytds.connect('pytds.mail.example', 'db', 'sa', 'none', cafile='$LAB_STATE/leaf.crt', validate_host=False,
    enc_login_only=False, login_timeout=2)"
	on 3 env NODE_PATH="$have/node_modules" node -e "const {Connection} = require('tedious');
const c = new Connection({server: 'tedious.mail.example', authentication: {type: 'default',
    options: {userName: 'sa', password: 'none'}}, options: {trustServerCertificate: true, connectTimeout: 2000}});
c.on('connect', () => process.exit()); c.connect();"
	lab_stop tds
}
scene_dtls() {
	lab_daemon dtls server openssl s_server -dtls1_2 -accept 4433 -cert "$LAB_STATE/leaf.crt" -key "$LAB_STATE/leaf.key" -quiet
	sleep 0.5
	on 1 sh -c "sleep 1 | openssl s_client -dtls1_2 -connect $V4_SERVER:4433 -servername dtls.lab.example"
	lab_stop dtls
	lab_daemon dtls server openssl s_server -dtls1_2 -accept 4433 -cert "$LAB_STATE/leaf.crt" -key "$LAB_STATE/leaf.key" -quiet
	sleep 0.5
	# small records: the hello itself comes in fragments
	on 2 sh -c "sleep 1 | openssl s_client -dtls1_2 -connect $V4_SERVER:4433 -servername m2.tuyaeu.com -mtu 256"
	lab_stop dtls
}
