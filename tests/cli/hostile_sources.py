"""Sources that mean harm, or only seem to: each is refused, rejected or read, within bounded memory.

   hostile_sources.py PROGRAM [slow]      slow: also those of a gigabyte"""
import gzip
import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
import zlib

PROGRAM = os.path.abspath(sys.argv[1])
SLOW = sys.argv[2:] == ["slow"]
MB = 1 << 20
BOUND_MB = 512
POINT = '{"type":"Feature","geometry":{"type":"Point","coordinates":[2,48]},"properties":%s}'
HEAD = b'{"type":"FeatureCollection","features":['


def feature(properties="{}", coordinates="[2,48]"):
    return (POINT % properties).replace("[2,48]", coordinates)


def collection(*features):
    return HEAD + ",".join(features).encode() + b"]}"


def zip_of(entries, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as z:
        for name, data in entries:
            z.writestr(name, data)
    return out.getvalue()


def zeros(n_bytes):
    """Gzip of so many zeros, without having them all at once."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(8 * MB)
    return b"".join([pack.compress(block) for _ in range(n_bytes // len(block))] + [pack.flush()])


def zip_bomb(n_bytes):
    """One entry of so many zeros, streamed into the archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        with z.open("bomb.geojson", "w", force_zip64=True) as entry:
            for _ in range(n_bytes // (8 * MB)):
                entry.write(bytes(8 * MB))
    return out.getvalue()


def lying_zip():
    """The directory says 10 bytes; more come out."""
    data = bytearray(zip_of([("a.geojson", collection(feature()) + b" " * 100000)]))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        data[data.index(mark) + at:data.index(mark) + at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def many_members(n):
    return "{%s}" % ",".join(f'"p{i}":{i}' for i in range(n))


def deep(n):
    return feature('{"a":%s1%s}' % ("[" * n, "]" * n))


def pieces_of_gigabyte():
    """A valid collection of more than 1 GB on one line."""
    yield HEAD
    one = feature('{"text":"%s"}' % ("x" * 2000))
    block = ",".join([one] * 500).encode()
    n = 0
    while n < 1 << 30:
        yield (b"," if n else b"") + block
        n += len(block)
    yield b"]}"


def pieces_of_string():
    """A property of 1 GB."""
    yield HEAD + b'{"type":"Feature","geometry":null,"properties":{"a":"'
    for _ in range(1024):
        yield b"x" * MB
    yield b'"}},' + feature().encode() + b"]}"


# file name, content or what makes it, exit codes, what is said
CASES = [
    ("bomb.zip", lambda: zip_bomb(1200 * MB), {1}, "--max-inflation"),
    ("nested.zip", lambda: zip_of([("inner.zip", zip_bomb(64 * MB))]), {1}, "no importer reads"),
    ("bomb.geojson.gz", lambda: zeros(1200 * MB), {1}, ""),
    ("padded.geojsonl.gz", lambda: gzip.compress(((feature()[:-1] + " " * MB + "}\n") * 16).encode())
     * 80, {1}, "--max-inflation"),
    ("lying.zip", lying_zip, {1}, "longer than the archive says"),
    ("up.zip", lambda: zip_of([("../up.geojson", collection(feature()))]), {1}, "leads out of it"),
    ("back.zip", lambda: zip_of([("..\\up.geojson", collection(feature()))]), {1}, "leads out of it"),
    ("root.zip", lambda: zip_of([("/tmp/up.geojson", collection(feature()))]), {1},
     "leads out of it"),
    ("many.zip", lambda: zip_of([(f"{i}.geojson", b"") for i in range(100001)]), {1},
     "--max-files"),
    ("deep.geojson", lambda: collection(feature(), deep(1000000)), {3}, "1 rejected"),
    ("number.geojson", lambda: collection(feature(), feature('{"a":1e400}')), {3}, "1 rejected"),
    ("position.geojson", lambda: collection(feature(), feature("{}", "[1e400,48]")), {3},
     "1 rejected"),
    ("surrogate.geojson", lambda: collection(feature(), feature('{"a":"\\ud800"}')), {3}, "1 rejected"),
    ("members.geojson", lambda: collection(feature(many_members(10000))), {1}, "1000 fields"),
    ("columns.csv", lambda: (",".join(f"c{i}" for i in range(10000)) + ",lon,lat\n" +
                             ",".join(["1"] * 10000) + ",2,48\n").encode(), {1}, "1000"),
]
SLOW_CASES = [
    ("string", pieces_of_string, {1, 3}, ""),
    ("line", pieces_of_gigabyte, {0}, "features"),
]


def peak_mb(arguments, pieces=None):
    """(exit code, what was said, peak memory); in a child of its own, for its children's peak."""
    ask, answer = os.pipe()
    pid = os.fork()
    if pid == 0:
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT)

        def feed():
            try:
                for piece in pieces() if pieces else ():
                    process.stdin.write(piece)
                process.stdin.close()
            except BrokenPipeError:
                pass

        feeder = threading.Thread(target=feed)
        feeder.start()
        said = process.stdout.read()
        code = process.wait()
        feeder.join()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        os.write(answer, f"{code} {peak} ".encode() + said[:4000])
        os._exit(0)
    os.close(answer)
    with os.fdopen(ask, "rb") as f:
        words = f.read().split(b" ", 2)
    os.waitpid(pid, 0)
    return int(words[0]), words[2].decode(errors="replace"), int(words[1])


def main():
    folder = tempfile.mkdtemp(prefix="cassini-hostile-")
    problems = []
    sanitized = b"__asan_init" in open(PROGRAM, "rb").read()

    def judge(name, found, codes, words):
        code, said, peak = found
        print(f"{name:20} exit {code:3}  {peak:5} MB  {said.strip().splitlines()[-1:]}"[:160])
        if code not in codes or words not in said:
            problems.append(f"{name}: exit {code}, wanted {codes} '{words}'\n{said}")
        if peak > BOUND_MB and not sanitized:
            problems.append(f"{name}: {peak} MB, more than {BOUND_MB}")
        left = [n for n in os.listdir(folder) if n not in (name, "s.sqlite")]
        if left:
            problems.append(f"{name}: left behind: {left}")
        for file in os.listdir(folder):
            os.unlink(os.path.join(folder, file))

    for name, make, codes, words in [] if SLOW else CASES:
        with open(os.path.join(folder, name), "wb") as f:
            f.write(make())
        judge(name, peak_mb([PROGRAM, "import", os.path.join(folder, name), "--store",
                             os.path.join(folder, "s.sqlite"), "--temp-dir", folder]), codes, words)
    for name, pieces, codes, words in SLOW_CASES if SLOW else []:
        judge(name, peak_mb([PROGRAM, "import", "-", "--store", os.path.join(folder, "s.sqlite"),
                             "--temp-dir", folder, "--layer", name], pieces), codes, words)
    shutil.rmtree(folder)
    if problems:
        sys.exit("FAILED\n" + "\n".join(problems))
    print(f"ok: {len(SLOW_CASES if SLOW else CASES)} sources, at most {BOUND_MB} MB each")


main()
