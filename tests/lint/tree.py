"""The files of the project as the lint tests see them, and how a test ends."""
import os
import re
import sys

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SKIPPED = {".git", "build", "node_modules", "__pycache__", "corpus"}


def files(*suffixes, under=""):
    """Paths from the top of the tree, sorted."""
    found = []
    for folder, folders, names in os.walk(os.path.join(TOP, under)):
        folders[:] = [f for f in folders if f not in SKIPPED]
        for name in names:
            if name.endswith(suffixes):
                found.append(os.path.relpath(os.path.join(folder, name), TOP))
    return sorted(found)


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


# A comment, a text or a character literal, whichever begins first.
C_WORDS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_of(text):
    """C source without comments and texts; lines stay where they are."""

    def blank(match):
        piece = match.group(0)
        return '""' if piece[0] in "\"'" else re.sub(r"[^\n]", " ", piece)

    return C_WORDS.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def finish(problems, rule):
    """Print what breaks the rule and end the test."""
    for problem in problems:
        print(problem)
    print(f"{len(problems)} break the rule: {rule}" if problems else f"ok: {rule}")
    sys.exit(1 if problems else 0)
