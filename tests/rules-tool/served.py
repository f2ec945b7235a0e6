"""served.py adblock|rpz LIST ASKED ALL: does a list free and block what its rules say?

LIST is an export, ASKED and ALL what `list --json` says of the rules asked for and of all. Each pattern gives names at,
below and beside it; for each, the list must agree with the most specific pattern: as AdGuard reads it (exceptions win;
denyallow takes domains out of a rule), or as a zone is read (RFC 4592: a wildcard ends at the closest name there is).
"""
import json
import re
import sys


def below(name, domain):
    return name == domain or name.endswith("." + domain)


class Zone:
    def __init__(self, rows):
        self.records, self.nodes = {}, set()
        for row in rows:
            name, _, kind, target = row.split()
            assert kind == "CNAME" and name not in self.records, row
            self.records[name] = target
            labels = name.split(".")
            self.nodes |= {".".join(labels[n:]) for n in range(len(labels))}

    def blocks(self, name):
        labels = name.split(".")
        for n in range(len(labels)):
            closest = ".".join(labels[n:])
            if closest in self.nodes:
                return self.records.get(name if n == 0 else "*." + closest) == "."
        return False


class Adblock:
    def __init__(self, rows):
        self.block, self.free = {}, set()
        self.block_globs, self.free_globs, self.block_exact, self.free_exact = [], [], set(), set()
        for row in rows:
            free = row.startswith("@@")
            body, _, options = row[2 * free:].partition("$denyallow=") if "$denyallow" in row else (row[2 * free:], "", "")
            if body.startswith("/"):
                (self.free_globs if free else self.block_globs).append(re.compile(body[1:-1]))
            elif body.startswith("||") and free:
                self.free.add(body[2:-1])
            elif body.startswith("||"):
                self.block[body[2:-1]] = options.split("|") if options else []
            else:
                (self.free_exact if free else self.block_exact).add(body[1:-1])

    def blocks(self, name):
        labels = name.split(".")
        tails = [".".join(labels[n:]) for n in range(len(labels))]
        if name in self.free_exact or any(t in self.free for t in tails) or any(g.match(name) for g in self.free_globs):
            return False
        return name in self.block_exact or any(g.match(name) for g in self.block_globs) or any(
            t in self.block and not any(below(name, d) for d in self.block[t]) for t in tails)


def compile_pack(rules):
    pack = {"exact": {}, "suffix": {}, "glob": []}
    for rule in rules:
        for kind in ("exact", "suffix"):
            for text in rule["match"].get(kind, ()):
                pack[kind][text] = rule["id"]
        for text in rule["match"].get("glob", ()):
            pack["glob"].append((text, re.compile("^" + re.escape(text).replace(r"\*", "[^.]*") + "$"), rule["id"]))
    return pack


def winner(pack, name):
    if name in pack["exact"]:
        return pack["exact"][name]
    labels = name.split(".")
    found = [(len(t), 1, pack["suffix"][t]) for t in (".".join(labels[n:]) for n in range(len(labels))) if t in pack["suffix"]]
    found += [(len(text), 0, rule) for text, glob, rule in pack["glob"] if glob.match(name)]
    return max(found)[2] if found else None


def by_glob(pack, name):
    return any(glob.match(name) for _, glob, _ in pack["glob"])


def main():
    zone = sys.argv[1] == "rpz"
    with open(sys.argv[2]) as f:
        rows = [row.strip() for row in f if row.strip() and row[0] not in ("$@;" if zone else "!")]
    asked = {rule["id"] for rule in json.load(open(sys.argv[3]))}
    rules = json.load(open(sys.argv[4]))
    listed, pack = (Zone if zone else Adblock)(rows), compile_pack(rules)
    names = set()
    for rule in rules:
        for texts in (rule["match"].get(kind, ()) for kind in ("exact", "suffix", "glob")):
            for text in texts:
                text = text.replace("*", "q7")
                names |= {text, "www." + text, "a.b." + text, "x" + text, text.partition(".")[2]}
    names = {n for n in names if n and not (zone and by_glob(pack, n))}     # a zone has no stars inside a label
    wrong = sorted(n for n in names if listed.blocks(n) != (winner(pack, n) in asked))
    for name in wrong[:5]:
        print("%s: the list %s, the rule is %s" % (name, "blocks" if listed.blocks(name) else "frees", winner(pack, name)))
    assert len(names) > 10 and not wrong, "%d of %d names wrong" % (len(wrong), len(names))


main()
