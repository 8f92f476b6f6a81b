/* What the address keeps besides the place, which is MapLibre's part of it (#map=zoom/lat/lon):
   layers=a,b   the layers that are shown; without it all
   style=s      the style; without it the server's default
   feature=a/id the feature whose attributes are shown */

function readParts() {
  const parts = new Map();
  for (const part of location.hash.slice(1).split("&")) {
    const [name, ...value] = part.split("=");
    if (name) parts.set(name, value.join("="));
  }
  return parts;
}

/* A stray % in a hand-written address is no reason to stop. */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function readPermalink() {
  const parts = readParts();
  const feature = parts.get("feature")?.split("/");
  return {
    hasPlace: parts.has("map"),
    layers: parts.get("layers")?.split(",").filter(Boolean).map(decode),
    style: parts.has("style") ? decode(parts.get("style")) : undefined,
    feature: feature?.length === 2 ? { layer: decode(feature[0]), id: decode(feature[1]) } : undefined,
  };
}

/** Members that are undefined leave the address; the place stays. */
export function writePermalink({ layers, style, feature }) {
  const parts = readParts();
  const put = (name, value) => (value === undefined ? parts.delete(name) : parts.set(name, value));
  put("layers", layers?.map(encodeURIComponent).join(","));
  put("style", style && encodeURIComponent(style));
  put("feature", feature && `${encodeURIComponent(feature.layer)}/${encodeURIComponent(feature.id)}`);
  const hash = [...parts].map(([name, value]) => `${name}=${value}`).join("&");
  history.replaceState(history.state, "", hash ? `#${hash}` : location.pathname + location.search);
}
