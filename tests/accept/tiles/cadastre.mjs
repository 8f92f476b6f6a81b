/*
 * A commune's parcels as tiles of zoom 10 to 16: not one invalid polygon, nothing outside tile and
 * buffer, and every parcel found at zoom 16.
 *
 *   cadastre.mjs PROGRAM FOLDER_OF_REAL_DATA
 *
 * Ends with 77 (skipped) where the data is missing, unless CI is set.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { addresses } from './addresses.mjs';
import { checkTile } from './tile.mjs';

const FIRST_ZOOM = 10, LAST_ZOOM = 16, BUFFER = 64;

const [program, shared] = process.argv.slice(2);
const source = join(shared, 'data/cadastre/cadastre-91216-parcelles.json.gz');
if (!existsSync(source)) {
  console.log(`${source} is missing`);
  process.exit(process.env.CI ? 1 : 77);
}

function boxOf(features) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (at) => {
    if (typeof at[0] !== 'number') return at.forEach(visit);
    box[0] = Math.min(box[0], at[0]);
    box[1] = Math.min(box[1], at[1]);
    box[2] = Math.max(box[2], at[0]);
    box[3] = Math.max(box[3], at[1]);
  };
  features.forEach((f) => visit(f.geometry.coordinates));
  return box;
}

function readTile(store, file, { z, x, y }) {
  execFileSync(program, ['tile', '--store', store, 'parcelles', `${z}/${x}/${y}`, '-o', file]);
  return readFileSync(file);
}

const { features } = JSON.parse(gunzipSync(readFileSync(source)));
const folder = mkdtempSync(join(tmpdir(), 'cassini-tiles-'));
let nTiles = 0, nFaults = 0;
const found = new Set();
try {
  const store = join(folder, 's.sqlite');
  execFileSync(program, ['import', source, '--store', store], { stdio: 'ignore' });
  for (const at of addresses(boxOf(features), FIRST_ZOOM, LAST_ZOOM)) {
    const { layers, faults } = checkTile(readTile(store, join(folder, 'tile.mvt'), at), BUFFER);
    for (const fault of faults) console.log(`${at.z}/${at.x}/${at.y}: ${fault}`);
    nTiles++;
    nFaults += faults.length;
    if (at.z === LAST_ZOOM)
      for (const f of layers.flatMap((layer) => layer.features)) found.add(f.properties.id);
  }
} finally {
  rmSync(folder, { recursive: true });
}
const lost = features.filter((f) => !found.has(f.properties.id));
for (const f of lost) console.log(`${f.properties.id} is on no tile of zoom ${LAST_ZOOM}`);
console.log(`${nTiles} tiles, ${nFaults} faults, ${found.size} of ${features.length} parcels found`);
process.exit(nFaults || lost.length ? 1 : 0);
