"""sensor.py: the sensor as a test sees it: a capture and options in, events out."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden")
RULES = os.path.join(GOLDEN, "rules")
SCHEMA = os.path.join(HERE, "..", "..", "rules", "schema", "event.schema.json")


class Sensor:
    def __init__(self, program, rules=os.environ.get("TELLTALE_RULES", RULES)):
        self.program, self.rules = program, rules

    def command(self, capture, *options):
        return [self.program, "-q", "-g", "none", "-R", self.rules, "-r", capture, "-o", "-", "--format", "json",
                *options]

    def lines(self, capture, *options, status=0):
        """The output of a run as it is; a run that ends otherwise than with `status` fails the test."""
        done = subprocess.run(self.command(capture, *options), capture_output=True, timeout=120, check=False)
        if done.returncode != status:
            raise AssertionError(f"{capture} {options}: exit status {done.returncode}: {done.stderr.decode()}")
        return done.stdout

    def events(self, capture, *options, status=0):
        return parse(self.lines(capture, *options, status=status))


def parse(lines):
    return [json.loads(line) for line in lines.splitlines()]


def of(events, *datasets):
    return [e for e in events if e["event"]["dataset"].split(".")[1] in datasets]


class Checks:
    """Counts what passed; a check is a function that raises AssertionError."""

    def __init__(self):
        self.passed = self.failed = 0

    def run(self, name, check, *arguments):
        try:
            check(*arguments)
        except (AssertionError, ValueError, KeyError) as why:
            self.failed += 1
            print(f"FAIL {name}: {type(why).__name__}: {str(why)[:2000]}")
            return
        self.passed += 1

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def equal(found, expected, what):
    if found != expected:
        raise AssertionError(f"{what}: found {found}, expected {expected}")
