/* What the page asks the server for. Addresses are relative to this file, so that the page works
   under any path of a proxy. */

const ROOT = new URL("..", import.meta.url);

export function addressOf(path) {
  return new URL(path, ROOT).href;
}

export function itemPath(collection, id) {
  return `collections/${encodeURIComponent(collection)}/items/${encodeURIComponent(id)}`;
}

async function getJson(path, signal) {
  const response = await fetch(addressOf(path), { headers: { Accept: "application/json" }, signal });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Error(problem.detail ?? `${path}: ${response.status} ${response.statusText}`);
  }
  return response.json();
}

export async function getTitle() {
  return (await getJson("?f=json")).title;
}

/** The collections that can be drawn, in the server's order: {id, title, description, bbox,
    featureCount, idField}. Without an idField the features are known by their place. */
export async function getCollections() {
  const { collections } = await getJson("collections?f=json");
  return collections
    .filter((c) => c.geometryType || c.itemType === "tile")
    .map((c) => ({ ...c, title: c.title ?? c.id, bbox: c.extent?.spatial?.bbox?.[0] }));
}

/** {styles: [{id, title}], default: id} */
export function getStyles() {
  return getJson("styles?f=json");
}

export function getStyle(id) {
  return getJson(`styles/${encodeURIComponent(id)}?f=mbs`);
}

/** A feature as GeoJSON. */
export function getItem(collection, id, signal) {
  return getJson(`${itemPath(collection, id)}?f=json`, signal);
}
