"""Real Shapefiles, good and odd: what is made of each, and that GDAL counts the same.

   shapefile_files.py PROGRAM FOLDER_OF_REAL_DATA [--large]

Without --large: every file of data/shapefile and of the cadastre's sheets, and a commune that is the
same as Shapefile and as GeoJSON. With it: layers of hundreds of thousands of polygons.
Ends with 77 (skipped) where the data is missing, unless CI is set."""
import csv
import glob
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zipfile

PROGRAM = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.abspath(sys.argv[2]), "data")
LARGE = "--large" in sys.argv

LDID = "WINDOWS-1252, by the .dbf's language driver (LDID)"
CONTENT = "UTF-8, by its content"
NOT_UTF8 = "WINDOWS-1252, by its content, which is not UTF-8"
CPG_LATIN1 = "ISO-8859-1, by the .cpg"
NO_DBF = "there is no .dbf"
NO_SHX = "there is no .shx"
MEASURES = "have measures (M)"

# Of each file: features, geometry, how its encoding is known (None: no table), and notes besides.
# "4326": it has a .prj; "": it has none, and is refused without --crs.
FILES = {
    "shapefile/fiona/coutwildrnp": (67, "Polygon", "4326", CPG_LATIN1),
    "shapefile/fiona/gre": (1, "Polygon", "4326", "UTF-8, by the .cpg"),
    "shapefile/mbostock/boolean-property": (9, "Point", "4326", LDID),
    "shapefile/mbostock/date-property": (3, "Point", "4326", LDID),
    "shapefile/mbostock/empty": (0, None, "", LDID),
    "shapefile/mbostock/ignore-properties": (3, "Point", "", None, NO_DBF, NO_SHX),
    "shapefile/mbostock/latin1-property": (1, "Point", "4326", LDID),
    "shapefile/mbostock/mixed-properties": (3, "Point", "4326", LDID),
    "shapefile/mbostock/multipointm": (1, "MultiPoint", "", None, NO_DBF, NO_SHX, MEASURES),
    "shapefile/mbostock/multipoints": (2, "MultiPoint", "4326", LDID),
    # Without its index only the numbers of records tell where the bytes between them end.
    "shapefile/mbostock/ne_10m_time_zones":
        (120, "MultiPolygon", "", None, NO_DBF, NO_SHX, "224 bytes of the .shp are no shapes"),
    "shapefile/mbostock/null": (9, "Point", "4326", LDID),
    "shapefile/mbostock/number-null-property": (4, "Polygon", "", CONTENT, NO_SHX),
    "shapefile/mbostock/number-property": (3, "Point", "4326", LDID),
    "shapefile/mbostock/pointm": (3, "Point", "", None, NO_DBF, NO_SHX, MEASURES),
    "shapefile/mbostock/points": (9, "Point", "4326", LDID),
    "shapefile/mbostock/polygonm": (1, "Polygon", "", None, NO_DBF, NO_SHX, MEASURES),
    "shapefile/mbostock/polygons": (3, "MultiPolygon", "4326", LDID),
    "shapefile/mbostock/polylinem": (2, "LineString", "", None, NO_DBF, NO_SHX, MEASURES),
    "shapefile/mbostock/polylines": (2, "MultiLineString", "4326", LDID),
    "shapefile/mbostock/singleton": (1, "Point", "", LDID, NO_SHX),
    "shapefile/mbostock/string-property": (3, "Point", "4326", LDID),
    "shapefile/mbostock/utf8-property": (1, "Point", "4326", "UTF-8, by the .cpg"),
    "shapefile/pyshp/blockgroups": (663, "MultiPolygon", "", LDID),
    "shapefile/pyshp/corrupt_too_long":
        (10, "LineString", "", CONTENT, "the .shp has 1145 bytes, its header says 1144"),
    "shapefile/pyshp/edit": (663, "MultiPolygon", "", CONTENT),
    "shapefile/pyshp/latin1": (1, "Polygon", "", NOT_UTF8, NO_SHX),
    "shapefile/pyshp/merge": (6630, "MultiPolygon", "", CONTENT),
    "shapefile/qgis-encodings/iso-8859-1": (1, "Point", "4326", CPG_LATIN1),
    "shapefile/qgis-encodings/iso-8859-1_ldid": (1, "Point", "4326", LDID),
    "shapefile/qgis-encodings/latin1": (1, "Point", "4326", CPG_LATIN1),
    "shapefile/qgis-encodings/system_encoding": (1, "Point", "4326", NOT_UTF8),
    "shapefile/qgis-encodings/utf8": (1, "Point", "4326", "UTF-8, by the .cpg"),
    "shapefile/qgis-encodings/windows-1252": (1, "Point", "4326", "WINDOWS-1252, by the .cpg"),
    "shapefile/qgis-encodings/windows-1252_ldid": (1, "Point", "4326", LDID),
    "cadastre/edigeo-shp-l93/25354_batiment": (252, "Polygon", "2154", CPG_LATIN1),
    "cadastre/edigeo-shp-l93/25354_borne": (1903, "Point", "2154", CPG_LATIN1),
    "cadastre/edigeo-shp-l93/25354_lieudit": (37, "Polygon", "2154", CPG_LATIN1),
    "cadastre/edigeo-shp-l93/25354_parcelle": (511, "Polygon", "2154", CPG_LATIN1),
    "cadastre/edigeo-shp-l93/25354_section": (8, "Polygon", "2154", CPG_LATIN1),
    "cadastre/edigeo-shp-l93/25354_subdfisc": (332, "Polygon", "2154", CPG_LATIN1),
    "cadastre/edigeo-shp-l93/25354_tline": (76, "MultiLineString", "2154", CPG_LATIN1),
}
REFUSED = {"shapefile/fiona/test_tin": "MultiPatch shapes (surfaces in space) are not read"}
# Three of its features reach some metres beyond the pole or the antimeridian.
REJECTED = {"shapefile/mbostock/ne_10m_time_zones": 3}


