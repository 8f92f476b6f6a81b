/*
 * Real archives of vector tiles beyond their last zoom and before their first: not one fault in what
 * is made of them, and every point of a tile stands on exactly one of the four that are made of it.
 *
 *   kept.mjs PROGRAM FOLDER_OF_REAL_DATA
 *
 * Ends with 77 (skipped) where the data is missing, unless CI is set.
 */
import { VectorTile } from '@mapbox/vector-tile';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Pbf from 'pbf';

import { checkTile } from './tile.mjs';

const ARCHIVES = {
  cities: 'mbtiles/consbio/world_cities.mbtiles',
  boston: 'mbtiles/planetiler/bostonbuildings.mbtiles',
  jakarta: 'mbtiles/planetiler/jakartabuildings.mbtiles',
  lakes: 'mbtiles/planetiler/protomaps538lakemerge.mbtiles',
  parcels: 'cadastre/cadastre-91216_gdal.mbtiles',
  fixture: 'mbtiles/pmtiles/test_fixture_1.pmtiles',
};
const MAX_SOURCES = 60; /* tiles of a zoom that are looked at, evenly chosen */
const BUFFER = 64, POINT = 1;

const [program, shared] = process.argv.slice(2);
if (!existsSync(join(shared, 'data/mbtiles'))) {
  console.log(`no real data at ${shared}`);
  process.exit(process.env.CI ? 1 : 77);
}

const folder = mkdtempSync(join(tmpdir(), 'cassini-kept-'));
const store = join(folder, 's.sqlite');
let nTiles = 0, nFeatures = 0, nFaults = 0, slowest = { ms: 0 };

function fault(words) {
  nFaults++;
  console.log(words);
}

async function started() {
  for (const [name, file] of Object.entries(ARCHIVES))
    execFileSync(program, ['import', join(shared, 'data', file), '--store', store, '--layer', name],
                 { stdio: 'ignore' });
  const server = spawn(program, ['serve', '--store', store, '--listen', '127.0.0.1:0'],
                       { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  for await (const text of server.stderr) {
    log += text;
    const match = log.match(/http:\/\/127\.0\.0\.1:\d+/);
    if (match) return { server, base: match[0] };
  }
  throw new Error(log);
}

async function tile(base, layer, { z, x, y }) {
  const from = performance.now();
  const answer = await fetch(`${base}/xyz/${layer}/${z}/${x}/${y}.mvt`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const ms = performance.now() - from;
  const where = `${layer} ${z}/${x}/${y}`;
  if (ms > slowest.ms) slowest = { ms, where };
  if (!answer.ok) fault(`${where}: ${answer.status} ${new TextDecoder().decode(bytes)}`);
  return { where, bytes: answer.ok ? bytes : new Uint8Array(), headers: answer.headers };
}

/* Ids may come again: what the archive calls alike, but has other properties, is not joined. */
function check({ where, bytes }) {
  const { layers, faults } = checkTile(bytes, BUFFER);
  nTiles++;
  for (const layer of layers) nFeatures += layer.features.length;
  for (const words of faults) if (!words.endsWith('its id again')) fault(`${where}: ${words}`);
}

function countPoints(bytes) {
  let n = 0;
  for (const layer of Object.values(new VectorTile(new Pbf(bytes)).layers))
    for (let i = 0; i < layer.length; i++) {
      const feature = layer.feature(i);
      if (feature.type !== POINT) continue;
      for (const { x, y } of feature.loadGeometry().flat())
        n += x >= 0 && y >= 0 && x < layer.extent && y < layer.extent;
    }
  return n;
}

async function limits(base, layer) {
  const answer = await fetch(`${base}/collections/${layer}/tiles/WebMercatorQuad?f=json`);
  return (await answer.json()).tileMatrixSetLimits.map((l) => ({ ...l, z: Number(l.tileMatrix) }));
}

function* sources(l) {
  const columns = l.maxTileCol - l.minTileCol + 1, rows = l.maxTileRow - l.minTileRow + 1;
  const step = Math.max(1, Math.ceil((columns * rows) / MAX_SOURCES));
  for (let i = 0; i < columns * rows; i += step)
    yield { z: l.z, x: l.minTileCol + (i % columns), y: l.minTileRow + Math.floor(i / columns) };
}

async function overZoom(base, layer, l) {
  for (const at of sources(l)) {
    let nPoints = 0;
    for (const [dx, dy] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
      const child = await tile(base, layer, { z: at.z + 1, x: 2 * at.x + dx, y: 2 * at.y + dy });
      check(child);
      nPoints += countPoints(child.bytes);
    }
    const wanted = countPoints((await tile(base, layer, at)).bytes);
    if (nPoints !== wanted) fault(`${layer} ${at.z}/${at.x}/${at.y}: ${nPoints} of ${wanted} points`);
    for (let bits = 2; at.z + bits <= 24; bits += 3) {
      const far = (v) => v * 2 ** bits + Math.floor(2 ** bits * 0.37);
      check(await tile(base, layer, { z: at.z + bits, x: far(at.x), y: far(at.y) }));
    }
  }
}

async function underZoom(base, layer, l) {
  for (let z = l.z - 1; z >= 0; z--) {
    const bits = l.z - z;
    for (let x = l.minTileCol >> bits; x <= l.maxTileCol >> bits; x++)
      for (let y = l.minTileRow >> bits; y <= l.maxTileRow >> bits; y++)
        check(await tile(base, layer, { z, x, y }));
  }
}

let server;
try {
  const running = await started();
  server = running.server;
  for (const layer of Object.keys(ARCHIVES)) {
    const all = await limits(running.base, layer);
    await overZoom(running.base, layer, all[all.length - 1]);
    await underZoom(running.base, layer, all[0]);
  }
} finally {
  server?.kill();
  rmSync(folder, { recursive: true });
}
console.log(`${nTiles} tiles made, ${nFeatures} features, ${nFaults} faults; the slowest, ` +
            `${slowest.where}, took ${slowest.ms.toFixed(0)} ms`);
process.exit(nFaults || nTiles === 0 ? 1 : 0);
