"""Archives of tiles: whole ones are kept or read as features; broken ones are refused whole, with the
reason, and the store stays as it was.   kept_tiles.py PROGRAM"""
import gzip
import json
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "data"))
import tile_archives as made  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
SECONDS = 60
N_FAILED = [0]
TILES = {at: gzip.compress(made.vector_tile(*at), mtime=0) for at in made.ALL}
WORDS = {"name": "Roads"}


def check(holds, words):
    if not holds:
        N_FAILED[0] += 1
        print(f"FAILED: {words}")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                          timeout=SECONDS, errors="replace")


def layers(store="s.sqlite"):
    return json.loads(run("layers", "--store", store, "--json").stdout)["layers"]


def layer_of(name, store="s.sqlite"):
    return next(layer for layer in layers(store) if layer["name"] == name)


def refused(what, path, reason, *options):
    """The archive is refused with that reason, and leaves nothing."""
    before = layers()
    done = run("import", path, "--store", "s.sqlite", "--layer", "refused", *options)
    check(done.returncode == 1 and reason in done.stderr and path in done.stderr,
          f"{what}: {done.returncode} {done.stderr} lacks '{reason}'")
    check(layers() == before, f"{what}: the store has changed")


def taken(what, path, says, *options):
    done = run("import", path, "--store", "s.sqlite", "--layer", "taken", "--mode", "replace",
               *options)
    check(done.returncode == 0 and says in done.stdout + done.stderr,
          f"{what}: {done.returncode} {done.stdout}{done.stderr} lacks '{says}'")


def change(path, *statements):
    db = sqlite3.connect(path)
    for sql, *values in statements:
        db.execute(sql, values)
    db.commit()
    db.close()


def broken_mbtiles():
    """(what, statements that break a whole archive, reason)"""
    row = "INSERT INTO tiles VALUES (?, ?, ?, ?)"
    tile = TILES[0, 0, 0]
    return [
        ("no metadata", [("DROP TABLE metadata",)], "no such table: metadata"),
        ("no table of tiles", [("DROP TABLE tiles",)], "no such table: tiles"),
        ("no tiles", [("DELETE FROM tiles",)], "there are no tiles in it"),
        ("a null tile", [("UPDATE tiles SET tile_data=NULL WHERE zoom_level=0",)],
         "tile 0/0/0 (column 0, row 0) has no data"),
        ("a tile of text", [("UPDATE tiles SET tile_data='x' WHERE zoom_level=0",)], "has no data"),
        ("no tile at all in it", [("UPDATE tiles SET tile_data=x'00112233' WHERE zoom_level=0",)],
         "tile 0/0/0: neither a vector tile nor"),
        ("half a tile", [(f"UPDATE tiles SET tile_data=x'{tile[:40].hex()}' WHERE zoom_level=0",)],
         "tile 0/0/0: damaged gzip data"),
        ("gzip of something else",
         [(f"UPDATE tiles SET tile_data=x'{gzip.compress(b'hello').hex()}' WHERE zoom_level=0",)],
         "tile 0/0/0: not a vector tile"),
        ("a zoom that is not", [(row, 25, 0, 0, tile)], "a tile of zoom 25"),
        ("a negative zoom", [(row, -1, 0, 0, tile)], "a tile of zoom -1"),
        ("a column that is not", [(row, 1, 2, 0, tile)], "column 2, row 0"),
        ("a row that is not", [(row, 1, 0, -1, tile)], "column 0, row -1"),
        ("a zoom of text", [(row, "one", 0, 0, tile)], "no whole number"),
        ("a tile twice", [(row, 2, 1, 3, tile)], "tile 2/1/0 is there twice"),
        ("images among vector tiles", [(row, 3, 0, 0, made.png(1, 2, 3))], "it is png"),
        ("a view without end",
         [("DROP TABLE tiles",),
          ("CREATE VIEW tiles AS WITH RECURSIVE r(n) AS (SELECT 0 UNION ALL SELECT n FROM r)"
           " SELECT n AS zoom_level, n AS tile_column, n AS tile_row, NULL AS tile_data FROM r"
           " WHERE n > 0",)], "not authorized"),
        ("a view that reaches out",
         [("DROP TABLE tiles",),
          ("CREATE VIEW tiles AS SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row,"
           " load_extension('/tmp/x') AS tile_data",)], "load_extension"),
    ]