def check(holds, words):
    if not holds:
        print(f"FAILED: {words}")
        sys.exit(1)


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, check=False)


def ogrinfo(path):
    """How many features GDAL finds; None where it does not read the file."""
    found = re.search(r"^Feature Count: (\d+)", run("ogrinfo", "-so", "-al", path).stdout, re.M)
    return int(found.group(1)) if found else None


def check_file(name, features, geometry, epsg, encoding, *notes):
    path = os.path.join(DATA, name + ".shp")
    if not epsg and features:
        done = run(PROGRAM, "info", path)
        check(done.returncode != 0 and "there is no .prj" in done.stderr, f"{name}: {done}")
    done = run(PROGRAM, "info", path, "--json", "--max-features", "0",
               *([] if epsg else ["--crs", "EPSG:4326"]))
    check(done.returncode == 0, f"{name}: {done}")
    told = json.loads(done.stdout)
    check(told["features"] == features, f"{name}: {told['features']} features")
    check(told.get("geometry") == geometry or not features, f"{name}: {told.get('geometry')}")
    check(told.get("epsg") == int(epsg or 4326) or not features, f"{name}: EPSG {told.get('epsg')}")
    check(told["rejected"] == REJECTED.get(name, 0), f"{name}: {told['rejected']} rejected")
    wanted = [*notes, *([f"encoding: {encoding}"] if encoding else [])]
    check(len(told["notes"]) == len(wanted), f"{name}: notes {told['notes']}")
    for words in wanted:
        check(any(words in note for note in told["notes"]), f"{name}: '{words}' {told['notes']}")
    counted = ogrinfo(path)
    check(counted in (None, features), f"{name}: GDAL counts {counted}")
    return counted is not None


def check_table():
    for name, words in REFUSED.items():
        done = run(PROGRAM, "info", os.path.join(DATA, name + ".shp"))
        check(done.returncode != 0 and words in done.stderr, f"{name}: {done}")
    there = {os.path.relpath(path, DATA)[:-4]
             for folder in ("shapefile/*", "cadastre/edigeo-shp-l93")
             for path in glob.glob(os.path.join(DATA, folder, "*.shp"))}
    check(there == set(FILES) | set(REFUSED), f"files without a verdict: {there ^ set(FILES)}")
    n_compared = sum(check_file(name, *verdict) for name, verdict in FILES.items())
    print(f"{len(FILES) + len(REFUSED)} files, {n_compared} of them counted by GDAL too")


# ---- the same commune twice --------------------------------------------------------------------

def rings(wkt):
    return [[tuple(map(float, vertex.split())) for vertex in ring.split(",")]
            for ring in re.findall(r"\(([^()]+)\)", wkt)]


def gap(one, other):
    return max(max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in zip(one, other))


