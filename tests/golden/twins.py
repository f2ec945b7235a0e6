#!/usr/bin/env python3
"""twins.py: captures read, changed in a way that must not change the names, and written again.

  twins.py cuts CAPTURE           byte offsets inside packets at which a copy may be cut off
  twins.py double CAPTURE OUT     every packet twice, as a span port shows a frame that enters and leaves
  twins.py swap CAPTURE OUT       of each TCP connection the first two segments that follow one another on the
                                  client's side change places
"""
import struct
import sys

PCAP_MAGIC = {b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
              b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1)}
ETHERNET, IPV4, IPV6, TAGS, TCP = 1, 0x0800, 0x86DD, (0x8100, 0x88A8), 6
SYN = 2


class Packet:
    """when: nanoseconds; at: offset of the record in the file; data: captured bytes; length: on the wire"""

    def __init__(self, when, at, header, data, length):
        self.when, self.at, self.header, self.data, self.length = when, at, header, data, length


def read_pcap(raw):
    order, unit = PCAP_MAGIC[raw[:4]]
    link = struct.unpack(order + "I", raw[20:24])[0] & 0xFFFF
    packets, at = [], 24
    while at + 16 <= len(raw):
        second, fraction, caught, length = struct.unpack(order + "IIII", raw[at:at + 16])
        data = raw[at + 16:at + 16 + caught]
        packets.append(Packet(second * 10**9 + fraction * unit, at, 16, data, length))
        at += 16 + caught
    return link, packets


def resolution(options, order):
    """nanoseconds of a tick, from if_tsresol (option 9) of an interface block"""
    while len(options) >= 4:
        code, n = struct.unpack(order + "HH", options[:4])
        if code == 9:
            return 10 ** (9 - options[4])
        options = options[4 + n + -n % 4:]
    return 1000


def read_pcapng(raw):
    order = "<" if raw[8:12] == b"\x4d\x3c\x2b\x1a" else ">"
    links, ticks, packets, at = [], [], [], 0
    while at + 12 <= len(raw):
        kind, size = struct.unpack(order + "II", raw[at:at + 8])
        body = raw[at + 8:at + size - 4]
        if kind == 1:
            links.append(struct.unpack(order + "H", body[:2])[0])
            ticks.append(resolution(body[8:], order))
        elif kind == 6:
            face, high, low, caught, length = struct.unpack(order + "IIIII", body[:20])
            packets.append(Packet((high << 32 | low) * ticks[face], at, 28, body[20:20 + caught], length))
        at += size
    if len(set(links)) != 1:
        sys.exit("twins.py: a capture of several link types")
    return links[0], packets


def read(path):
    with open(path, "rb") as f:
        raw = f.read()
    return read_pcap(raw) if raw[:4] in PCAP_MAGIC else read_pcapng(raw)


def write(path, link, packets):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, link))
        for p in packets:
            f.write(struct.pack("<IIII", p.when // 10**9, p.when % 10**9, len(p.data), p.length) + p.data)


def tcp_of(data):
    """(source, destination, flags, payload bytes) of an unfragmented TCP packet over Ethernet, else None"""
    at, kind = 14, struct.unpack("!H", data[12:14])[0]
    while kind in TAGS:
        kind, at = struct.unpack("!H", data[at + 2:at + 4])[0], at + 4
    if kind == IPV4 and data[at + 9] == TCP:
        size, total = (data[at] & 15) * 4, struct.unpack("!H", data[at + 2:at + 4])[0]
        ends = data[at + 12:at + 16], data[at + 16:at + 20]
    elif kind == IPV6 and data[at + 6] == TCP:
        size, total = 40, 40 + struct.unpack("!H", data[at + 4:at + 6])[0]
        ends = data[at + 8:at + 24], data[at + 24:at + 40]
    else:
        return None
    tcp = data[at + size:at + total]
    return (ends[0] + tcp[:2], ends[1] + tcp[2:4], tcp[13], len(tcp) - (tcp[12] >> 4) * 4)


def swap(packets):
    """Times stay where they are, frames change places; answers that stand between two segments keep them in order."""
    waiting, done, swapped = {}, set(), 0  # connection: index of a client's segment that nothing answered yet
    for i, p in enumerate(packets):
        tcp = tcp_of(p.data)
        if not tcp:
            continue
        here, there, flags, n = tcp
        if flags & SYN and not flags & 16:
            done.discard((here, there))
            waiting[here, there] = None
        elif n and (there, here) in waiting:
            waiting[there, here] = None
        elif n and (here, there) in waiting and (here, there) not in done:
            first = waiting[here, there]
            if first is None:
                waiting[here, there] = i
            else:
                packets[first].data, p.data = p.data, packets[first].data
                packets[first].length, p.length = p.length, packets[first].length
                done.add((here, there))
                swapped += 1
    return swapped


def cuts(packets):
    """in the header and in the data of a packet early, in the middle, and at the end"""
    for i in (len(packets) // 5, len(packets) // 2, len(packets) - 1):
        yield packets[i].at + 7
        yield packets[i].at + packets[i].header + len(packets[i].data) // 2


def main():
    what, source, *out = sys.argv[1:]
    link, packets = read(source)
    if what == "cuts":
        print(*cuts(packets))
    elif what == "double":
        write(out[0], link, [p for p in packets for _ in range(2)])
    elif what == "swap":
        print(swap(packets) if link == ETHERNET else 0)
        write(out[0], link, packets)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
