/* The map page: wires the map, the list of layers, the choice of style and the feature's panel.
   `window.cassini` is {map, ready} for tests and for those who try things in the console. */

import { AttributionControl, Map as GlMap, NavigationControl, ScaleControl } from "./maplibre-gl.mjs";
import { boundsOf, unionOf } from "./bounds.js";
import { candidateOf, featurePanel } from "./feature_panel.js";
import { layerList } from "./layer_list.js";
import { readPermalink, writePermalink } from "./permalink.js";
import { isSelectionLayer, selection } from "./selection.js";
import { getCollections, getItem, getStyle, getStyles, getTitle } from "./server.js";

const $ = (id) => document.getElementById(id);
const CLICK_TOLERANCE_PX = 4;
const isPhone = matchMedia("(max-width: 40rem)");
const isFramed = window.self !== window.top; /* as a picture in another page */

function say(message) {
  $("status").textContent = message ?? "";
  $("status").hidden = !message;
}

/* Room for the list of layers, so that what is zoomed to is not below it. */
function fitOptions() {
  const isListBeside = !isPhone.matches && !$("layers").classList.contains("closed");
  const padding = { top: isPhone.matches ? 80 : 40, right: 48, bottom: 40, left: isListBeside ? 360 : 48 };
  return { padding, maxZoom: 19 };
}

