"""Asks a server what case files say.   run_cases.py PROGRAM FILE.case...

A case file begins with what it serves and goes on with tests:

    make SCRIPT               runs a script of tests/data, which writes files into a folder
    import ARGUMENTS          `cassini import` of files of tests/data into the store; MADE is the
                              folder with what scripts have made
    serve ARGUMENTS           more arguments for `cassini serve`; files are those of tests/data

    test WORDS                begins a test
    with HEADER: VALUE        a header of the next request
    get TARGET                a request; also head, options, post
    status N                  its status (200 where no line says another)
    header NAME VALUE         this header has this value
    header NAME ~ WORDS       it contains these words
    no header NAME
    json PATH VALUE           the body is JSON, and at this path stands this JSON value
    json PATH ~ WORDS         the value there, as text, contains these words
    no json PATH              there is nothing at this path
    count PATH N              the array or object there has N members
    body ~ WORDS              the body contains these words
    no body                   it is empty
    html                      it is HTML whose elements are all closed
    pages TARGET N            this page and all that its next links lead to hold N features, each once

A path is steps with dots between them: a member, a place in an array, or [MEMBER=VALUE], the first
object of an array with that member; a step may be in double quotes. `$` is the whole. Addresses of
the server itself are shown as http://server.
"""
import html.parser
import http.client
import json
import os
import re
import shlex
import socket
import subprocess
import sys
import tempfile
import time

DATA = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "data")
VOID = set("area base br col embed hr img input link meta source track wbr".split())
SECONDS = 30
PAGES_MAX = 1000


class Closed(html.parser.HTMLParser):
    """What is open; anything wrong raises."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing")


def free_port():
    """The line that says where a server listens names its base URL, if it has one."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, program, folder, scripts, imports, arguments):
        for script in scripts:
            subprocess.run([sys.executable, "-B", os.path.join(DATA, script), folder], check=True,
                           timeout=SECONDS)
        store = os.path.join(folder, "store.sqlite")
        env = {k: v for k, v in os.environ.items() if not k.startswith("CASSINI_")}
        for line in imports:
            line = [word.replace("MADE", folder) for word in line]
            subprocess.run([program, "import", *line, "--store", store, "--quiet"], cwd=DATA,
                           env=env, check=True, timeout=SECONDS)
        self.log = os.path.join(folder, "log")
        self.port = free_port()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [program, "serve", "--store", store, "--listen", f"127.0.0.1:{self.port}",
                 *arguments], cwd=DATA, env=env, stderr=log)
        self.wait()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait(self):
        until = time.monotonic() + SECONDS
        while " serves " not in self.said():
            if time.monotonic() > until or self.process.poll() is not None:
                self.process.kill()
                raise RuntimeError(f"the server did not start: {self.said()}")
            time.sleep(0.02)

    def ask(self, method, target, headers):
        target = target.replace("http://server", f"http://127.0.0.1:{self.port}")
        if target.startswith("http"):
            target = "/" + target.split("/", 3)[3]
        self.connection.request(method, target, headers=headers)
        response = self.connection.getresponse()
        body = response.read().replace(b"http://127.0.0.1:%d" % self.port, b"http://server")
        return response, body

    def stop(self):
        self.connection.close()
        self.process.terminate()
        return self.process.wait(SECONDS)


def at_path(value, path):
    for step in re.findall(r'"[^"]*"|\[[^\]]*\]|[^.]+', path):
        match = re.fullmatch(r"\[([\w-]+)=(.*)\]", step)
        if step == "$":
            continue
        if match:
            value = next(v for v in value if str(v.get(match[1])) == match[2])
        else:
            step = step.strip('"')
            value = value[int(step) if isinstance(value, list) else step]
    return value


def steps_of(line):
    """A path, and what stands behind it: a path may hold blanks in [...] or quotes."""
    match = re.match(r'((?:"[^"]*"|\[[^\]]*\]|[^\s"\[])+)\s*(.*)', line)
    return match[1], match[2]


