/* The program under test: `node x.test.mjs PROGRAM SAMPLE_FOLDER OUTPUT_FOLDER`. */

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const [PROGRAM, SAMPLE, OUTPUT] = process.argv.slice(2);
const LAYERS = ["parcels", "buildings", "streets", "addresses"];
const STARTS_WITHIN_MS = 30_000;

mkdirSync(OUTPUT, { recursive: true });

export function outputPath(name) {
  return join(OUTPUT, name);
}

/** A folder with the sample town's store in it, and the path of a store that is not there yet. */
export function makeStores() {
  const folder = mkdtempSync(join(tmpdir(), "cassini-browser-"));
  const town = join(folder, "town.sqlite");
  const sources = LAYERS.map((layer) => join(SAMPLE, `${layer}.geojson`));
  execFileSync(PROGRAM, ["import", ...sources, "--store", town, "--quiet"], { stdio: "inherit" });
  return { town, empty: join(folder, "empty.sqlite"), remove: () => rmSync(folder, { recursive: true }) };
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
