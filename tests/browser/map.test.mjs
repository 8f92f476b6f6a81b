/* The map page in a real browser: what one sees, clicks and links to. Keeps screenshots. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { boundsOf } from "./bounds.js";
import { launch, openPage, settled, skipWithoutChromium } from "./browser.mjs";
import { makeStores, outputPath, serve } from "./program.mjs";

skipWithoutChromium();

let stores, server, browser;

before(async () => {
  stores = makeStores();
  server = await serve(stores.town);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  stores?.remove();
});

async function getJson(path) {
  return (await fetch(server.url + path)).json();
}

const featuresOf = (page, layer) =>
  page.evaluate((source) => window.cassini.map.queryRenderedFeatures().filter((f) => f.source === source).length, layer);

/* Look at the first feature of a layer, from near. */
async function goTo(page, layer, zoom) {
  const { features } = await getJson(`/collections/${layer}/items?limit=1&f=json`);
  const box = boundsOf(features[0].geometry);
  const center = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  await page.evaluate(([at, z]) => window.cassini.map.jumpTo({ center: at, zoom: z }), [center, zoom]);
  await settled(page);
}

/* A point of the screen, away from the panels, where just these layers lie on top of each other. */
const pointOf = (page, ...layers) =>
  page.evaluate((wanted) => {
    const { map } = window.cassini;
    const { clientWidth: width, clientHeight: height } = map.getCanvas();
    for (let y = Math.round(height * 0.35); y < height * 0.85; y += 5) {
      for (let x = Math.round(width * 0.33); x < width * 0.66; x += 5) {
        const found = map.queryRenderedFeatures([[x - 5, y - 5], [x + 5, y + 5]]);
        const exact = map.queryRenderedFeatures([x, y]).map((f) => f.source);
        const here = found.every((f) => wanted.includes(f.source)) && wanted.every((l) => exact.includes(l));
        if (here) return { x, y, id: found[0].properties.id };
      }
    }
    throw new Error(`${wanted} is nowhere on the screen`);
  }, layers);

const textOf = (page, selector) => page.locator(selector).textContent();

test("it shows the town, its layers and their counts", async () => {
  const { page, faults, open, close } = await openPage(browser, server.url);
  await open(`${server.url}/map`);
  assert.ok((await featuresOf(page, "parcels")) > 500, "parcels");
  assert.ok((await featuresOf(page, "streets")) > 10, "streets");
  const rows = await page.locator("#layer-list li").allTextContents();
  assert.equal(rows.length, 4);
  const { featureCount } = await getJson("/collections/parcels?f=json");
  assert.equal(await textOf(page, "#layer-list li:has([name=parcels]) .count"), featureCount.toLocaleString("en"));
  assert.equal(await page.locator("#layer-list svg.symbol").count(), 4);
  await page.screenshot({ path: outputPath("map.png") });
  assert.deepEqual(faults, []);
  await close();
});

test("a click on a parcel shows its id and its attributes, and the address keeps it", async () => {
  const { page, faults, open, close } = await openPage(browser, server.url);
  await open(`${server.url}/map`);
  await goTo(page, "parcels", 17);
  const { x, y, id } = await pointOf(page, "parcels");
  await page.mouse.click(x, y);
  await page.waitForSelector("#feature:visible");
  assert.equal(await textOf(page, "#feature-title"), id);
  const item = await getJson(`/collections/parcels/items/${id}?f=json`);
  await page.waitForFunction((n) => document.querySelectorAll("#feature-rows tr").length === n, Object.keys(item.properties).length);
  assert.deepEqual(await page.locator("#feature-rows th").allTextContents(), Object.keys(item.properties));
  await settled(page);
  await page.screenshot({ path: outputPath("parcel.png") });

  const again = await openPage(browser, server.url);
  await again.open(page.url());
  await again.page.waitForSelector("#feature:visible");
  assert.equal(await textOf(again.page, "#feature-title"), id);
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#feature").isHidden());
  assert.doesNotMatch(page.url(), /feature=/);
  assert.deepEqual([...faults, ...again.faults], []);
  await again.close();
  await close();
});

test("what lies on top of each other is paged through", async () => {
  const { page, faults, open, close } = await openPage(browser, server.url);
  await open(`${server.url}/map#layers=parcels,buildings`);
  await goTo(page, "buildings", 18);
  const at = await pointOf(page, "buildings", "parcels");
  await page.mouse.click(at.x, at.y);
  await page.waitForSelector("#feature-pager:visible");
  assert.match(await textOf(page, "#feature-place"), /^1 of [2-9]/);
  const first = await textOf(page, "#feature-title");
  await page.click("#feature-next");
  assert.match(await textOf(page, "#feature-place"), /^2 of/);
  assert.notEqual(await textOf(page, "#feature-title"), first);
  assert.deepEqual(faults, []);
  await close();
});

