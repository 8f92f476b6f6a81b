"""The JSON Schema of mapping files and the program's reader agree: what the one takes and refuses, so
does the other.   mapping_schema.py PROGRAM

Ends with 77 where there is no jsonschema module, unless in CI.
"""
import copy
import json
import os
import subprocess
import sys
import tempfile

TOP = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../.."))
FOLDER = os.path.join(TOP, "mappings")

try:
    import jsonschema
except ImportError:
    print("there is no module jsonschema (python3-jsonschema)")
    sys.exit(1 if os.environ.get("CI") else 77)

# A mapping with everything in it.
WHOLE = {
    "$schema": "x", "version": 1, "title": "T", "files": "a*.json", "format": "json",
    "records": "/data/*", "next": "next", "crs": "EPSG:4326", "id": "{net}-{s/no}",
    "geometry": {"lon": "at/0", "lat": "at/1"},
    "joins": [{"name": "s", "file": "b.xml", "format": "xml", "records": "m/s",
               "on": {"local": "k", "last": 2, "key": "@k"}}],
    "fields": {"a": "x", "b": {"from": "y/0", "type": "real", "unit": "m", "iri": "urn:b",
                               "title": "B", "values": {"-": None, "1": 2.5}},
               "c": {"constant": False}},
}
GONE = object()

# Where WHOLE is changed, and to what: those that stay good, and those that do not.
GOOD = [
    ("title", GONE), ("files", GONE), ("records", GONE), ("next", GONE), ("crs", GONE), ("id", GONE),
    ("geometry", GONE), ("joins", GONE), ("joins", []), ("geometry", {"wkt": "g"}),
    ("geometry", {"geojson": "a/0/b"}), ("id", "{a}"), ("id", "x{a}y{b}z"), ("records", "a~1b/~0"),
    ("joins/0/file", GONE), ("joins/0/on/last", GONE), ("joins/0/format", "csv", "joins/0/records", GONE),
    ("fields/b/type", "datetime"), ("fields/b/values", GONE), ("fields/c/constant", None),
    ("fields/c/constant", "text"), ("fields/a", "@id"), ("fields/a", "/x"), ("fields/b/iri", "https://x/y"),
    ("format", "xml", "next", GONE), ("format", "csv", "next", GONE, "records", GONE),
    ("fields/b/type", "json"), ("joins/0/on/without_last", 3, "joins/0/on/last", GONE),
]
BAD = [
    ("version", GONE), ("version", 2), ("version", "1"), ("version", True), ("format", GONE),
    ("format", "yaml"), ("fields", GONE), ("fields", {}), ("fields", []), ("more", 1), ("title", ""),
    ("title", 1), ("files", "a/b"), ("files", ".."), ("files", "a\\b"), ("files", ""), ("records", ""),
    ("records", "/"), ("records", "a//b"), ("records", "a/"), ("records", "a~2"), ("records", ["a"]),
    ("next", ""), ("crs", ""), ("crs", 4326), ("id", "number"), ("id", ""), ("id", "{"), ("id", "}"),
    ("id", "{}"), ("id", "{a"), ("id", "{{a}}"), ("id", "{a//b}"), ("id", ["{a}"]), ("geometry", {}),
    ("geometry", "g"), ("geometry/lat", GONE), ("geometry/wkt", "g"), ("geometry/lon", 1),
    ("geometry", {"x": "a", "y": "b"}), ("joins", {}), ("joins", ["s"]), ("joins/0/name", GONE),
    ("joins/0/name", ""), ("joins/0/name", "a/b"), ("joins/0/file", "/etc/passwd"),
    ("joins/0/file", "../x"), ("joins/0/file", ".x"), ("joins/0/format", "x"), ("joins/0/on", GONE),
    ("joins/0/on/local", GONE), ("joins/0/on/key", GONE), ("joins/0/on/last", 0),
    ("joins/0/on/last", 1001), ("joins/0/on/last", "2"), ("joins/0/on/without_last", 1),
    ("joins/0/on/more", 1), ("joins/0/more", 1), ("fields/", "x"), ("fields/a", ""), ("fields/a", 1),
    ("fields/a", {}), ("fields/b/from", GONE), ("fields/b/constant", 1), ("fields/b/type", "int"),
    ("fields/b/type", 1), ("fields/b/unit", ""), ("fields/b/iri", "name"), ("fields/b/iri", 1),
    ("fields/b/values", {}), ("fields/b/values", []), ("fields/b/values/x", {}), ("fields/b/more", 1),
    ("fields/c/constant", []), ("joins", [{"name": str(i), "on": {"local": "a", "key": "b"}}
                                          for i in range(17)]),
    ("format", "xml"), ("format", "xml", "next", GONE, "records", GONE), ("format", "csv"),
    ("format", "csv", "next", GONE), ("format", "csv", "records", GONE),
]


def changed(change):
    mapping = copy.deepcopy(WHOLE)
    for place, value in zip(change[::2], change[1::2]):
        *steps, last = place.split("/")
        at = mapping
        for step in steps:
            at = at[int(step)] if isinstance(at, list) else at[step]
        if value is GONE:
            del at[last]
        else:
            at[last] = value
    return mapping


def reader_takes(program, folder, mapping):
    """The mapping is read before the source is, whose format is the first thing to be wrong then."""
    path = os.path.join(folder, "m.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(mapping, f)
    done = subprocess.run([program, "info", os.path.join(folder, "none.txt"), "--mapping", path],
                          capture_output=True, text=True, timeout=60, check=False)
    refused = f"mapping '{path}': " in done.stderr
    if done.returncode == 0 or (not refused and "none.txt: " not in done.stderr):
        sys.exit(f"info ends with {done.returncode}: {done.stderr}")
    return not refused, done.stderr.strip()


def main():
    program = os.path.abspath(sys.argv[1])
    with open(os.path.join(FOLDER, "mapping.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    mappings = [("as it is", WHOLE, True)]
    mappings += [(c, changed(c), True) for c in GOOD] + [(c, changed(c), False) for c in BAD]
    for name in sorted(os.listdir(FOLDER)):
        if name != "mapping.schema.json":
            with open(os.path.join(FOLDER, name), encoding="utf-8") as f:
                mappings.append((name, json.load(f), True))
    n_wrong = 0
    with tempfile.TemporaryDirectory(prefix="cassini-mapping-") as folder:
        with open(os.path.join(folder, "none.txt"), "wb") as f:
            f.write(b"")
        for name, mapping, good in mappings:
            by_schema = validator.is_valid(mapping)
            by_reader, words = reader_takes(program, folder, mapping)
            if by_schema != good or by_reader != good:
                n_wrong += 1
                print(f"{name}: should be {'good' if good else 'bad'}; the schema says "
                      f"{'good' if by_schema else 'bad'}, the reader {words}")
    print(f"{len(mappings)} mappings, {n_wrong} judged differently")
    return n_wrong > 0


if __name__ == "__main__":
    sys.exit(main())
