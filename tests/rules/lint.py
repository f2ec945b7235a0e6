#!/usr/bin/python3
"""Checks the rule pack: rules/vendors, rules/policies, and tests/rules/expect.tsv against them.

    lint.py [--fix] [--rules DIR] [--expect FILE]

--fix rewrites files that are right in content and wrong in layout. Faults come as file:line: message. The last
line is "N passed, N failed", counted in files; the exit status is 1 when a file failed.
"""

import argparse
import datetime
import ipaddress
import json
import os
import re
import sys

import jsonschema

WIDTH = 100
KINDS = ("suffix", "exact", "glob")
PUBLIC_SUFFIX_LIST = "/usr/share/publicsuffix/public_suffix_list.dat"
LABEL = re.compile(r"^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$")

# Hosts of other people's tenants: one name below them may be a vendor's, the domain itself is nobody's.
SHARED = """akamaihd.net akamaized.net amazonaws.com appspot.com azure-devices.net azureedge.net azurefd.net
azurewebsites.net blob.core.windows.net cloudapp.net cloudfront.net firebaseio.com github.io googleapis.com
herokuapp.com servicebus.windows.net storage.googleapis.com trafficmanager.net workers.dev""".split()

KEYS = {
    "file": ("vendor", "rules", "tags", "severity", "suppressions", "networks"),
    "vendor": ("id", "name", "country", "tags"),
    "rule": ("id", "product", "purpose", "installed", "confidence", "enabled", "reviewed", "match",
             "references", "note"),
    "match": ("suffix", "exact", "glob", "asn", "cidr", "ja4"),
    "tag": ("id", "jurisdiction", "instrument", "date", "vendors", "scope", "reference", "instruments"),
    "severity": ("id", "enabled", "when", "severity", "note"),
    "suppression": ("id", "enabled", "when", "reason", "expires"),
    "when": ("vendor", "tag", "purpose", "installed", "rule", "product", "name", "country", "as", "client",
             "hours"),
    "network": ("as", "name", "kind", "references", "note"),
}


class Doc:
    """A file under test: its text, its content, the faults found in it."""

    def __init__(self, path, root):
        self.path = path
        self.shown = os.path.relpath(path, root)
        self.faults = []
        self.data = None
        with open(path, encoding="utf-8") as f:
            self.text = f.read()
        self.lines = self.text.split("\n")

    def fault(self, message, *needles):
        self.faults.append((self.line(*needles), message))

    def line(self, *needles):
        """The line of the last needle, each looked for from where the one before it was found."""
        at = 0
        for needle in needles:
            quoted = needle if isinstance(needle, int) else json.dumps(needle, ensure_ascii=False)
            for n in range(at, len(self.lines)):
                if str(quoted) in self.lines[n]:
                    at = n
                    break
        return at + 1


def without_comments(text):
    """Blanks comments outside strings, so that the places of everything else stay."""
    out, i, quoted = [], 0, False
    while i < len(text):
        c = text[i]
        if quoted:
            if c == "\\":
                out.append(text[i:i + 2])
                i += 2
                continue
            quoted = c != '"'
        elif c == '"':
            quoted = True
        elif text.startswith("//", i):
            while i < len(text) and text[i] != "\n":
                i += 1
            continue
        out.append(c)
        i += 1
    return "".join(out)


def no_twins(pairs):
    seen = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError("key \"%s\" stands twice in one object" % key)
        seen[key] = value
    return seen


def load(doc):
    try:
        doc.data = json.loads(without_comments(doc.text), object_pairs_hook=no_twins)
    except json.JSONDecodeError as e:
        doc.faults.append((e.lineno, e.msg))
    except ValueError as e:
        doc.faults.append((1, str(e)))
    return doc.data is not None


def ordered(value, kind):
    """The same content with keys in their order and lists of strings or numbers sorted."""
    if isinstance(value, dict):
        keys = KEYS.get(kind, ())
        inner = {"vendor": "vendor", "match": "match", "when": "when"}
        out = {}
        for key in sorted(value, key=lambda k: (keys.index(k) if k in keys else len(keys), k)):
            child = {"rules": "rule", "tags": "tag", "severity": "severity", "instruments": "tag",
                     "suppressions": "suppression", "networks": "network"}.get(key)
            out[key] = ordered(value[key], child or inner.get(key))
        return out
    if isinstance(value, list):
        if value and all(isinstance(v, str) for v in value) or value and all(isinstance(v, int) for v in value):
            return sorted(value)
        return [ordered(v, kind) for v in value]
    return value


