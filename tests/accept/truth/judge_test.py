"""The judge of tiles is shown faults that it must find, and tiles in which there are none.

   judge_test.py TILE_JUDGE
"""
import os
import struct
import subprocess
import sys
import tempfile

EXTENT, HALF_WORLD_M = 4096, 20037508.342789244
Z, X, Y = 10, 500, 300
SIDE_M = 2 * HALF_WORLD_M / 2 ** Z


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def geometry(rings):
    out, x, y = b"", 0, 0

    def point(p):
        nonlocal out, x, y
        for delta in (p[0] - x, p[1] - y):
            out += varint(delta << 1 if delta >= 0 else (-delta << 1) - 1)
        x, y = p

    for ring in rings:
        out += varint(1 << 3 | 1)
        point(ring[0])
        out += varint(len(ring) - 1 << 3 | 2)
        for p in ring[1:]:
            point(p)
        out += varint(1 << 3 | 7)
    return out


def tile(features):
    """Of (id or None, rings) each."""
    layer = field(15, 2) + field(1, b"plots")
    values = b""
    for i, (name, rings) in enumerate(features):
        tags = b"" if name is None else field(2, varint(0) + varint(i))
        layer += field(2, field(1, i + 1) + tags + field(3, 3) + field(4, geometry(rings)))
        values += field(4, field(1, (name or "").encode()))
    return field(3, layer + field(3, b"id") + values + field(5, EXTENT))


