/* What is wrong with a tile, as the decoder that browsers use reads it. */
import { VectorTile } from '@mapbox/vector-tile';
import Pbf from 'pbf';

import { polygonFaults } from './rings.mjs';

const POINT = 1, LINE = 2, POLYGON = 3;

function* featureFaults(feature, extent, buffer) {
  const rings = feature.loadGeometry();
  if (rings.length === 0) yield 'a feature without geometry';
  for (const { x, y } of rings.flat())
    if (Math.min(x, y) < -buffer || Math.max(x, y) > extent + buffer)
      yield `a vertex outside tile and buffer: ${x},${y}`;
  if (feature.type === POLYGON) {
    yield* polygonFaults(rings);
  } else if (feature.type === LINE) {
    for (const line of rings) {
      if (line.length < 2) yield `a line of ${line.length} vertices`;
      for (let i = 1; i < line.length; i++)
        if (line[i].x === line[i - 1].x && line[i].y === line[i - 1].y)
          yield `a repeated vertex ${line[i].x},${line[i].y}`;
    }
  } else if (feature.type !== POINT) {
    yield `a feature of type ${feature.type}`;
  }
}

/**
 * Decode and check one tile.
 *
 * Out   layers: for each its name and the number and properties of its features; faults: sentences
 */
export function checkTile(bytes, buffer) {
  const layers = [], faults = [];
  const tile = new VectorTile(new Pbf(bytes));
  for (const layer of Object.values(tile.layers)) {
    const features = [], ids = new Set();
    if (layer.version !== 2) faults.push(`${layer.name}: version ${layer.version}`);
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i);
      const name = `${layer.name}, feature ${feature.id}`;
      for (const fault of featureFaults(feature, layer.extent, buffer))
        faults.push(`${name}: ${fault}`);
      if (feature.id !== undefined && ids.has(feature.id)) faults.push(`${name}: its id again`);
      ids.add(feature.id);
      features.push({ id: feature.id, properties: feature.properties });
    }
    layers.push({ name: layer.name, features });
  }
  return { layers, faults };
}
