/* A real commune, as the cadastre delivers it, on the map. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { launch, openPage, settled, skipWithoutChromium } from "./browser.mjs";
import { dataPath, importFiles, makeStores, outputPath, serve, skipUnless } from "./program.mjs";

const SOURCE = dataPath("cadastre/cadastre-91216-parcelles.json.gz");
const PARCELS = 4241;
const PARCEL = "91216000AN0380";

skipWithoutChromium();
skipUnless(existsSync(SOURCE), `there is no ${SOURCE}`);

test("MapLibre shows the parcels of a real commune", async () => {
  const stores = makeStores();
  const server = await serve(importFiles(join(dirname(stores.town), "commune.sqlite"), SOURCE));
  const browser = await launch();
  const { page, faults, open } = await openPage(browser, server.url);
  await open(`${server.url}/map`);
  assert.equal(await page.locator(".count").textContent(), PARCELS.toLocaleString("en"));
  const countIds = () =>
    page.evaluate(() => new Set(window.cassini.map.queryRenderedFeatures().map((f) => f.properties.id)).size);
  /* The smallest are drawn in blocks, which tell how many they stand for. */
  const n_alone = await countIds();
  const n_in_blocks = await page.evaluate(() =>
    window.cassini.map.queryRenderedFeatures().reduce((n, f) => n + (f.layer.type === "fill" && f.properties.feature_count || 0), 0));
  assert.ok(n_alone > 100 && n_alone <= PARCELS, `${n_alone} parcels in the first view`);
  assert.ok(n_alone + n_in_blocks > PARCELS / 2, `${n_alone} parcels and ${n_in_blocks} in blocks in the first view`);
  await page.screenshot({ path: outputPath("commune.png") });

  await page.goto("about:blank");
  await open(`${server.url}/map#feature=parcelles/${PARCEL}`);
  await settled(page);
  assert.ok((await countIds()) > 10);
  assert.equal(await page.locator("#feature-rows tr").count(), 9);
  assert.equal(await page.locator("#feature-rows tr:has(th:text-is('contenance')) td").textContent(), "8430");
  await page.screenshot({ path: outputPath("commune_parcel.png") });
  assert.deepEqual(faults, []);
  await browser.close();
  await server.stop();
  stores.remove();
});
