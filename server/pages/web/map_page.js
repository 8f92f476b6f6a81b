/* What the page shows, and what happens when something is ticked, clicked, chosen or linked to. */

import { boundsOf, unionOf } from "./bounds.js";
import { candidateOf, featurePanel } from "./feature_panel.js";
import { layerList } from "./layer_list.js";
import { candidatesAt, makeMap } from "./map.js";
import { readPermalink, writePermalink } from "./permalink.js";
import { $, fitOptions, isFramed, isPhone, say } from "./screen.js";
import { selection } from "./selection.js";
import { getItem, getStyle } from "./server.js";

export class MapPage {
  #byId; /* collections by id, in their order */
  #styles; /* as the server lists them */
  #shown = new Set(); /* ids of layers */
  #style;
  #feature; /* {layer, id} */
  #selection;
  #list;
  #panel;

  /** The page of these collections; `map` is there at once, still empty. */
  constructor(collections, styles) {
    this.#byId = new Map(collections.map((c) => [c.id, c]));
    this.#styles = styles;
    this.arrival = readPermalink(); /* before the map writes its place into the address */
    this.map = makeMap(collections);
    this.#selection = selection(this.map);
    this.#list = layerList($("layer-list"), collections, {
      onChange: (id, shown) => this.#showLayer(id, shown),
      onZoom: ({ bbox }) => this.map.fitBounds(unionOf([bbox]), fitOptions()),
    });
    this.#panel = featurePanel({
      onShow: (candidate) => this.#select(candidate),
      onClose: () => this.#unselect(),
      onZoom: (geometry) => this.#zoomTo(geometry),
    });
    this.#wireMap();
    this.#wireStyles();
  }

  /** Show what a permalink says; see permalink.js. */
  async follow({ layers, style, feature, hasPlace }) {
    this.#shown = new Set(layers?.filter((id) => this.#byId.has(id)) ?? this.#byId.keys());
    this.#list.setShown(this.#shown);
    const isKnown = this.#styles.styles.some(({ id }) => id === style);
    await this.#setStyle(isKnown ? style : this.#styles.default);
    const bounds = unionOf([...this.#shown].map((id) => this.#byId.get(id).bbox));
    if (!hasPlace && layers && bounds) this.map.fitBounds(bounds, { ...fitOptions(), animate: false });
    if (feature && this.#byId.has(feature.layer)) await this.#openFeature(feature, !hasPlace);
    else this.#panel.close();
  }

  #wireMap() {
    const { map } = this;
    map.on("click", ({ point }) => this.#showAt(point));
    map.on("mousemove", ({ point }) => {
      if (map.isMoving()) return;
      map.getCanvas().style.cursor = candidatesAt(map, this.#byId, point).length ? "pointer" : "";
    });
    /* By keyboard: the arrow keys move the map, Enter asks what is at its centre. */
    map.getCanvas().addEventListener("keydown", ({ key }) => {
      if (key !== "Enter") return;
      this.#showAt(map.project(map.getCenter()));
      $("feature-title").focus();
    });
    addEventListener("hashchange", () =>
      this.follow(readPermalink()).catch((error) => say(error.message)));
  }

  #wireStyles() {
    const { styles } = this.#styles;
    $("style").append(...styles.map(({ id, title }) => new Option(title ?? id, id)));
    $("style-row").hidden = styles.length < 2;
    $("style").addEventListener("change", () =>
      this.#setStyle($("style").value)
        .then(() => this.#keepAddress())
        .catch((error) => say(error.message)));
  }

  #keepAddress() {
    const ids = [...this.#byId.keys()].filter((id) => this.#shown.has(id));
    writePermalink({
      layers: ids.length === this.#byId.size ? undefined : ids,
      style: this.#style === this.#styles.default ? undefined : this.#style,
      feature: this.#feature,
    });
  }

  #showLayer(id, shown) {
    if (shown) this.#shown.add(id);
    else this.#shown.delete(id);
    for (const layer of this.map.getStyle().layers.filter(({ source }) => source === id)) {
      this.map.setLayoutProperty(layer.id, "visibility", shown ? "visible" : "none");
    }
    this.#keepAddress();
  }

  /* Layers that are not shown are hidden before the map sees them: their tiles are never asked for. */
  async #setStyle(id) {
    this.#style = id;
    $("style").value = id;
    const style = await getStyle(id);
    if (this.#style !== id) return; /* another was chosen meanwhile */
    for (const layer of style.layers) {
      const isHidden = this.#byId.has(layer.source) && !this.#shown.has(layer.source);
      if (isHidden) layer.layout = { ...layer.layout, visibility: "none" };
    }
    this.#list.setStyle(style);
    this.map.setStyle(style, { diff: false });
  }

  #select({ layer, id, geometry }) {
    this.#selection.show({ type: "Feature", properties: {}, geometry });
    this.#feature = id === undefined ? undefined : { layer, id };
    this.#keepAddress();
  }

  #unselect() {
    this.map.getCanvas().focus();
    this.#selection.clear();
    this.#feature = undefined;
    this.#keepAddress();
  }

  #zoomTo(geometry, options) {
    const bounds = boundsOf(geometry);
    if (bounds) this.map.fitBounds(bounds, { ...fitOptions(), ...options });
  }

  #showAt(point) {
    const candidates = candidatesAt(this.map, this.#byId, point);
    if (!candidates.length) {
      this.#panel.close();
      return;
    }
    this.#panel.show(candidates);
    /* On a phone the panel comes up over the lower half: not over what was touched. */
    const hidden_px = point.y - $("feature").offsetTop + 24;
    if (isPhone() && hidden_px > 0) this.map.panBy([0, hidden_px]);
  }

  /* In a frame the feature is shown on the map alone: the page around tells of it. A feature that is
     no longer there is said, and the map stays. */
  async #openFeature({ layer, id }, isZoomed) {
    const item = await getItem(layer, id).catch((error) => say(error.message));
    if (!item) return;
    if (isFramed) this.#selection.show(item);
    else this.#panel.show([candidateOf({ ...item, properties: item.properties ?? {}, id }, this.#byId.get(layer))]);
    if (isZoomed) this.#zoomTo(item.geometry, { animate: false });
  }
}