def test_broken_mbtiles():
    for what, statements, reason in broken_mbtiles():
        made.mbtiles("broken.mbtiles", WORDS, TILES)
        change("broken.mbtiles", *statements)
        refused(what, "broken.mbtiles", reason)
    made.mbtiles("broken.mbtiles", WORDS, TILES)
    refused("too many tiles", "broken.mbtiles", "more than 20 tiles (--max-tiles)", "--max-tiles",
            "20")
    noise = made.layer("noise", [(1, made.LINE, [(i * 7919 % 4096, i * 104729 % 4096)
                                                 for i in range(4000)], {})])
    made.mbtiles("broken.mbtiles", WORDS, {(0, 0, 0): noise})
    refused("a tile that is too long", "broken.mbtiles", "longer than --max-feature-size",
            "--max-feature-size", "4K")
    made.mbtiles("broken.mbtiles", WORDS, {(0, 0, 0): gzip.compress(b"\0" * 100_000)})
    refused("a tile that unpacks to too much", "broken.mbtiles", "more than 4096 bytes inside",
            "--max-feature-size", "4K")
    made.mbtiles("broken.mbtiles", WORDS, {at: os.urandom(9) + t for at, t in TILES.items()})
    with open("broken.mbtiles", "r+b") as f:
        f.truncate(4096 + 100)
    refused("a file that ends too early", "broken.mbtiles", "not a whole MBTiles archive")
    made.mbtiles("broken.mbtiles", WORDS, TILES)
    with open("broken.mbtiles-wal", "w", encoding="utf-8") as f:
        f.write("not yet in the file")
    refused("an archive that is being written", "broken.mbtiles", "a program is writing")
    os.remove("broken.mbtiles-wal")


def test_odd_mbtiles():
    """What is odd, but does no harm, is told."""
    for key, value, says in [
            ("json", "{not json", "its metadata 'json' is not read"),
            ("bounds", "190,0,200,1", "its bounds are no box of degrees"),
            ("bounds", "1,2", "21 tiles"),
            ("maxzoom", "14", "its tiles are of zoom 0 to 2"),
            ("json", '{"vector_layers":[{"id":"roads","fields":{}}]}',
             "1 layers of its tiles are not in its vector_layers"),
            ("center", "here", "21 tiles")]:
        made.mbtiles("odd.mbtiles", {**WORDS, key: value}, TILES)
        taken(f"{key} {value}", "odd.mbtiles", says)
    made.mbtiles("odd.mbtiles", {**WORDS, "bounds": "-10,-10,-9,-9"}, {(2, 3, 1): TILES[2, 3, 1]})
    taken("bounds elsewhere", "odd.mbtiles", "its bounds lie elsewhere than its tiles")
    box = layer_of("taken")["bboxDegrees"]
    check(box[0] == 90 and box[2] == 180, f"the box of the tiles is {box}")
    made.mbtiles("odd.mbtiles", WORDS, {**TILES, (3, 0, 0): b""})
    taken("a tile without a byte", "odd.mbtiles", "1 tiles without a byte are left out")


def header_with(archive, at, packed):
    return archive[:at] + packed + archive[at + len(packed):]


def directory_of(*entries):
    """Of (step, run, length, offset + 1), not compressed."""
    return b"".join(map(made.varint, [len(entries)] + [v for c in zip(*entries) for v in c]))


def archive_of(directory, leaves=b"", data=TILES[0, 0, 0]):
    at = 127
    return (b"PMTiles\3" + struct.pack(
        "<QQQQQQQQQQQBBBBBBiiiiBii", at, len(directory), 0, 0, at + len(directory), len(leaves),
        at + len(directory) + len(leaves), len(data), 0, 0, 0, 0, 1, 2, 1, 0, 14,
        0, 0, 0, 0, 0, 0, 0) + directory + leaves + data)


