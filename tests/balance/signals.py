#!/usr/bin/env python3
"""signals.py SENSOR [SEED]: SIGTERM, SIGINT and SIGHUP at random moments of a large capture read from a pipe.

Whenever it is told to leave, the sensor says its totals, they balance and count every line; of what was read nothing is
left out.  SIGHUP costs nothing, and leaves nothing of rules that are gone."""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import invariants
import memory
import sensor
import wire
from sensor import equal, of

COUNT, BLOCK = 8000, 500     # connections of each name, and how many are handed over at once
ENOUGH = 20             # seconds within which the sensor has to leave, however busy the machine is
NAMES = ("www.example.com", memory.NAME)


class Fed:
    """A sensor whose input comes from a thread, and whose output another takes.

    `signals` is {block: signal}: after so many blocks were handed over, and a moment more."""

    def __init__(self, program, signals, dice, endless=False, command=None):
        command = command or sensor.Sensor(program).command("-")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.out, self.endless, self.signals, self.dice = [], endless, signals, dice
        self.threads = [threading.Thread(target=self.feed, daemon=True), threading.Thread(target=self.take)]
        for t in self.threads:
            t.start()

    def feed(self):
        try:
            self.process.stdin.write(wire.Capture().bytes())
            for i, name in enumerate(NAMES):
                for k in memory.stream(self.process.stdin, name, COUNT, 1700000000 + 100 * i, BLOCK):
                    self.interrupt(i * COUNT // BLOCK + k)
            self.process.stdin.flush()
            if not self.endless:
                self.process.stdin.close()
        except OSError:
            pass        # the sensor has left

    def interrupt(self, block):
        if block in self.signals:
            time.sleep(self.dice.uniform(0, 0.01))
            self.process.send_signal(self.signals[block])

    def take(self):
        self.out.append(self.process.stdout.read())

    def events(self):
        self.threads[1].join(ENOUGH)
        status = self.process.wait(ENOUGH)
        assert status == 0, f"exit status {status}: {self.process.stderr.read()}"
        return sensor.parse(b"".join(self.out))


class Renamed(Fed):
    """One whose rules all get other ids before the signal."""

    def __init__(self, program, folder, block, dice):
        self.file = os.path.join(folder, "vendors", "kaspersky.json")
        command = sensor.Sensor(program, folder).command("-", "--rollup", "3600")
        super().__init__(program, {block: signal.SIGHUP}, dice, command=command)

    def interrupt(self, block):
        if block in self.signals:
            with open(self.file, encoding="utf-8") as f:
                text = f.read()
            with open(self.file, "w", encoding="utf-8") as f:
                f.write(text.replace('"kaspersky.', '"kaspersky.new-'))
        super().interrupt(block)


def check_totals(events):
    invariants.check_stats(events)
    invariants.check_order(events)
    equal(events[-1]["event"]["dataset"], "telltale.stats", "the last event")
    said = [e["telltale"]["action"] for e in of(events, "lifecycle")]
    equal([a for a in said if a != "reload"], ["start", "stop"], "lifecycle")
    coverage = of(events, "stats")[-1]["telltale"]["coverage"]
    flows, matches = len(of(events, "flow")), len(of(events, "match"))
    equal((coverage["flow_records"], coverage["connections"] - coverage["named"]), (flows, 0), "flows and connections")
    equal(matches, flows, "matched connections, each ended")
    return matches


def check_leaves(program, which, block, dice, endless=False):
    matches = check_totals(Fed(program, {block: which}, dice, endless).events())
    if not endless:
        assert matches < COUNT, "all was read before the signal"


def check_stays(program, signals, dice):
    equal(check_totals(Fed(program, signals, dice).events()), COUNT, "connections")


def check_renamed(program, block, dice):
    with tempfile.TemporaryDirectory() as folder:
        rules = os.path.join(folder, "rules")
        shutil.copytree(sensor.RULES, rules)
        events = Renamed(program, rules, block, dice).events()
    at = [e["telltale"].get("action") for e in events].index("reload")
    ids = [{e["rule"]["id"] for e in part if "rule" in e} for part in (events[:at], events[at:])]
    equal(ids, [{"kaspersky.ksn"}, {"kaspersky.new-ksn"}], "rules before and after")


def main():
    checks, dice = sensor.Checks(), random.Random(sys.argv[2] if len(sys.argv) > 2 else 9)
    blocks = len(NAMES) * COUNT // BLOCK
    for i in range(8):
        which, block = (signal.SIGTERM, signal.SIGINT)[i % 2], dice.randrange(blocks - 3)
        checks.run(f"{which.name} after {block} blocks", check_leaves, sys.argv[1], which, block, dice)
    checks.run("SIGTERM while nothing comes", check_leaves, sys.argv[1], signal.SIGTERM, blocks - 1, dice, True)
    checks.run("SIGHUP", check_stays, sys.argv[1], {b: signal.SIGHUP for b in dice.sample(range(blocks), 5)}, dice)
    checks.run("SIGHUP, rules gone", check_renamed, sys.argv[1], blocks // 2 + 3, dice)
    checks.end()


if __name__ == "__main__":
    main()
