"""Writes small archives of tiles into a folder, for the tests of what keeps and serves them.

   tile_archives.py FOLDER

    roads.mbtiles    vector tiles of zooms 0 to 2, layers `roads` and `towns`: gzip, zlib and plain
    roads.pmtiles    the same tiles, gzip
    photo.mbtiles    PNG images of zooms 0 and 1, one of them missing, through a view
    mixed.mbtiles    a PNG and a JPEG
    deep.mbtiles     one vector tile of zoom 4
    far.mbtiles      one vector tile of zoom 14
"""
import gzip
import json
import os
import sqlite3
import struct
import sys
import zlib

EXTENT = 4096


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def field(number, content):
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def zigzag(n):
    return n << 1 if n >= 0 else (-n << 1) - 1


def geometry(vertices, closed):
    x, y, out = 0, 0, []
    for i, (vx, vy) in enumerate(vertices):
        if i < 2:
            out.append((1 if i == 0 else len(vertices) - 1) << 3 | (1 if i == 0 else 2))
        out += [zigzag(vx - x), zigzag(vy - y)]
        x, y = vx, vy
    return b"".join(map(varint, out + [15] * closed))


POINT, LINE, POLYGON = 1, 2, 3


def layer(name, features):
    """features: (id, kind, vertices, properties of texts and whole numbers)"""
    keys, values, content = [], [], b""
    for number, kind, vertices, properties in features:
        tags = b""
        for key, value in properties.items():
            packed = field(1, value.encode()) if isinstance(value, str) else field(4, value)
            if key not in keys:
                keys.append(key)
            if packed not in values:
                values.append(packed)
            tags += varint(keys.index(key)) + varint(values.index(packed))
        content += field(2, field(1, number) + field(2, tags) + field(3, kind) +
                         field(4, geometry(vertices, kind == POLYGON)))
    content += b"".join(field(3, key.encode()) for key in keys)
    content += b"".join(field(4, value) for value in values)
    return field(3, field(15, 2) + field(1, name.encode()) + content + field(5, EXTENT))


def vector_tile(z, x, y):
    road = (7, LINE, [(-64, 100), (EXTENT + 64, 100)], {"name": f"road {z}/{x}/{y}", "lanes": 2})
    town = (8, POINT, [(2048, 2048)], {"name": "town"})
    return layer("roads", [road]) + (layer("towns", [town]) if z == 2 else b"")


def png(red, green, blue, side_px=256):
    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
    row = b"\0" + bytes([red, green, blue]) * side_px
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(row * side_px, 9)) + chunk(b"IEND", b""))


def mbtiles(path, metadata, tiles, through_view=False):
    """tiles: {(z, x, y): bytes}, y from the north."""
    if os.path.exists(path):
        os.remove(path)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE metadata (name text, value text)")
    db.executemany("INSERT INTO metadata VALUES (?, ?)", metadata.items())
    columns = "(zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
    db.execute(f"CREATE TABLE {'kept' if through_view else 'tiles'} {columns}")
    db.executemany(f"INSERT INTO {'kept' if through_view else 'tiles'} VALUES (?, ?, ?, ?)",
                   [(z, x, 2**z - 1 - y, data) for (z, x, y), data in tiles.items()])
    if through_view:
        db.execute("CREATE VIEW tiles AS SELECT * FROM kept")
    db.commit()
    db.close()


def hilbert(z, x, y):
    """The number of a tile in PMTiles."""
    number, side = (4**z - 1) // 3, 2**z // 2
    while side:
        right, down = int(x & side > 0), int(y & side > 0)
        number += side * side * (3 * right ^ down)
        if not down:
            if right:
                x, y = 2**z - 1 - x, 2**z - 1 - y
            x, y = y, x
        side //= 2
    return number


def pmtiles(path, metadata, tiles, kind=1, compression=2):
    numbered = sorted((hilbert(*at), data) for at, data in tiles.items())
    entries, data, last = [], b"", 0
    for number, content in numbered:
        entries.append((number - last, 1, len(content), len(data) + 1))
        data, last = data + content, number
    columns = list(zip(*entries))
    directory = gzip.compress(b"".join(map(varint, [len(entries)] + [
        v for column in columns for v in column])))
    words = gzip.compress(json.dumps(metadata).encode())
    at = 127
    header = b"PMTiles\3" + struct.pack(
        "<QQQQQQQQQQQBBBBBBiiiiBii", at, len(directory), at + len(directory), len(words),
        at + len(directory) + len(words), 0, at + len(directory) + len(words), len(data),
        len(tiles), len(tiles), len(tiles), 1, 2, compression, kind,
        min(z for z, _, _ in tiles), max(z for z, _, _ in tiles),
        -1800000000, -850000000, 1800000000, 850000000, 1, 0, 0)
    with open(path, "wb") as f:
        f.write(header + directory + words + data)


ALL = [(z, x, y) for z in range(3) for x in range(2**z) for y in range(2**z)]
VECTOR_LAYERS = [
    {"id": "roads", "fields": {"name": "String", "lanes": "Number"}, "minzoom": 0, "maxzoom": 2},
    {"id": "towns", "fields": {"name": "String"}, "description": "Towns", "minzoom": 2,
     "maxzoom": 2}]
PACKED = [lambda tile: gzip.compress(tile, mtime=0), zlib.compress, lambda tile: tile]


def main():
    folder = sys.argv[1]
    vector = {at: vector_tile(*at) for at in ALL}
    words = {"name": "Roads of a contractor", "attribution": "A contractor", "format": "pbf",
             "bounds": "-180,-85,180,85", "center": "2,48,1", "minzoom": "0", "maxzoom": "2",
             "json": json.dumps({"vector_layers": VECTOR_LAYERS})}
    mbtiles(os.path.join(folder, "roads.mbtiles"), words,
            {at: PACKED[i % 3](tile) for i, (at, tile) in enumerate(vector.items())})
    pmtiles(os.path.join(folder, "roads.pmtiles"),
            {"name": "Roads of a contractor", "vector_layers": VECTOR_LAYERS},
            {at: PACKED[0](tile) for at, tile in vector.items()})
    images = {(0, 0, 0): png(200, 0, 0), (1, 0, 0): png(0, 200, 0), (1, 1, 0): png(0, 200, 0),
              (1, 0, 1): png(0, 0, 200)}
    mbtiles(os.path.join(folder, "photo.mbtiles"), {"name": "A photo", "format": "png"}, images,
            through_view=True)
    mbtiles(os.path.join(folder, "mixed.mbtiles"), {"name": "Two formats"},
            {(1, 0, 0): png(9, 9, 9), (1, 1, 0): b"\xff\xd8\xff\xe0 not a whole picture"})
    mbtiles(os.path.join(folder, "deep.mbtiles"), {"name": "Deep"}, {(4, 9, 6): vector_tile(4, 9, 6)})
    mbtiles(os.path.join(folder, "far.mbtiles"), {"name": "Far"}, {(14, 0, 0): vector_tile(14, 0, 0)})


if __name__ == "__main__":
    main()
