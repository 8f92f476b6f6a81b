"""A few features of a layer are changed in place while a server runs: the tiles of the old and the
new place are new, in all combinations of layers, and all others are answered from the cache, under
the ETag that clients have. Tells how long an edit takes to be seen.   edit_live.py PROGRAM"""
import atexit
import http.client
import json
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
SECONDS = 60
SIDE = 60           # plots in a row
STEP_DEG = 1e-3
WEST_DEG, SOUTH_DEG = 2.0, 48.0
BUFFER = 64 / 4096  # of a tile
CELL = 1 / 8        # of a tile: plots are drawn in blocks, which reach over a cell and a little more
GROUP_ZOOMS = range(0, 16)
ZOOMS = range(6, 18)
LEVELS = range(7, 17)  # of WorldCRS84Quad, whose tiles are as wide as those of the zoom above
MOVED = 17 * SIDE + 23
EDITED = {"moved": ((17, 23), (44.5, 51.5)), "new": (None, (30.25, 8.5)), "deleted": ((5, 50), None)}


def check(holds, words):
    if not holds:
        sys.exit(f"FAILED: {words}")


def run(*words):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False,
                          timeout=SECONDS)
    check(done.returncode == 0, f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def plot(number, row, column, **more):
    x, y = WEST_DEG + column * STEP_DEG, SOUTH_DEG + row * STEP_DEG
    side = 0.8 * STEP_DEG
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Feature", "properties": {"id": f"{number:06}", "n": number, **more},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write_source(path, features):
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"type": "FeatureCollection", "features": features}, f)


class Server:
    def __init__(self, store, *more):
        self.log = tempfile.NamedTemporaryFile(prefix="cassini-edit-", suffix=".log")
        self.process = subprocess.Popen([PROGRAM, "serve", "--store", store, "--listen",
                                         "127.0.0.1:0", *more], stderr=self.log)
        atexit.register(self.process.kill)  # a check that fails leaves none behind
        port = None
        for _ in range(SECONDS * 20):
            with open(self.log.name, encoding="utf-8") as said:
                port = re.search(r"http://127\.0\.0\.1:(\d+)/ serves", said.read())
            if port:
                break
            time.sleep(0.05)
        if not port:
            self.process.kill()
            check(False, "the server did not start")
        self.said = None
        self.connection = http.client.HTTPConnection("127.0.0.1", int(port[1]), timeout=SECONDS)

    def ask(self, target, etag=None):
        headers = {"If-None-Match": etag} if etag else {}
        self.connection.request("GET", target, headers=headers)
        answer = self.connection.getresponse()
        self.said = answer.headers["Cache-Status"]
        return answer.status, answer.headers["ETag"], answer.read()

    def stop(self):
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        check(self.process.wait(SECONDS) == 0, "the server did not end well")


def tile_of(zoom, lon, lat):
    n = 1 << zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return (lon + 180) / 360 * n, y * n


def box_of(zoom, row, column):
    """In tiles of that zoom: west, north, east, south."""
    x, y = WEST_DEG + column * STEP_DEG, SOUTH_DEG + row * STEP_DEG
    west, south = tile_of(zoom, x, y)
    east, north = tile_of(zoom, x + 0.8 * STEP_DEG, y + 0.8 * STEP_DEG)
    return west, north, east, south


def degrees_box_of(level, row, column):
    """The same in tiles of WorldCRS84Quad."""
    side = 180 / (1 << level)
    x, y = WEST_DEG + column * STEP_DEG, SOUTH_DEG + row * STEP_DEG
    return (x + 180) / side, (90 - y - 0.8 * STEP_DEG) / side, (x + 0.8 * STEP_DEG + 180) / side, \
        (90 - y) / side


def is_edited(box_at, margin, column, row):
    for place in (p for pair in EDITED.values() for p in pair if p):
        west, north, east, south = box_at(*place)
        if west <= column + 1 + margin and east >= column - margin \
                and north <= row + 1 + margin and south >= row - margin:
            return True
    return False


def meets(zoom, column, row):
    margin = BUFFER + (2 * CELL if zoom in GROUP_ZOOMS else 0)
    return is_edited(lambda *place: box_of(zoom, *place), margin, column, row)


def degrees_meets(level, column, row):
    """A 64th of the tile is added to the buffer, since in other grids its edges may bend."""
    margin = BUFFER + 1 / 64 + (2 * CELL if level + 1 in GROUP_ZOOMS else 0)
    return is_edited(lambda *place: degrees_box_of(level, *place), margin, column, row)


