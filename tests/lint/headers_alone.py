"""Each header compiles alone.   headers_alone.py BUILD_FOLDER COMPILER"""
import os
import subprocess
import sys

from tree import TOP, files, finish

ROOMS = ("base/", "store/", "tiler/", "importers/", "exporters/", "server/", "cli/")


def main():
    build, compiler = sys.argv[1], sys.argv[2]
    headers = [h for h in files(".h") if h.startswith(ROOMS)]
    flags = ["-std=c17", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic",
             "-Werror", "-I.", "-I" + build, "-I" + os.path.join(build, "tiler")]
    running = []
    problems = []

    def wait(header, process):
        words = process.communicate()[1].decode()
        if process.returncode:
            problems.append(f"{header}: does not compile alone\n{words}")

    for header in headers:
        source = f'#include "{header}"\ntypedef int a_unit_is_not_empty;\n'
        process = subprocess.Popen([compiler, "-x", "c", *flags, "-"], cwd=TOP,
                                   stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(source.encode())
        process.stdin.close()
        process.stdin = None
        running.append((header, process))
        if len(running) == 4:
            wait(*running.pop(0))
    for header, process in running:
        wait(header, process)
    finish(problems, f"each of {len(headers)} headers compiles alone")


main()
