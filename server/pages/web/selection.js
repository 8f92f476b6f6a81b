/* The selected feature on the map: its true geometry, drawn above everything. */

const SOURCE = "cassini-selection";
const ACCENT = "#c2321f";
const PAPER = "#ffffff";
const width = (px) => ["interpolate", ["linear"], ["zoom"], 8, px * 0.6, 18, px];

const LAYERS = [
  { id: `${SOURCE}-fill`, type: "fill", filter: ["==", ["geometry-type"], "Polygon"],
    paint: { "fill-color": ACCENT, "fill-opacity": 0.16 } },
  { id: `${SOURCE}-halo`, type: "line", layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": PAPER, "line-width": width(6.5), "line-opacity": 0.9 } },
  { id: `${SOURCE}-line`, type: "line", layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": ACCENT, "line-width": width(3) } },
  { id: `${SOURCE}-point`, type: "circle", filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": width(9), "circle-color": ACCENT, "circle-opacity": 0.35,
             "circle-stroke-color": ACCENT, "circle-stroke-width": 2.5 } },
];

const nothing = { type: "FeatureCollection", features: [] };

/** Returns {show(feature), clear()}: a GeoJSON feature or geometry. Survives changes of style. */
export function selection(map) {
  let data = nothing;
  map.on("style.load", () => {
    map.addSource(SOURCE, { type: "geojson", data });
    for (const layer of LAYERS) map.addLayer({ ...layer, source: SOURCE });
  });
  const set = (geojson) => {
    data = geojson;
    map.getSource(SOURCE)?.setData(data);
  };
  return { show: set, clear: () => set(nothing) };
}

export const isSelectionLayer = (layer) => layer.source === SOURCE;
