#!/usr/bin/env python3
"""mixes.py SENSOR [SEED...]: random mixes of connections, of which the generator knows what must be said.

Every kind of connection is a generator that yields after each packet; many run at once, so that their packets mingle.
It says what becomes of it: named, attributed, hidden or unread, or None where its beginning is not seen or nothing
crosses it; and the rule under which its bytes are counted, or None."""
import collections
import json
import os
import random
import sys
import tempfile

import sensor
import wire
from sensor import equal, of

MATCHED = {"ksn-verdict-geo.kaspersky-labs.com": "kaspersky.ksn", "dc1-st.ksn.kaspersky-labs.com":
           "kaspersky.ksn-statistics", "s05.upd.kaspersky.com": "kaspersky.update",
           "settings-win.data.microsoft.com": "microsoft.windows-telemetry", "captive.apple.com": "apple.captive"}
UNMATCHED = ["www.example.com", "a.example.net", "kaspersky.com", "ksn.kaspersky-labs.com.example.org"]
OUTER = "public.example.org"
CONNECTIONS, AT_ONCE = 150, 40


class Plan:
    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.capture = wire.Capture()
        self.flows = collections.Counter()      # what must be told of bytes and packets, by ends and rule
        self.coverage = collections.Counter()
        self.used, self.number, self.initials = [], 0, wire.initials()

    def address(self):
        self.number += 1
        return f"198.18.{self.number >> 8}.{self.number & 255}"

    def tcp(self, server=None, port=443):
        """Other ends than before, or the same again, once that connection has ended."""
        reuse = [t for t in self.used if t.over and t.sport == port and not t.reused]
        if server is None and reuse and self.dice.random() < 0.5:
            old = self.dice.choice(reuse)
            old.reused = True
            t = wire.Tcp(self.capture, old.client, old.cport, old.server, old.sport, old.seq + 100000)
        else:
            client = f"10.9.1.{self.dice.randrange(1, 9)}"
            t = wire.Tcp(self.capture, client, 10000 + self.number, server or self.address(), port,
                         self.dice.randrange(2**32))
        t.over = t.reused = False
        self.used.append(t)
        return t

    def count(self, t, rule, transport="tcp"):
        for what, n in zip(("out", "sent", "in", "got"), t.sums):
            if rule:
                self.flows[transport, t.client, t.cport, t.server, t.sport, rule, what] += n

    def told(self, t, name):
        t.reused = True         # whatever comes after it may be told by the same answer
        self.capture.ask(t.client, name, t.server)


def send(plan, t, payload, back=False):
    """In segments, now and then in disorder or twice, as a span port shows them."""
    pieces, dice = [payload], plan.dice
    if len(payload) > 40 and dice.random() < 0.5:
        cut = dice.randrange(20, len(payload) - 10)
        pieces = [payload[:cut], payload[cut:]]
    begin = t.ack if back else t.seq
    at = [begin, begin + len(pieces[0])]
    order = list(range(len(pieces)))
    if not back and dice.random() < 0.3:
        order.reverse()
    for i in order:
        for _ in range(2 if dice.random() < 0.1 else 1):
            if back:
                t.ack = at[i]
            else:
                t.seq = at[i]
            t.say(pieces[i], back)
            yield
    if back:
        t.ack = begin + len(payload)
    else:
        t.seq = begin + len(payload)


def handshake(plan, t):
    for _ in range(2 if plan.dice.random() < 0.1 else 1):
        seq = t.seq
        t.packet(wire.SYN)
        yield
        if _ == 0 and plan.dice.random() < 0.1:     # said again: nobody has answered yet
            t.seq = seq
            t.packet(wire.SYN)
        break
    t.packet(wire.SYN | wire.ACK, back=True)
    yield
    t.packet(wire.ACK)
    yield


