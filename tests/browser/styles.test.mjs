/* Every style that the server makes is right by the style specification, and so are its addresses. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { featureFilter, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { importObject, importTiles, makeStores, serve } from "./program.mjs";

/* Besides the town's: the other names that the cadastre knows, and one that nobody knows, which has
   geometries of all kinds. */
const SQUARE = { type: "Polygon", coordinates: [[[2, 47], [2.01, 47], [2.01, 47.01], [2, 47.01], [2, 47]]] };
const KNOWN_LAYERS = ["water", "parks", "sections", "communes", "lieux_dits"];
const MIXED_LAYER = "sundry";
const LABELLED_LAYER = "plots";
const LINE = { type: "LineString", coordinates: [[2, 47], [2.01, 47.01]] };
const POINT = { type: "Point", coordinates: [2, 47] };

const collectionOf = (...geometries) => ({
  type: "FeatureCollection",
  features: geometries.map((geometry) => ({ type: "Feature", properties: { name: "A" }, geometry })),
});

let stores, server, styles;

async function getJson(path) {
  const response = await fetch(server.url + path);
  assert.equal(response.status, 200, path);
  return response.json();
}

before(async () => {
  stores = makeStores();
  for (const layer of KNOWN_LAYERS) importObject(stores.town, layer, collectionOf(SQUARE));
  importObject(stores.town, MIXED_LAYER, collectionOf(SQUARE, LINE, POINT));
  importObject(stores.town, LABELLED_LAYER, collectionOf(SQUARE), "--label", "name");
  importTiles(stores.town);
  server = await serve(stores.town);
  ({ styles } = await getJson("/styles?f=json"));
});

after(async () => {
  await server?.stop();
  stores?.remove();
});

test("there is a style for any store and one for a cadastre", () => {
  assert.deepEqual(styles.map((s) => s.id).sort(), ["cadastre", "default"]);
});

test("every style is valid, draws every collection, and leaves no word of its template", async () => {
  const { collections } = await getJson("/collections?f=json");
  for (const { id } of styles) {
    const style = await getJson(`/styles/${id}?f=mbs`);
    assert.deepEqual(validateStyleMin(style), [], id);
    assert.doesNotMatch(JSON.stringify(style), /\{(layer|color|server|id|source-layer|label-layer|label-geometry)\}/);
    const drawn = new Set(style.layers.map((layer) => layer.source));
    assert.equal(collections.length, 4 + KNOWN_LAYERS.length + 2 + 2);
    for (const collection of collections) assert.ok(drawn.has(collection.id), `${id}: ${collection.id}`);
    const types = style.layers.filter((layer) => layer.source === MIXED_LAYER).map((layer) => layer.type);
    assert.deepEqual(new Set(types), new Set(["fill", "line", "circle", "symbol"]));
  }
});

test("ready-made tiles are drawn: each layer inside of vector tiles, and images below all others", async () => {
  for (const { id } of styles) {
    const { layers, sources } = await getJson(`/styles/${id}?f=mbs`);
    const inside = layers.filter(({ source }) => source === "roads").map((layer) => layer["source-layer"]);
    assert.deepEqual(new Set(inside), new Set(["roads", "towns"]), id);
    assert.equal(new Set(layers.map((layer) => layer.id)).size, layers.length, `${id}: an id twice`);
    assert.deepEqual(sources.photo, { type: "raster", tileSize: 256, url: `${server.url}/xyz/photo.json` });
    const images = layers.findIndex(({ type }) => type === "raster");
    assert.ok(layers.slice(0, images).every(({ type }) => type === "background"), `${id}: images are not lowest`);
  }
});

test("polygons are labelled where their label points are", async () => {
  for (const { id } of styles) {
    const { layers } = await getJson(`/styles/${id}?f=mbs`);
    const labels = layers.filter(({ source, type }) => source === LABELLED_LAYER && type === "symbol");
    assert.deepEqual(labels.map((layer) => layer["source-layer"]), [`${LABELLED_LAYER}_label`], id);
    const { filter } = featureFilter(labels[0].filter, labels[0].id);
    const label = { type: 1, properties: { label: "A" } };
    assert.ok(filter({ zoom: 12 }, label) && !filter({ zoom: 12 }, { ...label, type: 3 }));
    assert.match(JSON.stringify(labels[0].layout["text-field"]), /\["get","label"\]/);
  }
});

/* The types of the style layers of one collection that draw a feature. */
function drawnBy(layers, source, feature) {
  const ours = layers.filter((layer) => layer.source === source && layer["source-layer"] === source);
  return ours.filter((layer) => featureFilter(layer.filter, layer.id).filter({ zoom: 9 }, feature)).map((layer) => layer.id);
}

test("groups are drawn as such: clusters with their count, blocks without borders", async () => {
  for (const { id } of styles) {
    const { layers } = await getJson(`/styles/${id}?f=mbs`);
    const drawn = (type, properties, featureId) =>
      drawnBy(layers, MIXED_LAYER, { type, id: featureId, properties }).map((name) => name.slice(MIXED_LAYER.length + 1));
    assert.deepEqual(drawn(1, { point_count: 12, n_sum: 7 }), ["cluster", "cluster-count"]);
    assert.deepEqual(drawn(1, { point_count: 3 }), ["cluster"]);
    assert.deepEqual(drawn(1, { name: "A" }, 7), ["point", "point-label"]);
    assert.deepEqual(drawn(3, { feature_count: 12 }), ["fill", "polygon-label"]);
    assert.deepEqual(drawn(3, { name: "A" }, 7), ["fill", "outline", "polygon-label"]);
    assert.deepEqual(drawn(2, { feature_count: 12 }), ["casing", "line", "line-label"]);
    /* Who has a field of that name is no group. */
    assert.deepEqual(drawn(1, { point_count: 12 }, 7), ["point", "point-label"]);
    assert.deepEqual(drawn(3, { feature_count: "many" }, 7), ["fill", "outline", "polygon-label"]);
  }
});

test("glyphs are there for what labels are written in, and nothing for the rest", async () => {
  for (const { id } of styles) {
    const style = await getJson(`/styles/${id}?f=mbs`);
    const stacks = style.layers.map((layer) => layer.layout?.["text-font"]).filter(Boolean);
    for (const stack of new Set(stacks.map((names) => names.join(",")))) {
      const address = (range) => style.glyphs.replace("{fontstack}", encodeURIComponent(stack)).replace("{range}", range);
      const latin = await fetch(address("0-255"));
      assert.equal(latin.status, 200);
      const bytes = new Uint8Array(await latin.arrayBuffer());
      const name = new TextDecoder().decode(bytes.slice(0, 64));
      assert.ok(bytes.length > 50_000 && name.includes(stack), `${stack}: ${bytes.length} bytes`);
      const rare = await fetch(address("65024-65279"));
      assert.deepEqual([rare.status, (await rare.arrayBuffer()).byteLength], [200, 0]);
      assert.equal((await fetch(address("1-256"))).status, 400);
    }
  }
});
