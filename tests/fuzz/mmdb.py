"""mmdb.py: the smallest MaxMind DB that holds what a test needs (MaxMind DB file format 2.0): IPv6 tree, 24-bit records."""
import ipaddress
import struct

UINT16, UINT32, UINT64 = 5, 6, 9
MARKER = b"\xab\xcd\xefMaxMind.com"


def control(kind, size):
    """control bytes: type and size; types from 8 on have a byte of their own, sizes from 29 on, too"""
    extended = b"" if kind < 8 else bytes([kind - 7])
    first = (kind << 5 if kind < 8 else 0) | min(size, 29)
    return bytes([first]) + extended + (bytes([size - 29]) if size >= 29 else b"")


def number(kind, value):
    raw = value.to_bytes(8, "big").lstrip(b"\0")
    return control(kind, len(raw)) + raw


def encode(value):
    if isinstance(value, str):
        raw = value.encode()
        return control(2, len(raw)) + raw
    if isinstance(value, float):
        return control(3, 8) + struct.pack(">d", value)
    if isinstance(value, int):
        return number(UINT32, value)
    if isinstance(value, bytes):
        return value  # encoded already
    if isinstance(value, list):
        return control(11, len(value)) + b"".join(map(encode, value))
    return control(7, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())


def build(rows, kind):
    """rows: {network: record}; networks must not overlap.  The bytes of the file."""
    nodes, data = [[None, None]], b""
    for network, record in rows.items():
        net = ipaddress.ip_network(network)
        bits, length = int(net.network_address), net.prefixlen + (96 if net.version == 4 else 0)
        at, where = 0, len(data)
        data += encode(record)
        for depth in range(length):
            side = bits >> (127 - depth) & 1
            if depth == length - 1:
                nodes[at][side] = ("data", where)
            elif nodes[at][side] is None:
                nodes.append([None, None])
                nodes[at][side] = len(nodes) - 1
            at = nodes[at][side]
    count = len(nodes)
    value = lambda v: count if v is None else count + 16 + v[1] if isinstance(v, tuple) else v
    tree = b"".join(value(v).to_bytes(3, "big") for node in nodes for v in node)
    small = lambda v: number(UINT16, v)
    about = {"binary_format_major_version": small(2), "binary_format_minor_version": small(0),
             "build_epoch": number(UINT64, 1760000000), "database_type": kind, "description": {"en": "test"},
             "ip_version": small(6), "languages": ["en"], "node_count": count, "record_size": small(24)}
    return tree + bytes(16) + data + MARKER + encode(about)
