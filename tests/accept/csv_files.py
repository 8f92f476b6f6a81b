"""Real CSV files, good and bad: what Cassini makes of each, beside what GDAL counts in it.

   csv_files.py PROGRAM FOLDER_OF_REAL_DATA

csv_files.tsv is the table: file and options; features, and of those rejects (or "refused"); those
that GDAL counts ("-": it does not open the file, or opens it as something else); geometry; fields
and their types (or the words that say why the file is refused); words of a note.
Ends with 77 (skipped) where the data is missing, unless CI is set."""
import json
import os
import re
import shutil
import subprocess
import sys

PROGRAM = os.path.abspath(sys.argv[1])
DATA = os.path.join(sys.argv[2], "data")
TABLE = os.path.splitext(os.path.abspath(__file__))[0] + ".tsv"
FOLDERS = ["csv", "air-quality", "points"]


def info(name, options):
    return subprocess.run([PROGRAM, "info", "--json", "--max-features", "0", os.path.join(DATA, name),
                           *options],
                          capture_output=True, text=True, check=False)


def look(name, options):
    """The verdict as the table writes it: counts, geometry, fields; notes beside."""
    done = info(name, options)
    if done.returncode not in (0, 3):
        return ["refused", "", done.stderr.strip()], []
    found = json.loads(done.stdout)
    fields = ", ".join(f"{f['name']}:{f['type']}" for f in found["fields"])
    counts = f"{found['features']} {found['rejected']}"
    return [counts, found.get("geometry", "none"), fields], found.get("notes", [])


def gdal_count(name):
    path = os.path.join(DATA, name)
    if path.endswith(".gz"):
        path = "/vsigzip/" + path
    elif not path.endswith((".csv", ".tsv")):
        path = "CSV:" + path
    done = subprocess.run(["ogrinfo", "-ro", "-so", "-al", path], capture_output=True, text=True,
                          check=False)
    count = re.search(r"Feature Count: (\d+)", done.stdout)
    return count[1] if count and "using driver `CSV'" in done.stdout else "-"


def problems_of(row):
    source, counts, in_gdal, geometry, fields, note = row
    name, *options = source.split(" ")
    found, notes = look(name, options)
    wanted = [counts, geometry, fields]
    if found[0] == "refused" and fields in found[2]:
        found[2] = fields
    if found != wanted:
        yield f"{source}: {found} instead of {wanted}"
    if not any(note in n for n in notes or [""]):
        yield f"{source}: no note says '{note}': {notes}"
    if shutil.which("ogrinfo") and not options and gdal_count(name) != in_gdal:
        yield f"{source}: GDAL counts {gdal_count(name)} instead of {in_gdal}"


def files_of_data():
    for folder in FOLDERS:
        for at, _, names in os.walk(os.path.join(DATA, folder)):
            for name in names:
                path = os.path.relpath(os.path.join(at, name), DATA)
                if folder != "points" and folder != "air-quality" or ".csv" in name:
                    yield path


def main():
    if not os.path.isdir(DATA):
        print(f"{DATA} is missing")
        sys.exit(1 if os.environ.get("CI") else 77)
    with open(TABLE, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    listed = {row[0].split(" ")[0] for row in rows}
    problems = [f"{f}: is not in the table" for f in files_of_data() if f not in listed]
    for row in rows:
        problems += problems_of(row)
    print("\n".join(problems) or f"{len(rows)} verdicts")
    sys.exit(1 if problems else 0)


main()
