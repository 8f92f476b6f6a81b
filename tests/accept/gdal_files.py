"""Files that are read through GDAL hold what GDAL's own tools find in them: each layer's features,
their geometry and their attributes. Where the file says no CRS it is refused with the way out. A
database that names another file does not get it.

   gdal_files.py PROGRAM FOLDER_OF_REAL_DATA

Ends with 77 (skipped) where the data is missing, unless CI is set."""
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
SHARED = os.path.abspath(sys.argv[2])
SECONDS = 120

# File, and the CRS that it (or a layer of it) does not say itself.
FILES = [
    ("data/cadastre/pci/1870000A02.DXF", "EPSG:2154"),
    ("data/cadastre/pci/1870000C05.DXF", "EPSG:2154"),
    ("data/shapefile/fiona/multicurve.gml", "EPSG:4326"),
    ("data/shapefile/fiona/example.topojson", "EPSG:4326"),
    ("data/shapefile/fiona/test_gpx.gpx", None),
    ("data/shapefile/fiona/testopenfilegdb.gdb.zip", "EPSG:4326"),
    ("conformance/ne110m4cql2.gpkg", None),
]
# Binary fields, which an import leaves out and says so.
LEFT_OUT = {"binary", "binary2"}
# Layers of surfaces, which GeoJSON does not have: their attributes are compared.
SURFACES = {"multipatch": ["-nlt", "MULTIPOLYGON"]}


def check(holds, words):
    if not holds:
        print(f"FAILED: {words}")
        sys.exit(1)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)


def layers_of(source):
    """Names of the layers as ogrinfo lists them: "1: name (Point)", or "Layer: name (Point)"."""
    done = run("ogrinfo", "-ro", "-q", source)
    check(done.returncode == 0, f"ogrinfo {source}: {done.stderr}")
    names = []
    for line in done.stdout.splitlines():
        number, _, rest = line.partition(": ")
        if number.isdigit() or number == "Layer":
            cut = rest.rfind(" (")
            names.append(rest[:cut] if cut > 0 else rest)
    return names


def rounded(coordinates):
    if isinstance(coordinates, list):
        return [rounded(c) for c in coordinates]
    return round(coordinates, 6)


def as_multi(geometry):
    """Geometry apart from what a layer's type changes: one part, or several of them."""
    if geometry is None:
        return None
    if geometry["type"] == "GeometryCollection":
        return [as_multi(g) for g in geometry["geometries"]]
    parts = rounded(geometry["coordinates"])
    return parts if geometry["type"].startswith("Multi") else [parts]


def features_of(source, layer, *more):
    done = run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, layer, "-dim", "2",
               "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=7", *more)
    check(done.returncode == 0, f"ogr2ogr {source} {layer}: {done.stderr}")
    return json.loads(done.stdout)["features"]


def values_of(properties):
    """Values that both have, in one dress: null is none, truth is a number, times end in no zone."""
    found = {}
    for name, value in properties.items():
        if value is None or name in LEFT_OUT:
            continue
        if isinstance(value, bool):
            value = int(value)
        if isinstance(value, float):
            value = float(f"{value:.9g}")
        if isinstance(value, str):
            value = value.replace("/", "-").replace("T", " ")
            try:
                value = json.loads(value)
            except ValueError:
                pass
        found[name.lower()] = value
    return found


def feature_key(feature):
    return json.dumps([as_multi(feature["geometry"]), values_of(feature["properties"])],
                      sort_keys=True)


def check_layer(source, layer, store, imported):
    theirs = features_of(source, layer, *SURFACES.get(layer, []))
    ours = features_of(store, imported)
    check(len(theirs) == len(ours), f"{source} {layer}: {len(ours)} features, not {len(theirs)}")
    names = set()
    for feature in theirs:
        names |= set(values_of(feature["properties"]))
    for feature in ours:
        kept = {n: v for n, v in feature["properties"].items() if n.lower() in names}
        feature["properties"] = kept
    if layer in SURFACES:
        for feature in theirs + ours:
            feature["geometry"] = None
    left = sorted(map(feature_key, theirs))
    right = sorted(map(feature_key, ours))
    for one, other in zip(left, right):
        check(one == other, f"{source} {layer}:\n  {one[:1500]}\n  {other[:1500]}")
    return len(ours)


def check_file(folder, name, crs):
    source = os.path.join(SHARED, name)
    store = os.path.join(folder, os.path.basename(name) + ".store.sqlite")
    with_crs = ["--crs", crs] if crs else []
    if crs:
        refused = run(PROGRAM, "import", source, "--store", os.path.join(folder, "refused.sqlite"),
                      "--mode", "replace")
        check(refused.returncode != 0 and "say --crs" in refused.stderr,
              f"{name} is not refused: {refused.stderr}")
    names = layers_of(source)
    done = run(PROGRAM, "import", source, "--store", store, "--max-rejects", "0", "--json",
               *with_crs)
    check(done.returncode == 0, f"import {name}: {done.returncode} {done.stderr}")
    if name.endswith(".gpkg"):
        ids = {result["id"] for result in json.loads(done.stdout)["results"]}
        check(ids == {"fid"}, f"{name}: the ids are {ids}")
    db = sqlite3.connect(store)
    imported = [row[0] for row in db.execute("SELECT layer FROM cassini_imports ORDER BY id")]
    db.close()
    check(len(imported) == len(names), f"{name}: imported {imported}, not {names}")
    n = 0
    for layer, ours in zip(names, imported):
        n += check_layer(source, layer, store, ours)
    print(f"{name}: {len(names)} layers, {n} features")


def check_hostile_database(folder):
    """SpatiaLite's virtual tables read files that the database's own text names."""
    secret = os.path.join(folder, "secret.csv")
    source = os.path.join(folder, "hostile.sqlite")
    store = os.path.join(folder, "hostile_store.sqlite")
    with open(secret, "w", encoding="utf-8") as f:
        f.write("word\nswordfish\n")
    with sqlite3.connect(source) as db:
        db.execute("CREATE TABLE harmless(a TEXT)")
        db.execute("INSERT INTO harmless VALUES('x')")
        db.execute("PRAGMA writable_schema=ON")
        db.execute("INSERT INTO sqlite_master VALUES('table', 'bait', 'bait', 0, ?)",
                   (f"CREATE VIRTUAL TABLE bait USING VirtualText('{secret}', 'UTF-8', 1)",))
    done = run(PROGRAM, "import", source, "--store", store, "--layer-template", "{name}")
    said = done.stdout + done.stderr
    check("swordfish" not in said, said)
    if os.path.exists(store):
        with open(store, "rb") as f:
            check(b"swordfish" not in f.read(), "another file's text is in the store")


def main():
    if not os.path.exists(os.path.join(SHARED, FILES[0][0])):
        print("no real data")
        sys.exit(1 if os.environ.get("CI") else 77)
    with tempfile.TemporaryDirectory() as folder:
        for name, crs in FILES:
            check_file(folder, name, crs)
        check_hostile_database(folder)


main()
