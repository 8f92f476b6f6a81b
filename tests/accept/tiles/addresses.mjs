/* The tiles of a box of degrees in WebMercatorQuad. */

function column(lon, z) {
  return Math.floor(((lon + 180) / 360) * 2 ** z);
}

function row(lat, z) {
  const y = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  return Math.floor(y * 2 ** z);
}

/** Every address whose tile meets the box [west, south, east, north]. */
export function* addresses([west, south, east, north], firstZoom, lastZoom) {
  for (let z = firstZoom; z <= lastZoom; z++) {
    const clamp = (n) => Math.min(Math.max(n, 0), 2 ** z - 1);
    for (let x = clamp(column(west, z)); x <= clamp(column(east, z)); x++)
      for (let y = clamp(row(north, z)); y <= clamp(row(south, z)); y++) yield { z, x, y };
  }
}
