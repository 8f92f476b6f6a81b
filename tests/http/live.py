"""What an import changes, a running server shows: without a restart, without half a layer, while
clients keep asking.   live.py PROGRAM"""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.path.abspath(sys.argv[1])
SECONDS = 30
N_CLIENTS = 4
N_REPLACED = 4
PLOTS = "/collections/plots"
TILE = "/xyz/plots/14/8283/5695.mvt"


def check(holds, words):
    if not holds:
        print(f"FAILED: {words}")
        sys.exit(1)


def write_source(path, name, n):
    squares = []
    for i in range(n):
        x, y = 2 + i % 10 * 1e-3, 48 + i // 10 * 1e-3
        ring = [[x, y], [x + 1e-3, y], [x + 1e-3, y + 1e-3], [x, y + 1e-3], [x, y]]
        squares.append({"type": "Feature",
                        "properties": {"id": f"{i:03}", "name": name, f"only in {name}": i},
                        "geometry": {"type": "Polygon", "coordinates": [ring]}})
    with open(path, "w", encoding="utf-8") as source:
        json.dump({"type": "FeatureCollection", "features": squares}, source)


def import_layer(store, source, *more):
    done = subprocess.run([PROGRAM, "import", source, "--store", store, "--quiet", *more],
                          capture_output=True, text=True, check=False, timeout=SECONDS)
    check(done.returncode == 0, f"import {source}: {done.stderr}")


def ask(connection, target, headers=None):
    connection.request("GET", target, headers=headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def start(store, log):
    server = subprocess.Popen([PROGRAM, "serve", "--store", store, "--listen", "127.0.0.1:0"],
                              stderr=log)
    for _ in range(SECONDS * 20):
        with open(log.name, encoding="utf-8") as said:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/ serves", said.read())
        if found:
            return server, int(found[1])
        time.sleep(0.05)
    server.kill()
    check(False, "the server did not start")


def until(what, words):
    """The server looks for changes every second."""
    end = time.monotonic() + SECONDS
    while not what():
        check(time.monotonic() < end, words)
        time.sleep(0.1)


class Client(threading.Thread):
    """Asks for a page and a tile over and over: every page must be of one import as a whole.
    Each import has a field of its own, so a request that still goes by the old ones must be told."""

    def __init__(self, port, stop):
        super().__init__()
        self.port, self.stop, self.wrong = port, stop, ""
        self.n = self.n_later = 0

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        while not self.stop.is_set() and not self.wrong:
            status, headers, body = ask(connection, f"{PLOTS}/items?limit=1000")
            if status == 503 and headers["Retry-After"]: # replaced less than a second ago
                self.n_later += 1
                continue
            names = {f["properties"]["name"] for f in json.loads(body)["features"]} \
                if status == 200 else set()
            tile = ask(connection, TILE)
            if status != 200 or len(names) != 1 or \
                    tile[0] == 200 and b"plots" not in tile[2] or tile[0] not in (200, 503):
                self.wrong = f"page {status} of {names}, tile {tile[0]}: {body[:300]}"
            self.n += 1
        connection.close()


def play(store, source, port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)

    def count():
        status, _, body = ask(connection, f"{PLOTS}/items?limit=1")
        return json.loads(body)["numberMatched"] if status == 200 else None

    check(ask(connection, PLOTS)[0] == 404, "there is a layer before its import")
    write_source(source, "first", 50)
    import_layer(store, source)
    until(lambda: count() == 50, "the new layer did not appear")
    _, headers, tile = ask(connection, TILE)
    check(headers["X-Tile-Features"] == "50" and b"first" in tile, "the first tile")
    etag = headers["ETag"]
    check(ask(connection, TILE, {"If-None-Match": etag})[0] == 304, "the tile is asked for again")
    _, _, page = ask(connection, f"{PLOTS}/items?limit=10")
    following = next(k["href"] for k in json.loads(page)["links"] if k["rel"] == "next")

    stop = threading.Event()
    clients = [Client(port, stop) for _ in range(N_CLIENTS)]
    for client in clients:
        client.start()
    for i in range(1, N_REPLACED + 1):
        write_source(source, f"import {i}", 50 + i)
        import_layer(store, source, "--mode", "replace")
        until(lambda n=50 + i: count() == n, f"replacement {i} did not appear")
    stop.set()
    for client in clients:
        client.join()
        check(not client.wrong, f"while the layer was replaced: {client.wrong}")

    # Kept tiles are given up when the loop has seen the change, within a second.
    until(lambda: b"import %d" % N_REPLACED in ask(connection, TILE, {"If-None-Match": etag})[2],
          "an old tile was kept")
    status, _, body = ask(connection, "/" + following.split("/", 3)[3])
    check(status == 400 and b"has changed" in body, f"an old cursor was followed: {status}")
    print(f"{N_REPLACED} replacements under {sum(c.n for c in clients)} pages and tiles, "
          f"{sum(c.n_later for c in clients)} told to come again")
    connection.close()


def change(store, *words):
    done = subprocess.run([PROGRAM, "layer", *words, "--store", store], capture_output=True,
                          text=True, check=False, timeout=SECONDS)
    check(done.returncode == 0, f"layer {words}: {done.stderr}")


def edit(store, port):
    """A layer's words, lowest zoom, name and end are seen too."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)

    def title():
        return json.loads(ask(connection, PLOTS)[2]).get("title")

    change(store, "set", "plots", "--title", "Plots of the town", "--min-zoom", "15")
    until(lambda: title() == "Plots of the town", "the new title did not appear")
    until(lambda: ask(connection, TILE)[0] == 204 or not ask(connection, TILE)[2],
          "the layer is drawn below its lowest zoom")
    change(store, "rename", "plots", "fields")
    until(lambda: ask(connection, PLOTS)[0] == 404, "the old name is still there")
    status, _, body = ask(connection, "/collections/fields/items?limit=1")
    check(status == 200 and json.loads(body)["numberMatched"] > 0, f"the new name: {status}")
    change(store, "drop", "fields")
    until(lambda: ask(connection, "/collections/fields")[0] == 404, "a dropped layer is there")
    connection.close()


def main():
    with tempfile.TemporaryDirectory(prefix="cassini-live-") as folder, \
            open(os.path.join(folder, "log"), "w", encoding="utf-8") as log:
        store = os.path.join(folder, "s.sqlite")
        other = os.path.join(folder, "other.geojson")
        write_source(other, "other", 1)
        import_layer(store, other)
        server, port = start(store, log)
        try:
            play(store, os.path.join(folder, "plots.geojson"), port)
            edit(store, port)
        finally:
            server.terminate()
            code = server.wait(SECONDS)
            with open(log.name, encoding="utf-8") as said:
                print(said.read()[-4000:])
        check(code == 0, f"the server ended with exit code {code}")


main()