def layout(value, depth=0, lead=0):
    """Two spaces a level; a list of plain values on one line while it fits, else one value a line."""
    pad = "  " * depth
    if isinstance(value, dict):
        if not value:
            return "{}"
        rows = []
        for key, child in value.items():
            head = "%s  %s: " % (pad, json.dumps(key))
            rows.append(head + layout(child, depth + 1, len(head)))
        return "{\n" + ",\n".join(rows) + "\n" + pad + "}"
    if isinstance(value, list):
        if not value:
            return "[]"
        if not any(isinstance(v, (dict, list)) for v in value):
            one = "[" + ", ".join(json.dumps(v, ensure_ascii=False) for v in value) + "]"
            if lead + len(one) + 1 <= WIDTH:
                return one
        rows = ["%s  %s" % (pad, layout(v, depth + 1, len(pad) + 2)) for v in value]
        return "[\n" + ",\n".join(rows) + "\n" + pad + "]"
    return json.dumps(value, ensure_ascii=False)


def check_layout(doc, fix):
    want = layout(ordered(doc.data, "file")) + "\n"
    have = "\n".join(row for row in doc.lines if not row.lstrip().startswith("//"))
    if have == want:
        return
    if fix and have == doc.text and not doc.faults:
        with open(doc.path, "w", encoding="utf-8") as f:
            f.write(want)
        return
    for n, (a, b) in enumerate(zip(have.split("\n"), want.split("\n"))):
        if a != b:
            break
    doc.faults.append((n + 1, "layout is not canonical; --fix rewrites it where nothing else is wrong"))


def plainly(e):
    if e.validator == "const" and list(e.absolute_path)[-1:] == ["installed"]:
        return "an inferred role cannot show an installed product"
    if e.validator == "pattern":
        return "%s has not the form that the schema asks for" % json.dumps(e.instance)
    return e.message[:200]


def check_schema(doc, validator):
    for e in sorted(validator.iter_errors(doc.data), key=lambda e: [str(p) for p in e.absolute_path]):
        where = list(e.absolute_path)
        needles = []
        node = doc.data
        for step in where:
            node = node[step]
            if isinstance(node, dict) and isinstance(node.get("id"), str):
                needles.append(node["id"])
            elif isinstance(step, str):
                needles.append(step)
        if isinstance(node, str):
            needles.append(node)
        worst = min(e.context, key=lambda c: len(c.message)) if e.context else e
        doc.fault("%s: %s" % ("/".join(str(p) for p in where) or "file", plainly(worst)), *needles)
    return not doc.faults


def public_suffixes():
    out = set("com net org info biz co.uk com.cn com.br com.au co.jp co.kr com.tr com.tw".split())
    if os.path.exists(PUBLIC_SUFFIX_LIST):
        with open(PUBLIC_SUFFIX_LIST, encoding="utf-8") as f:
            for row in f:
                if "BEGIN PRIVATE" in row:
                    break
                row = row.strip()
                if row and not row.startswith(("//", "*", "!")):
                    out.add(row)
    return out


def name_fault(kind, pattern, public):
    labels = pattern.split(".")
    plain = [l for l in labels if "*" not in l]
    if len(pattern) > 253 or len(labels) < 2:
        return "is no host name"
    if kind == "glob":
        stars = [l for l in labels if "*" in l]
        if len(stars) != 1 or stars[0].count("*") != 1:
            return "needs exactly one *, in one label"
        if stars[0] == "*":
            return "has a label of * alone; use a suffix"
        if len(labels) - 1 - labels.index(stars[0]) < 2:
            return "needs two plain labels behind the *"
        plain.append(stars[0].replace("*", "x"))
    elif "*" in pattern:
        return "has a *; use glob"
    for label in plain:
        if not LABEL.match(label) or label[2:4] == "--" and not label.startswith("xn--"):
            return "has the bad label \"%s\"" % label
    if not re.match(r"^[a-z]|^xn--", labels[-1]):
        return "ends in no top-level domain"
    if kind == "suffix" and pattern in public:
        return "is a public suffix"
    if kind == "suffix" and pattern in SHARED:
        return "is a domain of many tenants"
    return None


def check_vendor(doc, pack, tags, public):
    vendor, base = doc.data["vendor"], os.path.basename(doc.path)
    if base != vendor["id"] + ".json":
        doc.fault("file is called %s, vendor %s" % (base, vendor["id"]), vendor["id"])
    for tag in vendor["tags"]:
        if tag not in tags:
            doc.fault("tag \"%s\" is not in policies/tags.json" % tag, tag)
        elif vendor["id"] not in tags[tag]:
            doc.fault("tag \"%s\" does not name this vendor in policies/tags.json" % tag, tag)
    for tag, named in tags.items():
        if vendor["id"] in named and tag not in vendor["tags"]:
            doc.fault("policies/tags.json names this vendor under \"%s\"" % tag, "tags")
    for rule in doc.data["rules"]:
        check_rule(doc, vendor["id"], rule, pack, public)