def broken_pmtiles(whole):
    n = len(TILES[0, 0, 0])
    leaf = directory_of((1, 1, n, 1))
    deep = b""
    starts = []
    for _ in range(4):
        starts.append(len(deep))
        deep += directory_of((0, 0, 9, len(deep) + 10))
    return [
        ("nothing", b"", "no PMTiles archive"),
        ("half a header", whole[:100], "ends within its header"),
        ("version 1", b"PM\x01\x00" + whole[4:], "version 1"),
        ("version 4", header_with(whole, 7, b"\4"), "version 4"),
        ("brotli directories", header_with(whole, 97, b"\3"), "brotli"),
        ("zstd tiles", header_with(whole, 98, b"\4"), "tiles compressed with zstd"),
        ("AVIF", header_with(whole, 99, b"\5"), "AVIF"),
        ("MLT", header_with(whole, 99, b"\6"), "MLT"),
        ("a zoom beyond", header_with(whole, 101, b"\x1e"), "zooms 0 to 30"),
        ("a root beyond the end", header_with(whole, 8, struct.pack("<Q", 2**63)),
         "ends before its root directory"),
        ("a root whose end wraps", header_with(whole, 16, struct.pack("<Q", 2**64 - 1)),
         "ends before its root directory"),
        ("half the tiles", whole[:-20], "ends before its tiles"),
        ("a damaged root", header_with(whole, 130, b"\xff\xff\xff"), "damaged gzip data"),
        ("an empty root", archive_of(made.varint(0)), "0 entries"),
        ("entries that are not there", archive_of(made.varint(1000)), "1000 entries"),
        ("a tile beyond the section", archive_of(directory_of((0, 1, n + 1, 1))), "a tile of"),
        ("an offset beyond", archive_of(directory_of((0, 1, 1, 2**40))), "a tile of"),
        ("an entry without bytes", archive_of(directory_of((0, 1, 0, 1))), "without bytes"),
        ("entries that stand still", archive_of(directory_of((0, 1, n, 1), (0, 1, n, 1))),
         "not in order"),
        ("runs that overlap", archive_of(directory_of((0, 5, n, 1), (1, 1, n, 1))), "twice there"),
        ("a leaf that goes back",
         archive_of(directory_of((5, 1, n, 1), (1, 0, len(leaf), 1)), leaf), "twice there"),
        ("a tile of zoom 25", archive_of(directory_of((2**50, 1, n, 1))), "beyond zoom 24"),
        ("directories within directories", archive_of(directory_of((0, 0, 9, 1)), deep + b"\0" * 99),
         "a directory"),
        ("a leaf in itself", archive_of(directory_of((0, 0, 5, 1)), directory_of((0, 0, 5, 1))),
         "more than 4 deep"),
        ("bytes behind the root", archive_of(directory_of((0, 1, n, 1)) + b"\0"), "behind its last"),
        ("a run of a thousand million", archive_of(directory_of((0, 2**30, n, 1))),
         "more than 1000 tiles (--max-tiles)"),
    ]


def test_broken_pmtiles():
    made.pmtiles("whole.pmtiles", WORDS, TILES)
    with open("whole.pmtiles", "rb") as f:
        whole = f.read()
    for what, content, reason in broken_pmtiles(whole):
        with open("broken.pmtiles", "wb") as f:
            f.write(content)
        refused(what, "broken.pmtiles", reason, "--max-tiles", "1000")
    with open("odd.pmtiles", "wb") as f:
        f.write(archive_of(directory_of((0, 21, len(TILES[0, 0, 0]), 1))))
    taken("one content for all", "odd.pmtiles", "21 tiles (1 differ), mvt, zoom 0-2")


def test_modes():
    made.mbtiles("roads.mbtiles", WORDS, TILES)
    done = run("import", "roads.mbtiles", "--store", "s.sqlite", "--title", "Ours")
    check("roads: 21 tiles, mvt, zoom 0-2" in done.stdout, f"create: {done.stdout}{done.stderr}")
    check(layer_of("roads")["title"] == "Ours", "what the command says wins over the archive")
    for layer, mode, reason in [("roads", "create", "exists"), ("roads", "append", "holds tiles"),
                                ("other", "append", "kept as they are"),
                                ("other", "upsert", "kept as they are")]:
        done = run("import", "roads.mbtiles", "--store", "s.sqlite", "--mode", mode, "--layer",
                   layer)
        check(done.returncode != 0 and reason in done.stderr, f"{mode}: {done.stderr}")
    with open("roads.geojson", "w", encoding="utf-8") as f:
        f.write('{"type":"Feature","geometry":null,"properties":{"id":1}}')
    done = run("import", "roads.geojson", "--store", "s.sqlite", "--mode", "append")
    check("holds tiles" in done.stderr, f"features into tiles: {done.stderr}")
    before = layers()
    done = run("import", "roads.mbtiles", "--store", "s.sqlite", "--mode", "replace", "--dry-run")
    check(done.returncode == 0 and layers() == before, f"dry run: {done.stderr}")
    for source in ("roads.geojson", "roads.mbtiles", "roads.mbtiles"):
        done = run("import", source, "--store", "s.sqlite", "--mode", "replace")
        check(done.returncode == 0, f"replace by {source}: {done.stderr}")
    check(layer_of("roads")["tiles"]["count"] == 21, f"{layer_of('roads')}")
    done = run("info", "roads.mbtiles")
    check("tiles       21, mvt" in done.stdout, f"info: {done.stdout}{done.stderr}")


