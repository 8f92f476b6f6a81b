"""Each rule finds what breaks it: the lint tests run on a tiny tree with one fault each.

   rules_bite.py CLANG_FORMAT COMPILER"""
import os
import shutil
import subprocess
import sys
import tempfile

from tree import TOP, finish, read

CLANG_FORMAT, COMPILER = sys.argv[1:3]
LONG_FUNCTION = "int f(void)\n{\n" + "    f();\n" * 121 + "}\n"

# rule, its arguments, file, text, what must be said
FAULTS = [
    ("floors", [], "tiler/a.c", '#include "importers/import.h"\n', "is not below"),
    ("floors", [], "store/a.c", '#include "cli/options.h"\n', "is not below"),
    ("floors", [], "server/ogc/a.c", '#include "server/server.h"\n', "is not below"),
    ("floors", [], "tiler/a.c", "#include <sqlite3.h>\n", "comes in only by store/spatialite_"),
    ("floors", [], "base/a.c", "#include <lmdb.h>\n", "neither under a door"),
    ("floors", [], "base/a.c", '#include "a.h"\n', "is not written from the top"),
    ("floors", [], "extra/a.c", "int f(void);\n", "stands in no room"),
    ("headers_alone", [".", COMPILER], "base/a.h", "size_t f(void);\n", "does not compile alone"),
    ("format", [CLANG_FORMAT], "base/a.c", "int  f(void);\n", "clang-format -i base/a.c"),
    ("words", [], "base/a.c", "int x = atoi(y);\n", "atoi: this call is banned"),
    ("words", [], "base/a.c", "f(exit(1));\n", "only cli/ may end the program"),
    ("words", [], "base/a.h", "int f(long n);\n", "fixed widths"),
    ("words", [], "base/a.c", "/* TO" "DO */\n", "NEEDSWORK"),
    ("lengths", [], "base/a.c", "\n" * 501, "501 lines"),
    ("lengths", [], "base/a.c", LONG_FUNCTION, "a function of 121 lines"),
    ("sources", [], "base/a.c", "int f(void);\n", "stands in no CMake file"),
    ("docs_paths", [], "docs/a.md", "See `base/gone.c`.\n", "base/gone.c is not there"),
]

# The same, where there is nothing to find.
INNOCENT = [
    ("floors", [], "tiler/a.c", '#include "store/layer.h"\n#include "tiler/b.h"\n#include <math.h>\n'),
    ("words", [], "base/a.c", '/* strcpy() */ char *s = "atoi(x)";\n'),
    ("lengths", [], "base/a.c", "\n" * 500),
]


def lint(rule, arguments, path, text):
    """Exit code and words of a rule on a tree of this one file."""
    with tempfile.TemporaryDirectory(prefix="cassini-lint-") as top:
        shutil.copytree(os.path.join(TOP, "tests/lint"), os.path.join(top, "tests/lint"))
        with open(os.path.join(top, ".clang-format"), "w", encoding="utf-8") as f:
            f.write(read(".clang-format"))
        os.makedirs(os.path.join(top, os.path.dirname(path)))
        with open(os.path.join(top, path), "w", encoding="utf-8") as f:
            f.write(text)
        done = subprocess.run([sys.executable, "-B", f"tests/lint/{rule}.py", *arguments], cwd=top,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


def main():
    problems = []
    for rule, arguments, path, text, words in FAULTS:
        code, said = lint(rule, arguments, path, text)
        if code != 1 or words not in said:
            problems.append(f"{rule} does not find: {path}: {text[:60]!r}\n{said}")
    for rule, arguments, path, text in INNOCENT:
        code, said = lint(rule, arguments, path, text)
        if code != 0:
            problems.append(f"{rule} finds what is not there: {path}: {text[:60]!r}\n{said}")
    finish(problems, f"rules find what breaks them ({len(FAULTS)} faults)")


main()
