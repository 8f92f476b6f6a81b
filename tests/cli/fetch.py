"""Sources behind a URL: a server of our own that behaves well, oddly and badly.

   fetch.py PROGRAM"""
import gzip
import http.server
import io
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

PROGRAM = os.path.abspath(sys.argv[1])


def collection(n, name="place"):
    features = [{"type": "Feature", "id": i,
                 "geometry": {"type": "Point", "coordinates": [2 + i * 1e-4, 48]},
                 "properties": {"name": f"{name} {i}"}} for i in range(n)]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def archive(version=1):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("roads.geojson", collection(5, f"road {version}"))
        z.writestr("trees.geojson", collection(7))
    return out.getvalue()


LARGE = collection(40000)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = []          # (path, headers), all of them
    versions = {}       # path -> number that ETags are made of
    cuts = 0            # answers that still end in the middle

    def log_message(self, *_):
        pass

    def answer(self, body, code=200, **headers):
        self.send_response(code)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def versioned(self, body, tag):
        if self.headers.get("If-None-Match") == tag:
            self.answer(b"", 304, ETag=tag)
        else:
            self.answer(body, ETag=tag)

    def broken(self):
        """A large file whose connection breaks a few times, and goes on where it broke."""
        tag, body, begin = '"large"', LARGE, 0
        asked = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        if asked and self.headers.get("If-Range") == tag:
            begin = int(asked[1])
        rest = body[begin:]
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if Handler.cuts > 0:
            Handler.cuts -= 1
            self.wfile.write(rest[:len(rest) // 2])
            self.close_connection = True
        else:
            self.wfile.write(rest)

    def do_GET(self):
        path = self.path.split("?")[0]
        Handler.asked.append((self.path, dict(self.headers)))
        version = Handler.versions.get(path, 1)
        if path == "/plain.geojson":
            self.answer(collection(3))
        elif path == "/data/caf%C3%A9s.geojson.gz":
            self.answer(gzip.compress(collection(4)))
        elif path == "/town.zip":
            self.versioned(archive(version), f'"town-{version}"')
        elif path == "/dated.geojson":
            date = "Wed, 21 Oct 2015 07:28:00 GMT"
            if self.headers.get("If-Modified-Since") == date:
                self.answer(b"", 304)
            else:
                self.answer(collection(2), Last_Modified=date)
        elif path == "/broken.geojson":
            self.broken()
        elif path == "/cut-always.geojson":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"{")
            self.close_connection = True
        elif path == "/moved.geojson":
            self.answer(b"", 302, Location="/plain.geojson")
        elif path == "/loop":
            self.answer(b"", 302, Location="/loop")
        elif path == "/to-file":
            self.answer(b"", 302, Location="file:///etc/passwd")
        elif path == "/secret.geojson":
            good = self.headers.get("Authorization") == "Basic YW5uYTpwQHNz"
            self.answer(collection(1) if good else b"", 200 if good else 401)
        elif path == "/slow.geojson":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            time.sleep(4)
            self.close_connection = True
        else:
            self.answer(b"<h1>not here</h1>", 404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that leaves


def main():
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    folder = tempfile.mkdtemp(prefix="cassini-fetch-")
    store = os.path.join(folder, "s.sqlite")
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    n_checks = 0

    def run(*arguments, code=0, stdout="", stderr="", lines=None):
        nonlocal n_checks
        n_checks += 1
        Handler.asked.clear()
        done = subprocess.run([PROGRAM, *arguments, "--temp-dir", folder], capture_output=True,
                              text=True, timeout=120, check=False, env=environment)
        said = f"{arguments}\nexit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        if done.returncode != code or stdout not in done.stdout or stderr not in done.stderr:
            sys.exit(f"FAILED: wanted {code} '{stdout}' '{stderr}'\n{said}")
        if lines is not None and done.stderr.count("\n") != lines:
            sys.exit(f"FAILED: wanted {lines} lines on stderr\n{said}")
        left = [n for n in os.listdir(folder) if n.startswith("cassini-scratch-")]
        if left:
            sys.exit(f"FAILED: left behind: {left}\n{said}")
        return done

    def layers():
        done = subprocess.run([PROGRAM, "layers", "--store", store, "--json"], capture_output=True,
                              text=True, check=True)
        return {layer["name"]: layer for layer in json.loads(done.stdout)["layers"]}

    def check(truth, words):
        nonlocal n_checks
        n_checks += 1
        if not truth:
            sys.exit(f"FAILED: {words}")

    def load(path, **wanted):
        return run("import", base + path, "--store", store, "--mode", "replace", **wanted)

    def load_changed(path, *more, **wanted):
        return run("import", base + path, "--store", store, "--mode", "replace", "--if-changed",
                   *more, **wanted)

    load("/plain.geojson?key=value", stdout="plain: 3 features")
    check(layers()["plain"]["imports"][0]["source"] == base + "/plain.geojson?key=value",
          "the URL is the provenance")
    load("/data/caf%C3%A9s.geojson.gz", stdout="cafes: 4 features")
    load("/moved.geojson", stdout="moved: 3 features")
    run("info", base + "/plain.geojson", stdout="features    3")

    # Archives, and what is remembered of them.
    load_changed("/town.zip", stdout="total: 2 layers, 12 features")
    check(layers()["roads"]["imports"][0]["source"] == base + "/town.zip/roads.geojson",
          "the file in the archive is the provenance")
    load_changed("/town.zip", stdout=f"{base}/town.zip: unchanged")
    check(Handler.asked[0][1].get("If-None-Match") == '"town-1"', "the ETag is asked with")
    Handler.versions["/town.zip"] = 2
    load_changed("/town.zip", stdout="roads: 5 features")
    load_changed("/town.zip", stdout="unchanged")
    check(Handler.asked[0][1].get("If-None-Match") == '"town-2"', "the new ETag is asked with")
    run("import", base + "/plain.geojson", "--store", store, "--layer", "trees", "--mode", "replace",
        stdout="trees: 3 features")
    load_changed("/town.zip", stdout="trees: 7 features")
    check("If-None-Match" not in Handler.asked[0][1], "a layer of it came from elsewhere")
    load("/town.zip", stdout="total: 2 layers")
    load_changed("/dated.geojson", stdout="dated: 2 features")
    load_changed("/dated.geojson", stdout="/dated.geojson: unchanged")
    load_changed("/plain.geojson?key=value", stdout="plain: unchanged")

    # Connections that break.
    Handler.cuts = 3
    load("/broken.geojson", stdout="broken: 40,000 features")
    check(len(Handler.asked) == 4 and "Range" in Handler.asked[3][1], "the rest is asked for")
    Handler.cuts = 9
    load("/broken.geojson", code=1, stderr="the connection broke 5 times", lines=1)
    Handler.cuts = 0
    load("/cut-always.geojson", code=1, stderr="the connection broke 5 times", lines=1)

    # What is refused.
    load("/nowhere.geojson", code=1, stderr=f"{base}/nowhere.geojson: 404 Not Found", lines=1)
    load("/loop", code=1, stderr="more than 10 redirects", lines=1)
    load("/to-file", code=1, stderr=f"{base}/to-file: ", lines=1)
    run("import", base + "/broken.geojson", "--store", store, "--mode", "replace", "--max-download",
        "100K", code=1, stderr="say --max-download", lines=1)
    begun = time.monotonic()
    run("import", base + "/slow.geojson", "--store", store, "--fetch-timeout", "1", code=1,
        stderr="nothing came for 1 seconds", lines=1)
    check(time.monotonic() - begun < 4, "a silent server is given up")
    run("import", "http://127.0.0.1:9/x.geojson", "--store", store, code=1,
        stderr="http://127.0.0.1:9/x.geojson: ", lines=1)

    # A certificate that nobody vouches for.
    if shutil.which("openssl"):
        secure = Server(("127.0.0.1", 0), Handler)
        certificate = os.path.join(folder, "certificate.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", certificate + ".key", "-out", certificate],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate + ".key")
        secure.socket = context.wrap_socket(secure.socket, server_side=True)
        threading.Thread(target=secure.serve_forever, daemon=True).start()
        run("import", f"https://127.0.0.1:{secure.server_port}/plain.geojson", "--store", store,
            code=1, stderr="certificate", lines=1)
        check(not Handler.asked, "nothing is asked of a stranger")
        secure.shutdown()

    # An import that ends in the middle of fetching.
    def scratch():
        return [n for n in os.listdir(folder) if n.startswith("cassini-scratch-")]

    for number, stays in ((signal.SIGKILL, True), (signal.SIGINT, False)):
        process = subprocess.Popen([PROGRAM, "import", base + "/slow.geojson", "--store", store,
                                    "--temp-dir", folder], env=environment,
                                   stderr=subprocess.DEVNULL)
        for _ in range(100):
            if scratch():
                break
            time.sleep(0.05)
        time.sleep(0.2)
        process.send_signal(number)
        begun = time.monotonic()
        process.wait(timeout=30)
        check(time.monotonic() - begun < 3, "an interrupted import ends soon")
        check(bool(scratch()) == stays, "what was fetched goes, unless the process was killed")
        load("/plain.geojson", stdout="plain: 3 features")

    # Passwords are used, but neither kept nor told.
    secret = base.replace("http://", "http://anna:p%40ss@") + "/secret.geojson"
    done = run("import", secret, "--store", store, stdout="secret: 1 feature")
    done2 = run("import", secret.replace("p%40ss", "wr%40ng"), "--store", store, code=1,
                stderr="/secret.geojson: 401 Unauthorized", lines=1)
    with open(store, "rb") as f:
        kept = f.read()
    for told in (done.stdout, done.stderr, done2.stderr, kept.decode("latin-1")):
        check("anna" not in told and "p%40ss" not in told and "wr%40ng" not in told,
              "a password was told")

    server.shutdown()
    shutil.rmtree(folder)
    print(f"ok: {n_checks} checks")


main()
