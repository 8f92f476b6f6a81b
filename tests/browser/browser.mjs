/* A headless Chromium that draws WebGL in software and reaches nothing but this machine. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { skipUnless } from "./program.mjs";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const READY_WITHIN_MS = 60_000;

export function skipWithoutChromium() {
  skipUnless(existsSync(CHROMIUM), `there is no ${CHROMIUM}`);
}

export function launch() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox", /* tests run as root in containers */
      "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

/**
 * A page whose faults are collected: {page, faults, open(url), close()}. Faults are requests that
 * leave `origin` or fail, answers that are errors, and errors and warnings on the console.
 */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const faults = [];
  const isLocal = (url) => url.startsWith(origin) || url.startsWith("blob:") || url.startsWith("data:");
  page.on("request", (r) => isLocal(r.url()) || faults.push(`leaves the host: ${r.url()}`));
  page.on("response", (r) => r.status() >= 400 && faults.push(`${r.status()}: ${r.url()}`));
  page.on("requestfailed", (r) => {
    /* Tiles that are no longer wanted are given up: no fault. */
    if (r.failure()?.errorText !== "net::ERR_ABORTED") faults.push(`failed: ${r.url()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (m) => {
    /* The software renderer is slow to hand out pixels, and says so. */
    const isFault = ["error", "warning"].includes(m.type()) && !m.text().includes("GL Driver Message");
    if (isFault) faults.push(`console: ${m.text()}`);
  });
  return {
    page,
    faults,
    async open(url) {
      await page.goto(url);
      await settled(page);
    },
    close: () => context.close(),
  };
}

/** Wait until all that the map wants is loaded and drawn. */
export async function settled(page) {
  const state = await page.evaluate(async (limit_ms) => {
    const late = new Promise((done) => setTimeout(() => done("late"), limit_ms));
    const map = await window.cassini.ready;
    if (!map) return "no map";
    const idle = new Promise((done) => {
      map.once("idle", () => done("idle"));
      map.triggerRepaint();
    });
    return Promise.race([idle, late]);
  }, READY_WITHIN_MS);
  if (state === "late") throw new Error(`the map is not ready after ${READY_WITHIN_MS} ms`);
  return state;
}
