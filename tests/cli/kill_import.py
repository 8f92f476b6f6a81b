"""Kills imports at random moments, in every phase: a first import leaves no store, a replacing one
the store as it was; the next import works and leaves nothing behind. With INT they get Ctrl-C, and
have to tidy up themselves.

   kill_import.py PROGRAM [TIMES [KILL|INT]]"""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 10
SIGNAL = signal.SIGINT if sys.argv[3:] == ["INT"] else signal.SIGKILL
SECONDS = 60
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


class Place:
    """A folder with two sources and a store."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="cassini-kill-")
        self.sources = [os.path.join(self.folder, name) for name in ("a.geojson", "b.geojson")]
        self.store = os.path.join(self.folder, "s.sqlite")
        for shift, source in enumerate(self.sources):
            write_source(source, shift)

    def start(self, source):
        # A small memory, so that there are temporary files to leave behind.
        return subprocess.Popen([PROGRAM, "import", source, "--store", self.store, "--layer",
                                 "squares", "--mode", "replace", "--quiet", "--temp-dir",
                                 self.folder, "--memory", "8M"], stderr=subprocess.PIPE)

    def run(self, source):
        begun = time.monotonic()
        process = self.start(source)
        _, words = process.communicate()
        if process.returncode != 0:
            sys.exit(f"FAILED: the import of {source}: {words.decode()}")
        return time.monotonic() - begun

    def remove_store(self):
        for name in os.listdir(self.folder):
            if name.startswith("s.sqlite"):
                os.remove(os.path.join(self.folder, name))

    def found(self):
        """All that the layer holds, and that the file is sound; None without a store."""
        if not os.path.exists(self.store):
            return None
        database = sqlite3.connect(self.store)
        sound = database.execute("PRAGMA integrity_check").fetchone()[0]
        rows = database.execute('SELECT id, n, hex(geom) FROM squares ORDER BY id').fetchall()
        trees = database.execute("SELECT rtreecheck('idx_squares_geom'),"
                                 " rtreecheck('squares_drawable_index')").fetchone()
        n_drawables = database.execute("SELECT count(*) FROM squares_drawable").fetchone()
        tables = database.execute("SELECT type, name FROM sqlite_master ORDER BY 1, 2").fetchall()
        database.close()
        if sound != "ok" or trees != ("ok", "ok"):
            sys.exit(f"FAILED: integrity_check says {sound}, rtreecheck {trees}")
        return rows, n_drawables, tables

    def check_opens(self):
        opened = subprocess.run([PROGRAM, "layers", "--store", self.store], check=False,
                                capture_output=True)
        if opened.returncode != 0:
            sys.exit(f"FAILED: the store does not open: {opened.stderr.decode()}")

    def check_nothing_left(self):
        left = set(os.listdir(self.folder)) - {"a.geojson", "b.geojson", "s.sqlite", "s.sqlite-wal",
                                               "s.sqlite-shm"}
        if left:
            sys.exit(f"FAILED: left behind: {sorted(left)}")


def kill_imports(place, times, before, after, put_back, seconds, dice):
    """Imports of the second source, killed: the store must be as `before`."""
    n_killed = n_missed = 0
    while n_killed < times:
        process = place.start(place.sources[1])
        begun = time.monotonic()
        time.sleep(seconds * dice.uniform(0.01, 0.99))
        process.send_signal(SIGNAL)
        _, words = process.communicate(timeout=SECONDS)
        if process.returncode == 1 and b"cancel" not in words:
            sys.exit(f"FAILED: {words.decode()}")
        found = place.found()
        if process.returncode == 1:
            place.check_nothing_left()
        if found == after:
            # It had committed already: aim earlier, and put back what was there.
            n_missed += 1
            seconds = min(seconds, time.monotonic() - begun)
            if process.returncode == 1:
                sys.exit("FAILED: it says that it was canceled, but was not")
            put_back()
            if n_missed > 5 * times:
                sys.exit("FAILED: imports end before they can be killed")
            continue
        n_killed += 1
        if found != before:
            sys.exit(f"FAILED: after kill {n_killed} the store is not as before")
        if before:
            place.check_opens()
    place.run(place.sources[1])
    if place.found() != after:
        sys.exit("FAILED: the import after the kills")
    place.check_nothing_left()


def main():
    place = Place()
    first, second = place.sources
    dice = random.Random(1793)
    place.run(second)
    after_first = place.found()
    place.remove_store()
    seconds = place.run(first)
    before = place.found()
    seconds_replacing = place.run(second)
    after = place.found()

    place.remove_store()
    kill_imports(place, TIMES // 2, None, after_first, place.remove_store, seconds, dice)
    place.run(first)
    kill_imports(place, TIMES - TIMES // 2, before, after, lambda: place.run(first),
                 seconds_replacing, dice)
    shutil.rmtree(place.folder)
    print(f"ok: {TIMES // 2} first imports killed within {seconds:.2f} s, "
          f"{TIMES - TIMES // 2} replacing ones within {seconds_replacing:.2f} s")


main()
