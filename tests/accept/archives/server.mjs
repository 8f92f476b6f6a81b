/* A store of small files, archives of it, and a server of it, for the time of a test. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export class Place {
  constructor(program) {
    this.program = program;
    this.folder = mkdtempSync(join(tmpdir(), "cassini-archives-"));
    this.store = this.path("s.sqlite");
  }

  path(name) {
    return join(this.folder, name);
  }

  #run(...args) {
    execFileSync(this.program, args, { stdio: ["ignore", "ignore", "inherit"] });
  }

  importFiles(...sources) {
    this.#run("import", ...sources, "--store", this.store, "--quiet");
  }

  /** The archive's path. */
  export(name, ...options) {
    this.#run("export", "--store", this.store, "--output", this.path(name), "--quiet", "--gzip-level", "4", ...options);
    return this.path(name);
  }

  /** {url, stop()} */
  async serve() {
    const args = ["serve", "--store", this.store, "--listen", "127.0.0.1:0"];
    const child = spawn(this.program, args, { stdio: ["ignore", "ignore", "pipe"] });
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
      },
    };
  }

  remove() {
    rmSync(this.folder, { recursive: true });
  }
}