def rows_in_metres(store, layer, folder):
    """Rows by id, their geometry in Lambert-93, whatever the layer's own CRS."""
    path = os.path.join(folder, layer + ".csv")
    done = run("ogr2ogr", "-f", "CSV", "-lco", "GEOMETRY=AS_WKT", "-t_srs", "EPSG:2154", path,
               store, layer)
    check(done.returncode == 0, f"ogr2ogr: {done}")
    csv.field_size_limit(1 << 30)
    with open(path, newline="", encoding="utf-8") as f:
        return {row["id"]: row for row in csv.DictReader(f)}


def check_commune(folder):
    store = os.path.join(folder, "s.sqlite")
    for layer, source in (("shp", "cadastre-91216-parcelles-shp.zip"),
                          ("json", "cadastre-91216-parcelles.json.gz")):
        done = run(PROGRAM, "import", os.path.join(DATA, "cadastre", source), "--store", store,
                   "--layer", layer)
        check(done.returncode == 0, f"{source}: {done}")
    shp, geojson = (rows_in_metres(store, layer, folder) for layer in ("shp", "json"))
    check(len(shp) == 4241 and shp.keys() == geojson.keys(), "the ids differ")
    worst = 0
    for key, one in shp.items():
        other = geojson[key]
        for name in one.keys() - {"WKT"}:
            check(one[name] == other[name], f"{key}: {name} is '{one[name]}', not '{other[name]}'")
        mine, theirs = rings(one["WKT"]), rings(other["WKT"])
        check([len(r) for r in mine] == [len(r) for r in theirs], f"{key}: rings differ")
        worst = max(worst, *(min(gap(a, b), gap(a, b[::-1])) for a, b in zip(mine, theirs)))
    check(worst < 0.01, f"vertices lie {worst} m apart")
    print(f"{len(shp)} parcels are the same both ways, vertices to {worst:.1e} m")


# ---- large ones --------------------------------------------------------------------------------

def check_large(folder, archive, layer, features, repaired, epsg, encoding):
    store = os.path.join(folder, "s.sqlite")
    done = run(PROGRAM, "import", os.path.join(DATA, archive), "--store", store, "--layer", layer)
    check(done.returncode == 0, f"{archive}: {done}")
    check(f"{features:,} features" in done.stdout and f"EPSG:{epsg}" in done.stdout and
          f"{repaired} invalid geometries repaired" in done.stdout and
          f"encoding: {encoding}" in done.stdout and "rejected" not in done.stdout,
          f"{archive}: {done.stdout}")
    print(done.stdout, end="")
    return store


def check_names(store):
    """Names in UTF-8: those of the .dbf, read as Latin-1 by other means."""
    with zipfile.ZipFile(os.path.join(
            DATA, "shapefile/communes_fr_metro_l93_latin1-shp.zip")) as archive:
        table = archive.read("communes_fr_metro_l93_latin1.dbf")
    header, width = int.from_bytes(table[8:10], "little"), int.from_bytes(table[10:12], "little")
    fields, at = {}, 1
    for i in range(32, header - 1, 32):
        fields[table[i:i + 11].split(b"\0")[0].decode()] = (at, table[i + 16])
        at += table[i + 16]
    with sqlite3.connect(store) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(communes)")]
        for name, (start, size) in fields.items():
            check(name in columns, f"no column {name}")
            said = sorted(table[i + start:i + start + size].decode("latin-1").rstrip()
                          for i in range(header, header + 35228 * width, width))
            kept = sorted(row[0] or "" for row in database.execute(f'SELECT "{name}" FROM communes'))
            check(said == [str(value) for value in kept], f"{name}: texts differ")


def main():
    if not os.path.isdir(os.path.join(DATA, "shapefile")):
        print(f"{DATA} is missing")
        sys.exit(1 if os.environ.get("CI") else 77)
    folder = tempfile.mkdtemp(prefix="cassini-shapefile-")
    try:
        if LARGE:
            check_names(check_large(folder, "shapefile/communes_fr_metro_l93_latin1-shp.zip",
                                    "communes", 35228, 1, 2154, CPG_LATIN1))
            check_large(folder, "polygons/uk_oa_2011-shp.zip", "areas", 199346, 320, 4326,
                        "UTF-8, by the .cpg")
        else:
            check_table()
            check_commune(folder)
    finally:
        shutil.rmtree(folder)


main()
