/* The server as OGC's executable test suites for Features 1.0 and Tiles 1.0 see it: a client that
   knows nothing but the landing page, asserts what they assert, in their order and with their headers
   (opengeospatial/ets-ogcapi-features10, ets-ogcapi-tiles10).

     node suites.mjs PROGRAM FOLDER_OF_TEST_DATA */
import { resolve } from "node:path";
import { serve } from "./server.mjs";

const [program, data] = process.argv.slice(2).map((path) => resolve(path));
const IMPORTS = [["fiji.geojson"], ["plots.geojson"], ["trees.geojson", "--time", "planted"],
  ["lambert.geojson", "--crs", "EPSG:2154"], ["notes.geojson"]];
const JSON_TYPES = "application/json, application/javascript, text/javascript, text/json";
const GEOJSON = "application/geo+json";
const JAVA_DEFAULT = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";
const OPENAPI = "application/vnd.oai.openapi+json;version=3.0";
const TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-";
const BOXES = [[-1.5, 50, 1.5, 53], [-80, -5, -70, 5], [177, 65, -177, 70], [-180, 85, 180, 90],
  [-180, -90, 180, -85]];

let n = 0;
let failed = 0;

function check(holds, words) {
  n++;
  if (holds) return;
  failed++;
  console.log(`FAILED: ${words}`);
}

async function get(url, accept = JSON_TYPES) {
  const answer = await fetch(url, { headers: { Accept: accept } });
  const text = await answer.text();
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: answer.status, headers: answer.headers, json, text };
}

const linksOf = (document, rel) => document.links.filter((link) => link.rel === rel);

function checkSelfAndAlternates(document, types, where) {
  const self = linksOf(document, "self");
  const alternates = linksOf(document, "alternate");
  check(self.length && self.every((l) => l.type), `${where}: self with type`);
  check(alternates.every((l) => l.type), `${where}: alternates with type`);
  for (const type of types)
    check([...self, ...alternates].some((l) => l.type === type), `${where}: a link of type ${type}`);
}

