"""Every route, importer, fuzz target and option has its case."""
import os
import re

from tree import TOP, files, finish, read


def all_of(*suffixes, under):
    return "\n".join(read(f) for f in files(*suffixes, under=under))


def routes_without_case():
    """Each pattern of a route is asked for by a request in tests/http or tests/browser."""
    asked = all_of(".case", under="tests/http") + all_of(".mjs", ".py", under="tests/browser")
    paths = set(re.findall(r"/[^\s?\"'`#]*", asked))
    for path in files(".c", under="server"):
        for texts in re.findall(r'\.pattern\s*=\s*((?:"[^"]*"\s*)+)', read(path)):
            pattern = "".join(re.findall(r'"([^"]*)"', texts))
            parts = re.split(r"\{\w+\}", pattern)
            shape = re.compile("[^/]+".join(map(re.escape, parts)))
            if not any(shape.fullmatch(p) for p in paths):
                yield f"{path}: no request in tests/http/*.case asks for {pattern}"


def importers_without_case():
    """Each importer has a unit test that names it and a fuzz target."""
    units = all_of(".c", under="tests/unit")
    for path in files(".c", under="importers"):
        match = re.search(r"const struct importer \w+\s*=\s*\{.*?\.name\s*=\s*\"(\w+)\"",
                          read(path), re.S)
        if not match:
            continue
        if match[1] not in units:
            yield f"{path}: no unit test names the importer {match[1]}"
        if not os.path.exists(os.path.join(TOP, "tests/fuzz", f"fuzz_{match[1]}.c")):
            yield f"{path}: tests/fuzz/fuzz_{match[1]}.c is missing"


def fuzzers_without_corpus():
    for path in files(".c", under="tests/fuzz"):
        name = os.path.basename(path)[:-2]
        folder = os.path.join(TOP, "tests/fuzz/corpus", name)
        if name != "replay" and not (os.path.isdir(folder) and os.listdir(folder)):
            yield f"{path}: tests/fuzz/corpus/{name} has no input to replay"


def options_without_case():
    """Each option of cli/options.c is used in tests/cli or in the documents."""
    used = all_of(".case", ".py", ".c", under="tests") + all_of(".md", under="")
    table = re.search(r"option_table\[\] = \{(.*?)\n\};", read("cli/options.c"), re.S)[1]
    for name in re.findall(r'\{"([a-z-]+)",', table):
        if not re.search(rf"--{name}\b", used):
            yield f"cli/options.c: no test and no document uses --{name}"


def commands_without_case():
    cases = all_of(".case", under="tests/cli")
    for path in files(".c", under="cli"):
        match = re.search(r"const struct command \w+ = \{\s*\.name = \"([\w ]+)\"", read(path))
        if match and not re.search(rf"^run {match[1]}\b", cases, re.M):
            yield f"{path}: no case in tests/cli runs {match[1]}"


def main():
    problems = [*routes_without_case(), *importers_without_case(), *fuzzers_without_corpus(),
                *options_without_case(), *commands_without_case()]
    finish(problems, "every route, importer, fuzz target, option and command has its case")


main()
