/* A server over small files, for the time of a test. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** {url, stop()}; `imports` are arguments of `cassini import`, paths from `folder`. */
export async function serve(program, folder, imports) {
  const place = mkdtempSync(join(tmpdir(), "cassini-ogc-"));
  const store = join(place, "s.sqlite");
  for (const args of imports) {
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