def tiles_around(zooms, box_at):
    """Tiles of all zooms around the places that are edited, and elsewhere."""
    found = set()
    places = [p for pair in EDITED.values() for p in pair if p] + [(2, 2), (55, 30)]
    for zoom in zooms:
        for place in places:
            west, north, east, south = box_at(zoom, *place)
            for column in range(int(west) - 1, int(east) + 2):
                for row in range(int(north) - 1, int(south) + 2):
                    found.add((zoom, column, row))
    return sorted(found)


def tiles():
    return tiles_around(ZOOMS, box_of)


def targets(zoom, column, row):
    """Of the layer that is edited: alone, with others; then without it."""
    here = f"{zoom}/{column}/{row}"
    ogc = f"WebMercatorQuad/{zoom}/{row}/{column}"
    return [f"/xyz/plots/{here}.mvt", f"/xyz/others,plots/{here}.mvt",
            f"/xyz/plots,others/{here}.mvt", f"/collections/plots/tiles/{ogc}",
            f"/tiles/{ogc}", f"/tiles/{ogc}?collections=others,plots",
            f"/xyz/plots/{here}.mvt?f=report"], [f"/xyz/others/{here}.mvt"]


def all_targets():
    """Each with whether an edit may touch it."""
    for tile in tiles():
        with_it, without_it = targets(*tile)
        yield from ((target, meets(*tile)) for target in with_it)
        yield from ((target, False) for target in without_it)
    for level, column, row in tiles_around(LEVELS, degrees_box_of):
        here = f"WorldCRS84Quad/{level}/{row}/{column}"
        touched = degrees_meets(level, column, row)
        yield f"/collections/plots/tiles/{here}", touched
        yield f"/tiles/{here}", touched
        yield f"/collections/others/tiles/{here}", False


def prime(server, every=1):
    answers = {}
    for target, _ in list(all_targets())[::every]:
        status, etag, body = server.ask(target)
        check(status in (200, 404), f"{target}: {status}")
        answers[target] = status, etag, body
    return answers


def edit(store, source):
    write_source(source, [plot(MOVED, *EDITED["moved"][1]), plot(999999, *EDITED["new"][1])])
    run("import", source, "--store", store, "--layer", "plots", "--mode", "upsert")


def delete(store, source, features):
    """A feature that the source does not have goes."""
    kept = [f for f in features if f["properties"]["n"] != 5 * SIDE + 50]
    write_source(source, kept)
    run("import", source, "--store", store, "--layer", "plots", "--mode", "upsert",
        "--delete-missing")


def wait_until_seen(server, n_features):
    begun = time.monotonic()
    while json.loads(server.ask("/collections/plots/items?limit=1")[2])["numberMatched"] \
            != n_features:
        check(time.monotonic() - begun < SECONDS, "the edit was not seen")
        time.sleep(0.005)


def wait_until_tile_changes(server, target, etag):
    begun = time.monotonic()
    while server.ask(target, etag)[0] == 304:
        check(time.monotonic() - begun < SECONDS, "an old tile was kept")
        time.sleep(0.005)
    return time.monotonic() - begun


def compare(server, fresh, before):
    changed = set()
    n_kept = {False: 0, True: 0}
    for target, is_touched in all_targets():
        status, etag, body = before[target]
        now = server.ask(target, etag)
        if status == 200 and not is_touched:
            check(now[0] == 304, f"{target} was not kept")
            check(server.said == "cassini; hit", f"{target} was made again")
            n_kept["WorldCRS84Quad" in target] += 1
        as_new = fresh.ask(target)
        if now[0] == 304:
            check((status, etag, body) == as_new, f"{target}: kept, but it should be new")
        else:
            check(now == as_new, f"{target}: neither as before nor as it is")
        if now[0] == 200:
            check(is_touched, f"{target} is new, but nothing has changed there")
            changed.add(target)
    for place in ("moved", "new", "deleted"):
        for at in filter(None, EDITED[place]):
            west, north, _, _ = box_of(16, *at)
            for target in targets(16, int(west), int(north))[0][:6]:
                check(target in changed, f"{target}: the {place} feature does not show")
            west, north, _, _ = degrees_box_of(15, *at)
            target = f"/collections/plots/tiles/WorldCRS84Quad/15/{int(north)}/{int(west)}"
            check(target in changed, f"{target}: the {place} feature does not show")
    return len(changed), n_kept


