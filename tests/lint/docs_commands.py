"""Runs every command of README.md and docs/: each ```sh block, in order, in a folder of its own.

   docs_commands.py PROGRAM SAMPLE_FOLDER

A document's blocks share one folder; there `cassini` is the program and the sample's files lie
ready under their names. A block that begins with ```sh no-test REASON is not run, but must be
shell. A command that ends in & runs until the document's end; 8080 becomes a port that is free.
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

from tree import files, finish, line_of, read

BLOCK = re.compile(r"^```sh([^\n]*)\n(.*?)^```", re.M | re.S)
SECONDS = 120


def blocks_of(path):
    """(line, why it is not run, commands)"""
    text = read(path)
    for match in BLOCK.finditer(text):
        words = match[1].split(None, 1)
        reason = words[1] if len(words) > 1 and words[0] == "no-test" else ""
        if words and not reason:
            reason = None
        yield line_of(text, match.start()), reason, match[2]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return str(s.getsockname()[1])


# What stands before a document's commands: failures end it, servers end with it, and a client that
# follows a server waits until it answers.
PRELUDE = """set -euo pipefail
trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT
curl() {{
  for _ in $(seq 100); do
    (: </dev/tcp/127.0.0.1/{port}) 2>/dev/null && break
    sleep 0.1
  done
  command curl --silent --show-error --fail "$@"
}}
"""


def run(path, blocks, program, sample):
    """The problems of one document."""
    port = free_port()
    script = PRELUDE.format(port=port)
    for line, _, commands in blocks:
        script += f'echo "{path}:{line}"\n' + commands.replace("8080", port) + "\n"
    with tempfile.TemporaryDirectory(prefix="cassini-docs-") as folder:
        for name in os.listdir(sample):
            if name.endswith(".geojson"):
                shutil.copy(os.path.join(sample, name), folder)
        environment = dict(os.environ, PATH=os.path.dirname(program) + ":" + os.environ["PATH"])
        try:
            done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=SECONDS, check=False, errors="replace")
        except subprocess.TimeoutExpired as late:
            return [f"{path}: not done after {SECONDS} seconds\n{late.output}"]
    return [f"{path}: a command failed\n{done.stdout}"] if done.returncode else []


def main():
    program, sample = map(os.path.abspath, sys.argv[1:3])
    problems, n_blocks = [], 0
    for path in [f for f in files(".md") if f == "README.md" or f.startswith("docs/")]:
        to_run = []
        for line, reason, commands in blocks_of(path):
            n_blocks += 1
            if reason is None:
                problems.append(f"{path}:{line}: after sh stands nothing, or no-test and a reason")
            elif reason:
                checked = subprocess.run(["bash", "-n"], input=commands, text=True, check=False,
                                         capture_output=True)
                if checked.returncode:
                    problems.append(f"{path}:{line}: {checked.stderr}")
            else:
                to_run.append((line, reason, commands))
        if to_run:
            problems += run(path, to_run, program, sample)
    finish(problems, f"the commands of the documents work ({n_blocks} blocks)")


main()