function makeMap(collections) {
  const map = new GlMap({
    container: "map",
    style: { version: 8, sources: {}, layers: [] },
    bounds: unionOf(collections.map((c) => c.bbox)) ?? [-180, -60, 180, 75],
    fitBoundsOptions: fitOptions(),
    hash: "map",
    attributionControl: false,
    maxZoom: 22,
    maxPitch: 0,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: isFramed,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new AttributionControl({ compact: false }), "bottom-right");
  map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-right");
  map.on("error", ({ error }) => say(error?.message));
  map.on("movestart", () => say());
  return map;
}

async function start() {
  const [title, collections, styles] = await Promise.all([getTitle(), getCollections(), getStyles()]);
  document.title = title ?? "Map";
  $("title").textContent = title ?? "Map";
  if (!collections.length) {
    $("hint").hidden = false;
    $("layers").hidden = true;
    return undefined;
  }

  const byId = new Map(collections.map((c) => [c.id, c]));
  const view = { shown: new Set(), style: undefined, feature: undefined };
  const arrival = readPermalink(); /* before the map writes its place into it */
  const map = makeMap(collections);
  const selected = selection(map);

  const list = layerList($("layer-list"), collections, {
    onChange(id, shown) {
      shown ? view.shown.add(id) : view.shown.delete(id);
      for (const layer of map.getStyle().layers.filter((l) => l.source === id)) {
        map.setLayoutProperty(layer.id, "visibility", shown ? "visible" : "none");
      }
      keepAddress();
    },
    onZoom: (collection) => map.fitBounds(unionOf([collection.bbox]), fitOptions()),
  });

  const panel = featurePanel({
    onShow(candidate) {
      selected.show({ type: "Feature", properties: {}, geometry: candidate.geometry });
      view.feature = candidate.id === undefined ? undefined : { layer: candidate.layer, id: candidate.id };
      keepAddress();
    },
    onClose() {
      map.getCanvas().focus();
      selected.clear();
      view.feature = undefined;
      keepAddress();
    },
    onZoom: (geometry) => zoomToGeometry(geometry),
  });

  function keepAddress() {
    const all = view.shown.size === collections.length;
    writePermalink({
      layers: all ? undefined : collections.map((c) => c.id).filter((id) => view.shown.has(id)),
      style: view.style === styles.default ? undefined : view.style,
      feature: view.feature,
    });
  }

  function zoomToGeometry(geometry, options) {
    const bounds = boundsOf(geometry);
    if (bounds) map.fitBounds(bounds, { ...fitOptions(), ...options });
  }

  /* Layers that are not shown are hidden before the map sees them: their tiles are never asked for. */
  async function setStyle(id) {
    const style = await getStyle(id);
    for (const layer of style.layers) {
      if (byId.has(layer.source) && !view.shown.has(layer.source)) {
        layer.layout = { ...layer.layout, visibility: "none" };
      }
    }
    view.style = id;
    $("style").value = id;
    list.setStyle(style);
    map.setStyle(style, { diff: false });
  }

  /* In a frame the feature is shown on the map alone: the page around tells of it. */
  async function openFeature({ layer, id }, zoom) {
    const item = await getItem(layer, id);
    if (isFramed) selected.show(item);
    else panel.show([candidateOf({ ...item, properties: item.properties ?? {}, id }, byId.get(layer))]);
    if (zoom) zoomToGeometry(item.geometry, { animate: false });
  }

  async function followPermalink(link) {
    view.shown = new Set(link.layers?.filter((id) => byId.has(id)) ?? byId.keys());
    list.setShown(view.shown);
    const known = styles.styles.some((s) => s.id === link.style);
    await setStyle(known ? link.style : styles.default);
    const bounds = unionOf([...view.shown].map((id) => byId.get(id).bbox));
    if (!link.hasPlace && link.layers && bounds) map.fitBounds(bounds, { ...fitOptions(), animate: false });
    if (link.feature && byId.has(link.feature.layer)) await openFeature(link.feature, !link.hasPlace);
    else panel.close();
  }

  /* What lies at a point of the screen, the uppermost first, each feature once. Points and lines may
     be missed by a few pixels. */
  function candidatesAt({ x, y }) {
    const box = [[x - CLICK_TOLERANCE_PX, y - CLICK_TOLERANCE_PX], [x + CLICK_TOLERANCE_PX, y + CLICK_TOLERANCE_PX]];
    const exact = map.queryRenderedFeatures([x, y]);
    const near = map.queryRenderedFeatures(box).filter((f) => !f.geometry.type.endsWith("Polygon"));
    const found = new Map();
    for (const feature of [...near, ...exact]) {
      const collection = byId.get(feature.source);
      if (!collection || isSelectionLayer(feature.layer)) continue;
      const candidate = candidateOf(feature, collection);
      const key = JSON.stringify([candidate.layer, candidate.id ?? feature.properties]);
      if (!found.has(key)) found.set(key, candidate);
    }
    return [...found.values()];
  }

  function showAt(point) {
    const candidates = candidatesAt(point);
    if (!candidates.length) {
      panel.close();
      return;
    }
    panel.show(candidates);
    const hidden_px = point.y - $("feature").offsetTop + 24;
    if (isPhone.matches && hidden_px > 0) map.panBy([0, hidden_px]);
  }

  map.on("click", ({ point }) => showAt(point));
  map.on("mousemove", ({ point }) => {
    if (!map.isMoving()) map.getCanvas().style.cursor = candidatesAt(point).length ? "pointer" : "";
  });
  /* By keyboard: the arrow keys move the map, Enter asks what is at its centre. */
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    showAt(map.project(map.getCenter()));
    $("feature-title").focus();
  });

  for (const style of styles.styles) $("style").append(new Option(style.title ?? style.id, style.id));
  $("style-row").hidden = styles.styles.length < 2;
  $("style").addEventListener("change", async ({ target }) => {
    await setStyle(target.value);
    keepAddress();
  });
  addEventListener("hashchange", () => followPermalink(readPermalink()).catch((error) => say(error.message)));

  await followPermalink(arrival);
  return map;
}

function wirePanels() {
  const toggle = $("layers-toggle");
  const open = (wanted) => {
    toggle.setAttribute("aria-expanded", wanted);
    $("layers").classList.toggle("closed", !wanted);
  };
  toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
  open(!isPhone.matches && !isFramed);
  $("hint-again").addEventListener("click", () => location.reload());
}

wirePanels();
window.cassini = { map: undefined };
window.cassini.ready = start()
  .then((map) => {
    window.cassini.map = map;
    return map && new Promise((done) => map.once("idle", () => done(map)));
  })
  .catch((error) => {
    say(`The map cannot be shown: ${error.message}`);
    throw error;
  });
