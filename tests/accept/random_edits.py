"""Random edits of a real commune's parcels, put in place, give the tiles of a fresh import.

   random_edits.py PROGRAM FOLDER_OF_REAL_DATA [EDITS]

Parcels go, come back, are moved, lose a corner or say something else: some at a time, in one import
(upsert, --delete-missing), which must have changed the layer in place. From time to time every tile is
compared with that of a fresh import of the same parcels, whatever the order of its features. Ends with
77 (skipped) where the data is missing, unless CI is set."""
import collections
import copy
import gzip
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
SOURCE = os.path.join(sys.argv[2], "data/cadastre/cadastre-91216-parcelles.json.gz")
N_EDITS = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
N_COMPARISONS = 5
MOST_AT_A_TIME = 40
MAX_ZOOM = 17


def run(*words):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"FAILED: {words}: {done.stderr}")
    return done.stdout


# --- tiles ------------------------------------------------------------------------------------


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 2:
            size, at = varint(data, at)
            yield key >> 3, data[at:at + size]
            at += size
        elif key & 7 == 0:
            value, at = varint(data, at)
            yield key >> 3, value
        else:
            sys.exit(f"FAILED: a message with wire type {key & 7}")


def numbers(data):
    found, at = [], 0
    while at < len(data):
        value, at = varint(data, at)
        found.append(value)
    return found


def features_of(tile):
    """Each feature of a tile, as what it says: layer, id, kind, attributes, commands."""
    found = collections.Counter()
    for number, layer in fields(gzip.decompress(tile)):
        if number != 3:
            continue
        parts = collections.defaultdict(list)
        for part, value in fields(layer):
            parts[part].append(value)
        for feature in parts[2]:
            said = dict(fields(feature))
            tags = numbers(said.get(2, b""))
            pairs = tuple(sorted((parts[3][tags[i]], parts[4][tags[i + 1]])
                                 for i in range(0, len(tags), 2)))
            found[(parts[1][0], said.get(1), said.get(3), pairs, said[4])] += 1
    return found


def tiles_of(store, folder):
    archive = os.path.join(folder, "tiles.mbtiles")
    if os.path.exists(archive):
        os.remove(archive)
    run("export", "--output", archive, "--quiet", "--store", store, "--layers", "parcels", "--max-zoom", str(MAX_ZOOM))
    database = sqlite3.connect(archive)
    rows = database.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
    database.close()
    return {row[:3]: row[3] for row in rows}


def compare(store, fresh, folder, n_edits):
    edited, anew = tiles_of(store, folder), tiles_of(fresh, folder)
    if set(edited) != set(anew):
        sys.exit(f"FAILED: after {n_edits} edits: other tiles: {sorted(set(edited) ^ set(anew))[:9]}")
    different = []
    for address, tile in edited.items():
        if tile == anew[address]:
            continue
        one, two = features_of(tile), features_of(anew[address])
        if one != two:
            different.append((address, sum((one - two).values()), sum((two - one).values())))
    if different:
        sys.exit(f"FAILED: after {n_edits} edits {len(different)} of {len(edited)} tiles differ: "
                 f"{different[:9]}")
    return len(edited)


# --- edits ------------------------------------------------------------------------------------


def move(ring, dx, dy):
    return [[x + dx, y + dy] for x, y in ring]


class Town:
    def __init__(self):
        with gzip.open(SOURCE) as f:
            self.there = {f["properties"]["id"]: f for f in json.load(f)["features"]}
        self.all = copy.deepcopy(self.there)
        self.dice = random.Random(1793)

    def edit(self):
        """One parcel is another now; which, is told."""
        dice = self.dice
        name = dice.choice(list(self.all))
        kind = dice.choice(["goes", "comes", "says", "says", "moves", "loses"])
        feature = copy.deepcopy(self.there.get(name, self.all[name]))
        rings = feature["geometry"]["coordinates"]
        if kind == "goes":
            self.there.pop(name, None)
            return
        if kind == "comes":
            feature = copy.deepcopy(self.all[name])
        if kind == "says":
            feature["properties"]["contenance"] = dice.randrange(100000)
        if kind == "moves":
            dx, dy = dice.uniform(-3e-4, 3e-4), dice.uniform(-3e-4, 3e-4)
            feature["geometry"]["coordinates"] = [move(ring, dx, dy) for ring in rings]
        if kind == "loses" and len(rings[0]) > 5:
            del rings[0][dice.randrange(1, len(rings[0]) - 1)]
        self.there[name] = feature

    def write(self, path):
        with open(path, "w", encoding="utf-8") as f:
            json.dump({"type": "FeatureCollection", "features": list(self.there.values())}, f)


def was_edited_in_place(store):
    database = sqlite3.connect(store)
    edited = database.execute("SELECT whole_revision < revision FROM cassini_layers").fetchone()[0]
    database.close()
    return edited


def main():
    if not os.path.exists(SOURCE):
        print(f"skipped: no {SOURCE}")
        sys.exit(77 if not os.environ.get("CI") else 1)
    folder = tempfile.mkdtemp(prefix="cassini-edits-")
    store, fresh = os.path.join(folder, "s.sqlite"), os.path.join(folder, "fresh.sqlite")
    source = os.path.join(folder, "parcels.geojson")
    town = Town()
    town.write(source)
    common = ["--layer", "parcels", "--quiet", "--max-rejects", "0"]
    run("import", source, "--store", store, *common)
    n_done = n_imports = n_tiles = n_written_anew = 0
    for i in range(1, N_COMPARISONS + 1):
        while n_done < N_EDITS * i // N_COMPARISONS:
            n = town.dice.randint(1, MOST_AT_A_TIME)
            for _ in range(n):
                town.edit()
            town.write(source)
            run("import", source, "--store", store, "--mode", "upsert", "--delete-missing", *common)
            n_done += n
            n_imports += 1
            n_written_anew += not was_edited_in_place(store)
        run("import", source, "--store", fresh, "--mode", "replace", *common)
        n_tiles = compare(store, fresh, folder, n_done)
    run("check", "--store", store)
    # The first polygon that a repair takes apart makes it a layer of multipolygons: that is none.
    if n_written_anew > 1:
        sys.exit(f"FAILED: {n_written_anew} of {n_imports} imports wrote the whole layer")
    shutil.rmtree(folder)
    print(f"ok: {n_done} edits in {n_imports} imports, compared {N_COMPARISONS} times, {n_tiles} tiles each")


main()
