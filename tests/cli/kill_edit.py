"""Kills edits of a layer at random moments: it is as it was, or as it shall be, and the next edit
works.   kill_edit.py PROGRAM [TIMES]"""
import json
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
SECONDS = 60
N_FEATURES, N_EDITED = 15000, 1000


def feature(i, shift):
    x, y = 2 + (i % 200) * 1e-3 + shift, 48 + (i // 200) * 1e-3
    ring = [[x, y], [x + 9e-4, y], [x + 9e-4, y + 9e-4], [x, y + 9e-4], [x, y]]
    return {"type": "Feature", "properties": {"id": f"{i:06}", "n": i},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write_source(path, numbers, shift):
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"type": "FeatureCollection", "features": [feature(i, shift) for i in numbers]},
                  f)


def start(store, source, mode):
    return subprocess.Popen([PROGRAM, "import", source, "--store", store, "--layer", "squares",
                             "--mode", mode, "--quiet"], stderr=subprocess.PIPE)


def run(store, source, mode):
    begun = time.monotonic()
    process = start(store, source, mode)
    _, words = process.communicate(timeout=SECONDS)
    if process.returncode != 0:
        sys.exit(f"FAILED: the import of {source}: {words.decode()}")
    return time.monotonic() - begun


def found(store):
    """All that the layer holds, and that the store is whole."""
    checked = subprocess.run([PROGRAM, "check", "--store", store], capture_output=True, text=True,
                             check=False, timeout=SECONDS)
    if checked.returncode != 0:
        sys.exit(f"FAILED: {checked.stdout}{checked.stderr}")
    database = sqlite3.connect(store)
    rows = database.execute("SELECT id, n, hex(geom) FROM squares ORDER BY id").fetchall()
    log = database.execute("SELECT count(*) FROM cassini_changes").fetchone()[0]
    revision = database.execute("SELECT revision FROM cassini_layers").fetchone()[0]
    n_imports = database.execute("SELECT count(*) FROM cassini_imports").fetchone()[0]
    database.close()
    return rows, log, revision, n_imports


def main():
    folder = tempfile.mkdtemp(prefix="cassini-kill-")
    try:
        store, whole, few = (os.path.join(folder, n) for n in ("s.sqlite", "a.geojson", "b.geojson"))
        write_source(whole, range(N_FEATURES), 0)
        write_source(few, range(0, N_FEATURES, N_FEATURES // N_EDITED), 3e-5)
        run(store, whole, "create")
        shutil.copy(store, store + ".before")
        before = found(store)
        seconds = run(store, few, "upsert")
        after = found(store)
        if after[1] == 0 or after[0] == before[0]:
            sys.exit("FAILED: the edit did not change the layer in place")
        n_before = n_after = 0
        for _ in range(TIMES):
            shutil.copy(store + ".before", store)
            process = start(store, few, "upsert")
            time.sleep(random.random() * seconds)
            process.kill()
            process.communicate()
            now = found(store)
            if now != before and now[0] != after[0]:
                sys.exit("FAILED: a killed edit has left half of it")
            n_before += now == before
            n_after += now[0] == after[0]
        run(store, few, "upsert")
        if found(store)[0] != after[0]:
            sys.exit("FAILED: the edit after the last kill")
        print(f"{TIMES} edits of {seconds:.2f} s killed: {n_before} had not been, {n_after} had")
    finally:
        shutil.rmtree(folder)


main()
