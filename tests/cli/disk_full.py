"""A disk that is full, at any moment of an import: it says so in one line, a first import leaves
nothing, a replacing one the layer as it was. The disk is a small tmpfs where we may mount one, else
a limit on the size of files.

   disk_full.py PROGRAM"""
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
N_FEATURES = 60000
SECONDS = 120
KINDS_OF_FULL = re.compile(r"No space left on device|no space is left|File too large|disk is full|"
                           r"disk I/O error")


def write_source(path, n):
    with open(path, "w", encoding="utf-8") as f:
        for i in range(n):
            x, y = 2 + (i % 200) * 1e-3, 48 + (i // 200) * 1e-3
            f.write('{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[['
                    f'{x:.7f},{y:.7f}],[{x + 9e-4:.7f},{y:.7f}],[{x:.7f},{y + 9e-4:.7f}],'
                    f'[{x:.7f},{y:.7f}]]]}},"properties":{{"id":"{i:06}","n":{i}}}}}\n')


class Tmpfs:
    """A disk of so many bytes."""
    words = "tmpfs"

    def __init__(self, n_bytes):
        self.folder = tempfile.mkdtemp(prefix="cassini-full-")
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={n_bytes}", "tmpfs", self.folder],
                       check=True, capture_output=True)

    def limit(self):
        return None

    def close(self):
        subprocess.run(["umount", self.folder], check=True)
        os.rmdir(self.folder)


class FileLimit:
    """A folder in which the import may write no file of more bytes."""
    words = "limit on files"

    def __init__(self, n_bytes):
        self.n_bytes = n_bytes
        self.folder = tempfile.mkdtemp(prefix="cassini-full-")

    def limit(self):
        def set_limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then write() fails instead
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.n_bytes, self.n_bytes))
        return set_limit

    def close(self):
        shutil.rmtree(self.folder)


def kinds_of_disk():
    try:
        Tmpfs(1 << 20).close()
    except (subprocess.CalledProcessError, OSError):
        return [FileLimit]
    return [Tmpfs, FileLimit]


def run(source, store, temp, limit=None):
    done = subprocess.run([PROGRAM, "import", source, "--store", store, "--layer", "squares",
                           "--mode", "replace", "--quiet", "--temp-dir", temp, "--memory", "8M"],
                          check=False, capture_output=True, text=True, timeout=SECONDS,
                          preexec_fn=limit)
    return done.returncode, done.stderr


def check_told(what, code, words):
    lines = words.splitlines()
    if code != 1 or len(lines) != 1 or not KINDS_OF_FULL.search(lines[0]):
        sys.exit(f"FAILED: {what}: exit code {code}, {words!r}")


def count(store):
    database = sqlite3.connect(store)
    sound = database.execute("PRAGMA integrity_check").fetchone()[0]
    n = database.execute("SELECT count(*) FROM squares").fetchone()[0]
    database.close()
    if sound != "ok":
        sys.exit(f"FAILED: integrity_check says {sound}")
    return n


def left_in(folder):
    return sorted(os.listdir(folder))


def try_disk(disk, sources, elsewhere):
    """A first import, and a replacing one."""
    many, few = sources
    store = os.path.join(disk.folder, "s.sqlite")
    what = f"{disk.words} in {disk.folder}"
    check_told(f"first import, {what}", *run(many, store, elsewhere, disk.limit()))
    if left_in(disk.folder):
        sys.exit(f"FAILED: a first import left {left_in(disk.folder)}")
    code, words = run(few, store, elsewhere)
    if code:
        sys.exit(f"FAILED: the import of a few: {words}")
    n_few = count(store)
    check_told(f"replacing, {what}", *run(many, store, elsewhere, disk.limit()))
    if count(store) != n_few:
        sys.exit("FAILED: the layer is not as it was")
    code, words = run(few, store, elsewhere)  # and the next one works
    if code or count(store) != n_few:
        sys.exit(f"FAILED: the import after: {words}")
    if set(left_in(disk.folder)) - {"s.sqlite", "s.sqlite-wal", "s.sqlite-shm"}:
        sys.exit(f"FAILED: left behind: {left_in(disk.folder)}")


def try_temporary_files(disk, source, elsewhere):
    store = os.path.join(elsewhere, "s.sqlite")
    check_told(f"temporary files, {disk.words}", *run(source, store, disk.folder, disk.limit()))
    if left_in(disk.folder) or left_in(elsewhere):
        sys.exit("FAILED: something is left of temporary files or the store")


def with_disk(kind, n_bytes, work, *args):
    disk = kind(n_bytes // 4096 * 4096)
    try:
        work(disk, *args)
    finally:
        disk.close()


def main():
    folder = tempfile.mkdtemp(prefix="cassini-full-")
    elsewhere = os.path.join(folder, "elsewhere")
    os.mkdir(elsewhere)
    sources = [os.path.join(folder, name) for name in ("many.geojsonl", "few.geojsonl")]
    for source, n in zip(sources, (N_FEATURES, 10)):
        write_source(source, n)
    whole = os.path.join(folder, "whole.sqlite")
    code, words = run(sources[0], whole, elsewhere)
    if code:
        sys.exit(f"FAILED: an import with room: {words}")
    n_bytes = os.path.getsize(whole)
    kinds = kinds_of_disk()
    for kind in kinds:
        # From hardly begun to nearly done.
        for share in (0.30, 0.55, 0.75, 0.90, 0.98):
            with_disk(kind, int(n_bytes * share), try_disk, sources, elsewhere)
        with_disk(kind, 1 << 20, try_temporary_files, sources[0], elsewhere)
    shutil.rmtree(folder)
    print(f"ok: full disks ({', '.join(kind.words for kind in kinds)}) of a store of {n_bytes} "
          "bytes are told, and change nothing")


main()
