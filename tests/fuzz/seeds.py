#!/usr/bin/env python3
"""seeds.py: writes the first inputs of every harness to tests/fuzz/corpus, cut from the golden captures or made by hand.

Inputs that were added by hand (their names do not begin with "seed-") stay."""
import glob
import os
import struct
import sys

sys.dont_write_bytecode = True  # nothing of this is left in the tree
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../golden")]
import mmdb  # noqa: E402
import twins  # noqa: E402

SIZE_MAX = 4096
written = {}


def put(harness, data):
    n = written.get(harness, 0)
    if data and len(data) <= SIZE_MAX:
        written[harness] = n + 1
        os.makedirs(f"{HERE}/corpus/{harness}", exist_ok=True)
        with open(f"{HERE}/corpus/{harness}/seed-{n:02}", "wb") as f:
            f.write(data)


def golden(name):
    return twins.read(glob.glob(f"{HERE}/../golden/{name}.pcap*")[0])[1]


def layers(frame):
    """(IP datagram, protocol, ports, payload) of an unfragmented TCP or UDP packet over Ethernet, else None"""
    at, kind = 14, struct.unpack("!H", frame[12:14])[0]
    while kind in twins.TAGS:
        kind, at = struct.unpack("!H", frame[at + 2:at + 4])[0], at + 4
    ip = frame[at:]
    if kind == twins.IPV4:
        ip = ip[:struct.unpack("!H", ip[2:4])[0]]
        proto, size, broken = ip[9], (ip[0] & 15) * 4, struct.unpack("!H", ip[6:8])[0] & 0x3FFF
    elif kind == twins.IPV6:
        ip = ip[:40 + struct.unpack("!H", ip[4:6])[0]]
        proto, size, broken = ip[6], 40, False
    else:
        return None
    if broken or proto not in (6, 17):
        return None
    head = 8 if proto == 17 else (ip[size + 12] >> 4) * 4
    return ip, proto, struct.unpack("!HH", ip[size:size + 4]), ip[size + head:], ip[size:]


def streams(name):
    """{(source, destination): bytes} of the TCP payloads in the order captured"""
    out = {}
    for p in golden(name):
        at = twins.tcp_of(p.data)
        if at and at[3]:
            out[at[0], at[1]] = out.get((at[0], at[1]), b"") + layers(p.data)[3]
    return out


