"""Real archives of tiles: each is kept whole, and every tile that is served is the archive's own, or
it is refused with the reason. The cadastre's tiles as features are its parcels.

   tile_files.py PROGRAM FOLDER_OF_REAL_DATA

Ends with 77 (skipped) where the data is missing, unless CI is set."""
import gzip
import http.client
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "data"))
import tile_archives as made  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
SHARED = os.path.abspath(sys.argv[2])
DATA = os.path.join(SHARED, "data")
SECONDS = 60
CADASTRE = "cadastre/cadastre-91216_gdal.mbtiles"
PARCELS = "cadastre/cadastre-91216-parcelles.json.gz"

# file: (tiles, format, zooms), or the reason why it is refused
FILES = {
    CADASTRE: (72, "mvt", "11-16"),
    "mbtiles/consbio/geography-class-jpg.mbtiles": (5, "jpeg", "0-1"),
    "mbtiles/consbio/geography-class-png-no-bounds.mbtiles": (5, "png", "0-1"),
    "mbtiles/consbio/geography-class-png.mbtiles": (5, "png", "0-1"),
    "mbtiles/consbio/geography-class-webp.mbtiles": (5, "webp", "0-1"),
    "mbtiles/consbio/invalid-tile-format.mbtiles": "neither a vector tile nor PNG, JPEG or WebP",
    "mbtiles/consbio/invalid.mbtiles": "no such table: metadata",
    "mbtiles/consbio/world_cities.mbtiles": (196, "mvt", "0-6"),
    "mbtiles/consbio/world_cities_missing_center.mbtiles": (196, "mvt", "0-6"),
    "mbtiles/node-mbtiles/corrupt.mbtiles": "malformed",
    "mbtiles/node-mbtiles/corrupt_null_tile.mbtiles": "tile 1/0/1 (column 0, row 0) has no data",
    "mbtiles/node-mbtiles/geocoder_data.mbtiles": "there are no tiles in it",
    "mbtiles/node-mbtiles/geocoder_legacy.mbtiles": (269, "png", "0-4"),
    "mbtiles/node-mbtiles/plain_1.mbtiles": (285, "png", "0-4"),
    "mbtiles/node-mbtiles/plain_2.mbtiles": (269, "png", "0-4"),
    "mbtiles/node-mbtiles/plain_3.mbtiles": (2621, "png", "4-8"),
    "mbtiles/node-mbtiles/plain_4.mbtiles": (269, "png", "0-4"),
    "mbtiles/node-mbtiles/some-empty-tiles.mbtiles": (11, "png", "1-2"),
    "mbtiles/node-mbtiles/unindexed.mbtiles": (285, "png", "0-4"),
    "mbtiles/node-mbtiles/with spaces.mbtiles": "there are no tiles in it",
    "mbtiles/planetiler/bostonbuildings.mbtiles": (3, "mvt", "13-13"),
    "mbtiles/planetiler/jakartabuildings.mbtiles": (1, "mvt", "13-13"),
    "mbtiles/planetiler/protomaps538lakemerge.mbtiles": (1, "mvt", "7-7"),
    "mbtiles/pmtiles/empty.pmtiles": "no PMTiles archive",
    "mbtiles/pmtiles/invalid.pmtiles": "no PMTiles archive",
    "mbtiles/pmtiles/invalid_v4.pmtiles": "PMTiles of version 4",
    "mbtiles/pmtiles/stamen_toner(raster)CC-BY+ODbL_z3.pmtiles": (85, "png", "0-3"),
    "mbtiles/pmtiles/test_fixture_1.pmtiles": (1, "mvt", "0-0"),
    "mbtiles/pmtiles/test_fixture_2.pmtiles": (1, "mvt", "0-0"),
    "mbtiles/pmtiles/usgs-mt-whitney-8-15-webp-512.pmtiles": (50, "webp", "8-15"),
}
SUFFIXES = {"mvt": "mvt", "png": "png", "jpeg": "jpg", "webp": "webp"}


def check(holds, words):
    if not holds:
        print(f"FAILED: {words}")
        sys.exit(1)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                          timeout=SECONDS, errors="replace")


def layer_name(number):
    return f"layer{number:02}"


def import_all(store):
    for number, (file, expected) in enumerate(FILES.items()):
        done = run("import", os.path.join(DATA, file), "--store", store, "--layer",
                   layer_name(number))
        if isinstance(expected, str):
            check(done.returncode == 1 and expected in done.stderr,
                  f"{file}: {done.returncode} {done.stderr} lacks '{expected}'")
        else:
            n, kind, zooms = expected
            check(done.returncode == 0 and re.search(
                rf": {n:,} tiles?( \([\d,]+ differ\))?, {kind}, zoom {zooms}\n", done.stdout),
                f"{file}: {done.stdout}{done.stderr}")
    names = [layer["name"] for layer in
             json.loads(run("layers", "--store", store, "--json").stdout)["layers"]]
    wanted = [layer_name(i) for i, e in enumerate(FILES.values()) if not isinstance(e, str)]
    check(names == wanted, f"the store holds {names}")
    missing = {os.path.relpath(os.path.join(folder, f), DATA)
               for folder, _, files in os.walk(os.path.join(DATA, "mbtiles")) for f in files
               if f.endswith("tiles")} - set(FILES)
    check(not missing, f"nothing is said of {missing}")


