"""Every file of the real data has its verdict: read, with so many features of such a geometry in such
a CRS, or refused with a reason that names what is wrong. A file that is not in the table fails too.

   every_source.py PROGRAM FOLDER_OF_REAL_DATA [--write]

The table is every_source.tsv: file, options, verdict. A verdict is one item for each layer, " ; "
between them: NAME FEATURES GEOMETRY CRS, then "repaired=N" and "rejected=N" where they are not 0,
then the encoding where it is told; or "refused: WORDS". --write replaces the verdicts by what the
program says, for the reviewer's eye. Of GeoJSON, GDAL must count the same features in the same CRS
(of the other formats csv_files.py, shapefile_files.py and gdal_files.py see to that). Ends with 77 (skipped) where the data is missing, unless CI is
set."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

PROGRAM = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.abspath(sys.argv[2]), "data")
WRITE = "--write" in sys.argv
HERE = os.path.dirname(os.path.realpath(__file__))
TABLE = os.path.join(HERE, "every_source.tsv")
SECONDS = 300

# GeoJSON that GDAL sees otherwise.
NOT_AS_GDAL = {
    "broken/geojsonhint/bad/multiple_problems.geojson": "it passes over features that are none",
    "shapefile/fiona/trio.seq": "it reads the first of the sequence",
}


def files():
    """The verdicts of others that lie beside the files are no sources."""
    for folder, folders, names in os.walk(DATA):
        folders.sort()
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), DATA)
            if not path.endswith(".result"):
                yield path


def layer_words(layer, path):
    if layer["status"] == "failed":
        return "refused: " + layer["error"].replace(DATA + "/", "").removeprefix(path + ": ")
    if "tiles" in layer:
        tiles = layer["tiles"]
        words = [layer["layer"], f"{tiles['tiles']} tiles", tiles["format"],
                 f"z{tiles['minZoom']}-{tiles['maxZoom']}"]
    else:
        geometry = layer.get("geometry") or "table"
        words = [layer["layer"], str(layer["read"]), geometry]
        if geometry != "table":
            words.append(f"EPSG:{layer['epsg']}")
    for key in ("repaired", "rejected"):
        if layer.get(key):
            words.append(f"{key}={layer[key]}")
    words += [note for note in layer.get("notes", []) if note.startswith("encoding: ")]
    return " ".join(words)


def differs_from_gdal(path, layers):
    """Why, or None; None too for what is no GeoJSON, or GDAL does not read."""
    if path in NOT_AS_GDAL or len(layers) != 1 or layers[0].get("format") != "geojson":
        return None
    source = ("/vsigzip/" if path.endswith(".gz") else "") + os.path.join(DATA, path)
    said = subprocess.run(["ogrinfo", "-ro", "-so", "-al", source], capture_output=True, text=True,
                          check=False, timeout=SECONDS).stdout
    counted = re.findall(r"^Feature Count: (\d+)", said, re.M)
    crs = re.findall(r'^    ID\["EPSG",(\d+)\]\]', said, re.M)
    crs = ["4326" if code == "4979" else code for code in crs]  # heights are left out
    mine = [str(layers[0]["read"])], [str(layers[0]["epsg"])] if layers[0].get("geometry") else crs
    if counted and mine != (counted, crs):
        return f"{path}: features and CRS {mine}, GDAL says {counted}, {crs}"
    return None if counted else f"{path}: GDAL does not count"


def verdict_of(path, options, folder):
    """(verdict, how it differs from GDAL's)"""
    command = [PROGRAM, "import", os.path.join(DATA, path), "--dry-run", "--json",
               "--max-rejects", "100%", "--store", os.path.join(folder, "none.sqlite")]
    done = subprocess.run(command + options.split(), capture_output=True, text=True, check=False,
                          timeout=SECONDS)
    if done.returncode not in (0, 1, 3):
        return f"exit code {done.returncode}: {done.stderr[-500:]}", None
    try:
        results = json.loads(done.stdout)["results"]
    except (json.JSONDecodeError, KeyError):
        results = []
    if not results:
        lines = [line for line in done.stderr.splitlines() if line.startswith("cassini: ")]
        words = lines[-1].replace(DATA + "/", "") if lines else "nothing was said"
        return "refused: " + words.removeprefix(f"cassini: import: {path}: "), None
    differs = differs_from_gdal(path, results) if shutil.which("ogrinfo") and not options else None
    return " ; ".join(layer_words(layer, path) for layer in results), differs


def read_table():
    table = {}
    with open(TABLE, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                path, options, verdict = line.rstrip("\n").split("\t")
                table.setdefault(path, []).append((options, verdict))
    return table


def write_table(table, found):
    with open(TABLE, encoding="utf-8") as lines:
        head = [line for line in lines if line.startswith("#")]
    with open(TABLE, "w", encoding="utf-8") as out:
        out.writelines(head)
        for path in sorted(table):
            for options, _ in table[path]:
                out.write(f"{path}\t{options}\t{found[path, options]}\n")


def main():
    if not os.path.isdir(DATA):
        print(f"{DATA} is missing")
        sys.exit(1 if os.environ.get("CI") else 77)
    table = read_table()
    sources = set(files())
    faults = [f"{path}: not there any more" for path in sorted(set(table) - sources)]
    for path in sorted(sources - set(table)):
        faults.append(f"{path}: not in the table")
        if WRITE:
            table[path] = [("", "")]
    rows = [(path, options) for path in sorted(table) for options, _ in table[path]]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        verdicts = list(pool.map(lambda row: verdict_of(*row, folder), rows))
        if os.listdir(folder):
            faults.append(f"a dry run left {os.listdir(folder)}")
    found = {row: verdict for row, (verdict, _) in zip(rows, verdicts)}
    faults += [differs for _, differs in verdicts if differs]
    if WRITE:
        write_table(table, found)
        return
    for path in sorted(table):
        for options, wanted in table[path]:
            if found[path, options] != wanted:
                faults.append(f"{path} {options}\n  wanted {wanted}\n  found  {found[path, options]}")
    print("\n".join(faults))
    print(f"{len(rows)} verdicts, {len(faults)} faults")
    sys.exit(1 if faults else 0)


main()