class Test:
    def __init__(self, place, words):
        self.place, self.words, self.lines = place, words, []
        self.response = self.body = None

    def value(self, path):
        return at_path(json.loads(self.body), path)

    def check_header(self, rest):
        name, _, wanted = rest.partition(" ")
        have = self.response.headers.get(name)
        if wanted.startswith("~ "):
            return "" if have and wanted[2:] in have else f"header {name} is {have!r}"
        return "" if have == wanted else f"header {name} is {have!r}, not {wanted!r}"

    def check_json(self, rest):
        path, wanted = steps_of(rest)
        value = self.value(path)
        if wanted.startswith("~ "):
            return "" if wanted[2:] in str(value) else f"json {path} is {value!r}"
        return "" if value == json.loads(wanted) else f"json {path} is {json.dumps(value)}"

    def check_no(self, rest):
        what, _, path = rest.partition(" ")
        if what == "body":
            return "" if not self.body else "there is a body"
        if what == "header":
            return "" if path not in self.response.headers else f"there is a header {path}"
        try:
            return f"json {path} is {self.value(path)!r}"
        except (KeyError, IndexError, StopIteration, TypeError):
            return ""

    def check_count(self, rest):
        path, n = steps_of(rest)
        have = len(self.value(path))
        return "" if have == int(n) else f"{path} has {have} members"

    def check_pages(self, server, rest):
        target, n = rest.split()
        ids = []
        for _ in range(PAGES_MAX):
            response, body = server.ask("GET", target, {"Accept": "application/geo+json"})
            if response.status != 200:
                return f"{target}: {response.status} {body[:300]}"
            page = json.loads(body)
            if page["numberReturned"] != len(page["features"]):
                return f"{target}: numberReturned is {page['numberReturned']}"
            ids += [str(f["id"]) for f in page["features"]]
            follow = [link["href"] for link in page["links"] if link["rel"] == "next"]
            if not follow:
                break
            target = follow[0]
        if len(set(ids)) != len(ids):
            return f"{len(ids) - len(set(ids))} features come twice"
        return "" if len(ids) == int(n) else f"the pages hold {len(ids)} features: {ids[:20]}"

    def check(self, server, verb, rest):
        if verb == "status":
            return "" if self.response.status == int(rest) else f"status is not {rest}"
        if verb == "body":
            return "" if rest[2:].encode() in self.body else f"the body lacks {rest[2:]!r}"
        if verb == "html":
            page = Closed()
            page.feed(self.body.decode())
            return "" if not page.open else f"still open: {page.open}"
        if verb == "pages":
            return self.check_pages(server, rest)
        checks = {"header": self.check_header, "json": self.check_json, "no": self.check_no,
                  "count": self.check_count}
        return checks[verb](rest) if verb in checks else f"there is no '{verb}' in a case"

    def play(self, server):
        """All lines in order; the first thing that is wrong, or an empty text."""
        headers = {}
        for at, (verb, rest) in enumerate(self.lines):
            if verb == "with":
                name, _, value = rest.partition(": ")
                headers[name] = value
                continue
            if verb in ("get", "head", "options", "post"):
                self.response, self.body = server.ask(verb.upper(), rest, headers)
                headers = {}
                behind = [v for v, _ in self.lines[at + 1:]]
                until = next((i for i, v in enumerate(behind)
                              if v in ("get", "head", "options", "post", "with")), len(behind))
                wrong = "" if "status" in behind[:until] else self.check(server, "status", "200")
            else:
                try:
                    wrong = self.check(server, verb, rest)
                except (ValueError, KeyError, IndexError, TypeError, StopIteration) as error:
                    wrong = f"{verb} {rest}: {error!r}"
            if wrong:
                said = f"{self.response.status} {self.body[:1500]}" if self.response else ""
                return f"{wrong}\n{said}"
        return ""


def read_cases(path):
    """(scripts, imports, arguments of serve, tests)"""
    scripts, imports, arguments, tests = [], [], [], []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            verb, _, rest = line.strip().partition(" ")
            if not verb or verb.startswith("#"):
                continue
            if verb == "import":
                imports.append(shlex.split(rest))
            elif verb == "make":
                scripts.append(rest)
            elif verb == "serve":
                arguments += shlex.split(rest)
            elif verb == "test":
                tests.append(Test(f"{os.path.basename(path)}:{number}", rest))
            else:
                tests[-1].lines.append((verb, rest))
    return scripts, imports, arguments, tests


def play_file(path, program):
    scripts, imports, arguments, tests = read_cases(path)
    n_failed = 0
    with tempfile.TemporaryDirectory(prefix="cassini-http-") as folder:
        server = Server(program, folder, scripts, imports, arguments)
        try:
            for test in tests:
                wrong = test.play(server)
                if wrong:
                    n_failed += 1
                    print(f"FAILED {test.place}: {test.words}\n{wrong}\n")
        finally:
            code = server.stop()
        if n_failed:
            print(server.said())
    if code:
        n_failed += 1
        print(f"the server ended with exit code {code}")
    print(f"{os.path.basename(path)}: {len(tests)} tests, {n_failed} failed")
    return n_failed


def main():
    program = os.path.abspath(sys.argv[1])
    sys.exit(1 if sum([play_file(path, program) for path in sys.argv[2:]]) else 0)


main()
