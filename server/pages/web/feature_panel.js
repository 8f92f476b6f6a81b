/* The panel with the attributes of what was clicked; several features are paged through. */

import { $ } from "./screen.js";
import { addressOf, getItem, itemPath } from "./server.js";

const NAMES = ["name", "nom", "title", "label", "libelle", "numero", "number"];

/* The feature's public id, by which the server knows it, from what a tile says of it. Of ready-made
   tiles the server knows no features. */
function publicId({ id, properties }, { idField, itemType }) {
  if (itemType === "tile") return undefined;
  const value = idField ? properties[idField] : id;
  return value === undefined || value === null ? undefined : String(value);
}

/** What to put under the name of a feature: {layer, id, title, properties, geometry}. */
export function candidateOf(feature, collection) {
  const id = publicId(feature, collection);
  return { layer: collection.id, id, collection, properties: feature.properties, geometry: feature.geometry };
}

function titleOf(candidate) {
  const key = NAMES.find((name) => candidate.properties[name]);
  return String(candidate.id ?? candidate.properties[key] ?? candidate.collection.title);
}

function valueElement(value) {
  const cell = document.createElement("td");
  if (value === null || value === undefined || value === "") {
    cell.textContent = "–";
    cell.className = "empty";
  } else if (typeof value === "object") {
    const pre = document.createElement("pre");
    pre.textContent = JSON.stringify(value, null, 1);
    cell.append(pre);
  } else if (typeof value === "string" && /^https?:\/\/\S+$/.test(value)) {
    const link = document.createElement("a");
    Object.assign(link, { href: value, textContent: value, rel: "noopener noreferrer" });
    cell.append(link);
  } else {
    cell.textContent = value;
    if (typeof value === "number") cell.className = "number";
  }
  return cell;
}

function showRows(properties) {
  $("feature-rows").replaceChildren(
    ...Object.entries(properties).map(([key, value]) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      Object.assign(head, { scope: "row", textContent: key });
      row.append(head, valueElement(value));
      return row;
    }),
  );
}

/**
 * Returns {show(candidates), close()}.
 * onShow(candidate) is called with its best geometry, again when the server's has come;
 * onClose() when the panel closes; onZoom(geometry) for the button.
 */
export function featurePanel({ onShow, onClose, onZoom }) {
  let candidates = [];
  let at = 0;
  let asking;

  /* A tile's attributes and geometry are there at once; the server's are whole. */
  async function complete(candidate) {
    asking = new AbortController();
    try {
      const item = await getItem(candidate.layer, candidate.id, asking.signal);
      if (candidates[at] !== candidate) return;
      Object.assign(candidate, { properties: item.properties ?? {}, geometry: item.geometry });
      showRows(candidate.properties);
      onShow(candidate);
    } catch (error) {
      if (error.name !== "AbortError") console.info(`only what the tile has: ${error.message}`);
    }
  }

  function turnTo(index) {
    asking?.abort();
    at = (index + candidates.length) % candidates.length;
    const candidate = candidates[at];
    $("feature-title").textContent = titleOf(candidate);
    $("feature-title").dataset.layer = candidate.collection.title;
    $("feature-pager").hidden = candidates.length < 2;
    $("feature-place").textContent = `${at + 1} of ${candidates.length} here`;
    $("feature-link").hidden = candidate.id === undefined;
    $("feature-link").href = addressOf(`${itemPath(candidate.layer, candidate.id)}?f=html`);
    showRows(candidate.properties);
    $("feature-body").scrollTop = 0;
    $("feature").hidden = false;
    onShow(candidate);
    if (candidate.id !== undefined) complete(candidate);
  }

  function close() {
    if ($("feature").hidden) return;
    asking?.abort();
    candidates = [];
    $("feature").hidden = true;
    onClose();
  }

  $("feature-close").addEventListener("click", close);
  $("feature-previous").addEventListener("click", () => turnTo(at - 1));
  $("feature-next").addEventListener("click", () => turnTo(at + 1));
  $("feature-zoom").addEventListener("click", () => onZoom(candidates[at].geometry));
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());

  return {
    show(found) {
      candidates = found;
      turnTo(0);
    },
    close,
  };
}
