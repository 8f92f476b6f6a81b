"""clang-format changes nothing.   format.py CLANG_FORMAT"""
import subprocess
import sys

from tree import TOP, files, finish


def main():
    sources = files(".c", ".h", ".cpp")
    done = subprocess.run([sys.argv[1], "--dry-run", "--Werror", *sources], cwd=TOP,
                          capture_output=True, text=True, check=False)
    changed = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "error:" in line})
    problems = [f"{path}: clang-format -i {path}" for path in changed]
    if done.returncode and not problems:
        problems = [done.stderr.strip()]
    finish(problems, f"{len(sources)} files are as clang-format writes them")


main()
