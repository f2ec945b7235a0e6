#!/usr/bin/env python3
"""stories.py SENSOR: connections without a name, told by the answers that led to them; and contacts by a clock."""
import os
import random
import sys
import tempfile

import sensor
import wire
from sensor import equal, of

KSN, UPDATE, WEBSITE = "ksn-verdict-geo.kaspersky-labs.com", "s05.upd.kaspersky.com", "www.kaspersky.com"
CLIENT, OTHER, SERVER = "10.9.0.11", "10.9.0.12", "198.51.100.7"
TTL, GRACE = 60, 600


class Teller:
    def __init__(self, program):
        self.probe = sensor.Sensor(program)

    def __call__(self, capture, *options):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "story.pcap")
            capture.write(path)
            return self.probe.events(path, *options)


def resolved(events):
    return [e for e in of(events, "match") if e["telltale"]["evidence"] == "resolved"]


def coverage(events):
    v = of(events, "stats")[-1]["telltale"]["coverage"]
    return [v[k] for k in ("connections", "named", "attributed", "hidden", "unread")]


def told(name=KSN, ttl=TTL, client=CLIENT, server=SERVER):
    c = wire.Capture()
    c.ask(client, name, server, ttl=ttl)
    return c


def nameless(c, how, client=CLIENT, server=SERVER):
    """A connection that says no name, in one of the ways there are; the number of its records is 1."""
    if how == "udp":
        c.udp(client, 5000, server, 4500, b"\x04" * 40)
        c.udp(server, 4500, client, 5000, b"\x05" * 50)
        return
    t = wire.Tcp(c, client, 40000, server, 443 if how == "tls" else 9999)
    if how == "tls":
        t.hello()
    else:
        t.open().say(b"\x00\x01binary\x02" * 3).say(b"\x03" * 30, back=True)
    t.close()


def check_attributed(tell, how):
    c = told()
    c.wait(30)
    nameless(c, how)
    events = tell(c)
    (e,) = resolved(events)
    equal((e["source"]["ip"], e["destination"]["ip"], e["telltale"]["name"], e["rule"]["id"]),
          (CLIENT, SERVER, KSN, "kaspersky.ksn"), "who, where, what")
    a = e["telltale"]["attribution"]
    equal((a["answer_age_seconds"], a["ttl"], a["other_names"]), (30, TTL, 0), "the answer")
    assert "announced" not in a and "domain" not in e["destination"], "nothing was announced"
    equal(e["telltale"]["confidence"], "documented", "confidence")
    (flow,) = of(events, "flow")
    equal((flow["telltale"]["name"], flow["rule"]["id"]), (KSN, "kaspersky.ksn"), "the flow's")
    if how != "udp":
        equal(coverage(events), [1, 0, 1, 0, 0], "coverage")


def check_age(tell, how, seconds, expected):
    c = told()
    c.wait(seconds)
    nameless(c, how)
    equal(len(resolved(tell(c))), expected, f"{seconds} s behind the answer")


def check_other_client(tell, how):
    c = told()
    nameless(c, how, client=OTHER)
    equal(resolved(tell(c)), [], "another client's")


def check_other_server(tell, how):
    c = told()
    nameless(c, how, server="198.51.100.8")
    equal(resolved(tell(c)), [], "to another address")


def check_second_name(tell, how):
    c = told()
    c.ask(OTHER, "shared.example.org", SERVER)
    nameless(c, how)
    (e,) = resolved(tell(c))
    equal(e["telltale"]["attribution"]["other_names"], 1, "other names")
    equal(e["telltale"]["confidence"], "inferred", "confidence")


def check_learned_anew(tell, how):
    c = told()
    c.wait(TTL + GRACE - 10)
    c.ask(CLIENT, KSN, SERVER, ttl=TTL)
    c.wait(20)
    nameless(c, how)
    (e,) = resolved(tell(c))
    equal(e["telltale"]["attribution"]["answer_age_seconds"], 20, "age of the newer answer")


def check_alias(tell, how):
    """The name asked for is of no rule, what it leads to is."""
    c = wire.Capture()
    c.ask(CLIENT, "first.example.org", ("first.example.org", wire.CNAME, 60, KSN), (KSN, wire.A, 60, SERVER))
    nameless(c, how)
    (e,) = resolved(tell(c))
    equal((e["telltale"]["name"], e["rule"]["id"]), ("first.example.org", "kaspersky.ksn"), "name and rule")


def check_announced(tell, leads):
    """A name of no rule: it says itself what the connection is, when it was seen to lead there."""
    c = told()
    if leads:
        c.ask(OTHER, "www.example.net", SERVER)
    wire.Tcp(c, CLIENT, 40000, SERVER).hello("www.example.net").close()
    events = tell(c)
    if leads:
        equal(resolved(events), [], "attributed")
        equal(coverage(events), [1, 1, 0, 0, 0], "coverage")
        return
    (e,) = resolved(events)
    equal(e["telltale"]["attribution"]["announced"], "www.example.net", "announced")
    equal((e["telltale"]["confidence"], e["telltale"]["name"]), ("inferred", KSN), "confidence and name")
    equal(coverage(events), [1, 0, 1, 0, 0], "coverage")