def tiles_of(path):
    """Of an MBTiles archive: ((z, x, y), bytes)."""
    uri = "file:" + path.replace("%", "%25").replace(" ", "%20").replace("?", "%3f")
    db = sqlite3.connect(uri + "?immutable=1&mode=ro", uri=True)
    for z, x, row, data in db.execute(
            "SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles"):
        yield (z, x, 2**z - 1 - row), data
    db.close()


class Server:
    def __init__(self, store, folder):
        self.log = os.path.join(folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", "--store", store, "--listen",
                                             "127.0.0.1:0"], stderr=log)
        until = time.monotonic() + SECONDS
        while True:
            with open(self.log, encoding="utf-8") as log:
                match = re.search(r"http://127\.0\.0\.1:(\d+)", log.read())
            if match:
                break
            check(time.monotonic() < until and self.process.poll() is None, "no server")
            time.sleep(0.02)
        self.connection = http.client.HTTPConnection("127.0.0.1", int(match[1]), timeout=SECONDS)

    def get(self, path, headers):
        self.connection.request("GET", path, headers=headers)
        response = self.connection.getresponse()
        return response, response.read()

    def stop(self):
        self.connection.close()
        self.process.terminate()
        self.process.wait(SECONDS)


def check_tile(server, layer, kind, at, data):
    z, x, y = at
    response, body = server.get(f"/xyz/{layer}/{z}/{x}/{y}.{SUFFIXES[kind]}",
                                {"Accept-Encoding": "gzip"})
    where = f"{layer} {z}/{x}/{y}"
    check(response.status == 200, f"{where}: {response.status} {body[:200]}")
    if kind == "mvt":
        check(response.headers["Content-Encoding"] == "gzip", f"{where}: not gzip")
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        check(gzip.decompress(body) == plain, f"{where}: other bytes")
        check(body == data or data[:2] != b"\x1f\x8b", f"{where}: packed anew")
        response, body = server.get(f"/collections/{layer}/tiles/WebMercatorQuad/{z}/{y}/{x}", {})
        check(body == plain, f"{where}: other plain bytes")
    else:
        check(response.headers["Content-Type"] == f"image/{kind}", f"{where}: {response.headers}")
        check(body == data, f"{where}: other bytes")


def check_served(server):
    n = 0
    for number, (file, expected) in enumerate(FILES.items()):
        if isinstance(expected, str) or not file.endswith(".mbtiles"):
            continue
        for at, data in tiles_of(os.path.join(DATA, file)):
            check_tile(server, layer_name(number), expected[1], at, data)
            n += 1
    return n


def check_pmtiles_like_mbtiles(folder):
    """The cadastre's tiles as PMTiles: the same tiles are served."""
    path = os.path.join(folder, "cadastre.pmtiles")
    store = os.path.join(folder, "pm.sqlite")
    tiles = dict(tiles_of(os.path.join(DATA, CADASTRE)))
    made.pmtiles(path, {"name": "cadastre"}, tiles)
    done = run("import", path, "--store", store, "--layer", "cadastre")
    check("72 tiles, mvt, zoom 11-16" in done.stdout, f"{done}")
    server = Server(store, folder)
    try:
        for at, data in tiles.items():
            check_tile(server, "cadastre", "mvt", at, data)
    finally:
        server.stop()


def check_features(folder):
    """At zoom 16, a parcel is there in pieces; together they are all parcels."""
    store = os.path.join(folder, "features.sqlite")
    done = run("import", os.path.join(DATA, CADASTRE), "--as-features", "--store", store)
    check(done.returncode == 0 and "Polygon, EPSG:3857" in done.stdout, f"{done}")
    with gzip.open(os.path.join(DATA, PARCELS), "rt", encoding="utf-8") as f:
        wanted = {feature["properties"]["id"] for feature in json.load(f)["features"]}
    db = sqlite3.connect(store)
    found = {row[0] for row in db.execute("SELECT id FROM parcelles")}
    ids = [row[0] for row in db.execute("SELECT feature_id FROM parcelles")]
    db.close()
    check(found == wanted, f"{len(found & wanted)} of {len(wanted)} parcels are there")
    check(len(set(ids)) == len(ids), "an id twice")
    return len(ids)


def main():
    if not os.path.isdir(os.path.join(DATA, "mbtiles")):
        print(f"no real data at {DATA}")
        sys.exit(1 if os.environ.get("CI") else 77)
    with tempfile.TemporaryDirectory(prefix="cassini-tiles-") as folder:
        store = os.path.join(folder, "s.sqlite")
        import_all(store)
        server = Server(store, folder)
        try:
            n_tiles = check_served(server)
        finally:
            server.stop()
        check_pmtiles_like_mbtiles(folder)
        n_pieces = check_features(folder)
    n_kept = sum(not isinstance(e, str) for e in FILES.values())
    print(f"{n_kept} archives kept, {len(FILES) - n_kept} refused; {n_tiles} tiles served as they "
          f"are; {n_pieces} pieces of parcels")


main()