def ending(plan, t):
    for _ in range(plan.dice.randrange(4)):
        back = plan.dice.random() < 0.6
        t.say(b"\x17\x03\x03\x00\x20" + plan.dice.randbytes(32), back)
        yield
    how = plan.dice.random()
    if how < 0.2:
        t.packet(wire.RST | wire.ACK, back=how < 0.1)
    elif how < 0.9:
        for flags, back in ((wire.FIN | wire.ACK, False), (wire.FIN | wire.ACK, True), (wire.ACK, False)):
            t.packet(flags, back=back)
            yield
    t.over = how < 0.9


def conversation(plan, t, rule, fate, *said):
    """`said` are (payload, from the server); the fate of one whose beginning is seen."""
    yield from handshake(plan, t)
    for payload, back in said:
        yield from send(plan, t, payload, back)
    yield from ending(plan, t)
    plan.count(t, rule)
    plan.coverage[fate] += 1


def tls(plan, matched):
    name = plan.dice.choice(list(MATCHED) if matched else UNMATCHED)
    answer = [(wire.server_hello(), True)] if plan.dice.random() < 0.8 else []
    yield from conversation(plan, plan.tcp(), MATCHED.get(name), "named", (wire.client_hello(name), False), *answer)


def http(plan, matched):
    name = plan.dice.choice(list(MATCHED) if matched else UNMATCHED)
    request = b"GET /path/of/some/length HTTP/1.1\r\nUser-Agent: x\r\nHost: " + name.encode() + b"\r\n\r\n"
    yield from conversation(plan, plan.tcp(port=80), MATCHED.get(name), "named", (request, False),
                            (b"HTTP/1.1 204 None\r\n\r\n", True))


def no_sni(plan, told):
    t = plan.tcp(plan.address())
    name = plan.dice.choice(list(MATCHED))
    if told:
        plan.told(t, name)
        yield
    yield from conversation(plan, t, MATCHED[name] if told else None, "attributed" if told else "hidden",
                            (wire.client_hello(esni=plan.dice.random() < 0.3), False), (wire.server_hello(), True))


def ech(plan, told):
    """An HTTPS record tells the configuration, the hello has its number under the public name."""
    del told
    t = plan.tcp(plan.address())
    plan.capture.ask(t.client, "secret.example", ("secret.example", wire.HTTPS, 60, b"\0\1\0" + b"\0\5" +
                                                  wire.block(2, wire.ech_config(7, OUTER))), kind=wire.HTTPS)
    yield
    yield from conversation(plan, t, None, "hidden", (wire.client_hello(OUTER, ech=7), False),
                            (wire.server_hello(), True))


def binary(plan, told):
    t = plan.tcp(plan.address(), port=plan.dice.choice([443, 9999, 5000]))
    name = plan.dice.choice(list(MATCHED))
    if told:
        plan.told(t, name)
        yield
    first = b"\x01\x02binary" * plan.dice.randrange(1, 9)
    said = [(first, False), (b"\x03" * 30, True)]
    yield from conversation(plan, t, MATCHED[name] if told else None, "attributed" if told else "unread",
                            *(said if plan.dice.random() < 0.7 else said[1:]))


def dead(plan, _):
    """A SYN that nobody answers, or that is refused: no connection."""
    t = plan.tcp(port=plan.dice.choice([443, 80]))
    t.packet(wire.SYN)
    yield
    if plan.dice.random() < 0.5:
        t.packet(wire.RST | wire.ACK, back=True)
        t.over = True


def middle(plan, matched):
    """Joined behind its beginning: counted from the hello on, and none of those that began."""
    t = plan.tcp(plan.address())
    name = plan.dice.choice(list(MATCHED) if matched else UNMATCHED)
    t.say(b"\x17\x03\x03\x00\x10" + bytes(16), plan.dice.random() < 0.5)
    yield
    t.sums = [0, 0, 0, 0]
    t.say(wire.client_hello(name)).say(wire.server_hello(), True)
    yield
    yield from ending(plan, t)
    plan.count(t, MATCHED.get(name))