def test_one_tile():
    with open("one.geojson", "w", encoding="utf-8") as f:
        f.write('{"type":"Feature","geometry":{"type":"Point","coordinates":[2,48]}}')
    run("import", "one.geojson", "--store", "s.sqlite")
    for layer, address, wanted in [("roads", "2/1/3", made.vector_tile(2, 1, 3)),
                                   ("roads", "5/1/3", b"")]:
        done = run("tile", layer, address, "--store", "s.sqlite", "--output", "tile")
        with open("tile", "rb") as f:
            check(f.read() == wanted, f"tile {layer} {address}: {done.stderr}")
    done = run("tile", "roads,one", "2/2/1", "--store", "s.sqlite", "--output", "tile")
    with open("tile", "rb") as f:
        tile = f.read()
    check(b"roads/" in tile and b"\x03one" in tile, f"tile of two layers: {tile} {done.stderr}")
    done = run("tile", "roads", "2/1/3", "--report", "--store", "s.sqlite", "--output", "tile")
    check('"kept":[{"layer":"roads","sourceZoom":2,"bytes":' in done.stdout,
          f"a report of what is kept: {done}")
    done = run("tile", "roads", "3/4/2", "--report", "--store", "s.sqlite", "--output", "tile")
    check('"sourceZoom":2,"tiles":1,' in done.stdout, f"a report of over-zoom: {done}")
    with open("tile", "rb") as f:
        check(b"road 2/2/1" in f.read(), "an over-zoomed tile")


def test_features():
    """One zoom as features, each piece of a road in one tile only."""
    made.pmtiles("roads.pmtiles", {"name": "no list of layers"}, TILES)
    made.mbtiles("roads.mbtiles", {"json": json.dumps({"vector_layers": made.VECTOR_LAYERS})},
                 TILES)
    for source in ("roads.pmtiles", "roads.mbtiles"):
        done = run("import", source, "--as-features", "--store", "f.sqlite", "--mode", "replace")
        check("roads: 16 features, LineString, EPSG:3857" in done.stdout and
              "towns: 16 features, Point" in done.stdout, f"{source}: {done.stdout}{done.stderr}")
        db = sqlite3.connect("f.sqlite")
        rows = db.execute("SELECT id, name, lanes, mvt_id FROM roads ORDER BY 1").fetchall()
        check(rows[0] == ("2/0/0/1", "road 2/0/0", 2, 7), f"{source}: {rows[:2]}")
        db.close()
    road = layer_of("roads", "f.sqlite")
    check(abs(road["bbox"][0] + 20037508.342789244) < 1e-6 and
          abs(road["bbox"][2] - 20037508.342789244) < 1e-6, f"the roads reach over: {road['bbox']}")
    done = run("import", "roads.mbtiles", "--as-features", "--zoom", "1", "--store", "f.sqlite",
               "--mode", "replace")
    check("roads: 4 features" in done.stdout, f"zoom 1: {done.stdout}{done.stderr}")
    made.mbtiles("photo.mbtiles", {}, {(0, 0, 0): made.png(1, 2, 3)})
    done = run("import", "photo.mbtiles", "--as-features", "--store", "f.sqlite")
    check("the tiles are images (png)" in done.stderr, f"images as features: {done.stderr}")


def main():
    with tempfile.TemporaryDirectory(prefix="cassini-tiles-") as folder:
        os.chdir(folder)
        with open("base.geojson", "w", encoding="utf-8") as f:
            f.write('{"type":"Feature","geometry":null,"properties":{"id":1}}')
        run("import", "base.geojson", "--store", "s.sqlite")
        for test in (test_broken_mbtiles, test_odd_mbtiles, test_broken_pmtiles, test_modes,
                     test_one_tile, test_features):
            test()
        os.chdir("/")
    print(f"{N_FAILED[0]} failed")
    sys.exit(1 if N_FAILED[0] else 0)


main()
