"""wire.py: captures made by hand: frames, connections, answers, each from its RFC and not by the code under test."""
import ipaddress
import os
import struct
import sys

import sensor

sys.path.insert(0, sensor.GOLDEN)
import twins  # noqa: E402  (the reader of captures that the golden tests use)

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SECOND = 10**9
START = 1_700_000_000 * SECOND
A, CNAME, AAAA, HTTPS = 1, 5, 28, 65


def block(n, *parts):
    body = b"".join(parts)
    return len(body).to_bytes(n, "big") + body


def extension(kind, body):
    return struct.pack("!H", kind) + block(2, body)


def client_hello(name=None, ech=None, esni=False, alpn=()):
    """A ClientHello of TLS 1.2 and 1.3 in one record (RFC 8446 section 4.1.2); `ech` is a configuration's number."""
    parts = [extension(43, block(1, b"\x03\x04\x03\x03"))]
    if name:
        parts.insert(0, extension(0, block(2, b"\0" + block(2, name.encode()))))
    if alpn:
        parts.append(extension(16, block(2, *(block(1, p.encode()) for p in alpn))))
    if ech is not None:     # RFC 9849 section 5: outer, HKDF-SHA256, AES-128-GCM, configuration, enc, payload
        parts.append(extension(0xFE0D, b"\0\0\1\0\1" + bytes([ech]) + block(2, bytes(32)) + block(2, bytes(64))))
    if esni:
        parts.append(extension(0xFFCE, bytes(80)))
    body = b"\x03\x03" + bytes(range(32)) + block(1) + block(2, b"\x13\x01\xc0\x2f") + block(1, b"\0")
    hello = b"\x01" + block(3, body + block(2, *parts))
    return b"\x16\x03\x01" + block(2, hello)


def server_hello():
    body = b"\x03\x03" + bytes(range(1, 33)) + block(1) + b"\x13\x01\0" + block(2, extension(43, b"\x03\x04"))
    return b"\x16\x03\x03" + block(2, b"\x02" + block(3, body))


def labels(name):
    return b"".join(block(1, label.encode()) for label in name.split(".")) + b"\0"


def ech_config(number, public_name):
    """An ECHConfigList of one (RFC 9849 section 4)."""
    contents = (bytes([number]) + b"\0\x20" + block(2, bytes(32)) + block(2, b"\0\1\0\1") + b"\x40" +
                block(1, public_name.encode()) + block(2))
    return block(2, b"\xfe\x0d" + block(2, contents))


def rdata(kind, value):
    if kind in (A, AAAA):
        return ipaddress.ip_address(value).packed
    return labels(value) if kind == CNAME else value


def dns_message(number, name, kind, answers=None):
    """`answers` are (owner, type, ttl, value); None makes the query."""
    flags = 0x0100 if answers is None else 0x8180
    head = struct.pack("!HHHHHH", number, flags, 1, len(answers or ()), 0, 0)
    records = b"".join(labels(owner) + struct.pack("!HHI", t, 1, ttl) + block(2, rdata(t, value))
                       for owner, t, ttl, value in answers or ())
    return head + labels(name) + struct.pack("!HH", kind, 1) + records


def mac_of(ip):
    return b"\x02\0" + (b"\0" * 4 + ipaddress.ip_address(ip).packed)[-4:]


class Capture:
    """Frames with their times; the clock stands where it was moved to, a millisecond on behind each frame."""

    def __init__(self, start=START):
        self.now, self.frames, self.dns_id = start, [], 0

    def wait(self, seconds):
        self.now += int(seconds * SECOND)

    def ip(self, src, dst, proto, segment, when=None):
        a, b = ipaddress.ip_address(src), ipaddress.ip_address(dst)
        if a.version == 4:
            packet = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0, 64, proto, 0) + a.packed + b.packed
        else:
            packet = struct.pack("!IHBB", 6 << 28, len(segment), proto, 64) + a.packed + b.packed
        frame = mac_of(dst) + mac_of(src) + (b"\x08\x00" if a.version == 4 else b"\x86\xdd") + packet + segment
        self.frames.append((self.now if when is None else when, frame))
        if when is None:
            self.now += SECOND // 1000
        return len(frame)

    def udp(self, src, sport, dst, dport, payload):
        return self.ip(src, dst, 17, struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload)

    def tcp(self, src, sport, dst, dport, seq, ack, flags, payload=b""):
        head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 0x50, flags, 65535, 0, 0)
        return self.ip(src, dst, 6, head + payload)

    def ask(self, client, name, *answers, kind=A, port=None, ttl=60):
        """A query and its answer; an answer is an address, or (owner, type, ttl, value)."""
        self.dns_id += 1
        port = port or 20000 + self.dns_id % 30000
        told = [(name, AAAA if ":" in a else A, ttl, a) if isinstance(a, str) else a for a in answers]
        self.udp(client, port, "10.9.0.53", 53, dns_message(self.dns_id, name, kind))
        self.udp("10.9.0.53", 53, client, port, dns_message(self.dns_id, name, kind, told))

    def bytes(self):
        head = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1)
        return head + b"".join(struct.pack("<IIII", when // SECOND, when % SECOND, len(f), len(f)) + f
                               for when, f in sorted(self.frames, key=lambda x: x[0]))

    def write(self, path):
        with open(path, "wb") as f:
            f.write(self.bytes())


class Tcp:
    """One connection, and the sums of what crossed it: bytes and packets from the client, from the server."""

    def __init__(self, capture, client, cport, server, sport=443, seq=1000):
        self.capture, self.client, self.cport, self.server, self.sport = capture, client, cport, server, sport
        self.seq, self.ack = seq, seq ^ 0x5A5A5A5A
        self.sums = [0, 0, 0, 0]

    def packet(self, flags, payload=b"", back=False):
        if back:
            n = self.capture.tcp(self.server, self.sport, self.client, self.cport, self.ack, self.seq, flags, payload)
            self.ack += len(payload) + bool(flags & (SYN | FIN))
        else:
            n = self.capture.tcp(self.client, self.cport, self.server, self.sport, self.seq, self.ack, flags, payload)
            self.seq += len(payload) + bool(flags & (SYN | FIN))
        self.sums[2 * back] += n
        self.sums[2 * back + 1] += 1
        return self

    def open(self):
        return self.packet(SYN).packet(SYN | ACK, back=True).packet(ACK)

    def say(self, payload, back=False):
        return self.packet(PSH | ACK, payload, back)

    def close(self):
        return self.packet(FIN | ACK).packet(FIN | ACK, back=True).packet(ACK)

    def hello(self, name=None, **more):
        return self.open().say(client_hello(name, **more)).say(server_hello(), back=True)


def initials():
    """Datagrams that hold a whole hello each, by a QUIC client that was recorded: {server name: payload}."""
    _, packets = twins.read(os.path.join(sensor.GOLDEN, "quic-h3.pcap"))
    found = {}
    for server, name in (("62.128.100.41", "s05.upd.kaspersky.com"), ("2a02:6b8::2:242", "mc.yandex.ru")):
        address = ipaddress.ip_address(server)
        at, length, udp = (30, 4, 34) if address.version == 4 else (38, 16, 54)
        for p in packets:
            if p.data[at:at + length] == address.packed and len(p.data) > 1200 and name not in found:
                found[name] = p.data[udp + 8:]
    return found
