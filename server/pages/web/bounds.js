/* Boxes in degrees, [west, south, east, north], as MapLibre takes them. */

/* A box over the antimeridian has its west east of its east: MapLibre wants east beyond 180. */
function unwrap(bbox) {
  const [west, south] = bbox;
  const [east, north] = bbox.slice(bbox.length / 2);
  return [west, south, west > east ? east + 360 : east, north];
}

/** The box around all boxes (4 or 6 numbers each, as GeoJSON has them); undefined without any. */
export function unionOf(boxes) {
  const all = boxes.filter(Boolean).map(unwrap);
  if (!all.length) return undefined;
  return [
    Math.min(...all.map((b) => b[0])), Math.min(...all.map((b) => b[1])),
    Math.max(...all.map((b) => b[2])), Math.max(...all.map((b) => b[3])),
  ];
}

/** The box of a GeoJSON geometry; undefined when it is empty. */
export function boundsOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const pending = geometry ? [geometry] : [];
  while (pending.length) {
    const item = pending.pop();
    if (typeof item[0] === "number") {
      box[0] = Math.min(box[0], item[0]);
      box[1] = Math.min(box[1], item[1]);
      box[2] = Math.max(box[2], item[0]);
      box[3] = Math.max(box[3], item[1]);
    } else {
      for (const part of item.geometries ?? item.coordinates ?? item) pending.push(part);
    }
  }
  return box[0] <= box[2] ? box : undefined;
}
