"""Exports against what the server serves: every tile, made and kept, of one layer and of several; what
GDAL and Cassini itself read in them; any number of workers.

   export.py PROGRAM"""
import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "data"))
import tile_archives as made  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
SECONDS = 120
N_FAILED = [0]
FORMATS = ("mbtiles", "pmtiles")


def check(holds, words):
    if not holds:
        N_FAILED[0] += 1
        print(f"FAILED: {words}")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                          timeout=SECONDS, errors="replace")


def export(output, *options, store="s.sqlite"):
    done = run("export", "--store", store, "--output", output, "--overwrite", "--quiet", *options)
    check(done.returncode == 0, f"export {output} {options}: {done.stderr}")
    return output


def tiles_of_mbtiles(path):
    db = sqlite3.connect(path)
    rows = db.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles").fetchall()
    db.close()
    return {(z, x, 2**z - 1 - row): data for z, x, row, data in rows}


def metadata_of(path):
    db = sqlite3.connect(path)
    rows = dict(db.execute("SELECT name, value FROM metadata").fetchall())
    db.close()
    return rows


def read_back(path):
    """The tiles that Cassini's own importer finds in an archive."""
    if os.path.exists("back.sqlite"):
        os.remove("back.sqlite")
    done = run("import", path, "--store", "back.sqlite", "--layer", "back")
    check(done.returncode == 0 and "note" not in done.stdout + done.stderr,
          f"import of {path}: {done.stdout}{done.stderr}")
    db = sqlite3.connect("back.sqlite")
    rows = db.execute("SELECT z, x, y, data FROM cassini_tiles t JOIN cassini_tile_blobs b"
                      " ON b.id=t.blob").fetchall()
    db.close()
    return {(z, x, y): data for z, x, y, data in rows}


