/* A server over small files, for the time of a test. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** {url, stop()}; `imports` are arguments of `cassini import`, paths from `folder`, or from MADE: what
    its tile_archives.py writes. */
export async function serve(program, folder, imports) {
  const place = mkdtempSync(join(tmpdir(), "cassini-ogc-"));
  const store = join(place, "s.sqlite");
  const made = spawnSync("python3", ["-B", join(folder, "tile_archives.py"), place]);
  if (made.status !== 0) throw new Error(`archives of tiles: ${made.stderr}`);
  for (const words of imports) {
    const args = words.map((word) => word.replace("MADE", place));
    const done = spawnSync(program, ["import", ...args, "--store", store, "--quiet"], { cwd: folder });
    if (done.status !== 0) throw new Error(`import ${args}: ${done.stderr}`);
  }
  const child = spawn(program, ["serve", "--store", store, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      const found = line.match(/(http:\/\/127\.0\.0\.1:\d+)\/ serves/);
      if (found) resolve(found[1]);
    });
    ended.then(() => reject(new Error("the server did not start")));
  });
  return {
    url,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(place, { recursive: true });
    },
  };
}
