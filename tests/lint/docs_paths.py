"""Every file of ours that a document names is there."""
import os
import re

from tree import TOP, files, finish, line_of, read

TOP_FOLDERS = ("base", "cli", "docker", "docs", "exporters", "importers", "mappings", "samples", "scripts", "server", "store",
               "styles", "tests", "tiler")
PATH = re.compile(r"(?<![\w./-])((?:" + "|".join(TOP_FOLDERS) + r")/[\w./*-]*[\w*/])")


def is_there(path):
    """A pattern's folder will do, and so will what stands for names yet to be: import_x.c."""
    if re.search(r"[*]|_x\.|/x\.|NNNN", path):
        path = os.path.dirname(path)
    return os.path.exists(os.path.join(TOP, path))


def main():
    problems = []
    for path in [f for f in files(".md") if f in ("README.md", "CONTRIBUTING.md")
                 or f.startswith("docs/")]:
        text = read(path)
        for match in PATH.finditer(text):
            if not is_there(match[1]):
                problems.append(f"{path}:{line_of(text, match.start())}: {match[1]} is not there")
    finish(problems, "every file that a document names is there")


main()
