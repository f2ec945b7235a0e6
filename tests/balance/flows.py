#!/usr/bin/env python3
"""flows.py SENSOR [CAPTURE...]: the bytes of every matched connection against what tshark counts of the same packets.

A connection is followed from its first packet when that was seen, else from the hello on: so tshark's frames count
from event.start of the connection's first record to event.end of its last.  Nothing may come behind that, unless both sides
had closed: of what is sent again long after, nobody asks."""
import collections
import json
import os
import subprocess
import sys

import invariants
import sensor
from sensor import of

FIELDS = ("frame.number", "ip.fragment", "ipv6.fragment", "frame.time_epoch", "frame.len", "frame.protocols", "ip.src", "ipv6.src", "ip.dst", "ipv6.dst", "tcp.srcport", "udp.srcport",
          "tcp.dstport", "udp.dstport")


def nanoseconds(text):
    whole, _, fraction = text.partition(".")
    return int(whole) * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)


def frames_of(capture):
    """By ports and addresses from one end to the other: (time, length) of every packet, the innermost of tunnels.

    What came in fragments is as long as all their frames."""
    command = ["tshark", "-n", "-r", capture, "-T", "fields"]
    for f in FIELDS:
        command += ["-e", f]
    out = subprocess.run(command, capture_output=True, timeout=300, check=False).stdout.decode()
    frames, lengths = collections.defaultdict(list), {}
    for line in out.splitlines():
        number, fragments4, fragments6, when, length, layers, *row = line.split("\t")
        lengths[number] = int(length)
        key = key_of(layers.split(":"), [v.split(",")[-1] for v in row])
        if key:
            parts = set((fragments4 + "," + fragments6).split(",")) - {""}
            frames[key].append((nanoseconds(when), sum(lengths[p] for p in parts) or int(length)))
    return frames


def key_of(layers, row):
    src4, src6, dst4, dst6, tcp_from, udp_from, tcp_to, udp_to = row
    inner = next((p for p in reversed(layers) if p in ("ip", "ipv6")), None)
    transport = next((p for p in reversed(layers) if p in ("tcp", "udp")), None)
    sport, dport = (tcp_from, tcp_to) if transport == "tcp" else (udp_from, udp_to)
    # an ICMP error quotes a header that is no packet
    if not inner or not sport or "icmp" in layers or "icmpv6" in layers:
        return None
    src, dst = (src4, dst4) if inner == "ip" else (src6, dst6)
    return transport, src, int(sport), dst, int(dport)


def stamp(text):
    """Nanoseconds since 1970 of an event's time."""
    import datetime

    whole, _, fraction = text.rstrip("Z").partition(".")
    day = datetime.datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=datetime.timezone.utc)
    return int(day.timestamp()) * 10**9 + int(fraction.ljust(9, "0"))


def flows_of(events):
    flows, closed = {}, {}
    for e in of(events, "flow"):
        s, d, n = e["source"], e["destination"], e["network"]
        key = (n["transport"], s["ip"], s["port"], d["ip"], d["port"])
        span = flows.setdefault(key, [stamp(e["event"]["start"]), 0, 0, 0, 0, 0])
        span[0] = min(span[0], stamp(e["event"]["start"]))
        closed[key] = e["telltale"].get("end") in ("fin", "rst")
        span[1] = max(span[1], stamp(e["event"]["end"]))
        for i, v in enumerate((s["bytes"], s["packets"], d["bytes"], d["packets"])):
            span[2 + i] += v
    return flows, closed


def within(frames, first, last):
    # the events' clock has microseconds
    taken = [n for when, n in frames if first <= when - when % 1000 and when - when % 1000 <= last]
    return [sum(taken), len(taken)]


def differences(probe, capture):
    found, closed = flows_of(probe.events(capture))
    frames = frames_of(capture) if found else {}
    wrong = []
    for key, (first, last, *sums) in sorted(found.items()):
        transport, a, pa, b, pb = key
        there = within(frames.get(key, []), first, last)
        back = within(frames.get((transport, b, pb, a, pa), []), first, last)
        if sums != there + back:
            wrong.append({"connection": key, "sensor": sums, "tshark": there + back})
        late = [when for when, _ in frames.get(key, []) + frames.get((transport, b, pb, a, pa), []) if when > last + 999]
        if late and not closed[key]:
            wrong.append({"connection": key, "frames behind its end": len(late)})
    return len(found), wrong


def main():
    probe, checks = sensor.Sensor(sys.argv[1]), sensor.Checks()
    total = 0
    for capture in invariants.captures_of(sys.argv[2:]):
        try:
            count, wrong = differences(probe, capture)
        except AssertionError as why:
            print(f"FAIL {capture}: {why}")
            checks.failed += 1
            continue
        total += count

        def check(wrong=wrong):
            assert not wrong, "\n    " + "\n    ".join(map(json.dumps, wrong))
        checks.run(f"bytes of {count} connections in {os.path.basename(capture)}", check)
    assert total > 50 or sys.argv[2:], "hardly a connection was matched: what is compared?"
    print(f"{total} connections compared")
    checks.end()


if __name__ == "__main__":
    main()
