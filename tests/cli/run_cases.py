"""Runs the command line's cases.   run_cases.py PROGRAM FILE.case...

A case file is made of paragraphs, each a test that runs in a folder of its own with a copy of
tests/cli/data (and what the file's own `setup` lines make there):

    setup COMMAND             a shell command before each test of the file
    test WORDS                begins a test
    given COMMAND             a shell command before the program runs
    run ARGUMENTS             the program with these arguments, as a shell splits them
    code N                    its exit code (0 where no line says another)
    stdout WORDS              stdout contains these words
    stderr WORDS              stderr contains them
    no stdout | no stderr     nothing was written there
    one line                  stderr is one line
    unchanged FILE            the file's bytes are as before the run (also: still not there)
    json PATH VALUE           stdout is JSON, and at this path (a.b.0.c) stands this JSON value
    shell COMMAND             a shell command after the run succeeds

`run` may stand several times in a test; what follows it is about it.
"""
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
SECONDS = 60


def digest(path):
    if not os.path.exists(path):
        return None
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Case:
    """One test: its lines, and the last run's outcome."""

    def __init__(self, place, words):
        self.place, self.words, self.lines = place, words, []
        self.done, self.before, self.code_checked = None, {}, True

    def shell(self, command, folder, environment):
        done = subprocess.run(["bash", "-ec", command], cwd=folder, env=environment,
                              capture_output=True, text=True, timeout=SECONDS, check=False)
        return "" if done.returncode == 0 else f"{command}\n{done.stdout}{done.stderr}"

    def run(self, arguments, folder, environment):
        self.before = {line[1]: digest(os.path.join(folder, line[1]))
                       for line in self.lines if line[0] == "unchanged"}
        self.done = subprocess.run([environment["CASSINI"], *shlex.split(arguments)], cwd=folder,
                                   env=environment, capture_output=True, timeout=SECONDS,
                                   stdin=subprocess.DEVNULL, check=False)

    def check(self, verb, rest, folder, environment):
        """What is wrong, or an empty text."""
        stdout = self.done.stdout.decode(errors="replace")
        stderr = self.done.stderr.decode(errors="replace")
        said = f"\nexit code {self.done.returncode}\nstdout: {stdout[:2000]}\nstderr: {stderr[:2000]}"
        if verb == "code":
            return "" if self.done.returncode == int(rest) else f"exit code is not {rest}" + said
        if verb in ("stdout", "stderr"):
            there = stdout if verb == "stdout" else stderr
            return "" if rest in there else f"{verb} lacks '{rest}'" + said
        if verb == "no":
            return "" if not (stdout if rest == "stdout" else stderr) else f"{rest} is not empty" + said
        if verb == "one":
            return "" if stderr.count("\n") == 1 and stderr.endswith("\n") else "not one line" + said
        if verb == "unchanged":
            same = self.before[rest] == digest(os.path.join(folder, rest))
            return "" if same else f"{rest} has changed" + said
        if verb == "json":
            return self.check_json(rest, stdout) and self.check_json(rest, stdout) + said
        if verb == "shell":
            return self.shell(rest, folder, environment)
        return f"there is no '{verb}' in a case"

    @staticmethod
    def check_json(rest, stdout):
        path, wanted = rest.split(None, 1)
        try:
            value = json.loads(stdout)
            for step in path.split("."):
                value = value[int(step) if isinstance(value, list) else step]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            return f"json {path}: {error!r}"
        return "" if value == json.loads(wanted) else f"json {path} is {json.dumps(value)}"

    def play(self, folder, environment):
        """All lines in order; the first thing that is wrong, or an empty text."""
        lines = self.lines
        for at, (verb, rest) in enumerate(lines):
            if verb == "given":
                wrong = self.shell(rest, folder, environment)
            elif verb == "run":
                self.run(rest, folder, environment)
                behind = [v for v, _ in lines[at + 1:]]
                until = behind.index("run") if "run" in behind else len(behind)
                wrong = "" if "code" in behind[:until] else self.check("code", "0", folder, environment)
            else:
                wrong = self.check(verb, rest, folder, environment)
            if wrong:
                return wrong
        return ""


def read_cases(path):
    """(setup commands, cases)"""
    setup, cases = [], []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            verb, _, rest = line.strip().partition(" ")
            if not verb or verb.startswith("#"):
                continue
            if verb == "setup":
                setup.append(rest)
            elif verb == "test":
                cases.append(Case(f"{os.path.basename(path)}:{number}", rest))
            else:
                cases[-1].lines.append((verb, rest))
    return setup, cases


def play_file(path, program):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CASSINI_")}
    environment["CASSINI"] = program
    environment["PATH"] = os.path.dirname(program) + ":" + environment["PATH"]
    setup, cases = read_cases(path)
    n_failed = 0
    with tempfile.TemporaryDirectory(prefix="cassini-cli-") as root:
        model = os.path.join(root, "model")
        shutil.copytree(os.path.join(HERE, "data"), model)
        for command in setup:
            subprocess.run(["bash", "-ec", command], cwd=model, env=environment, check=True,
                           capture_output=True, timeout=SECONDS)
        for case in cases:
            folder = os.path.join(root, "case")
            shutil.copytree(model, folder)
            wrong = case.play(folder, environment)
            if wrong:
                n_failed += 1
                print(f"FAILED {case.place}: {case.words}\n{wrong}\n")
            shutil.rmtree(folder)
    print(f"{os.path.basename(path)}: {len(cases) - n_failed} of {len(cases)} as they should be")
    return n_failed


def main():
    program = os.path.abspath(sys.argv[1])
    sys.exit(1 if sum([play_file(path, program) for path in sys.argv[2:]]) else 0)


main()
