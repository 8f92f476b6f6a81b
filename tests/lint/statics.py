"""No variable outlives a call: the objects of the rooms have nothing in .data or .bss.

   statics.py BUILD_FOLDER.  What is allowed, and why, stands in ALLOWED."""
import glob
import os
import re
import subprocess
import sys

from tree import finish

ROOMS = ("base", "store", "tiler", "importers", "exporters", "server", "cli")
ALLOWED = {
    ("cli/interrupt.c", "asked"): "a signal handler can reach no other",
}
# What compilers add, and the header of simdjson brings along.
NOT_OURS = ("__gcov", "__asan", "__odr_asan", "_ZN8simdjson")


def objects(build):
    for room in ROOMS:
        pattern = os.path.join(build, room, "**", "*.o")
        yield from glob.glob(pattern, recursive=True)


def source_of(path, build):
    """build/cli/CMakeFiles/commands.dir/interrupt.c.o is cli/interrupt.c"""
    return re.sub(r"CMakeFiles/[^/]+\.dir/", "", os.path.relpath(path, build))[:-2]


def variables(path):
    """Names of writable objects: those of type OBJECT or TLS in .data, .bss and their kin."""
    listing = subprocess.run(["readelf", "-SsW", path], capture_output=True, text=True,
                             check=True).stdout
    sections = dict(re.findall(r"^\s*\[\s*(\d+)\]\s+(\S+)", listing, re.M))
    for match in re.finditer(r"^\s*\d+: \S+\s+\S+\s+(OBJECT|TLS)\s+\S+\s+\S+\s+(\S+)\s+(\S+)$",
                             listing, re.M):
        section = sections.get(match[2], match[2])
        if section == "COM" or re.match(r"\.t?(data|bss)(?!\.rel\.ro)", section):
            yield match[3]


def main():
    build = sys.argv[1]
    problems = []
    n_objects = 0
    for path in sorted(objects(build)):
        n_objects += 1
        source = source_of(path, build)
        for name in variables(path):
            plain = re.sub(r"\.\d+$", "", name)
            if (source, plain) not in ALLOWED and not plain.startswith(NOT_OURS):
                problems.append(f"{source}: {plain} is a variable that outlives its call")
    if n_objects == 0:
        problems.append(f"{build}: no objects found")
    finish(problems, f"no globals in {n_objects} objects")


main()
