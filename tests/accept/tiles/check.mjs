/*
 * Check vector tiles with a decoder and an arithmetic that are not ours.
 *
 *   check.mjs [--buffer 64] FILE...
 *   check.mjs [--buffer 64] --url 'http://127.0.0.1:8080/xyz/parcelles/{z}/{x}/{y}.mvt'
 *             --bbox=WEST,SOUTH,EAST,NORTH --zoom 10-16
 *
 * Prints each fault and a summary; ends with 1 when there is a fault.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

import { addresses } from './addresses.mjs';
import { checkTile } from './tile.mjs';

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    buffer: { type: 'string', default: '64' },
    url: { type: 'string' },
    bbox: { type: 'string', default: '-180,-85,180,85' },
    zoom: { type: 'string', default: '0-4' },
  },
});

async function* tiles() {
  for (const file of files) {
    const bytes = await readFile(file);
    yield { name: file, bytes: bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes };
  }
  if (!options.url) return;
  const [first, last = first] = options.zoom.split('-').map(Number);
  for (const { z, x, y } of addresses(options.bbox.split(',').map(Number), first, last)) {
    const url = options.url.replace('{z}', z).replace('{x}', x).replace('{y}', y);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    yield { name: url, bytes: new Uint8Array(await answer.arrayBuffer()) };
  }
}

let nTiles = 0, nFeatures = 0, nFaults = 0;
for await (const { name, bytes } of tiles()) {
  const { layers, faults } = checkTile(bytes, Number(options.buffer));
  nTiles++;
  for (const layer of layers) nFeatures += layer.features.length;
  nFaults += faults.length;
  for (const fault of faults) console.log(`${name}: ${fault}`);
}
console.log(`${nTiles} tiles, ${nFeatures} features, ${nFaults} faults`);
process.exit(nFaults || nTiles === 0 ? 1 : 0);
