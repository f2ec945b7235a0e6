"""Captures of DNS transactions, each for a name of its own, so that every event can be told from every other."""
import json
import re
import struct

HEADER = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)	# pcap, raw IP


def datagram(source, port, to, to_port, payload):
    udp = struct.pack(">HHHH", port, to_port, 8 + len(payload), 0) + payload
    return struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, source, to) + udp


def record(number, payload):
    return struct.pack("<IIII", 1700000000 + number // 1000, number % 1000 * 1000, len(payload), len(payload)) + payload


def transaction(number):
    """Query and answer for n<number>.rotation.example."""
    client, server = struct.pack(">BBBB", 10, number >> 16 & 255, number >> 8 & 255, number & 255), b"\x0a\xff\0\x35"
    label = b"n%07d" % number
    question = bytes([len(label)]) + label + b"\x08rotation\x07example\0\0\1\0\1"
    ident = struct.pack(">H", number & 0xffff)
    query = ident + b"\1\0\0\1\0\0\0\0\0\0" + question
    answer = ident + b"\x81\x80\0\1\0\1\0\0\0\0" + question + b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"
    return (record(number, datagram(client, 40000, server, 53, query)) +
            record(number, datagram(server, 53, client, 40000, answer)))


NAME = re.compile(r"^n(\d{7})\.rotation\.example$")


def events(lines):
    """The numbers of the names in lines of events, in order; other events (start, stop, statistics) are left out.
    A line that is no whole JSON object raises ValueError."""
    for line in lines:
        if not line.endswith("\n"):
            raise ValueError("torn line: " + line[:80])
        event = json.loads(line)
        name = NAME.match(event["telltale"].get("name", ""))
        if name:
            yield int(name.group(1))
