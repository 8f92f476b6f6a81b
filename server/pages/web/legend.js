/* The symbol of a layer in the list: a small picture of how the style draws it. */

const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes, ...children) {
  const e = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  e.append(...children);
  return e;
}

/* The colour of a property; of an expression its last one: that of the highest zoom. */
function colorOf(value) {
  if (typeof value === "string") return /^(#|rgb|hsl)/.test(value) ? value : undefined;
  if (!Array.isArray(value)) return undefined;
  for (const part of [...value].reverse()) {
    const color = colorOf(part);
    if (color) return color;
  }
  return undefined;
}

function paintOf(layers, type, property) {
  return layers.filter((l) => l.type === type).map((l) => colorOf(l.paint?.[property]));
}

/** An <svg> for the layers of a style that draw one collection; a dashed box when none does, a
    letter when only its labels are drawn. */
export function legendSymbol(layers) {
  const [fill] = paintOf(layers, "fill", "fill-color");
  const lines = paintOf(layers, "line", "line-color");
  const [circle] = paintOf(layers, "circle", "circle-color");
  const shapes = [];
  if (fill || (lines.length === 1 && !circle)) {
    const path = "M3.5 6.5 12 3 20.5 5.500 19 17 8 20.500Z";
    const stroke = lines[0] ?? fill;
    const outline = { d: path, fill: fill ?? "none", stroke, "stroke-width": 1.6, "stroke-linejoin": "round" };
    shapes.push(element("path", outline));
  } else if (lines.length) {
    lines.forEach((stroke, i) => {
      const line = { d: "M3 17Q9 15 11 11T21 6", fill: "none", stroke, "stroke-linecap": "round" };
      shapes.push(element("path", { ...line, "stroke-width": i === 0 && lines.length > 1 ? 7 : 4 }));
    });
  }
  if (circle) shapes.push(element("circle", { cx: 12, cy: 12, r: fill ? 3 : 5, fill: circle }));
  const [text] = paintOf(layers, "symbol", "text-color");
  if (text && !shapes.length) {
    const place = { x: 12, y: 17.5, "text-anchor": "middle", "font-size": 15, "font-style": "italic" };
    shapes.push(element("text", { ...place, fill: text }, "a"));
  }
  if (!shapes.length) {
    const box = { x: 4, y: 5, width: 16, height: 14, rx: 2, fill: "none", stroke: "currentColor" };
    shapes.push(element("rect", { ...box, "stroke-dasharray": "2 2", opacity: 0.5 }));
  }
  return element("svg", { viewBox: "0 0 24 24", class: "symbol", "aria-hidden": "true" }, ...shapes);
}
