/* The list of layers: a box to tick, a symbol, a title, a count, and a button to go there. */

import { legendSymbol } from "./legend.js";

function make(name, properties, ...children) {
  const e = Object.assign(document.createElement(name), properties);
  e.append(...children);
  return e;
}

/**
 * Fill `list` with the collections.
 * onChange(id, shown) is called when a box is ticked, onZoom(collection) for the button.
 * Returns {setShown(ids), setStyle(style)}: tick boxes and draw symbols anew.
 */
export function layerList(list, collections, { onChange, onZoom }) {
  const rows = collections.map((collection) => {
    const { id, title } = collection;
    const box = make("input", { type: "checkbox", name: id });
    const symbol = make("span", { className: "symbol" });
    const number = collection.featureCount?.toLocaleString("en") ?? "";
    const count = make("span", { className: "count", textContent: number });
    const zoom = make("button", { type: "button", className: "icon zoom", title: `Zoom to ${title}` });
    zoom.append(make("span", { className: "hidden", textContent: `Zoom to ${title}` }));
    zoom.disabled = !collection.bbox;
    zoom.addEventListener("click", () => onZoom(collection));
    box.addEventListener("change", () => onChange(id, box.checked));
    const label = make("label", { title: collection.description ?? "" }, box, symbol);
    label.append(make("span", { className: "name", textContent: title }), count);
    list.append(make("li", {}, label, zoom));
    return { id, box, symbol };
  });
  return {
    setShown(ids) {
      for (const { id, box } of rows) box.checked = ids.has(id);
    },
    setStyle(style) {
      for (const { id, symbol } of rows) {
        symbol.replaceChildren(legendSymbol(style.layers.filter((l) => l.source === id)));
      }
    },
  };
}
