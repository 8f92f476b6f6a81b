"""Every source file is built: it stands in a CMake file of its folder or above."""
import os
import re

from tree import files, finish, read


def lists_above(path):
    """Names in the CMake files beside the source and in every folder above it."""
    folder = os.path.dirname(path)
    words = set()
    while True:
        here = [f for f in files("CMakeLists.txt", ".cmake", under=folder)
                if os.path.dirname(f) == folder]
        for f in here:
            words.update(re.findall(r"[\w./-]+", read(f)))
        if not folder:
            return words
        folder = os.path.dirname(folder)


def main():
    problems = []
    known = {}
    for path in files(".c", ".cpp"):
        folder = os.path.dirname(path)
        words = known.setdefault(folder, lists_above(path))
        base = os.path.basename(path)
        names = {base}
        if path.startswith("tests/"):  # cassini_unit_test(test_x), or a loop over x
            stem = base.rsplit(".", 1)[0]
            names |= {stem, stem.removeprefix("test_"), stem.removeprefix("fuzz_")}
        if not names & {w.rsplit("/", 1)[-1] for w in words}:
            problems.append(f"{path}: stands in no CMake file")
    finish(problems, "every source is built")


main()
