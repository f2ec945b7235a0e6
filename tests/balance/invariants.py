#!/usr/bin/env python3
"""invariants.py SENSOR [CAPTURE...]: what must hold of the events of every capture, under every option.

Balances, sequence and ids, the schema, the same bytes again; nothing lost by folding; with pseudonyms nothing of the
site left.  Without captures those of tests/golden are taken."""
import base64
import collections
import glob
import hashlib
import ipaddress
import json
import os
import socket
import struct
import sys
import tempfile

import sensor
from sensor import equal, of

KEY = bytes(range(32))
VARIANTS = {
    "default": (), "all": ("--all",), "short rollup": ("--rollup", "1"), "long rollup": ("--all", "--rollup", "300"),
    "flows each second": ("--flow-interval", "1"), "pseudonyms": ("--all", "--pseudonymize", "@key@"),
    "everything": ("--all", "--rollup", "2", "--flow-interval", "1", "--pseudonymize", "@key@"),
}


def check_stats(events):
    stats = of(events, "stats")
    assert stats, "no statistics"
    for e in stats:
        t = e["telltale"]
        assert t["balanced"] is True, f"not balanced: {t}"
        v = t["coverage"]
        equal(v["named"] + v["attributed"] + v["hidden"] + v["unread"], v["connections"], "coverage")
    last = stats[-1]["telltale"]
    equal(last["events"]["written"], len(events), "lines written")
    equal(last["coverage"]["flow_records"],
          len(of(events, "flow")) + sum(e["telltale"]["count"] for e in of(events, "rollup")
                                        if e["telltale"]["folded"] == "flow"), "flow records")
    equal(last["events"]["held"], sum(e["telltale"]["count"] for e in of(events, "rollup")), "events held back")


def check_order(events):
    equal([e["event"]["sequence"] for e in events], list(range(1, len(events) + 1)), "sequence")
    twice = [i for i, n in collections.Counter(e["event"]["id"] for e in events).items() if n > 1]
    assert not twice, "two events of one id: " + json.dumps([e for e in events if e["event"]["id"] == twice[0]])


def key_of(e, folded):
    """What a rollup keeps apart: client, server, rule, name, evidence, dataset."""
    t = e["telltale"]
    return (folded, e["source"]["ip"], e["destination"]["ip"], e.get("rule", {}).get("id"), t.get("name"),
            t.get("evidence") if folded != "flow" else None)


def tally(events):
    """Sightings of each key, and of flows their bytes; those of rollups among them."""
    sums = collections.Counter()
    for e in of(events, "match", "name", "hidden", "flow"):
        folded = e["event"]["dataset"].split(".")[1]
        add(sums, key_of(e, folded), 1, e, folded)
    for e in of(events, "rollup"):
        folded = e["telltale"]["folded"]
        add(sums, key_of(e, folded), e["telltale"]["count"], e, folded)
    return sums


def add(sums, key, count, e, folded):
    sums[key] += count
    if folded == "flow":
        sums[key + ("out",)] += e["source"]["bytes"]
        sums[key + ("in",)] += e["destination"]["bytes"]


def check_folding(plain, folded):
    a, b = tally(plain), tally(folded)
    for key in sorted(set(a) | set(b), key=str):
        equal(b[key], a[key], f"sightings of {key}")


def check_flow_sums(once, often):
    """A connection told of in parts comes to the same."""
    def sums(events):
        total = collections.Counter()
        for e in of(events, "flow"):
            s, d = e["source"], e["destination"]
            key = (e["network"]["transport"], s["ip"], s["port"], d["ip"], d["port"], e["rule"]["id"])
            for what, n in (("out", s["bytes"]), ("in", d["bytes"]), ("sent", s["packets"]), ("got", d["packets"])):
                total[key + (what,)] += n
        return total
    equal(sums(often), sums(once), "bytes and packets of connections")


class Schema:
    def __init__(self):
        import jsonschema  # here: the other checks need only what Python brings

        with open(sensor.SCHEMA, encoding="utf-8") as f:
            self.validator = jsonschema.Draft202012Validator(json.load(f))
        self.best = jsonschema.exceptions.best_match

    def check(self, events):
        for e in events:
            for error in self.validator.iter_errors(e):
                deepest = self.best([error])
                raise AssertionError(f"{'/'.join(map(str, deepest.absolute_path))}: {deepest.message[:200]}")


SITE = [ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                                          "169.254.0.0/16", "fc00::/7", "fe80::/10")]


