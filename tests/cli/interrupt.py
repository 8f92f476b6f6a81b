"""Ctrl-C during an import: it says so in one line, fails, and no store is left behind.

   interrupt.py PROGRAM"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
FEATURE = '{"type":"Feature","geometry":{"type":"Point","coordinates":[2,48]},"properties":{}}\n'
SECONDS = 60


def interrupted(source_format, first, later):
    """An import from a pipe that got the first text, then Ctrl-C, then perhaps more. A pipe holds less
    than these, so the import is at work when a write returns; without more it waits for the pipe."""
    folder = tempfile.mkdtemp(prefix="cassini-interrupt-")
    store = os.path.join(folder, "s.sqlite")
    process = subprocess.Popen([PROGRAM, "import", "-", "--layer", "points", "--store", store],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        process.stdin.write(first)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        if later:
            process.stdin.write(later)
        else:
            process.wait(timeout=SECONDS)
    except BrokenPipeError:
        pass  # it has gone already, which is what was asked
    _, stderr = process.communicate(timeout=SECONDS)
    lines = stderr.splitlines()
    if process.returncode != 1 or len(lines) != 2 or "cancel" not in lines[-1]:
        sys.exit(f"FAILED: {source_format}: exit code {process.returncode}\n{stderr}")
    read = subprocess.run([PROGRAM, "layers", "--store", store], capture_output=True, text=True,
                          check=False)
    if "points" in read.stdout:
        sys.exit(f"FAILED: {source_format}: there is a layer")
    shutil.rmtree(folder)


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test's parent may ignore it
    interrupted("GeoJSON", FEATURE * 20000, FEATURE * 20000)
    interrupted("GeoJSON that stays away", FEATURE * 20000, None)
    interrupted("CSV that stays away", "lon,lat\n" + "2,48\n" * 100000, None)
    print("ok: an interrupted import ends in one line and leaves no layer")


main()