def check_rule(doc, vendor, rule, pack, public):
    rid, match = rule["id"], rule["match"]
    if not rid.startswith(vendor + "."):
        doc.fault("rule %s does not begin with \"%s.\"" % (rid, vendor), rid)
    if rid in pack["ids"]:
        doc.fault("rule %s stands in %s already" % (rid, pack["ids"][rid]), rid)
    pack["ids"].setdefault(rid, doc.shown)
    try:
        datetime.date.fromisoformat(rule["reviewed"])
    except ValueError:
        doc.fault("reviewed: \"%s\" is no date" % rule["reviewed"], rid, "reviewed")
    for kind in KINDS:
        for pattern in match.get(kind, ()):
            why = name_fault(kind, pattern, public)
            if why:
                doc.fault("%s \"%s\" %s" % (kind, pattern, why), rid, pattern)
            other = pack["patterns"].get(pattern)
            if other:
                doc.fault("\"%s\" stands in %s as %s already" % (pattern, other[0], other[1]), rid, pattern)
            pack["patterns"].setdefault(pattern, (rid, kind))
    for pattern in match.get("suffix", []) + match.get("exact", []):
        for above in match.get("suffix", ()):
            if pattern.endswith("." + above):
                doc.fault("\"%s\" lies below \"%s\" of the same rule" % (pattern, above), rid, pattern)
    for net in match.get("cidr", ()):
        try:
            ipaddress.ip_network(net)
        except ValueError as e:
            doc.fault("cidr: %s" % e, rid, net)
    for kind in ("asn", "cidr", "ja4"):
        for value in match.get(kind, ()):
            other = pack["patterns"].setdefault((kind, value), (rid, kind))
            if other[0] != rid:
                doc.fault("%s %s stands in %s already" % (kind, value, other[0]), rid, value)
    if rule.get("enabled", True):
        for kind in KINDS:
            for pattern in match.get(kind, ()):
                pack["live"][kind][pattern] = (vendor, rid, rule["purpose"])


def values(item):
    return item if isinstance(item, list) else [item]


def check_conditions(doc, kind, entry, known):
    """What is asked of vendor, tag, rule and product must be there; networks and hours must be such."""
    where = "%s \"%s\"" % (kind, entry["id"])
    for key, names in known.items():
        for value in values(entry["when"].get(key, [])):
            if value not in names:
                doc.fault("%s: %s \"%s\" is not known" % (where, key, value), kind, entry["id"], value)
    for net in values(entry["when"].get("client", [])):
        try:
            ipaddress.ip_network(net)
        except ValueError as e:
            doc.fault("%s: client: %s" % (where, e), kind, entry["id"], net)
    for span in values(entry["when"].get("hours", [])):
        if span[:5] == span[6:]:
            doc.fault("%s: hours %s is no time at all" % (where, span), kind, entry["id"], span)


def check_policy(doc, known, today):
    for kind in ("tags", "severity", "suppressions"):
        seen = set()
        for entry in doc.data.get(kind, ()):
            if entry["id"] in seen:
                doc.fault("%s \"%s\" stands twice" % (kind, entry["id"]), kind, entry["id"])
            seen.add(entry["id"])
            if "when" in entry:
                check_conditions(doc, kind, entry, known)
    for entry in doc.data.get("suppressions", ()):
        try:
            if datetime.date.fromisoformat(entry["expires"]) < today and entry.get("enabled", True):
                doc.fault("suppression \"%s\" expired on %s" % (entry["id"], entry["expires"]), entry["id"], "expires")
        except ValueError:
            doc.fault("expires: \"%s\" is no date" % entry["expires"], entry["id"], "expires")
    entries = [entry for entry in doc.data.get("severity", ()) if entry.get("enabled", True)]
    for n, entry in enumerate(entries):
        if not entry["when"] and n != len(entries) - 1:
            doc.fault("severity \"%s\" fits everything, so what follows is never reached" % entry["id"], entry["id"])
    if entries and entries[-1]["when"]:
        doc.fault("the last severity must fit everything", entries[-1]["id"])


def named_by_tags(doc):
    out = {}
    for tag in doc.data["tags"]:
        named = out.setdefault(tag["id"], set())
        for instrument in tag.get("instruments", [tag]):
            named.update(instrument["vendors"])
    return out