test("a permalink brings back place, layers and style", async () => {
  const { page, faults, open, close } = await openPage(browser, server.url);
  const town = await getJson("/collections/parcels?f=json");
  const [west, south, east, north] = town.extent.spatial.bbox[0];
  const place = { lat: (south + north) / 2, lng: (west + east) / 2 };
  const hash = `map=16.5/${place.lat.toFixed(5)}/${place.lng.toFixed(5)}&layers=buildings,streets&style=default`;
  await open(`${server.url}/map#${hash}`);
  const seen = await page.evaluate(() => ({ zoom: window.cassini.map.getZoom(), ...window.cassini.map.getCenter() }));
  assert.equal(seen.zoom, 16.5);
  assert.ok(Math.abs(seen.lat - place.lat) < 1e-4 && Math.abs(seen.lng - place.lng) < 1e-4);
  assert.equal(await page.locator("#style").inputValue(), "default");
  const ticked = await page.locator("#layer-list input:checked").evaluateAll((boxes) => boxes.map((b) => b.name));
  assert.deepEqual(ticked.sort(), ["buildings", "streets"]);
  assert.equal(await featuresOf(page, "parcels"), 0);
  assert.ok((await featuresOf(page, "buildings")) > 5);

  await page.check("[name=parcels]");
  await settled(page);
  assert.ok((await featuresOf(page, "parcels")) > 5);
  await page.uncheck("[name=buildings]");
  await settled(page);
  assert.equal(await featuresOf(page, "buildings"), 0);
  assert.match(page.url(), /layers=[^&]*parcels/);
  assert.doesNotMatch(page.url(), /layers=[^&]*buildings/);
  await page.screenshot({ path: outputPath("default.png") });
  assert.deepEqual(faults, []);
  await close();
});

test("a link to a feature goes there; in another page it is a picture of it", async () => {
  const { features } = await getJson("/collections/parcels/items?limit=1&f=json");
  const { id, geometry } = features[0];
  const { page, faults, open, close } = await openPage(browser, server.url);
  const isAround = (frame) =>
    frame.evaluate(([west, south, east, north]) => {
      const view = window.cassini.map.getBounds();
      const isInside = view.contains([west, south]) && view.contains([east, north]);
      return isInside && window.cassini.map.getZoom() > 15;
    }, boundsOf(geometry));
  await open(`${server.url}/map#feature=parcels/${id}`);
  assert.ok(await isAround(page));
  assert.equal(await textOf(page, "#feature-title"), id);

  await page.goto(`${server.url}/collections/parcels/items/${id}?f=html`);
  await page.waitForFunction(() => window.frames[0]?.cassini);
  const frame = page.frames()[1];
  await settled(frame);
  assert.ok(await isAround(frame));
  assert.ok(await frame.locator("#feature").isHidden());
  assert.deepEqual(faults, []);
  await close();
});

test("a link to a feature that is no longer there says so, and the map is there", async () => {
  const { page, faults, open, close } = await openPage(browser, server.url);
  await open(`${server.url}/map#feature=parcels/gone`);
  assert.match(await textOf(page, "#status"), /gone/);
  assert.ok((await featuresOf(page, "parcels")) > 500);
  assert.ok(faults.length && faults.every((fault) => fault.includes("404")), `${faults}`);
  await close();
});

test("it goes to a layer, and works by keyboard alone", async () => {
  const { page, faults, open, close } = await openPage(browser, server.url);
  await open(`${server.url}/map#map=3/0/0`);
  await page.focus("#layer-list li:has([name=parcels]) button.zoom");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => window.cassini.map.getZoom() > 10 && !window.cassini.map.isMoving(), null, { timeout: 30_000 });
  await settled(page);
  assert.ok((await featuresOf(page, "parcels")) > 500);
  await goTo(page, "parcels", 17);
  await page.focus("#map canvas");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#feature:visible");
  assert.equal(await page.evaluate(() => document.activeElement.id), "feature-title");
  assert.deepEqual(faults, []);
  await close();
});

test("it fits a phone, in the dark too", async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, colorScheme: "dark" };
  const { page, faults, open, close } = await openPage(browser, server.url, phone);
  await open(`${server.url}/map`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  assert.ok(await page.locator("#layer-list").isHidden());
  await page.tap("#layers-toggle");
  assert.ok(await page.locator("#layer-list").isVisible());
  await page.tap("#layers-toggle");
  await goTo(page, "parcels", 17);
  const { x, y } = await pointOf(page, "parcels");
  await page.touchscreen.tap(x, y);
  await page.waitForSelector("#feature:visible");
  await settled(page);
  await page.screenshot({ path: outputPath("phone.png") });
  assert.deepEqual(faults, []);
  await close();
});

test("a store without layers says how to fill it", async () => {
  const empty = await serve(stores.empty, "--create");
  const { page, faults, open, close } = await openPage(browser, empty.url);
  await open(`${empty.url}/map`);
  assert.match(await textOf(page, "#hint"), /cassini import/);
  await page.screenshot({ path: outputPath("empty.png") });
  assert.deepEqual(faults, []);
  await close();
  await empty.stop();
});
