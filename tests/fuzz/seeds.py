#!/usr/bin/env python3
"""seeds.py: writes the first inputs of every harness to tests/fuzz/corpus, cut from the golden captures or made by hand.

Inputs that were added by hand (their names do not begin with "seed-") stay."""
import glob
import gzip
import json
import lzma
import os
import struct
import subprocess
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


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout


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
            put("unwrap", p.data)
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
    for (source, target), said in sorted(streams("sqlserver").items()):
        if b"\x05\x99" in (source[-2:], target[-2:]) and written.get("tds", 0) < 16:
            put("tds", said)
            put("tds", said[struct.unpack("!H", said[2:4])[0]:])
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
    kinds = {"cidr": ["198.18.0.0/15", "198.18.4.7/32", "2001:db8::/32"], "asn": [64500],
             "ja4": ["t13d1516h2_8daaf6152771_*", "t13d1516h2_*_*"]}
    put("rules_load", json.dumps({"vendor": {"id": "v", "name": "V"}, "rules": [
        {"id": "v.r", "product": "P", "purpose": "time", "installed": False, "confidence": "documented",
         "match": {kind: [value]}, "references": ["a"]} for kind, values in kinds.items() for value in values]}).encode())
    put("rules_networks", json.dumps({"networks": [
        {"as": 65, "name": "N", "kind": "cdn", "references": ["a"]},
        {"as": 13, "name": "N", "kind": "cloud", "references": ["a", "b"], "note": "x"}]}).encode())
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


def clients():
    dhcp = lambda kind, options, file=b"", mine=b"": (
        struct.pack("!BBBB", 2 if kind in (2, 5, 6) else 1, 1, 6, 0) + b"\x12\x34\x56\x78\0\0\x80\0" + mine.ljust(4, b"\0") +
        (b"\x0a\0\0\5" if kind in (2, 5) else bytes(4)) + bytes(8) + b"\0\x11\x22\x33\x44\x55" + bytes(10 + 64) +
        file.ljust(128, b"\0") + b"\x63\x82\x53\x63\x35\1" + bytes([kind]) + options + b"\xff")
    option = lambda code, data: bytes([code, len(data)]) + data
    for made in (dhcp(1, option(12, b"alice") + option(60, b"MSFT 5.0")),
                 dhcp(3, option(50, b"\x0a\0\0\5") + option(81, b"\4\0\0\5alice\7example\0") + option(55, b"\1\3\6")),
                 dhcp(3, option(81, b"\0\0\0alice.example.com"), mine=b"\x0a\0\0\6"),
                 dhcp(5, option(12, b"al") + option(12, b"ice\0") + option(51, b"\0\0\x0e\x10") + option(54, b"\x0a\0\0\1")),
                 dhcp(8, option(52, b"\1"), file=option(12, b"printer") + b"\xff")):
        put("dhcp", b"\0" + made)
    six = lambda code, data: struct.pack("!HH", code, len(data)) + data
    address = six(3, struct.pack("!III", 1, 0, 0) + six(5, b"\x20\1\x0d\xb8" + bytes(11) + b"\5" + struct.pack("!II", 1, 1)))
    request = b"\3\1\2\3" + six(1, b"\0\1\0\1" + bytes(10)) + address + six(39, b"\1\5alice\7example\0")
    for made in (request, b"\7" + request[1:],
                 b"\x0c\0" + bytes(32) + six(79, b"\0\1\0\x11\x22\x33\x44\x55") + six(9, request)):
        put("dhcp", b"\1" + made)
    netbios = lambda name, suffix: b"\x20" + bytes(65 + half for c in name.ljust(15)[:15].encode() + bytes([suffix])
                                                    for half in (c >> 4, c & 15)) + b"\0"
    claim = lambda flags: (struct.pack("!HHHHHH", 1, flags, 1, 0, 0, 1) + netbios("ALICE-PC", 0) + b"\0\x20\0\1\xc0\x0c\0\x20\0\1" +
                           struct.pack("!IHH", 300000, 6, 0) + b"\x0a\0\0\5")
    listed = b"".join(n.ljust(15).encode() + bytes([s]) + struct.pack("!H", f)
                      for n, s, f in (("WORKGROUP", 0, 0x8400), ("ALICE-PC", 0x20, 0x0400), ("ALICE-PC", 0, 0x0400)))
    status = b"\3" + listed + b"\0\x11\x22\x33\x44\x55" + bytes(40)
    for made in (claim(0x2910), claim(0x4900), struct.pack("!HHHHHH", 1, 0x8400, 0, 1, 0, 0) + netbios("*", 0) + b"\0\x21\0\1" +
                 struct.pack("!IH", 0, len(status)) + status):
        put("nbns", b"\0" + made)
    put("nbns", b"\1\x11\2\x80\5\x0a\0\0\5\0\x8a\0\xc0\0\0" + netbios("ALICE-PC", 0) + netbios("WORKGROUP", 0x1D) + b"\xffSMB")
    for p in golden("mdns"):
        got = layers(p.data)
        if got and got[3][2] & 0x80 and written.get("mdns", 0) < 4:
            put("mdns", got[3])
    put("mdns", b"\0\0\x84\0\0\0\0\2\0\0\0\0\5Alice\5local\0\0\1\x80\1\0\0\0\x78\0\4\x0a\0\0\5" +
        b"\xc0\x0c\0\x1c\x80\1\0\0\0\x78\0\x10\xfe\x80" + bytes(13) + b"\5")
    step = lambda *fields: struct.pack("!BBBBI", *fields)
    put("clients", b"".join(step(1, i, 1, 64, i) for i in range(12)) + step(128, 0, 2, 97, 20) + step(195, 3, 3, 98, 21))
    put("clients", b"".join(step(3, i % 4, i % 3, 63 + 64 * (i & 1), i << 8) for i in range(40)))
    put("evidence", bytes([1, 20]) + bytes(20) + bytes([2, 30]) + bytes(30) + bytes([1, 4]) + b"tail" + bytes([0xA1, 0x44]) +
        b"rule \xc3\xbc \\ \n".ljust(0x44) + bytes([1, 40]) + bytes(40) + bytes([0xF2, 0]))
    put("evidence", b"".join(bytes([0x10 | i % 7, 200 + i % 50]) for i in range(150)) + b"\xa3\3end\xa5\0\xb6\x80")
    put("oui", b"Registry,Assignment,Organization Name,Organization Address\r\nMA-L,002272,Example Corp.,1 Street\r\n"
        b'MA-M,0055DA1,"Quoted, ""Inc""","2 Street"\r\nMA-S,70B3D5F2F,Third,x\r\n')
    put("oui", b"00-22-72   (hex)\t\tExample Corp.\n002272     (base 16)\t\tExample Corp.\n\t\t\t\t1 Street\n\n")
    put("oui", b"# list\n00:00:0C\tShort\tLong name\n00:1B:C5:00:10:00/36\tShort\tLong name\n000001 Other\n1234567 Seven\n")


