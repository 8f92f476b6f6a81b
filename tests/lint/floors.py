"""Includes go down a floor or stay in their room; outside headers come in by their doors."""
import fnmatch
import os
import re

from tree import TOP, files, finish, line_of, read

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def rules():
    floors, doors, free = {}, {}, set()
    for line in read("tests/lint/floors.txt").splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "floor":
            floors.update({room: int(words[1]) for room in words[2:]})
        elif words[0] == "door":
            doors[words[1].rstrip(":")] = words[2:]
        else:
            free.update(words[1:])
    return floors, doors, free


def room_of(path, floors):
    """The innermost room that holds the file."""
    folder = os.path.dirname(path)
    while folder and folder not in floors:
        folder = os.path.dirname(folder)
    return folder


def fault(path, quote, header, floors, doors, free):
    door = next((d for d in doors if fnmatch.fnmatch(header, d)), None)
    if door:
        inside = any(fnmatch.fnmatch(path, pattern) for pattern in doors[door])
        return "" if inside else f"{header} comes in only by {' '.join(doors[door])}"
    here, there = room_of(path, floors), room_of(header, floors)
    if there:
        if here == there or floors[there] < floors[here]:
            return ""
        return f"{header} is not below: {here} is on floor {floors[here]}, {there} on {floors[there]}"
    if quote == '"':
        beside = os.path.exists(os.path.join(TOP, os.path.dirname(path), header))
        return "" if beside and here == "tests" else f'"{header}" is not written from the top'
    return "" if header in free else f"<{header}> stands neither under a door nor among the free"


def main():
    floors, doors, free = rules()
    problems = []
    for path in files(".c", ".h", ".cpp"):
        if not room_of(path, floors):
            problems.append(f"{path}: stands in no room of floors.txt")
            continue
        text = read(path)
        for match in INCLUDE.finditer(text):
            words = fault(path, match[1], match[2], floors, doors, free)
            if words:
                problems.append(f"{path}:{line_of(text, match.start())}: {words}")
    finish(problems, "includes go down, outside headers come in by their doors")


main()
