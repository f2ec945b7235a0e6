#!/usr/bin/env python3
"""events.py: what must be true of the lines that the sensor writes.

  events.py schema SCHEMA FILE...   every line is JSON and as the schema says
  events.py frame FILE              the start comes first, balanced statistics last, sequence numbers have no hole
  events.py names FILE              unique rows: kind, client, server, port, name (TSV), as in NAME.names.tsv
  events.py sightings FILE          the same with the client's port, each as often as it was seen

Prints what is wrong and ends with status 1."""
import json
import os
import sys

# the target of a proxy's tunnel is a Host to other dissectors; a certificate's name is no client's word
KINDS = {k: k for k in ("dns", "mdns", "llmnr", "tls", "quic", "http", "dtls")} | {"connect": "http"}


def events(path):
    with open(path, "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield number, json.loads(line.decode("utf-8"))
            except ValueError as e:
                sys.exit(f"{path}:{number}: {e}: {line[:120]!r}")


def sightings(path):
    rows = []
    for _, e in events(path):
        kind = KINDS.get(e["telltale"].get("evidence"))
        if kind and e["event"]["dataset"] in ("telltale.match", "telltale.name"):
            rows.append((kind, e["source"]["ip"], str(e["source"]["port"]), e["destination"]["ip"],
                         str(e["destination"]["port"]), e["telltale"]["name"]))
    return rows


def show(rows):
    for row in sorted(rows):
        print("\t".join(row))


def check_schema(schema_path, *paths):
    import jsonschema  # here, so that the other checks need only what Python brings

    with open(schema_path, encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    for path in paths:
        for number, event in events(path):
            for error in validator.iter_errors(event):
                # a line fails as a whole; the nearest branch of its dataset says why
                deepest = jsonschema.exceptions.best_match([error])
                where = "/".join(map(str, deepest.absolute_path))
                print(f"{os.path.basename(path)}:{number}: {where}: {deepest.message[:300]}")
                wrong += 1
    sys.exit(1 if wrong else 0)


def check_frame(path):
    all_events = [e for _, e in events(path)]
    if not all_events:
        sys.exit("no line at all")
    first, last = all_events[0], all_events[-1]
    if (first["event"]["dataset"], first["telltale"].get("action")) != ("telltale.lifecycle", "start"):
        sys.exit("the first line is not the start")
    if last["event"]["dataset"] != "telltale.stats" or last["telltale"].get("balanced") is not True:
        sys.exit("the last line is not balanced statistics")
    if [e["event"]["sequence"] for e in all_events] != list(range(1, len(all_events) + 1)):
        sys.exit("the sequence has a hole")
    if len({e["event"]["id"] for e in all_events}) != len(all_events):
        sys.exit("two lines have one id")
    if last["telltale"]["events"]["written"] != len(all_events):
        sys.exit("the statistics count other lines than there are")


def main():
    what, *rest = sys.argv[1:]
    if what == "schema":
        check_schema(*rest)
    elif what == "frame":
        check_frame(*rest)
    elif what == "names":
        show({(r[0], r[1], r[3], r[4], r[5]) for r in sightings(rest[0])})
    elif what == "sightings":
        show(sightings(rest[0]))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