def dump(tiles):
    """Of (x, y, features) each."""
    out = b""
    for x, y, features in tiles:
        raw = tile(features)
        out += struct.pack("<5I", Z, x, y, len(raw) // 2, len(raw)) + raw
    return out


def csv(features):
    """The same shapes as a source, from the tile units of tile X, Y."""
    lines = ["WKT,id"]
    for name, rings in features:
        text = ",".join("(" + ",".join(
            f"{-HALF_WORLD_M + (X + px / EXTENT) * SIDE_M:.6f} "
            f"{HALF_WORLD_M - (Y + py / EXTENT) * SIDE_M:.6f}" for px, py in ring + ring[:1]) + ")"
            for ring in rings)
        lines.append(f'"POLYGON ({text})",{name}')
    return "\n".join(lines) + "\n"


def box(x0, y0, x1, y1):
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def judge(program, command, tiles, source, *more):
    with tempfile.TemporaryDirectory(prefix="cassini-judge-") as folder:
        paths = {"--tiles": os.path.join(folder, "t"), "--source": os.path.join(folder, "s.csv")}
        with open(paths["--tiles"], "wb") as f:
            f.write(dump(tiles))
        with open(paths["--source"], "w", encoding="utf-8") as f:
            f.write(csv(source))
        done = subprocess.run([program, command, *sum(([k, v] for k, v in paths.items()), []), *more],
                              capture_output=True, text=True, check=False)
    row = [line for line in done.stdout.splitlines() if line.startswith(f"| {Z} |")]
    if done.returncode > 1 or not row:
        raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
    return done.returncode, [word.strip() for word in row[0].strip("|").split("|")], done.stdout


LEFT, RIGHT = box(100, 100, 200, 200), box(200, 100, 300, 200)
HOLE = [(120, 120), (120, 140), (140, 140), (140, 120)]

VALID = {
    "a square": [LEFT],
    "a square with a hole": [LEFT, HOLE],
    "two squares that touch in a corner": [LEFT, box(200, 200, 300, 300)],
}
INVALID = {
    "a first ring that is wound as a hole": ([LEFT[::-1]], "wound"),
    "a bow-tie": ([[(0, 0), (100, 0), (10, 90), (100, 100)]], "Self-intersection"),
    "a repeated vertex": ([LEFT[:2] + LEFT[1:]], "repeated"),
    "a ring without area": ([[(0, 0), (10, 0), (5, 0)]], "without area"),
    "a ring of two vertices": ([[(0, 0), (10, 0)]], "commands"),
    "a hole outside": ([LEFT, [(p + 500, q) for p, q in HOLE]], "Hole lies outside"),
    "parts that overlap": ([LEFT, box(150, 150, 250, 250)], "Self-intersection"),
    "parts that share a side": ([LEFT, RIGHT], "Self-intersection"),
    "a spike": ([[(0, 0), (10, 0), (10, 10), (10, 15), (10, 10), (0, 10)]], "intersection"),
    "a vertex outside the buffer": ([box(0, 0, EXTENT + 65, 10)], "outside tile and buffer"),
}


def check_validity(program, expect):
    for name, rings in VALID.items():
        expect(judge(program, "validity", [(X, Y, [("a", rings)])], [])[0] == 0, name)
    for name, (rings, words) in INVALID.items():
        rc, _, text = judge(program, "validity", [(X, Y, [("a", rings)])], [])
        expect(rc == 1 and words in text, f"{name}: {text}")


def check_agreement(program, expect):
    edge = [("a", [box(4000, 10, 4160, 200)])]
    same = [("a", [box(-64, 10, 64, 200)])]
    off = [("a", [box(-64, 10, 61, 200)])]
    expect(judge(program, "agreement", [(X, Y, edge), (X + 1, Y, same)], [])[0] == 0, "the same")
    rc, row, _ = judge(program, "agreement", [(X, Y, edge), (X + 1, Y, off)], [])
    expect(rc == 1 and row[4] == "1" and abs(float(row[5]) - 3) < 0.1, f"3 units off: {row}")
    rc, row, _ = judge(program, "agreement", [(X, Y, edge), (X + 1, Y, [])], [])
    expect(rc == 1 and row[3] == "1", f"missing: {row}")


SOURCE = [("a", [LEFT]), ("b", [RIGHT])]


def check_slivers(program, expect):
    def slivers(features, source=None):
        return judge(program, "slivers", [(X, Y, features)], source or SOURCE)[1]

    row = slivers(SOURCE)
    expect(row[2] == row[3] == "1" and row[7] == "0.00" and row[10] == "0.00", f"none: {row}")
    # The same border bent in both: simplified alike.
    bent = (204, 150)
    row = slivers([("a", [LEFT[:2] + [bent] + LEFT[2:]]), ("b", [RIGHT + [bent]])])
    expect(row[7] == "0.00" and row[10] == "0.00", f"bent alike: {row}")
    row = slivers([("a", [LEFT]), ("b", [box(203, 100, 300, 200)])])
    expect(row[7] == row[8] == "300.00" and abs(float(row[9]) - 3) < 0.1, f"gap: {row}")
    row = slivers([("a", [LEFT]), ("b", [box(198, 100, 300, 200)])])
    expect(row[10] == row[11] == "200.00" and abs(float(row[12]) - 2) < 0.1, f"overlap: {row}")
    row = slivers([("a", [LEFT]), ("b", [RIGHT + [bent]])])
    expect(row[7] == "200.00" and row[13] == row[14] == "1", f"one bent: {row}")
    row = slivers([("a", [LEFT]), ("b", [RIGHT + [(201, 150)]])])
    expect(row[7] == "50.00" and row[8] == "0.00" and row[13:] == ["1", "0"], f"thin: {row}")
    # Both within a group; one beside a group; a gap beside a group.
    row = slivers([(None, [box(100, 100, 300, 200)])])
    expect(row[4] == "1" and row[2] == "0", f"within: {row}")
    row = slivers([("a", [LEFT]), (None, [box(200, 80, 400, 220)])])
    expect(row[2] == "1" and row[7] == "0.00", f"beside a group: {row}")
    row = slivers([("a", [LEFT]), (None, [box(205, 80, 400, 220)])])
    expect(row[7] == "500.00", f"gap beside a group: {row}")
    row = slivers([("a", [LEFT])])
    expect(row[5] == "1", f"not drawn: {row}")
    # A vertex of one on the edge of the other.
    corner = [("a", [LEFT]), ("b", [box(200, 100, 300, 160)]), ("c", [box(200, 160, 300, 200)])]
    row = slivers(corner, corner)
    expect(row[3] == "3" and row[7] == "0.00", f"T: {row}")
    row = slivers([corner[0], corner[1], ("c", [[(202, 160), (300, 160), (300, 200), (202, 200)]])],
                  corner)
    expect(row[7] == "80.00" and row[14] == "1", f"gap at a T: {row}")

    # One side pinches on the border, and is drawn in two parts: what lies between them is no gap of it.
    up = [(200, 100), (300, 100), (300, 130), (200, 150)]
    down = [(200, 150), (300, 170), (300, 200), (240, 200)]
    bent_left = [("a", [[(100, 100), (200, 100), (200, 150), (240, 200), (100, 200)]])]
    row = slivers(bent_left + [("b", [up, down])], bent_left + [("b", [up + down[1:] + [(200, 150)]])])
    expect(row[3] == "1" and row[7] == row[10] == "0.00", f"pinched: {row}")


def check_coverage(program, expect):
    def ratio(features, source=None):
        return judge(program, "coverage", [(X, Y, features)], source or SOURCE)[1]

    row = ratio(SOURCE)
    expect(row[2] == "1.0000" and row[3] == "0.0000" and row[6] == "0", f"all: {row}")
    expect(ratio([(None, [box(100, 100, 300, 200)])])[2] == "1.0000", "a group of all")
    row = ratio(SOURCE[:1])
    expect(row[2] == "0.5000" and row[6] == "1", f"half: {row}")
    row = ratio([SOURCE[0], SOURCE[0], SOURCE[1]])
    expect(row[2] == "1.0000" and row[3] == "0.5000", f"half of it twice: {row}")
    ring = [("a", [LEFT, HOLE])]
    expect(ratio(ring, ring)[2] == "1.0000", "a hole is no area")


def main():
    program = os.path.abspath(sys.argv[1])
    problems = []
    n_checks = 0

    def expect(is_so, words):
        nonlocal n_checks
        n_checks += 1
        if not is_so:
            problems.append(words)

    for check in (check_validity, check_agreement, check_slivers, check_coverage):
        check(program, expect)
    for words in problems:
        print(words)
    print(f"{n_checks - len(problems)} of {n_checks} verdicts are right")
    sys.exit(bool(problems))


main()
