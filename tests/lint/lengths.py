"""Files of at most 500 lines, functions of at most 120."""
from tree import files, finish, read

FILE_LINES = 500
FUNCTION_LINES = 120


def functions(lines):
    """(first line, last line) of what stands between braces of their own at the margin."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number
            start = None


def main():
    problems = []
    for path in files(".c", ".h", ".cpp", ".py", ".sh", ".js", ".mjs", ".css", ".html"):
        lines = read(path).splitlines()
        if len(lines) > FILE_LINES:
            problems.append(f"{path}: {len(lines)} lines, {FILE_LINES} are the limit")
        if path.endswith((".c", ".cpp")):
            for start, end in functions(lines):
                if end - start - 1 > FUNCTION_LINES:
                    problems.append(f"{path}:{start}: a function of {end - start - 1} lines, "
                                    f"{FUNCTION_LINES} are the limit")
    finish(problems, f"files up to {FILE_LINES} lines, functions up to {FUNCTION_LINES}")


main()