/* The landing page, the API document, conformance. */
async function checkCapabilities(base) {
  const landing = await get(base);
  check(landing.status === 200, "landing page");
  for (const rel of ["conformance", "data", "service-desc", "service-doc"])
    check(linksOf(landing.json, rel).length, `landing page: link ${rel}`);
  const description = linksOf(landing.json, "service-desc").find((l) => l.type === OPENAPI);
  check(description, "service-desc of exactly the type of OpenAPI 3.0");
  const api = await get(description.href, OPENAPI);
  check(api.status === 200 && api.json.openapi.startsWith("3.0"), "the API document");
  check(base.startsWith(api.json.servers[0].url), "servers[0].url is where the server is");
  for (const path of ["/conformance", "/collections"]) check(api.json.paths[path], `${path} in the API`);
  check(JSON.stringify(api.json).match(/"operationId":"[^"]*\.getTile"/), "an operationId with .getTile");
  const conformance = await get(base + "conformance");
  for (const name of ["ogcapi-features-1/1.0/conf/core", "ogcapi-tiles-1/1.0/conf/core"])
    check(conformance.json.conformsTo.some((c) => c.endsWith(name)), `conforms to ${name}`);
  return { landing: landing.json, api: api.json };
}

function checkParameters(api) {
  const items = Object.keys(api.paths).filter((path) => path.endsWith("/items"));
  check(items.length, "an items path");
  for (const path of items) {
    const named = (name) => api.paths[path].get.parameters.find((p) => p.name === name);
    for (const name of ["limit", "bbox", "datetime"]) {
      const p = named(name);
      check(p && p.in === "query" && !p.required && p.style === "form" && p.explode === false,
        `${path}: ${name} in query, optional, form, not exploded`);
    }
    const limit = named("limit").schema;
    check(limit.type === "integer" && limit.minimum >= 0 && limit.default >= 0, "limit's schema");
    const bbox = named("bbox").schema;
    check(bbox.type === "array" && bbox.minItems === 4 && bbox.maxItems === 6 &&
      bbox.items.type === "number", "bbox's schema");
    check(named("datetime").schema.type === "string", "datetime's schema");
  }
  return items.length && api.paths[items[0]].get.parameters.find((p) => p.name === "limit").schema;
}

const verticesOf = (geometry) =>
  !geometry ? []
  : geometry.geometries ? geometry.geometries.flatMap(verticesOf)
  : geometry.coordinates.flat(Infinity).reduce((all, v, i, flat) =>
      i % 2 ? all : [...all, [v, flat[i + 1]]], []);

/* What holds for every list of features. */
async function checkPage(url, limits, where) {
  const page = await get(url, GEOJSON);
  check(page.status === 200, `${where}: ${page.status}`);
  if (page.status !== 200) return undefined;
  check(page.headers.get("content-type").startsWith(GEOJSON), `${where}: content type`);
  const c = page.json;
  check(c.type === "FeatureCollection" && Array.isArray(c.features), `${where}: FeatureCollection`);
  check(c.numberReturned === c.features.length, `${where}: numberReturned`);
  check(!Number.isNaN(Date.parse(c.timeStamp)), `${where}: timeStamp`);
  checkSelfAndAlternates(c, [GEOJSON, "text/html"], where);
  for (const f of c.features.slice(0, 100))
    check(verticesOf(f.geometry).every(([x, y]) => Math.abs(x) <= 180 && Math.abs(y) <= 90),
      `${where}: ${f.id} in CRS84`);
  if (c.numberMatched !== undefined) await checkMatched(c, limits.maximum, where);
  return c;
}

/* The first page and at most four more add up; their query is taken apart and put together again. */
async function checkMatched(first, maximum, where) {
  let sum = first.numberReturned;
  let page = first;
  for (let i = 0; i < 4; i++) {
    const next = linksOf(page, "next")[0];
    if (!next) break;
    const url = new URL(next.href);
    const query = new URLSearchParams([...url.searchParams].filter(([key]) => key !== "limit"));
    query.set("limit", maximum);
    page = (await get(`${url.origin}${url.pathname}?${query}`, GEOJSON)).json;
    sum += page.numberReturned;
  }
  check(sum === first.numberMatched, `${where}: pages hold ${sum}, numberMatched ${first.numberMatched}`);
}

function meetsBox(feature, [west, south, east, north]) {
  const vertices = verticesOf(feature.geometry);
  if (!vertices.length) return true;
  const [x, y] = [vertices.map((v) => v[0]), vertices.map((v) => v[1])];
  const meets = (w, e) => Math.min(...x) <= e && Math.max(...x) >= w;
  const across = west > east ? meets(west, 180) || meets(-180, east) : meets(west, east);
  return across && Math.min(...y) <= north && Math.max(...y) >= south;
}

async function checkConditions(collection, items, limits) {
  for (const limit of [limits.minimum, Math.min(100, Math.floor((limits.minimum + limits.maximum) / 2))]) {
    const page = await checkPage(`${items}?limit=${limit}`, limits, `${items}?limit=${limit}`);
    check(page.features.length <= limit, `${items}: at most ${limit}`);
  }
  for (const box of [collection.extent?.spatial.bbox[0], ...BOXES].filter(Boolean)) {
    const bbox = box.map((v) => v.toFixed(7)).join("%2C");
    const page = await checkPage(`${items}?bbox=${bbox}&limit=10`, limits, `${items}?bbox=${bbox}`);
    check(page.features.every((f) => meetsBox(f, box)), `${items}: all meet ${bbox}`);
  }
  const begin = collection.extent?.temporal?.interval[0][0];
  for (const time of begin ? [begin, `${begin}/2021-01-01T00:00:00Z`, "2020-01-01/2020-01-03"] : [])
    await checkPage(`${items}?datetime=${time}&limit=10`, limits, `${items}?datetime=${time}`);
  check((await get(`${items}?limit=unlimited`)).status === 400, `${items}: invalid parameter`);
  check((await get(`${items}?unknownQueryParameter12345=1`)).status === 400, `${items}: unknown parameter`);
}

async function checkFeature(items, id) {
  const feature = await get(`${items}/${encodeURIComponent(id)}`, GEOJSON);
  check(feature.status === 200 && String(feature.json.id) === String(id), `feature ${id}`);
  checkSelfAndAlternates(feature.json, [GEOJSON, "text/html"], `feature ${id}`);
  check(linksOf(feature.json, "collection").every((l) => l.type), `feature ${id}: collection`);
}

async function checkFeatures(base, limits) {
  const { json: list } = await get(base + "collections");
  checkSelfAndAlternates(list, ["application/json", "text/html"], "collections");
  for (const collection of list.collections) {
    const one = (await get(`${base}collections/${collection.id}`)).json;
    for (const key of ["id", "title", "description", "extent"])
      check(JSON.stringify(one[key]) === JSON.stringify(collection[key]), `${collection.id}: same ${key}`);
    const link = linksOf(collection, "items").find((l) => l.type === GEOJSON);
    check(link, `${collection.id}: items as GeoJSON`);
    const first = await checkPage(`${link.href}&limit=10`, limits, `${collection.id}: items`);
    const items = link.href.split("?")[0];
    await checkConditions(collection, items, limits);
    for (const f of first.features) await checkFeature(items, f.id);
  }
  return list;
}

const fillIn = (href, z, row, col) =>
  href.replace("{tileMatrix}", z).replace("{tileRow}", row).replace("{tileCol}", col);

/* Every tile within the limits is 200, one outside is 400 or 404. */
async function checkTileset(tileset, deepest) {
  check(tileset.tileMatrixSetId && tileset.tileMatrixSetURI, "tileset: id and URI of its grid");
  const item = linksOf(tileset, "item")[0];
  check(item?.templated && item.href.includes(`/tiles/${tileset.tileMatrixSetId}/`), "tileset: template");
  for (const l of tileset.tileMatrixSetLimits.filter((limit) => Number(limit.tileMatrix) <= deepest))
    for (let row = l.minTileRow; row <= l.maxTileRow; row++)
      for (let col = l.minTileCol; col <= l.maxTileCol; col++) {
        const { status } = await get(fillIn(item.href, l.tileMatrix, row, col), JAVA_DEFAULT);
        check(status === 200, `tile ${l.tileMatrix}/${row}/${col}: ${status}`);
      }
  const [first] = tileset.tileMatrixSetLimits;
  for (const [row, col] of [[first.maxTileRow + 1, first.minTileCol], [2147483647, 2147483647]]) {
    const { status } = await get(fillIn(item.href, first.tileMatrix, row, col), JAVA_DEFAULT);
    check(status === 400 || status === 404, `tile ${first.tileMatrix}/${row}/${col}: ${status}`);
  }
}

async function checkTiles(landing, collections) {
  const sources = [landing, ...collections.filter((c) => c.extent?.spatial)];
  for (const source of sources) {
    const lists = source.links.filter((l) => l.rel.startsWith(TILESETS) && l.href.includes("f=json"));
    check(lists.length === 1 && /\/tiles(\?|$)/.test(lists[0].href), "a link to tilesets");
    const { json: list } = await get(lists[0].href);
    check(list.tilesets.length, "tilesets");
    for (const tileset of list.tilesets) {
      const self = linksOf(tileset, "self").find((l) => l.type === "application/json");
      check(self && (await get(self.href)).status === 200, "tileset: self");
      await checkTileset(tileset, source === landing ? 3 : 7);
    }
  }
}

const server = await serve(program, data, IMPORTS);
try {
  const { landing, api } = await checkCapabilities(`${server.url}/`);
  const limits = checkParameters(api);
  const { collections } = await checkFeatures(`${server.url}/`, limits);
  await checkTiles(landing, collections);
} finally {
  await server.stop();
}
console.log(`${n} assertions, ${failed} failed`);
process.exit(failed ? 1 : 0);
