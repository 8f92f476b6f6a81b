/* What the server says is what the published schemas want: OGC API Features and Tiles, 2D-TMS,
   TileJSON 3.0, OpenAPI 3.0.

     node schemas.mjs PROGRAM FOLDER_OF_TEST_DATA FOLDER_OF_SHARED_DATA

   Ends with 77 (skipped) where the schemas are missing, unless CI is set. */
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { serve } from "./server.mjs";

const [program, data, shared] = process.argv.slice(2).map((path) => resolve(path));
const schemas = join(shared, "conformance/schemas");
const IMPORTS = [
  ["plots.geojson", "--license", "https://example.org/licence", "--attribution", "City", "--keywords", "a,b"],
  ["trees.geojson", "--time", "planted"],
  ["walks.geojson"],
  ["fiji.geojson"],
  ["notes.geojson"],
  ["lambert.geojson", "--crs", "EPSG:2154"],
  ["MADE/roads.mbtiles"],
  ["MADE/photo.mbtiles"],
];

/* Of each document, the schemas that it must meet. (Those of Tiles for collections are no measure: in
   extent-uad.yaml a spatial extent must be a temporal one too.) */
const FEATURES = "http://features/schemas/";
const TILES = "http://tiles/schemas/";
const DOCUMENTS = [
  ["/", FEATURES + "landingPage.yaml", TILES + "common-core/landingPage.yaml"],
  ["/conformance", FEATURES + "confClasses.yaml", TILES + "common-core/confClasses.yaml"],
  ["/collections", FEATURES + "collections.yaml"],
  ...["plots", "trees", "notes", "fiji", "lambert"].flatMap((id) => [
    [`/collections/${id}`, FEATURES + "collection.yaml"],
    [`/collections/${id}/items`, FEATURES + "featureCollectionGeoJSON.yaml"],
    [`/collections/${id}/items?limit=1`, FEATURES + "featureCollectionGeoJSON.yaml"],
  ]),
  ["/collections/plots/items/007", FEATURES + "featureGeoJSON.yaml"],
  ["/collections/trees/items/1", FEATURES + "featureGeoJSON.yaml"],
  ["/collections/plots/items?limit=0", FEATURES + "exception.yaml"],
  ["/collections/plots/tiles/WebMercatorQuad", TILES + "tms/tileSet.yaml"],
  ["/collections/fiji/tiles/WebMercatorQuad", TILES + "tms/tileSet.yaml"],
  ...["roads", "photo"].flatMap((id) => [
    [`/collections/${id}`, FEATURES + "collection.yaml"],
    [`/collections/${id}/tiles/WebMercatorQuad`, TILES + "tms/tileSet.yaml"],
  ]),
  ["/tiles/WebMercatorQuad", TILES + "tms/tileSet.yaml"],
  ["/tileMatrixSets/WebMercatorQuad", TILES + "tms/tileMatrixSet.yaml"],
  ["/xyz/plots,trees,walks.json", "tilejson"],
  ["/xyz/roads.json", "tilejson"],
  ["/xyz/plots,roads.json", "tilejson"],
  ["/collections/plots/tiles/WebMercatorQuad?f=tilejson", "tilejson"],
];

/* Lists whose items have a schema of their own. */
const LISTS = [
  ["/collections/plots/tiles", "tilesets", TILES + "tms/tileSet-item.yaml"],
  ["/collections/photo/tiles", "tilesets", TILES + "tms/tileSet-item.yaml"],
  ["/tiles", "tilesets", TILES + "tms/tileSet-item.yaml"],
  ["/tileMatrixSets", "tileMatrixSets", TILES + "tms/tileMatrixSet-item.yaml"],
];

let failed = 0;

function check(holds, words) {
  if (holds) return;
  failed++;
  console.log(`FAILED: ${words}`);
}

function loadSchemas() {
  /* The schemas are of OpenAPI's dialect, or of whatever draft: not judged themselves. */
  const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
  addFormats(ajv);
  ajv.addFormat("integer", true);
  const load = (folder, base) => {
    for (const file of readdirSync(join(schemas, folder), { recursive: true })) {
      if (!file.endsWith(".yaml") || file.includes("dynamic/")) continue;
      const { $schema, ...schema } = parse(readFileSync(join(schemas, folder, file), "utf8"));
      /* RFC 7946, 3.2: a feature may have no geometry; the schema forgets it. */
      if (base + file === FEATURES + "featureGeoJSON.yaml")
        schema.properties.geometry = { anyOf: [schema.properties.geometry, { type: "null" }] };
      ajv.addSchema({ ...schema, $id: base + file });
    }
  };
  load("features-1.0.1", FEATURES);
  load("tiles", TILES);
  ajv.addSchema(JSON.parse(readFileSync(join(schemas, "tilejson-3.0.0.json"))), "tilejson");
  return ajv;
}

async function getJson(url, path) {
  return (await fetch(url + path, { headers: { Accept: "application/json" } })).json();
}

function checkSchema(ajv, path, document, schema) {
  const valid = ajv.getSchema(schema);
  check(valid(document), `${path} by ${schema}: ${ajv.errorsText(valid.errors)}`);
}

/* OGC's own definition: the same members, the numbers to the digits that it prints. */
async function checkTileMatrixSet(url) {
  const ours = await getJson(url, "/tileMatrixSets/WebMercatorQuad");
  const theirs = JSON.parse(readFileSync(join(schemas, "tms/WebMercatorQuad.json")));
  for (const key of ["id", "uri", "crs", "orderedAxes", "wellKnownScaleSet"])
    check(JSON.stringify(ours[key]) === JSON.stringify(theirs[key]), `${key} is ${ours[key]}`);
  check(ours.tileMatrices.length === theirs.tileMatrices.length, "as many tile matrices");
  theirs.tileMatrices.forEach((matrix, i) => {
    for (const [key, value] of Object.entries(matrix)) {
      const have = [ours.tileMatrices[i][key]].flat();
      const same = [value].flat().every((v, k) =>
        typeof v === "number" ? Math.abs(v - have[k]) <= 1e-11 * Math.abs(v) : v === have[k]);
      check(same, `matrix ${i}: ${key} is ${have}, not ${value}`);
    }
  });
}

async function checkOpenApi(url) {
  const result = await new Validator().validate(await getJson(url, "/api?f=json"));
  check(result.valid, `the API document: ${JSON.stringify(result.errors, null, 1)?.slice(0, 2000)}`);
}

if (!existsSync(schemas)) {
  console.log(`skipped: ${schemas} is missing`);
  process.exit(process.env.CI ? 1 : 77);
}
const ajv = loadSchemas();
const server = await serve(program, data, IMPORTS);
try {
  for (const [path, ...names] of DOCUMENTS) {
    const document = await getJson(server.url, path);
    for (const name of names) checkSchema(ajv, path, document, name);
  }
  for (const [path, member, name] of LISTS)
    for (const item of (await getJson(server.url, path))[member]) checkSchema(ajv, path, item, name);
  await checkTileMatrixSet(server.url);
  await checkOpenApi(server.url);
} finally {
  await server.stop();
}
console.log(`${DOCUMENTS.length + LISTS.length + 2} documents, ${failed} faults`);
process.exit(failed ? 1 : 0);
