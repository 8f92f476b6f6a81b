"""`cassini serve` from outside: ready line, port in use, unreadable files, clean end.

   serve.py PROGRAM"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request

DATA = os.path.join(os.path.dirname(os.path.realpath(__file__)), "data")
PROGRAM = os.path.abspath(sys.argv[1])
SECONDS = 30
NOBODY = 65534


def check(holds, words):
    if not holds:
        print(f"FAILED: {words}")
        sys.exit(1)


def run(*arguments, as_nobody=False):
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return subprocess.run([*(prefix if as_nobody else []), PROGRAM, *arguments],
                          capture_output=True, text=True, timeout=SECONDS, check=False)


class Server:
    """A server on a free port; `url` and the whole ready line."""

    def __init__(self, store, *options):
        self.process = subprocess.Popen([PROGRAM, "serve", "--store", store, *options],
                                        stderr=subprocess.PIPE, text=True)
        self.ready = self.process.stderr.readline()
        match = re.match(r"(http://\S+:(\d+)/) serves ", self.ready)
        self.url, self.port = (match[1], match[2]) if match else (None, None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def end(self, signal_number):
        self.process.send_signal(signal_number)
        return self.process.wait(SECONDS)


def status_of(url):
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:
        return answer.status


def main():
    folder = tempfile.mkdtemp(prefix="cassini-serve-")
    os.chmod(folder, 0o755)
    store = os.path.join(folder, "s.sqlite")
    made = run("import", os.path.join(DATA, "parks.geojson"), "--store", store)
    check(made.returncode == 0, made.stderr)

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        with Server(store, "--listen", "127.0.0.1:0", "--workers", "2") as server:
            check(server.url and server.ready == f"{server.url} serves 1 layer of {store}\n",
                  f"the ready line is {server.ready!r}")
            check(status_of(server.url + "health") == 200, "/health")
            second = run("serve", "--store", store, "--listen", f"127.0.0.1:{server.port}")
            check(second.returncode == 1 and second.stderr.count("\n") == 1
                  and f"127.0.0.1:{server.port}" in second.stderr
                  and "in use" in second.stderr, f"a port in use: {second}")
            check(server.end(signal_number) == 0, f"not a clean end on signal {signal_number}")

    # Every limit is an option.
    with Server(store, "--listen=127.0.0.1:0", "--cache-size=1M", "--max-connections=8",
                "--max-header=8K", "--max-body=64K", "--max-response=8M", "--max-queue=4",
                "--request-timeout=5", "--idle-timeout=5", "--worker-memory=64M", "--gzip-level=1",
                "--title=Test", "--description=A test") as server:
        check(server.url and status_of(server.url + "?f=json") == 200, "/ with all options")

    # Behind another server the address that clients use is that one's. An empty store will do.
    empty = os.path.join(folder, "empty.sqlite")
    with Server(empty, "--create", "--listen=127.0.0.1:0", "--base-url=http://example.org") as server:
        check(server.ready == f"http://example.org/ serves 0 layers of {empty}\n",
              f"the ready line is {server.ready!r}")

    # What may not be read is refused in one line. Root may read everything, so it steps down.
    secret = os.path.join(folder, "secret.geojson")
    shutil.copy(os.path.join(DATA, "parks.geojson"), secret)
    os.chmod(secret, 0)
    refused = run("info", secret, as_nobody=os.geteuid() == 0)
    check(refused.returncode == 1 and refused.stderr.count("\n") == 1
          and "ermission denied" in refused.stderr, f"an unreadable file: {refused}")
    os.chmod(store, 0)
    refused = run("layers", "--store", store, as_nobody=os.geteuid() == 0)
    check(refused.returncode == 1 and refused.stderr.count("\n") == 1, f"a closed store: {refused}")
    shutil.rmtree(folder)
    print("ok: ready line, port in use, all options, clean end, unreadable files")


main()