class Matcher:
    """The meaning of a pack, told slowly: exact first, then the longest; a suffix before a glob as long."""

    def __init__(self, live):
        self.exact, self.suffix = live["exact"], live["suffix"]
        self.globs = [(re.compile("^" + re.escape(p).replace(r"\*", "[^.]*") + "$"), hit)
                      for p, hit in live["glob"].items()]

    def find(self, name):
        if name in self.exact:
            return self.exact[name]
        if name in self.suffix:
            return self.suffix[name]
        for pattern, hit in self.globs:
            if pattern.match(name):
                return hit
        labels = name.split(".")
        for n in range(1, len(labels)):
            hit = self.suffix.get(".".join(labels[n:]))
            if hit:
                return hit
        return None


def check_expect(doc, matcher):
    seen, hits, misses = set(), 0, 0
    for n, row in enumerate(doc.lines, 1):
        if not row or row.startswith("#"):
            continue
        cells = row.split("\t")
        if len(cells) != 4:
            doc.faults.append((n, "needs name, vendor, rule, purpose, each behind a tab"))
            continue
        name, want = cells[0], tuple(cells[1:])
        if name in seen:
            doc.faults.append((n, "%s stands twice" % name))
        seen.add(name)
        got = matcher.find(name.lower().rstrip(".")) or ("-", "-", "-")
        if got != want:
            doc.faults.append((n, "%s: expected %s, the pack says %s" % (name, " ".join(want), " ".join(got))))
        hits, misses = hits + (want[0] != "-"), misses + (want[0] == "-")
    if hits + misses < 600 or misses < 200:
        doc.faults.append((1, "needs 600 names, 200 that miss; has %d, %d" % (hits + misses, misses)))


def json_files(folder):
    return [os.path.join(folder, f) for f in sorted(os.listdir(folder)) if f.endswith(".json")]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(os.path.dirname(here))
    parser = argparse.ArgumentParser(description="Checks the rule pack.")
    parser.add_argument("--fix", action="store_true", help="rewrite files whose layout alone is wrong")
    parser.add_argument("--rules", default=os.path.join(root, "rules"))
    parser.add_argument("--expect", default=os.path.join(here, "expect.tsv"))
    args = parser.parse_args()

    def read(*parts):
        return Doc(os.path.join(args.rules, *parts), root)

    docs, validators = [], {}
    for kind in ("rules", "policy", "networks"):
        doc = read("schema", kind + ".schema.json")
        docs.append(doc)
        if load(doc):
            try:
                jsonschema.Draft202012Validator.check_schema(doc.data)
                validators[kind] = jsonschema.Draft202012Validator(doc.data)
            except jsonschema.SchemaError as e:
                doc.faults.append((1, "no JSON Schema: %s" % e.message))

    policies = [Doc(p, root) for p in json_files(os.path.join(args.rules, "policies"))]
    vendors = [Doc(p, root) for p in json_files(os.path.join(args.rules, "vendors"))]
    networks = read("networks.json")
    docs += policies + vendors + [networks]
    sound = set()
    if len(validators) == 3:
        for doc in policies + vendors + [networks]:
            kind = "policy" if doc in policies else "networks" if doc is networks else "rules"
            if load(doc) and check_schema(doc, validators[kind]):
                sound.add(doc)

    tags = {}
    for doc in policies:
        if doc in sound and "tags" in doc.data:
            tags.update(named_by_tags(doc))
    pack = {"ids": {}, "patterns": {}, "live": {kind: {} for kind in KINDS}}
    public = public_suffixes()
    for doc in vendors:
        if doc in sound:
            check_vendor(doc, pack, tags, public)
    known = {"vendor": {doc.data["vendor"]["id"] for doc in vendors if doc in sound}, "tag": tags, "rule": pack["ids"],
             "product": {rule["product"] for doc in vendors if doc in sound for rule in doc.data["rules"]}}
    for doc in policies:
        if doc in sound:
            check_policy(doc, known, datetime.date.today())
    if networks in sound:
        numbers = [entry["as"] for entry in networks.data["networks"]]
        if numbers != sorted(set(numbers)):
            networks.fault("the networks are to stand in order of their numbers, each once", "networks")
    for doc in policies + vendors + [networks]:
        if doc in sound:
            check_layout(doc, args.fix)

    expect = Doc(args.expect, root)
    docs.append(expect)
    if sound.issuperset(policies + vendors):
        check_expect(expect, Matcher(pack["live"]))
    else:
        expect.faults.append((1, "not checked while a rule file does not load"))

    failed = 0
    for doc in docs:
        for n, message in sorted(doc.faults):
            print("%s:%d: %s" % (doc.shown, n, message))
        failed += bool(doc.faults)
    print("%d passed, %d failed" % (len(docs) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
