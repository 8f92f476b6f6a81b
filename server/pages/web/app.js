/* Starts the map page. `window.cassini` is {map, ready} for tests and for those who try things in
   the console: `ready` is the map once it is drawn for the first time. */

import { MapPage } from "./map_page.js";
import { $, foldList, say } from "./screen.js";
import { getCollections, getStyles, getTitle } from "./server.js";

function showHint() {
  $("hint").hidden = false;
  $("layers").hidden = true;
  $("hint-again").addEventListener("click", () => location.reload());
}

async function start() {
  const [title, collections, styles] = await Promise.all([getTitle(), getCollections(), getStyles()]);
  document.title = title ?? "Map";
  $("title").textContent = title ?? "Map";
  if (!collections.length) {
    showHint();
    return undefined;
  }
  const page = new MapPage(collections, styles);
  await page.follow(page.arrival);
  window.cassini.map = page.map;
  return new Promise((done) => {
    page.map.once("idle", () => done(page.map));
    page.map.triggerRepaint(); /* it may have been idle already */
  });
}

foldList();
window.cassini = { map: undefined };
window.cassini.ready = start().catch((error) => {
  say(`The map cannot be shown: ${error.message}`);
  throw error;
});