class Server:
    """A server of a store."""

    def __init__(self, store="s.sqlite"):
        self.process = subprocess.Popen([PROGRAM, "serve", "--store", store, "--listen",
                                         "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
        self.url = re.match(r"(http://\S+:\d+/) serves ", self.process.stderr.readline())[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def tile(self, layers, z, x, y, suffix="mvt"):
        url = f"{self.url}xyz/{layers}/{z}/{x}/{y}.{suffix}"
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return answer.read()


def plain(data):
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def neighbourhood(addresses):
    """Addresses, all around them, and all of the lowest zooms."""
    wanted = {at for z in range(4) for at in
              ((z, x, y) for x in range(2**z) for y in range(2**z))}
    for z, x, y in addresses:
        wanted |= {(z, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)
                   if 0 <= x + dx < 2**z and 0 <= y + dy < 2**z}
    return sorted(wanted)


def check_equals_served(server, layers, tiles, min_zoom, max_zoom):
    n = 0
    for at in neighbourhood(tiles):
        if not min_zoom <= at[0] <= max_zoom:
            continue
        served = server.tile(layers, *at)
        n += 1
        check(plain(tiles[at]) == served if at in tiles else served == b"",
              f"{layers}: tile {at} has {len(served)} bytes on the server, "
              f"{len(plain(tiles.get(at, b'')))} in the archive")
    check(n > len(tiles) > 5, f"{layers}: {len(tiles)} tiles are few")


def test_made_tiles(server):
    for layers, max_zoom in (("plots", 12), ("plots,trees,walks", 12), ("plots,far,trees", 8)):
        found = {}
        for suffix in FORMATS:
            path = export(f"made.{suffix}", "--layers", layers, "--min-zoom", "0", "--max-zoom",
                          str(max_zoom))
            found[suffix] = read_back(path)
        check(found["mbtiles"] == tiles_of_mbtiles("made.mbtiles"), f"{layers}: read by SQL")
        check(found["mbtiles"] == found["pmtiles"], f"{layers}: MBTiles and PMTiles differ")
        check_equals_served(server, layers, found["pmtiles"], 0, max_zoom)


def test_kept_tiles_stay_as_they_are(server):
    for suffix in FORMATS:
        found = read_back(export(f"kept.{suffix}", "--layers", "roads"))
        kept = {at: made.vector_tile(*at) for at in made.ALL}
        check({at: plain(data) for at, data in found.items()} == kept, f"{suffix}: kept tiles")
        found = read_back(export(f"photo.{suffix}", "--layers", "photo"))
        check(len(found) == 4, f"{suffix}: {len(found)} images")
        for at, data in found.items():
            check(data == server.tile("photo", *at, suffix="png"), f"{suffix}: image {at}")
    # Zooms that the archive has not are made of it.
    found = read_back(export("far.pmtiles", "--layers", "far", "--min-zoom", "3", "--max-zoom", "7"))
    check({z for z, _, _ in found} == {3, 4, 5, 6, 7}, f"zooms of {sorted(found)}")
    check_equals_served(server, "far", found, 3, 7)
    check(metadata_of("photo.mbtiles")["format"] == "png", "the images' format")
    done = run("export", "--store", "s.sqlite", "--layers", "plots,photo", "--output", "x.pmtiles")
    check(done.returncode == 1 and "images" in done.stderr, f"images with others: {done.stderr}")


def test_equal_tiles_are_there_once():
    """Squares of a grid that is the tiles' own: all inner tiles are equal."""
    with open("sea.geojson", "w", encoding="utf-8") as f:
        ring = [[-90, -60], [90, -60], [90, 60], [-90, 60], [-90, -60]]
        f.write(json.dumps({"type": "Feature", "properties": {}, "geometry":
                            {"type": "Polygon", "coordinates": [ring]}}))
    run("import", "sea.geojson", "--store", "sea.sqlite")
    for suffix in FORMATS:
        done = run("export", "--store", "sea.sqlite", "--output", f"sea.{suffix}", "--max-zoom",
                   "7", "--json")
        told = json.loads(done.stdout)
        found = read_back(f"sea.{suffix}")
        check(told["tiles"] == len(found) > 4000, f"{suffix}: {told}")
        check(told["contents"] == len(set(found.values())) < 1000, f"{suffix}: {told}")
    db = sqlite3.connect("sea.mbtiles")
    n = db.execute("SELECT count(*) FROM contents").fetchone()[0]
    db.close()
    check(n == told["contents"], f"{n} contents")


def test_metadata():
    path = export("words.mbtiles", "--layers", "plots,trees", "--max-zoom", "9", "--attribution",
                  "City", "--description", "All of it")
    words = metadata_of(path)
    check(words["format"] == "pbf" and words["name"] == "plots, trees" and
          words["attribution"] == "City" and words["description"] == "All of it", f"{words}")
    check(words["maxzoom"] == "9" and int(words["minzoom"]) <= 9, f"{words}")
    west, south, east, north = map(float, words["bounds"].split(","))
    lon, lat, zoom = map(float, words["center"].split(","))
    check(west < lon < east and south < lat < north and zoom == int(words["minzoom"]), f"{words}")
    layers = json.loads(words["json"])["vector_layers"]
    check([layer["id"] for layer in layers] == ["plots", "trees"], f"{layers}")
    check(layers[0]["fields"]["area"] == "Number" and layers[0]["fields"]["built"] == "Boolean" and
          layers[0]["fields"]["name"] == "String", f"{layers}")
    check(not [name for name in words if "cassini:" in name], f"{words}")
    db = sqlite3.connect(path)
    check(db.execute("PRAGMA application_id").fetchone()[0] == 0x4d504258, "application id")
    check(db.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "integrity")
    db.close()


def test_box():
    whole = tiles_of_mbtiles(export("all.mbtiles", "--layers", "plots", "--max-zoom", "16"))
    z, x, _ = max(whole)
    west = x / 2**z * 360 - 180 + 1e-6
    some = tiles_of_mbtiles(export("box.mbtiles", "--layers", "plots", "--max-zoom", "16",
                                   f"--bbox={west},-85,{west + 1e-6},85"))
    wanted = {at: data for at, data in whole.items() if at[1] == x >> z - at[0]}
    check(some == wanted and len(some) < len(whole), f"box: {len(some)} of {len(whole)}")
    # Fiji lies on both sides of the antimeridian.
    both = [tiles_of_mbtiles(export("fiji.mbtiles", "--layers", "fiji", "--max-zoom", "9", *box))
            for box in ((), ("--bbox=170,-25,-170,-10",), ("--bbox=170,-25,180,-10",))]
    check(both[0] == both[1] and len(both[2]) < len(both[0]),
          f"across the antimeridian: {list(map(len, both))}")


def test_gdal():
    if not shutil.which("ogrinfo"):
        check("CI" not in os.environ, "there is no ogrinfo")
        return
    path = export("gdal.mbtiles", "--layers", "plots,trees", "--max-zoom", "14")
    done = subprocess.run(["ogrinfo", "-so", "-al", path], capture_output=True, text=True,
                          check=False, timeout=SECONDS)
    check(done.returncode == 0 and "Layer name: plots" in done.stdout and
          "Layer name: trees" in done.stdout and "area: Real" in done.stdout, f"{done}")
    done = subprocess.run(["ogr2ogr", "-f", "GeoJSON", "gdal.geojson", path, "plots"], check=False,
                          capture_output=True, text=True, timeout=SECONDS)
    with open("gdal.geojson", encoding="utf-8") as f:
        ids = {feature["properties"]["id"] for feature in json.load(f)["features"]}
    with open(os.path.join(HERE, "..", "data", "plots.geojson"), encoding="utf-8") as f:
        drawn = {str(feature["properties"]["id"]) for feature in json.load(f)["features"]
                 if feature["geometry"] and "Polygon" in feature["geometry"]["type"]}
    check(ids and ids <= drawn and len(drawn - ids) <= 1, f"GDAL sees {ids} of {drawn}")


def main():
    folder = tempfile.mkdtemp(prefix="cassini-export-")
    os.chdir(folder)
    for name in ("plots", "trees", "walks", "fiji"):
        source = os.path.join(HERE, "..", "data", f"{name}.geojson")
        done = run("import", source, "--store", "s.sqlite", "--quiet")
        check(done.returncode in (0, 3), f"import of {name}: {done.stderr}")
    subprocess.run([sys.executable, "-B", made.__file__, "."], check=True)
    made.mbtiles("far.mbtiles", {"name": "Zooms 5 only"},
                 {(5, x, y): gzip.compress(made.vector_tile(5, x, y)) for x, y in
                  ((3, 4), (4, 4), (17, 11), (17, 12))})
    for archive in ("roads.mbtiles", "photo.mbtiles", "far.mbtiles"):
        check(run("import", archive, "--store", "s.sqlite").returncode == 0, archive)
    with Server() as server:
        test_made_tiles(server)
        test_kept_tiles_stay_as_they_are(server)
    test_equal_tiles_are_there_once()
    test_metadata()
    test_box()
    test_gdal()
    shutil.rmtree(folder)
    print(f"{N_FAILED[0]} failed")
    sys.exit(N_FAILED[0] > 0)


main()
