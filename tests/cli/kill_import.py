"""Kills an import at random moments: the store opens, is as before, and the next import works.

   kill_import.py PROGRAM [TIMES]"""
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 10
N_FEATURES = 15000


def write_source(path, shift):
    """A field of little squares, big enough that an import takes a while."""
    with open(path, "w", encoding="utf-8") as f:
        f.write('{"type":"FeatureCollection","features":[\n')
        for i in range(N_FEATURES):
            x, y = 2 + (i % 200) * 1e-3, 48 + shift + (i // 200) * 1e-3
            ring = [[x, y], [x + 9e-4, y], [x + 9e-4, y + 9e-4], [x, y + 9e-4], [x, y]]
            corners = ",".join(f"[{a:.7f},{b:.7f}]" for a, b in ring)
            f.write(("," if i else "") + '{"type":"Feature","geometry":{"type":"Polygon",'
                    f'"coordinates":[[{corners}]]}},"properties":{{"id":"{i:06}","n":{i}}}}}\n')
        f.write("]}\n")


def start(source, store, *more):
    return subprocess.Popen([PROGRAM, "import", source, "--store", store, "--layer", "squares",
                             "--mode", "replace", "--quiet", *more])


def rows(store):
    """All that the layer holds, and that the file is sound."""
    database = sqlite3.connect(store)
    sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    found = database.execute('SELECT id, n, hex(geom) FROM squares ORDER BY id').fetchall()
    tables = database.execute("SELECT type, name FROM sqlite_master ORDER BY 1, 2").fetchall()
    database.close()
    if sound != "ok":
        sys.exit(f"FAILED: integrity_check says {sound}")
    return found, tables


def run(source, store):
    if start(source, store).wait() != 0:
        sys.exit(f"FAILED: the import of {source}")


def main():
    folder = tempfile.mkdtemp(prefix="cassini-kill-")
    first, second = (os.path.join(folder, name) for name in ("a.geojson", "b.geojson"))
    store = os.path.join(folder, "s.sqlite")
    write_source(first, 0)
    write_source(second, 1)
    run(second, store)
    after = rows(store)
    begun = time.monotonic()
    run(first, store)
    seconds = time.monotonic() - begun
    before = rows(store)
    dice = random.Random(1793)
    n_killed = n_missed = 0
    while n_killed < TIMES:
        process = start(second, store, "--temp-dir", folder)
        begun = time.monotonic()
        time.sleep(seconds * dice.uniform(0.02, 0.98))
        process.kill()
        process.wait()
        found = rows(store)
        if found == after:
            # It had committed already: aim earlier, and put back what was there.
            n_missed += 1
            seconds = min(seconds, time.monotonic() - begun)
            run(first, store)
            if n_missed > 5 * TIMES:
                sys.exit("FAILED: imports end before they can be killed")
            continue
        n_killed += 1
        if found != before:
            sys.exit(f"FAILED: after kill {n_killed} the store is not as before")
        opened = subprocess.run([PROGRAM, "layers", "--store", store], check=False,
                                capture_output=True)
        if opened.returncode != 0:
            sys.exit(f"FAILED: after kill {n_killed}: {opened.stderr.decode()}")
    left = sorted(set(os.listdir(folder)) - {"a.geojson", "b.geojson", "s.sqlite", "s.sqlite-wal",
                                             "s.sqlite-shm"})
    if left:
        sys.exit(f"FAILED: left behind: {left}")
    run(second, store)
    if rows(store) != after:
        sys.exit("FAILED: the import after the kills")
    shutil.rmtree(folder)
    print(f"ok: {n_killed} imports killed within {seconds:.2f} s, the store was as before each time")


main()
