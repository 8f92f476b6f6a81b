"""A thousand clients on one cold tile: it is made once, and all get the same bytes. The count is the
server's own, of jobs that its workers were given.   single_flight.py PROGRAM"""
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
SECONDS = 120
N_CLIENTS = 1000
N_SIDE = 60
TILE = "/xyz/plots/12/2070/1423.mvt"


def check(holds, words):
    if not holds:
        print(f"FAILED: {words}")
        sys.exit(1)


def write_source(path):
    """Squares side by side: enough for a tile that is not made in the twinkling of an eye."""
    squares = []
    for i in range(N_SIDE * N_SIDE):
        x, y = 2 + i % N_SIDE * 1e-3, 48 + i // N_SIDE * 1e-3
        ring = [[x, y], [x + 1e-3, y], [x + 1e-3, y + 1e-3], [x, y + 1e-3], [x, y]]
        squares.append({"type": "Feature", "properties": {"id": f"plot {i}"},
                        "geometry": {"type": "Polygon", "coordinates": [ring]}})
    with open(path, "w", encoding="utf-8") as source:
        json.dump({"type": "FeatureCollection", "features": squares}, source)


def start(store, log_path):
    with open(log_path, "wb") as log:
        server = subprocess.Popen([PROGRAM, "serve", "--store", store, "--listen", "127.0.0.1:0"],
                                  stderr=log)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        with open(log_path, encoding="utf-8") as said:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/ serves", said.read())
        if found:
            return server, int(found[1])
        time.sleep(0.05)
    server.kill()
    return check(False, "the server did not start")


def read_all(client):
    answer = b""
    while piece := client.recv(1 << 16):
        answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b"\r\n")[0], body


def ask_together(port):
    """All are connected before the first asks."""
    clients = []
    try:
        for _ in range(N_CLIENTS):
            client = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
            clients.append(client)
        request = f"GET {TILE} HTTP/1.1\r\nHost: server\r\nAccept-Encoding: gzip\r\n" \
                  "Connection: close\r\n\r\n"
        for client in clients:
            client.sendall(request.encode())
        return [read_all(client) for client in clients]
    finally:
        for client in clients:
            client.close()


def main():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4 * N_CLIENTS), hard), hard))
    with tempfile.TemporaryDirectory(prefix="cassini-flight-") as folder:
        store, log_path = os.path.join(folder, "s.sqlite"), os.path.join(folder, "log")
        write_source(os.path.join(folder, "plots.geojson"))
        done = subprocess.run([PROGRAM, "import", os.path.join(folder, "plots.geojson"), "--store",
                               store], capture_output=True, text=True, check=False, timeout=SECONDS)
        check(done.returncode == 0, done.stderr)
        server, port = start(store, log_path)
        try:
            answers = ask_together(port)
        finally:
            server.terminate()
            check(server.wait(SECONDS) == 0, "the server did not end well")
        with open(log_path, encoding="utf-8") as said:
            log = said.read()
    check(all(status == b"HTTP/1.1 200 OK" for status, _ in answers),
          f"not all were answered: { {status for status, _ in answers} }")
    check(len({body for _, body in answers}) == 1 and len(answers[0][1]) > 1000,
          "not all got the same tile")
    told = re.search(r"(\d+) requests: (\d+) made, (\d+) made together with another, (\d+) from "
                     r"the cache", log)
    check(told, f"the server does not tell what it has done: {log}")
    n, n_made, n_joined, n_cached = map(int, told.groups())
    check((n, n_made) == (N_CLIENTS, 1), f"{n} requests, the tile was made {n_made} times")
    check(n_joined + n_cached == N_CLIENTS - 1, f"{n_joined} waited, {n_cached} from the cache")
    print(f"{n} clients, {len(answers[0][1])} bytes each: made once, {n_joined} waited for it, "
          f"{n_cached} came later")


main()