def captures():
    """pcap files: whole records and a cut one, both units, both byte orders, a short snapshot length, an older version"""
    for name in ("dns-udp", "mdns", "v6"):
        for path in glob.glob(f"{HERE}/../golden/{name}.pcap*"):
            with open(path, "rb") as f:
                put("capture", f.read(1800))
    for order, magic, minor, snaplen in (("<", 0xA1B2C3D4, 4, 262144), ("<", 0xA1B23C4D, 4, 65535), ("<", 0xA1B2C3D4, 4, 64),
                                         (">", 0xA1B2C3D4, 4, 65535), ("<", 0xA1B2C3D4, 2, 65535)):
        record = lambda second, part, data, length: struct.pack(order + "IIII", second, part, len(data), length) + data
        put("capture", struct.pack(order + "IHHiIII", magic, 2, minor, 0, 0, snaplen, 1) + record(1, 2, b"\1" * 60, 60) +
            record(5, 999999999, b"\2" * 90, 3) + record(7, 1, b"", 0) + record(8, 1, b"cut", 3)[:-1])

    with open(f"{HERE}/../golden/dns-udp.pcap", "rb") as f:
        some = f.read(1800)
    for data in (gzip.compress(some, mtime=0), gzip.compress(some[:900], mtime=0) + gzip.compress(some[900:], mtime=0),
                 lzma.compress(some), lzma.compress(b""), zstd(some), zstd(some[:20]) * 2):
        put("unpack", data)
        put("unpack", data[:len(data) // 2])


for step in (wire, names, hellos, requests, files, sequences, clients, captures):
    step()
print(*(f"{n} {harness}" for harness, n in sorted(written.items())), sep="\n")
