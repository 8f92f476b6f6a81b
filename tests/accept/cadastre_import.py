"""A commune's parcels, as the French cadastre publishes them, become a layer with no options given.

   cadastre_import.py PROGRAM FOLDER_OF_REAL_DATA

Ends with 77 (skipped) where the data is missing, unless CI is set."""
import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
SOURCE = os.path.join(sys.argv[2], "data/cadastre/cadastre-91216-parcelles.json.gz")
N_PARCELS = 4241


def check(holds, words):
    if not holds:
        print(f"FAILED: {words}")
        sys.exit(1)


def import_source(store, *more):
    done = subprocess.run([PROGRAM, "import", SOURCE, "--store", store, *more],
                          capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"import {more}: {done}")
    return done.stdout


def ogrinfo(store):
    return subprocess.run(["ogrinfo", "-so", store, "parcelles"], capture_output=True, text=True,
                          check=True).stdout


def shape_of(database):
    """Every table, index and trigger with its SQL, whatever the order they were made in."""
    return sorted(map(tuple, database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")))


def ids_of(database):
    return [row[0] for row in database.execute("SELECT id FROM parcelles ORDER BY id")]


def check_layer(database):
    count, texts, nulls = database.execute(
        "SELECT count(*), sum(typeof(id) = 'text'), sum(contenance IS NULL) FROM parcelles"
    ).fetchone()
    check(count == N_PARCELS, f"{count} features")
    check(texts == N_PARCELS, f"{texts} ids are text")
    check(nulls == 1, f"{nulls} features without contenance")
    with gzip.open(SOURCE) as f:
        features = json.load(f)["features"]
    check(ids_of(database) == sorted(f["properties"]["id"] for f in features), "ids are the source's")
    kinds = dict(database.execute(
        "SELECT name, type FROM pragma_table_info('parcelles')").fetchall())
    for column in ("id", "commune", "prefixe", "section", "numero"):
        check(kinds[column].upper() == "TEXT", f"{column} is {kinds[column]}")
    for column in ("created", "updated"):
        check(kinds[column].upper() == "DATE", f"{column} is {kinds[column]}")


def check_ogrinfo(words):
    check(f"Feature Count: {N_PARCELS}" in words, f"ogrinfo counts otherwise\n{words}")
    check(re.search(r"^id: String", words, re.M), f"ogrinfo: id is no text\n{words}")
    check(re.search(r"^contenance: Integer", words, re.M), f"ogrinfo: contenance\n{words}")
    check(re.search(r"^created: Date", words, re.M), f"ogrinfo: created\n{words}")
    check("Polygon" in words and '"EPSG",4326' in words, f"ogrinfo: geometry or CRS\n{words}")


def main():
    if not os.path.exists(SOURCE):
        print(f"{SOURCE} is missing")
        sys.exit(1 if os.environ.get("CI") else 77)
    folder = tempfile.mkdtemp(prefix="cassini-cadastre-")
    store = os.path.join(folder, "s.sqlite")
    import_source(store)
    database = sqlite3.connect(store)
    check_layer(database)
    before, ids = shape_of(database), ids_of(database)
    database.close()
    check_ogrinfo(ogrinfo(store))

    import_source(store, "--mode", "replace")
    database = sqlite3.connect(store)
    check_layer(database)
    check(ids_of(database) == ids, "a replaced layer keeps its ids")
    check(shape_of(database) == before, "replacing leaves nothing over: "
          f"{set(shape_of(database)) ^ set(before)}")
    check(database.execute("SELECT count(*) FROM geometry_columns").fetchone()[0] == 1,
          "one registered geometry")
    database.close()
    shutil.rmtree(folder)
    print(f"ok: {N_PARCELS} parcels, ids as text, the same after a second import")


main()
