/* The map itself, and what lies at a point of it. */

import { AttributionControl, Map as GlMap, NavigationControl, ScaleControl } from "./maplibre-gl.mjs";
import { unionOf } from "./bounds.js";
import { candidateOf } from "./feature_panel.js";
import { fitOptions, isFramed, say } from "./screen.js";
import { isSelectionLayer } from "./selection.js";

const CLICK_TOLERANCE_PX = 4;
const WORLD = [-180, -60, 180, 75];

/** A map without a style yet, which looks at all collections or at the place in the address. */
export function makeMap(collections) {
  const map = new GlMap({
    container: "map",
    style: { version: 8, sources: {}, layers: [] },
    bounds: unionOf(collections.map((c) => c.bbox)) ?? WORLD,
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

/** The features at a point of the screen as candidates for the panel, the uppermost first, each
    once. Points and lines may be missed by a few pixels. `byId`: collections by id. */
export function candidatesAt(map, byId, { x, y }) {
  const d = CLICK_TOLERANCE_PX;
  const exact = map.queryRenderedFeatures([x, y]);
  const near = map.queryRenderedFeatures([[x - d, y - d], [x + d, y + d]]);
  const found = new Map();
  for (const feature of [...near.filter((f) => !f.geometry.type.endsWith("Polygon")), ...exact]) {
    const collection = byId.get(feature.source);
    if (!collection || isSelectionLayer(feature.layer)) continue;
    const candidate = candidateOf(feature, collection);
    const key = JSON.stringify([candidate.layer, candidate.id ?? feature.properties]);
    if (!found.has(key)) found.set(key, candidate);
  }
  return [...found.values()];
}