def wire():
    for name in ("vlan", "v6", "dns-udp", "ip-fragments"):
        packets = golden(name)
        for p in packets[:2] + packets[len(packets) // 2:][:2]:
            put("link", b"\x01" + p.data)
            put("ip", p.data[18 if name == "vlan" else 14:])
    for name in ("dns-udp", "tls12", "v6"):
        for p in golden(name)[4:10:2]:
            got = layers(p.data)
            if got:
                put("transport", bytes([got[1] == 6]) + got[4])
    inner = layers(golden("dns-udp")[0].data)[0]
    ether = bytes(12) + b"\x08\x00" + inner
    ip = lambda proto, body: struct.pack("!BBHHHBBH4s4s", 69, 0, 20 + len(body), 1, 0, 64, proto, 0, b"\1\2\3\4", b"\5\6\7\10") + body
    udp = lambda port, body: ip(17, struct.pack("!HHHH", 40000, port, 8 + len(body), 0) + body)
    for made in (ip(4, inner), ip(47, b"\0\0\x08\0" + inner), ip(47, b"\x20\0\x65\x58\0\0\0\1" + ether),
                 ip(47, b"\x10\0\x88\xbe\0\0\0\1" + b"\x10\1\0\0\0\0\0\0" + ether), ip(97, b"\x30\0" + ether),
                 ip(47, b"\x10\0\x22\xeb\0\0\0\1" + b"\x20\1\0\0" + bytes(8) + ether),
                 udp(4789, b"\x08\0\0\0\0\0\1\0" + ether), udp(6081, b"\0\0\x65\x58\0\0\1\0" + ether),
                 udp(2152, b"\x30\xff" + struct.pack("!H", len(inner)) + b"\0\0\0\1" + inner), udp(3544, inner),
                 udp(1701, b"\0\2\0\1\0\1\xff\3\0\x21" + inner), udp(37008, b"\1\0\0\1\1" + ether),
                 udp(4754, b"\0\0\x08\0" + inner), ip(4, ip(4, ip(4, inner)))):
        put("tunnel", made)


def names():
    messages = [layers(p.data)[3] for n in ("dns-udp", "dns-cname", "mdns") for p in golden(n) if layers(p.data)]
    messages = sorted({m for m in messages if 12 < len(m) < 700}, key=lambda m: (len(m), m))
    for m in messages[::max(1, len(messages) // 14)]:
        put("dns", m)
        put("name", m[12:])
    for text in (b"Host.Example:8080", b"user@[2001:db8::1]:443", b"\3www\7example\3com\0\3cdn\xc0\4"):
        put("name", text)


def hellos():
    for name in ("tls-split", "tls12", "starttls", "nosni"):
        for i, data in enumerate(list(streams(name).values())[:12]):
            at = data.find(b"\x16\x03")
            if at >= 0 and data[at + 5:at + 6] == b"\x01":
                put("tls_client", b"\1" + data[at:at + 2200])
                put("tls_client", b"\0" + data[at + 5:at + 2200] if i < 4 else b"")
            elif at >= 0 and data[at + 5:at + 6] == b"\x02":
                put("tls_server", bytes([i & 1]) + data[at:at + 2600])
                certificate = data.find(b"\x0b\0", at)
                if name == "tls12" and 0 < certificate < 400:
                    n = int.from_bytes(data[certificate + 7:certificate + 10], "big")
                    put("x509", data[certificate + 10:certificate + 10 + n])
    for p in golden("dtls")[:24]:
        got = layers(p.data)
        if got and got[1] == 17:
            put("dtls", got[3])
    for p in golden("quic-h3"):
        got = layers(p.data)
        if got and got[1] == 17 and 443 in got[2] and got[3][0] & 0x80 and written.get("quic", 0) < 8:
            put("quic", got[3])
    frame = b"\x06\0\x40\x10\1\0\0\x0c\3\3" + bytes(10)
    put("quic", b"\2\1\0\0\0" + frame + b"\0\1" + b"\x06\x10\4abcd\x1c")


def requests():
    for data in list(streams("http").values())[:16]:
        put("http", b"\0" + data[:600])
    put("http", b"\1GET / HTTP/1.1\r\nHost: [::1]:80\r\n")
    put("http", b"\0CONNECT a.example:443 HTTP/1.1\r\n\r\n")
    put("http", b"\0GET http://u@b.example/ HTTP/1.0\r\nContent-Length: 1\r\n\r\nxGET / HTTP/1.1\r\nHost: c\r\n\r\n")
    put("starttls", b"EHLO client.example\r\n")
    put("starttls", b"a1 STARTTLS\r\n")
    put("starttls", b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    put("starttls", bytes.fromhex("301d02010177188016") + b"1.3.6.1.4.1.1466.20037")
    put("starttls", bytes.fromhex("0000000804d2162f"))
    put("starttls", bytes.fromhex("2000000185aeff1900000001ff") + bytes(23))
    put("socks", b"\5\1\0\3\x0bexample.com\1\xbb")
    put("socks", b"\5\1\0\5\1\0\3\x0bexample.com\1\xbb")
    put("socks", b"\4\1\1\xbb\0\0\0\1me\0example.com\0")
    tags = b"CHLO\2\0\0\0PAD\0\4\0\0\0SNI\0\x0f\0\0\0" + b"----example.com"
    put("gquic", b"\x09" + bytes(8) + b"Q043\1" + bytes(12) + b"\xa0\1\0\4" + tags)
    put("gquic", b"\xc3Q046\x50" + bytes(8) + b"\0\0\0\1" + bytes(12) + tags)


def files():
    for path in sorted(glob.glob(f"{HERE}/../golden/rules/vendors/*.json")):
        with open(path, "rb") as f:
            data = f.read()
        put("rules_load", data)
        put("jsonfile", data)
    for text in (b'{"a": [1, 2.5e3, "\\u00e9", null, true], // c\n /* d */ "b": {}}', b'{"vendor": "', b"[[[[[[", b'{"":""}'):
        put("jsonfile", text)
    nested = {"country": {"iso_code": "RU"}, "city": {"names": {"en": "Moscow"}},
              "location": {"latitude": 55.75, "longitude": 37.62}}
    flat = {"country_code": "CH", "city": "Zürich", "asn": "AS200107", "as_name": "Kaspersky", "latitude": 47.4,
            "longitude": 8.5}
    for rows, kind in (({"77.74.176.0/20": nested, "8.8.8.0/24": {"country": {"iso_code": "US"}}}, "City"),
                       ({"77.74.176.0/20": flat, "2a03:2480::/32": flat}, "flat"),
                       ({"8.0.0.0/8": {"autonomous_system_number": 15169, "autonomous_system_organization": "Google"}}, "ASN")):
        put("mmdb", mmdb.build(rows, kind))


def sequences():
    for name in ("dns-cname", "tls12", "quic-h3", "http", "dtls", "ip-fragments", "mdns", "vlan", "v6", "starttls"):
        data, packets = b"\0", golden(name)
        for p in packets:
            frame = b"\1" + struct.pack("!H", len(p.data)) + p.data
            if len(data) + len(frame) <= SIZE_MAX:
                data += frame
        put("packets", data)
    pair = lambda at, n: struct.pack("!HH", at, n - 1)
    whole = pair(0, 300) + pair(300, 300)
    put("segments", b"\1" + struct.pack("!HI", 0, 1000) + whole)
    put("segments", b"\1" + struct.pack("!HI", 100, 0xFFFFFF80) + pair(200, 350) + pair(0, 250) + pair(90, 300) + pair(540, 90))
    put("segments", b"\0" + struct.pack("!HI", 3, 7) + pair(0, 9) + b"".join(pair(i * 9, 9) for i in range(1, 31)))
    put("crypto", b"\1" + struct.pack("!HH", 0, 400) + struct.pack("!HH", 400, 120))
    put("crypto", b"\0" + struct.pack("!HH", 250, 260) + b"\2" + struct.pack("!HHHHHH", 0, 100, 50, 220, 0, 0))
    put("fragments", bytes([0, 0, 9, 10, 9, 20, 19]))
    put("fragments", bytes([1, 30, 9, 0, 9, 10, 19]))
    put("fragments", bytes([0, 0, 9, 5, 9, 10, 29]))


for step in (wire, names, hellos, requests, files, sequences):
    step()
print(*(f"{n} {harness}" for harness, n in sorted(written.items())), sep="\n")
