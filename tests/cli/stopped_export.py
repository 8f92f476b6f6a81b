"""Exports that are stopped: killed, asked to end, out of disk. The same command goes on, and in the
end the archive is the one that an export without a stop makes; until then there is none.

   stopped_export.py PROGRAM [TIMES]"""
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
TIMES = int(sys.argv[2]) if len(sys.argv) > 2 else 3
SECONDS = 120
N_FEATURES = 60000
MIN_PLACE = 1 << 20


def write_source(path):
    """A field of little squares, big enough that an export takes a while."""
    with open(path, "w", encoding="utf-8") as f:
        for i in range(N_FEATURES):
            x, y = 2 + (i % 300) * 1e-3, 48 + (i // 300) * 1e-3
            ring = [[x, y], [x + 9e-4, y], [x + 9e-4, y + 9e-4], [x, y + 9e-4], [x, y]]
            corners = ",".join(f"[{a:.7f},{b:.7f}]" for a, b in ring)
            f.write('{"type":"Feature","geometry":{"type":"Polygon","coordinates":'
                    f'[[{corners}]]}},"properties":{{"id":"{i:06}","n":{i * i}}}}}\n')


def fail(words):
    sys.exit(f"FAILED: {words}")


class Place:
    """A store and the archive that is to become of it."""

    def __init__(self, suffix, folder=None):
        self.store = os.path.join(STORE_FOLDER, "s.sqlite")
        self.folder = folder or tempfile.mkdtemp(prefix="cassini-export-", dir=STORE_FOLDER)
        self.archive = os.path.join(self.folder, f"a.{suffix}")

    def start(self, *options, **more):
        return subprocess.Popen([PROGRAM, "export", "--store", self.store, "--gzip-level", "1", "--output", self.archive,
                                 "--max-zoom", "17", "--quiet", *options],
                                stderr=subprocess.PIPE, text=True, **more)

    def run(self, **more):
        process = self.start(**more)
        _, words = process.communicate(timeout=SECONDS)
        return process.returncode, words

    def is_there(self):
        return os.path.exists(self.archive)

    def found(self):
        """All that the archive holds."""
        if self.archive.endswith(".pmtiles"):
            with open(self.archive, "rb") as f:
                return f.read()
        database = sqlite3.connect(self.archive)
        if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            fail("integrity_check")
        rows = database.execute("SELECT * FROM tiles ORDER BY 1, 2, 3").fetchall()
        words = database.execute("SELECT * FROM metadata ORDER BY 1").fetchall()
        database.close()
        return rows, words

    def check_nothing_beside(self):
        if os.listdir(self.folder) != [os.path.basename(self.archive)]:
            fail(f"left behind: {os.listdir(self.folder)}")

    def remove(self):
        os.remove(self.archive)


def stop(place, with_signal, share):
    """Whether an export was stopped when that share of the tiles that it has to do was done."""
    process = place.start("--json", stdout=subprocess.DEVNULL)
    first = None
    for line in process.stderr:
        event = json.loads(line)
        if event.get("phase") != "making":
            continue
        first = event["tiles"] if first is None else first
        if event["tiles"] > first + share * (event["totalTiles"] - first):
            break
    process.send_signal(with_signal)
    _, words = process.communicate(timeout=SECONDS)
    if process.returncode == 0:
        return False
    if place.is_there():
        fail("a stopped export stands at its place")
    if process.returncode == 1 and "the same command goes on" not in words:
        fail(words)
    return True


def stop_and_go_on(suffix, whole, dice):
    """Stopped several times each, until it is done."""
    place = Place(suffix)
    n_stopped = n_went_on = 0
    for i in range(TIMES):
        for _ in range(dice.randint(1, 3)):
            if not stop(place, (signal.SIGINT, signal.SIGKILL)[i % 2], dice.uniform(0, 0.5)):
                break
            n_stopped += 1
        if not place.is_there():
            process = place.start("--json", stdout=subprocess.PIPE)
            told, words = process.communicate(timeout=SECONDS)
            if process.returncode:
                fail(words)
            n_went_on += json.loads(told)["wentOn"]
        if place.found() != whole:
            fail(f"{suffix}: after stops the archive is another")
        place.check_nothing_beside()
        place.remove()
    shutil.rmtree(place.folder)
    if n_stopped and not n_went_on:
        fail(f"{suffix}: {n_stopped} times stopped, and never gone on")
    return f"{n_stopped} times stopped, {n_went_on} times gone on"


class Tmpfs:
    """A disk of so many bytes."""

    def __init__(self, n_bytes):
        self.folder = tempfile.mkdtemp(prefix="cassini-full-")
        self.mount(n_bytes)

    def mount(self, n_bytes, *options):
        subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join([f"size={n_bytes}", *options]),
                        "tmpfs", self.folder], check=True, capture_output=True)

    def more(self, n_bytes):
        self.mount(n_bytes, "remount")
        return {}

    def less(self):
        return {}

    def close(self):
        subprocess.run(["umount", self.folder], check=True)
        os.rmdir(self.folder)


class FileLimit:
    """A folder in which no file may have more bytes."""

    def __init__(self, n_bytes):
        self.n_bytes = n_bytes
        self.folder = tempfile.mkdtemp(prefix="cassini-full-")

    def more(self, n_bytes):
        self.n_bytes = n_bytes

    def less(self):
        def set_limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then write() fails instead
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.n_bytes, self.n_bytes))
        return {"preexec_fn": set_limit}

    def close(self):
        shutil.rmtree(self.folder)


def kinds_of_disk():
    try:
        Tmpfs(MIN_PLACE).close()
    except (subprocess.CalledProcessError, OSError):
        return [FileLimit]
    return [Tmpfs, FileLimit]


def fill_disk(suffix, whole, n_bytes):
    for kind in kinds_of_disk():
        for share in (0.05, 0.4, 0.9):
            disk = kind(max(int(n_bytes * share) // 4096 * 4096, 65536))
            place = Place(suffix, disk.folder)
            code, words = place.run(**disk.less())
            full = ("No space left on device", "File too large", "disk I/O error")
            if code != 1 or not any(w in words for w in full) or len(words.splitlines()) != 1:
                fail(f"{suffix}, {kind.__doc__} {share}: {code} {words}")
            if place.is_there():
                fail("half an archive stands at its place")
            disk.more(4 * n_bytes + MIN_PLACE)
            code, words = place.run(**disk.less())
            if code or place.found() != whole:
                fail(f"{suffix}, {kind.__doc__} {share}: after there was room: {code} {words}")
            place.check_nothing_beside()
            disk.close()


def main():
    dice = random.Random(1744)
    source = os.path.join(STORE_FOLDER, "squares.geojsonl")
    write_source(source)
    subprocess.run([PROGRAM, "import", source, "--store", os.path.join(STORE_FOLDER, "s.sqlite"),
                    "--quiet"], check=True)
    for suffix in ("pmtiles", "mbtiles"):
        place = Place(suffix)
        begun = time.monotonic()
        code, words = place.run()
        seconds = time.monotonic() - begun
        if code:
            fail(words)
        place.check_nothing_beside()
        whole, n_bytes = place.found(), os.path.getsize(place.archive)
        n = stop_and_go_on(suffix, whole, dice)
        fill_disk(suffix, whole, n_bytes)
        print(f"ok: {suffix} of {n_bytes} bytes in {seconds:.1f} s, {n}")


STORE_FOLDER = tempfile.mkdtemp(prefix="cassini-export-")
try:
    main()
finally:
    shutil.rmtree(STORE_FOLDER)