def play_file(store, source, tiles_file):
    """The file of tiles outlives the server, and an edit between two of them; it may be deleted."""
    more = ("--tile-cache", tiles_file, "--tile-cache-size", "64M")
    server = Server(store, *more)
    before = prime(server)
    server.stop()
    at = EDITED["moved"][1]
    write_source(source, [plot(MOVED, at[0] + 0.25, at[1] + 0.25)])
    run("import", source, "--store", store, "--layer", "plots", "--mode", "upsert")
    server, fresh = Server(store, *more), Server(store, "--cache-size", "0")
    n = 0
    for target, (status, etag, body) in before.items():
        now = server.ask(target)
        is_from_file = server.said == "cassini; hit; detail=file"
        check(now == fresh.ask(target), f"{target} of the file is not as it is")
        check(not is_from_file or now == (status, etag, body), f"{target} of the file is another")
        n += is_from_file
    os.remove(tiles_file)
    for target in list(before)[::20]:
        check(server.ask(target)[0] in (200, 404), f"{target} without the file of tiles")
    server.stop()
    fresh.stop()
    check(n > len([1 for b in before.values() if b[0] == 200]) / 5, f"only {n} came from the file")
    return n


def play_budget(store, source):
    """Tiles that are too full show what belongs to lower zooms: after an edit they are as it is."""
    run("layer", "set", "plots", "--store", store, "--tile-limit-features", "2")
    server = Server(store)
    before = prime(server, every=3)
    seen = f"/xyz/plots/16/{int(box_of(16, 55, 30)[0])}/{int(box_of(16, 55, 30)[1])}.mvt"
    seen_before = server.ask(seen)[1]
    write_source(source, [plot(55 * SIDE + 30, 55.25, 30.25)])
    run("import", source, "--store", store, "--layer", "plots", "--mode", "upsert")
    wait_until_tile_changes(server, seen, seen_before)
    fresh = Server(store, "--cache-size", "0")
    n_changed = n_kept = 0
    for target, (status, etag, body) in before.items():
        now = server.ask(target)
        n_kept += server.said == "cassini; hit"
        n_changed += now != (status, etag, body)
        check(now == fresh.ask(target), f"{target}: not as it is")
    server.stop()
    fresh.stop()
    check(n_changed > 30 and n_kept > 30, f"{n_changed} have changed, {n_kept} were kept")
    return n_changed


def main():
    features = [plot(r * SIDE + c, r, c) for r in range(SIDE) for c in range(SIDE)]
    with tempfile.TemporaryDirectory(prefix="cassini-edit-") as folder:
        store, source = os.path.join(folder, "s.sqlite"), os.path.join(folder, "plots.geojson")
        write_source(source, features)
        run("import", source, "--store", store, "--quiet")
        others = os.path.join(folder, "others.geojson")
        write_source(others, features[::7])
        run("import", others, "--store", store, "--quiet")
        server = Server(store)
        before = prime(server)
        seen = f"/xyz/plots/16/{int(box_of(16, 17, 23)[0])}/{int(box_of(16, 17, 23)[1])}.mvt"
        edit(store, source)
        edit_seen_s = wait_until_tile_changes(server, seen, before[seen][1])
        moved = [f for f in features if f["properties"]["n"] != MOVED] + \
            [plot(MOVED, *EDITED["moved"][1]), plot(999999, *EDITED["new"][1])]
        delete(store, source, moved)
        wait_until_seen(server, len(moved) - 1)
        gone = f"/xyz/plots/16/{int(box_of(16, 5, 50)[0])}/{int(box_of(16, 5, 50)[1])}.mvt"
        wait_until_tile_changes(server, gone, before[gone][1])
        fresh = Server(store, "--cache-size", "0")
        n_changed, n_kept = compare(server, fresh, before)
        fresh.stop()
        server.stop()
        # A server that starts anew has the same ETags for what did not change, and the new ones.
        server = Server(store)
        n_same = 0
        for tile in tiles():
            for target in targets(*tile)[0][:1]:
                status, etag, _ = server.ask(target)
                check(meets(*tile) or (status, etag) == before[target][:2],
                      f"{target} has another ETag since the server was started anew")
                n_same += status == 200 and etag == before[target][1]
        server.stop()
        n_from_file = play_file(store, source, os.path.join(folder, "tiles"))
        n_full = play_budget(store, source)
        told = run("check", "--store", store)
        check(n_kept[True] > 100, f"{n_kept[True]} tiles of another grid were kept")
        print(f"{n_changed} answers are new, {n_kept[False]} were kept, {n_kept[True]} of another grid; "
              f"{n_same} ETags outlived the server; {n_from_file} answers came from the file of tiles; "
              f"{n_full} of a tight budget are new; seen {edit_seen_s * 1000:.0f} ms after the edit "
              f"ended; {told.strip()}")


main()
