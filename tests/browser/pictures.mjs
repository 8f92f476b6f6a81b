/*
 * Screenshots of one place of a store in the map page, at several zooms, for a cartographer's eye.
 *
 *   node pictures.mjs PROGRAM STORE FOLDER NAME LON LAT ZOOM...
 *
 * Writes FOLDER/NAME-zZOOM.png and prints how long each view took.
 */

import { launch, openPage, settled, skipWithoutChromium } from "./browser.mjs";
import { outputPath, serve } from "./program.mjs";

skipWithoutChromium();

const [store, , name, lon, lat, ...zooms] = process.argv.slice(3);
const server = await serve(store);
const browser = await launch();
try {
  const { page, faults, open, close } = await openPage(browser, server.url);
  await open(`${server.url}/map`);
  for (const zoom of zooms.map(Number)) {
    const start_ms = performance.now();
    await page.evaluate(([at, z]) => window.cassini.map.jumpTo({ center: at, zoom: z }), [[Number(lon), Number(lat)], zoom]);
    await settled(page);
    const file = outputPath(`${name}-z${zoom}.png`);
    await page.screenshot({ path: file });
    console.log(`${file}: ${Math.round(performance.now() - start_ms)} ms`);
  }
  for (const fault of faults) console.log(`fault: ${fault}`);
  await close();
} finally {
  await browser.close();
  await server.stop();
}
