/* PMTiles that Cassini has written, read by the format's own library: `pmtiles` of npm, and its protocol
   for MapLibre. Every tile is what the server serves.

   node --test pmtiles.test.mjs, with CASSINI (the program) and DATA (a folder of small files) */
import assert from "node:assert/strict";
import { openSync, readSync, closeSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { VectorTile } from "@mapbox/vector-tile";
import Pbf from "pbf";
import { Compression, PMTiles, Protocol, TileType } from "pmtiles";

import { Place } from "./server.mjs";

const { CASSINI, DATA } = process.env;
const TOP_ZOOM = 12;
const N_POINTS = 6000;
const place = new Place(CASSINI);
const files = [];
let server;

/** What the library reads bytes from. */
class File {
  constructor(path) {
    this.path = path;
    this.fd = openSync(path, "r");
    files.push(this.fd);
  }

  getKey() {
    return this.path;
  }

  async getBytes(offset, length) {
    const data = Buffer.alloc(length);
    const n = readSync(this.fd, data, 0, length, offset);
    return { data: data.buffer.slice(data.byteOffset, data.byteOffset + n) };
  }
}

function open(path) {
  return new PMTiles(new File(path));
}

async function served(layers, z, x, y) {
  const answer = await fetch(`${server.url}/xyz/${layers}/${z}/${x}/${y}.mvt`);
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

/** Whether there is a tile; it is the server's, and none where the server's is empty. */
async function check(archive, layers, z, x, y) {
  const [kept, wanted] = await Promise.all([archive.getZxy(z, x, y), served(layers, z, x, y)]);
  const found = kept ? Buffer.from(kept.data) : Buffer.alloc(0);
  assert.ok(found.equals(wanted), `tile ${z}/${x}/${y}: ${found.length} and ${wanted.length} bytes`);
  return found.length > 0;
}

function column(lon, z) {
  return Math.floor(((lon + 180) / 360) * 2 ** z);
}

function row(lat, z) {
  return Math.floor((0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * 2 ** z);
}

/** The same numbers in every run. */
function* noise(seed) {
  for (let n = seed; ; ) {
    n = (n * 1103515245 + 12345) % 2147483648;
    yield n / 2147483648;
  }
}

before(async () => {
  const random = noise(1793);
  const next = () => random.next().value;
  const points = [];
  for (let i = 0; i < N_POINTS; i++) {
    const coordinates = [next() * 360 - 180, next() * 160 - 80];
    points.push({ type: "Feature", id: i, properties: { i, text: "tree ".repeat(next() * 60) }, geometry: { type: "Point", coordinates } });
  }
  const path = place.path("points.geojson");
  writeFileSync(path, JSON.stringify({ type: "FeatureCollection", features: points }));
  place.importFiles(path, join(DATA, "plots.geojson"), join(DATA, "trees.geojson"), join(DATA, "walks.geojson"));
  server = await place.serve();
});

after(async () => {
  files.forEach((fd) => closeSync(fd));
  await server.stop();
  place.remove();
});

test("the header and the metadata say what is in it", async () => {
  const archive = open(place.export("plots.pmtiles", "--layers", "plots,trees", "--max-zoom", "14"));
  const h = await archive.getHeader();
  assert.equal(h.specVersion, 3);
  assert.equal(h.clustered, true);
  assert.equal(h.tileType, TileType.Mvt);
  assert.equal(h.tileCompression, Compression.Gzip);
  assert.equal(h.internalCompression, Compression.Gzip);
  assert.ok(h.rootDirectoryOffset + h.rootDirectoryLength <= 16384);
  assert.equal(h.leafDirectoryLength, 0);
  assert.equal(h.maxZoom, 14);
  assert.ok(h.minLon < h.centerLon && h.centerLon < h.maxLon);
  assert.ok(h.minLat < h.centerLat && h.centerLat < h.maxLat);
  assert.equal(h.centerZoom, h.minZoom);
  assert.ok(h.numAddressedTiles >= h.numTileEntries && h.numTileEntries >= h.numTileContents);
  const words = await archive.getMetadata();
  assert.equal(words.name, "plots, trees");
  assert.deepEqual(words.vector_layers.map((layer) => layer.id), ["plots", "trees"]);
  assert.equal(words.vector_layers[0].fields.area, "Number");
});

test("every tile of a small archive is the server's, and around it there is none", async () => {
  const layers = "plots,trees,walks";
  const archive = open(place.export("small.pmtiles", "--layers", layers, "--min-zoom", "0", "--max-zoom", `${TOP_ZOOM}`));
  const h = await archive.getHeader();
  let n = 0;
  for (let z = 0; z <= TOP_ZOOM; z++) {
    const clamp = (v) => Math.min(Math.max(v, 0), 2 ** z - 1);
    for (let x = clamp(column(h.minLon, z) - 1); x <= clamp(column(h.maxLon, z) + 1); x++)
      for (let y = clamp(row(h.maxLat, z) - 1); y <= clamp(row(h.minLat, z) + 1); y++)
        n += await check(archive, layers, z, x, y);
  }
  assert.equal(n, h.numAddressedTiles);
  assert.equal(await archive.getZxy(TOP_ZOOM + 1, 0, 0), undefined);
});

test("leaf directories lead to their tiles", async () => {
  const archive = open(place.export("points.pmtiles", "--layers", "points", "--min-zoom", "7", "--max-zoom", "9"));
  const h = await archive.getHeader();
  assert.ok(h.rootDirectoryOffset + h.rootDirectoryLength <= 16384);
  assert.ok(h.leafDirectoryLength > 0, `${h.numTileEntries} entries in the root`);
  const random = noise(1744);
  for (let i = 0, n = 0; n < 100; i++) {
    const z = 7 + (i % 3);
    const x = Math.floor(random.next().value * 2 ** z);
    const y = Math.floor(random.next().value * 2 ** z);
    n += await check(archive, "points", z, x, y);
    assert.ok(i < 20000);
  }
});

test("MapLibre's protocol gives TileJSON and tiles", async () => {
  const path = place.export("map.pmtiles", "--layers", "plots", "--max-zoom", "14");
  const protocol = new Protocol({ metadata: true });
  protocol.add(open(path));
  const tilejson = (await protocol.tile({ url: `pmtiles://${path}`, type: "json" }, new AbortController())).data;
  assert.equal(tilejson.maxzoom, 14);
  assert.deepEqual(tilejson.vector_layers.map((layer) => layer.id), ["plots"]);
  const [west, south] = tilejson.bounds;
  const [z, x, y] = [14, column(west + 1e-4, 14), row(south + 1e-4, 14)];
  const url = tilejson.tiles[0].replace("{z}", z).replace("{x}", x).replace("{y}", y);
  const answer = await protocol.tile({ url, type: "arrayBuffer" }, new AbortController());
  const tile = new VectorTile(new Pbf(answer.data));
  assert.ok(tile.layers.plots.length > 0);
  assert.ok(Buffer.from(answer.data).equals(await served("plots", z, x, y)));
});