class Udp(wire.Tcp):
    def datagram(self, payload, back=False):
        ends = (self.client, self.cport, self.server, self.sport)
        n = self.capture.udp(*(ends[2:] + ends[:2] if back else ends), payload)
        self.sums[2 * back] += n
        self.sums[2 * back + 1] += 1


def quic(plan, matched):
    name = "s05.upd.kaspersky.com" if matched else "mc.yandex.ru"
    t = Udp(plan.capture, f"10.9.2.{plan.dice.randrange(1, 9)}", 10000 + plan.number, plan.address())
    if plan.dice.random() < 0.3 and matched:
        plan.told(t, name)
        yield
    t.datagram(plan.initials[name])
    yield
    for _ in range(plan.dice.randrange(8)):
        t.datagram(bytes([0x40 | plan.dice.randrange(64)]) + bytes(40), plan.dice.random() < 0.5)
        yield
    plan.count(t, MATCHED.get(name), "udp")
    plan.coverage["named"] += 1


def datagrams(plan, told):
    """Something over UDP that has no names, to where an answer led or not."""
    t = Udp(plan.capture, f"10.9.3.{plan.dice.randrange(1, 9)}", 10000 + plan.number, plan.address(), 4500)
    name = plan.dice.choice(list(MATCHED))
    if told:
        plan.told(t, name)
        yield
    t.datagram(b"\x01" + bytes(50))
    yield
    for _ in range(plan.dice.randrange(8)):
        t.datagram(b"\x02" + bytes(plan.dice.randrange(90)), plan.dice.random() < 0.5)
        yield
    plan.count(t, MATCHED[name] if told else None, "udp")


KINDS = (tls, http, no_sni, ech, binary, dead, middle, quic, datagrams)


def generate(seed):
    plan = Plan(seed)
    waiting, running = CONNECTIONS, []
    while waiting or running:
        if waiting and len(running) < AT_ONCE:
            plan.number += 1
            running.append(plan.dice.choice(KINDS)(plan, plan.dice.random() < 0.5))
            waiting -= 1
        one = plan.dice.choice(running)
        if next(one, running) is running:
            running.remove(one)
        plan.capture.wait(plan.dice.choice([0, 0, 0.001, 0.02]))
    return plan


def found_flows(events):
    sums = collections.Counter()
    for e in of(events, "flow"):
        s, d = e["source"], e["destination"]
        key = (e["network"]["transport"], s["ip"], s["port"], d["ip"], d["port"], e["rule"]["id"])
        for what, n in (("out", s["bytes"]), ("sent", s["packets"]), ("in", d["bytes"]), ("got", d["packets"])):
            sums[key + (what,)] += n
        equal(e["network"]["bytes"], s["bytes"] + d["bytes"], "bytes of both ways")
    return sums


def check(probe, seed, options):
    plan = generate(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mix.pcap")
        plan.capture.write(path)
        events = probe.events(path, *options)
    found = found_flows(events)
    wrong = [(k, found[k], plan.flows[k]) for k in sorted(set(found) | set(plan.flows)) if found[k] != plan.flows[k]]
    assert not wrong, "bytes (connection, found, expected): " + json.dumps(wrong[:6])
    coverage = of(events, "stats")[-1]["telltale"]["coverage"]
    for fate in ("named", "attributed", "hidden", "unread"):
        equal(coverage[fate], plan.coverage[fate], fate)
    equal(coverage["connections"], sum(plan.coverage.values()), "connections")
    assert len(plan.coverage) == 4 and plan.flows, "a mix without all there is"


def main():
    probe, checks = sensor.Sensor(sys.argv[1]), sensor.Checks()
    variants = ((), ("--all",), ("--flow-interval", "1"))
    for seed in map(int, sys.argv[2:] or range(24)):
        checks.run(f"mix {seed}", check, probe, seed, variants[seed % len(variants)])
    checks.end()


if __name__ == "__main__":
    main()