def quic(c, name, cport=50000, more=6):
    """A QUIC connection: its hello, then packets with short headers both ways (RFC 9000 section 17.3)."""
    c.udp(CLIENT, cport, SERVER, 443, wire.initials()[name])
    for _ in range(more):
        c.udp(SERVER, 443, CLIENT, cport, b"\x41" + bytes(60))
        c.udp(CLIENT, cport, SERVER, 443, b"\x42" + bytes(30))
        c.wait(5)


def check_quic_announced(tell):
    """The same over QUIC, whose later packets look like anything: they are of the connection that told its name."""
    c = told()
    c.ask(OTHER, "mc.yandex.ru", SERVER)
    quic(c, "mc.yandex.ru")
    events = tell(c)
    equal(resolved(events), [], "attributed")
    equal(of(events, "flow"), [], "flows")
    equal(coverage(events), [1, 1, 0, 0, 0], "coverage")


def check_quic_not_told(tell):
    c = told()
    quic(c, "mc.yandex.ru")
    events = tell(c)
    (e,) = resolved(events)
    equal(e["telltale"]["attribution"]["announced"], "mc.yandex.ru", "announced")
    equal(len(of(events, "flow")), 1, "flows")
    equal(coverage(events), [1, 0, 1, 0, 0], "coverage")


def check_quic_matched(tell):
    c = told(UPDATE)
    quic(c, UPDATE)
    events = tell(c)
    equal([e["telltale"]["evidence"] for e in of(events, "match")], ["dns", "quic"], "evidence")
    equal(len(of(events, "flow")), 1, "flows")


def check_suppressed(tell, program):
    """What the policy does not want is one event held back a connection, however many packets it has."""
    with tempfile.TemporaryDirectory() as folder:
        rules = os.path.join(folder, "rules")
        os.makedirs(os.path.join(rules, "policies"))
        os.symlink(os.path.abspath(os.path.join(sensor.RULES, "vendors")), os.path.join(rules, "vendors"))
        with open(os.path.join(rules, "policies", "suppressions.json"), "w", encoding="utf-8") as f:
            f.write('{ "suppressions": [ { "id": "own", "when": { "rule": "kaspersky.ksn" }, "expires": "2038-01-01",'
                    ' "reason": "known" } ] }')
        path = os.path.join(folder, "story.pcap")
        c = told()
        for _ in range(20):
            c.udp(CLIENT, 5000, SERVER, 4500, bytes(40))
            c.udp(SERVER, 4500, CLIENT, 5000, bytes(40))
        c.write(path)
        events = sensor.Sensor(program, rules).events(path)
    equal(of(events, "match", "flow"), [], "told")
    equal(of(events, "stats")[-1]["telltale"]["events"]["suppressed"], 2, "suppressed: the answer, the connection")
    del tell


def contacts(c, client, times):
    for i, when in enumerate(sorted(times)):
        c.now = wire.START + int(when * wire.SECOND)
        wire.Tcp(c, client, 30000 + i, SERVER, seq=i * 7919).hello(KSN).close()


def check_beacon(tell):
    dice = random.Random(5)
    c = wire.Capture()
    contacts(c, CLIENT, [5 * i + dice.uniform(-0.4, 0.4) for i in range(1, 25)])
    contacts(c, OTHER, browsing(dice))
    found = of(tell(c), "beacon")
    equal([e["source"]["ip"] for e in found], [CLIENT], "who comes by a clock")
    b = found[0]["telltale"]["beacon"]
    assert 4600 <= b["median_milliseconds"] <= 5400 and b["intervals"] >= 8, f"{b}"
    equal(found[0]["rule"]["id"], "kaspersky.ksn", "rule")


def browsing(dice):
    """People: some clicks after one another, then they read."""
    times, now = [], 2.0
    while now < 600:
        for _ in range(dice.randrange(1, 5)):
            times.append(now)
            now += dice.expovariate(1 / 6) + 0.1
        now += dice.expovariate(1 / 40)
    return times


def main():
    program = sys.argv[1]
    tell, checks = Teller(program), sensor.Checks()
    for how in ("tls", "tcp", "udp"):
        checks.run(f"{how} without a name behind its answer", check_attributed, tell, how)
        checks.run(f"{how} just within TTL and grace", check_age, tell, how, TTL + GRACE - 1, 1)
        checks.run(f"{how} behind TTL and grace", check_age, tell, how, TTL + GRACE + 1, 0)
        for check in (check_other_client, check_other_server, check_second_name, check_learned_anew, check_alias):
            checks.run(f"{how}, {check.__name__}", check, tell, how)
    checks.run("a name that leads there speaks for itself", check_announced, tell, True)
    checks.run("a name that was never told", check_announced, tell, False)
    checks.run("QUIC with a name that leads there", check_quic_announced, tell)
    checks.run("QUIC with a name that was never told", check_quic_not_told, tell)
    checks.run("QUIC of a rule", check_quic_matched, tell)
    checks.run("suppressed, a packet at a time", check_suppressed, tell, program)
    checks.run("a beacon, and somebody who reads", check_beacon, tell)
    checks.end()


if __name__ == "__main__":
    main()
