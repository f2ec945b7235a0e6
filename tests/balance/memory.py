#!/usr/bin/env python3
"""memory.py SENSOR [--print]: what the sensor holds: nothing of a million connections that no rule matches, and so many
bytes of each of a hundred thousand that one does; a name for which there is no room is counted.

The captures are streamed through a pipe.  One block holds the connections of one client; from block to block only an
octet of its address and the time are changed."""
import collections
import struct
import subprocess
import sys
import threading

import sensor
import wire

BLOCK = 50000                   # connections, of one client
MANY, OPEN = 1000000, 100000
RESIDENT_MAX = 64 * 1024        # KiB
EACH_MAX = 200                  # bytes of a matched connection, its name not among them
LONG_NAMES = 40961              # connections whose name may be longer than most
NAME = "k.ksn.kaspersky-labs.com"
ADDRESS, PORT = 26, 34          # offsets in an Ethernet frame, of the sender's
RECORD = 16                     # bytes before each frame


def block_of(name, size):
    """(block, stride, offsets of its frames): a SYN, its answer and a hello for each of `size` connections."""
    ports = range(4096, 4096 + size)
    c = wire.Capture()
    t = wire.Tcp(c, "10.0.0.0", 0, "192.0.2.1")
    t.open().say(wire.client_hello(name))
    frames = [(f, i != 1) for i, (_, f) in enumerate(c.frames)]
    one, at = b"", []
    for f, _ in frames:
        at.append(len(one) + RECORD)
        one += struct.pack("<IIII", 0, 0, len(f), len(f)) + f
    block, stride = bytearray(one * size), len(one)
    for offset, (_, from_client) in zip(at, frames):
        port = offset + (PORT if from_client else PORT + 2)
        block[port::stride] = bytes(i >> 8 for i in ports)
        block[port + 1::stride] = bytes(i & 255 for i in ports)
    return block, stride, [(o, c) for o, (_, c) in zip(at, frames)]


def stream(out, name, count, start, size=BLOCK):
    """`count` connections of `name`, three seconds a block."""
    block, stride, frames = block_of(name, size)
    for k in range(count // size):
        for offset, from_client in frames:
            block[offset + (ADDRESS if from_client else ADDRESS + 4) + 1::stride] = bytes([k]) * size
            for i, byte in enumerate(struct.pack("<I", start + 3 * k)):
                block[offset - RECORD + i::stride] = bytes([byte]) * size
        out.write(block)
        yield k


def resident(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as f:
        return int(next(line for line in f if line.startswith("VmRSS")).split()[1])


def run(program, *parts):
    """Resident KiB after each block of (name, count), and the statistics at the end."""
    probe = sensor.Sensor(program)
    process = subprocess.Popen(probe.command("-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    seen, start, last = [], 1700000000, []
    reader = threading.Thread(target=lambda: last.extend(collections.deque(process.stdout, maxlen=1)))
    reader.start()
    process.stdin.write(wire.Capture().bytes())
    for name, count in parts:
        for _ in stream(process.stdin, name, count, start):
            seen.append(resident(process))
        start += 100
    process.stdin.close()
    reader.join()
    assert process.wait() == 0, "the sensor failed"
    return seen, sensor.parse(last[0])[0]["telltale"]


def check_unmatched(program, figures):
    seen, stats = run(program, ("www.example.com", MANY))
    sensor.equal(stats["coverage"]["named"], MANY, "connections seen")
    figures["KiB resident, a million connections unmatched"] = max(seen)
    figures["KiB of these from the fifth block to the last"] = growth = seen[-1] - seen[4]
    assert max(seen) <= RESIDENT_MAX, f"{max(seen)} KiB resident"
    assert growth <= 1024, f"grown by {growth} KiB: {seen}"


def check_matched(program, figures):
    """The same twice over, so that every other table is full of it before."""
    seen, stats = run(program, ("www.example.com", 2 * OPEN), (NAME, OPEN))
    sensor.equal(stats["coverage"]["flow_records"], OPEN, "flow records")
    each = (seen[-1] - seen[2 * OPEN // BLOCK - 1]) * 1024 / OPEN
    figures["bytes of a matched connection, its name with it"] = round(each)
    assert each - len(NAME) <= EACH_MAX, f"{each} bytes of each, {len(NAME)} of them its name: {seen}"


def check_long_names(program):
    _, stats = run(program, ("k" * 60 + "." + NAME, BLOCK))
    sensor.equal(stats["coverage"]["flow_records"], BLOCK, "flow records")
    sensor.equal(stats["tables"]["flows_nameless"], BLOCK - LONG_NAMES, "those without their name")


def main():
    checks, figures = sensor.Checks(), {}
    checks.run("a million connections that match nothing", check_unmatched, sys.argv[1], figures)
    checks.run("a hundred thousand that match", check_matched, sys.argv[1], figures)
    checks.run("names too long to keep them all", check_long_names, sys.argv[1])
    for what, n in figures.items():
        print(f"{what:52} {n:9}")
    checks.end()


if __name__ == "__main__":
    main()
