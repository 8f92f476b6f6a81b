"""Calls and words that the style guide bans."""
import re

from tree import code_of, files, finish, line_of, read

ROOMS = ("base/", "store/", "tiler/", "importers/", "exporters/", "server/", "cli/")
CALLS = ("atoi atol atoll strtol strtoll strtoul strtoull sprintf vsprintf strcpy stpcpy strcat "
         "strncat strtok gmtime localtime asctime ctime alloca gets").split()
BANNED_CALL = re.compile(r"\b(" + "|".join(CALLS) + r")\s*\(")
EXIT_CALL = re.compile(r"\b(exit|_exit|abort|quick_exit)\s*\(")
WIDTHS = re.compile(r"\b(float|long)\b")
PROMISE = re.compile(r"\b(TODO|FIXME|XXX)\b")


def main():
    problems = []

    def find(pattern, path, text, words):
        for match in pattern.finditer(text):
            problems.append(f"{path}:{line_of(text, match.start())}: {match[1]}: {words}")

    for path in files(".c", ".h", ".cpp"):
        text = read(path)
        code = code_of(text)
        find(BANNED_CALL, path, code, "this call is banned")
        find(PROMISE, path, text, "a decision that is open is a NEEDSWORK, or no comment at all")
        if path.startswith(ROOMS):
            if not path.startswith("cli/"):
                find(EXIT_CALL, path, code, "only cli/ may end the program")
            if path.endswith(".h"):
                # What a library's own callback or the errno of a count wants is no interface.
                find(WIDTHS, path, code.replace("unsigned long long n_bytes", ""),
                     "our interfaces have fixed widths and doubles")
    for path in files(".py", ".sh", ".js", ".mjs", ".cmake", "CMakeLists.txt"):
        if not path.endswith("lint/words.py"):
            find(PROMISE, path, read(path), "a promise is no code")
    finish(problems, "no banned calls, words or widths")


main()
