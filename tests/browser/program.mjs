/* The program under test: `node x.test.mjs PROGRAM SAMPLE_FOLDER OUTPUT_FOLDER DATA_FOLDER`. */

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const [PROGRAM, SAMPLE, OUTPUT, DATA] = process.argv.slice(2);
const SKIPPED = 77;
const LAYERS = ["parcels", "buildings", "streets", "addresses"];
const STARTS_WITHIN_MS = 30_000;

mkdirSync(OUTPUT, { recursive: true });

export function outputPath(name) {
  return join(OUTPUT, name);
}

/** Import files into a store; the store's path. */
export function importFiles(store, ...sources) {
  execFileSync(PROGRAM, ["import", ...sources, "--store", store, "--quiet"], { stdio: "inherit" });
  return store;
}

/** A folder with the sample town's store in it, and the path of a store that is not there yet. */
export function makeStores() {
  const folder = mkdtempSync(join(tmpdir(), "cassini-browser-"));
  const sources = LAYERS.map((layer) => join(SAMPLE, `${layer}.geojson`));
  const town = importFiles(join(folder, "town.sqlite"), ...sources);
  return { town, empty: join(folder, "empty.sqlite"), remove: () => rmSync(folder, { recursive: true }) };
}

export function dataPath(name) {
  return join(DATA, name);
}

/** Without what a test needs it is skipped; in CI it fails. */
export function skipUnless(isThere, words) {
  if (isThere) return;
  console.log(`${process.env.CI ? "FAILED" : "skipped"}: ${words}`);
  process.exit(process.env.CI ? 1 : SKIPPED);
}

/** Import a GeoJSON object as the layer of that name, with more options. */
export function importObject(store, layer, geojson, ...options) {
  const file = join(dirname(store), `${layer}.geojson`);
  writeFileSync(file, JSON.stringify(geojson));
  importFiles(store, file, ...options);
}

/** Import ready-made tiles: vector tiles as the layer `roads`, images as `photo`. */
export function importTiles(store) {
  const folder = dirname(store);
  execFileSync("python3", ["-B", "tile_archives.py", folder], { stdio: "inherit" });
  importFiles(store, join(folder, "roads.mbtiles"), join(folder, "photo.mbtiles"));
}

/** Serve a store on a free port: {url, stop()}; url without a slash at the end. */
export async function serve(store, ...options) {
  const args = ["serve", "--store", store, "--listen", "127.0.0.1:0", ...options];
  const server = spawn(PROGRAM, args, { stdio: ["ignore", "inherit", "pipe"] });
  const ended = new Promise((done) => server.once("exit", done));
  const url = await new Promise((done, fail) => {
    const lines = [];
    setTimeout(() => fail(new Error("the server does not start")), STARTS_WITHIN_MS).unref();
    server.once("exit", () => fail(new Error(`the server ended: ${lines.join("; ")}`)));
    createInterface(server.stderr).on("line", (line) => {
      lines.push(line);
      const ready = /^(http:\S+)\/ serves /.exec(line);
      if (ready) done(ready[1]);
    });
  });
  return {
    url,
    async stop() {
      server.kill("SIGTERM");
      await ended;
    },
  };
}
