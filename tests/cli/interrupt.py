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


def main():
    folder = tempfile.mkdtemp(prefix="cassini-interrupt-")
    store = os.path.join(folder, "s.sqlite")
    process = subprocess.Popen([PROGRAM, "import", "-", "--layer", "points", "--store", store],
                               stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        # A pipe holds less than this, so the import is at work when the last write returns.
        process.stdin.write(FEATURE * 20000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        process.stdin.write(FEATURE * 20000)
    except BrokenPipeError:
        pass  # it has gone already, which is what was asked
    _, stderr = process.communicate(timeout=SECONDS)
    lines = stderr.splitlines()
    if process.returncode != 1 or len(lines) != 2 or "cancel" not in lines[-1]:
        sys.exit(f"FAILED: exit code {process.returncode}\n{stderr}")
    read = subprocess.run([PROGRAM, "layers", "--store", store], capture_output=True, text=True,
                          check=False)
    if "points" in read.stdout:
        sys.exit("FAILED: there is a layer")
    shutil.rmtree(folder)
    print("ok: an interrupted import ends in one line and leaves no layer")


main()