def is_of_site(text):
    try:
        a = ipaddress.ip_address(text)
    except ValueError:
        return False
    return any(a in n for n in SITE if n.version == a.version)


def community_id(e):
    a, b = (ipaddress.ip_address(e[end]["ip"]) for end in ("source", "destination"))
    pa, pb = e["source"]["port"], e["destination"]["port"]
    proto = socket.IPPROTO_TCP if e["network"]["transport"] == "tcp" else socket.IPPROTO_UDP
    (a, pa), (b, pb) = sorted(((a.packed, pa), (b.packed, pb)))
    raw = struct.pack("!H", 0) + a + b + struct.pack("!BBHH", proto, 0, pa, pb)
    return "1:" + base64.b64encode(hashlib.sha1(raw).digest()).decode()


def shared_bits(a, b):
    a, b = ipaddress.ip_address(a), ipaddress.ip_address(b)
    return a.max_prefixlen - (int(a) ^ int(b)).bit_length() if a.version == b.version else -1


def texts(value):
    """Every string of an event, keys apart."""
    if isinstance(value, dict):
        for v in value.values():
            yield from texts(v)
    elif isinstance(value, list):
        for v in value:
            yield from texts(v)
    elif isinstance(value, str):
        yield value


def check_pseudonyms(plain, told):
    """Nothing of a client is left, in any form, and what is there instead is one stand-in for each."""
    equal(len(told), len(plain), "events")
    stand_in, clients, forbidden, servers, hosts = {}, set(), set(), set(), set()
    for p, q in zip(plain, told):
        equal(q["event"]["dataset"], p["event"]["dataset"], "dataset")
        if "destination" not in p:
            continue
        clients.add(p["source"]["ip"])
        servers.add(p["destination"]["ip"])
        equal(stand_in.setdefault(p["source"]["ip"], q["source"]["ip"]), q["source"]["ip"], "stand-in")
        assert q["source"]["ip"] != p["source"]["ip"], "a client's address is left"
        forbidden.add(p["source"].get("mac"))
        hosts.add(p["telltale"].get("client", {}).get("name"))
        if "community_id" in q.get("network", {}):
            equal(q["network"]["community_id"], community_id(q), "community id")
    found = {t.lower() for e in told for t in texts(e)}
    # who has a public address and is also asked cannot be told from any other server
    for ip in clients - {ip for ip in servers if not is_of_site(ip)}:
        forbidden |= {ip, ipaddress.ip_address(ip).reverse_pointer}
    forbidden -= {None}
    for text in forbidden:
        assert text.lower() not in found, f"{text} is left"
    for host in hosts - {None}:
        assert not any(host.lower() in t for t in found), f"{host} is left"
    for t in found:
        assert not is_of_site(t) or t in {s.lower() for s in stand_in.values()}, f"an address of the site is left: {t}"
    some = sorted(stand_in)[:60]
    for a in some:
        for b in some:
            equal(shared_bits(stand_in[a], stand_in[b]), shared_bits(a, b), f"leading bits shared by {a} and {b}")


def captures_of(arguments):
    return arguments or sorted(glob.glob(os.path.join(sensor.GOLDEN, "*.pcap")) +
                               glob.glob(os.path.join(sensor.GOLDEN, "*.pcapng")))


def check_capture(checks, probe, schema, capture, key):
    name = os.path.basename(capture)
    events = {}
    for variant, options in VARIANTS.items():
        options = [key if o == "@key@" else o for o in options]

        def whole():
            raw = probe.lines(capture, *options)
            events[variant] = sensor.parse(raw)
            assert raw == probe.lines(capture, *options), "other bytes the second time"
            check_stats(events[variant])
            check_order(events[variant])
            schema.check(events[variant])
        checks.run(f"{name}, {variant}", whole)
    if len(events) < len(VARIANTS):
        return
    checks.run(f"{name}, folded within a second", check_folding, events["default"], events["short rollup"])
    checks.run(f"{name}, folded within five minutes", check_folding, events["all"], events["long rollup"])
    checks.run(f"{name}, flows in parts", check_flow_sums, events["default"], events["flows each second"])
    checks.run(f"{name}, pseudonyms", check_pseudonyms, events["all"], events["pseudonyms"])


def main():
    probe, checks, schema = sensor.Sensor(sys.argv[1]), sensor.Checks(), Schema()
    with tempfile.NamedTemporaryFile() as key:
        key.write(KEY)
        key.flush()
        for capture in captures_of(sys.argv[2:]):
            check_capture(checks, probe, schema, capture, key.name)
    checks.end()


if __name__ == "__main__":
    main()
