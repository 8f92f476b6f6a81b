/* The check itself is shown faults that it must find, and polygons in which there are none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { polygonFaults } from './rings.mjs';

/* "0 0, 10 0, 10 10": closed unless it ends in "open"; rings are parted by semicolons. */
function rings(text) {
  return text.split(';').map((ring) => {
    const isOpen = ring.endsWith('open');
    const vertices = ring.replace('open', '').split(',').map((pair) => {
      const [x, y] = pair.trim().split(/\s+/).map(Number);
      return { x, y };
    });
    return isOpen ? vertices : [...vertices, vertices[0]];
  });
}

const SQUARE = '0 0, 10 0, 10 10, 0 10';
const HOLE = '2 2, 2 4, 4 4, 4 2';

const RIGHT = {
  'a square': SQUARE,
  'a square with a hole': `${SQUARE}; ${HOLE}`,
  'a hole that touches its outer ring': `${SQUARE}; 0 5, 3 6, 3 4`,
  'two squares': `${SQUARE}; 20 0, 30 0, 30 10, 20 10`,
  'two squares that touch in a corner': `${SQUARE}; 10 10, 20 10, 20 20, 10 20`,
  'a triangle that fills a notch from corner to corner':
    '0 0, 10 0, 5 5, 10 10, 0 10; 10 0, 10 10, 6 5',
  'an island in a hole': `${SQUARE}; 1 1, 1 9, 9 9, 9 1; 3 3, 6 3, 6 6, 3 6`,
};

const WRONG = {
  'a ring wound the wrong way': ['0 0, 0 10, 10 10, 10 0', /wound/],
  'a bow-tie': ['0 0, 10 10, 10 0, 0 8', /cross/],
  'a ring that touches itself': ['0 0, 10 0, 10 10, 5 0, 0 10', /touch|overlap/],
  'a spike': ['0 0, 10 0, 10 10, 10 15, 10 10, 0 10', /overlap|touch|repeated/],
  'a ring that runs back': ['0 0, 10 0, 10 10, 10 5, 0 5', /overlap/],
  'a ring without area': ['0 0, 10 0, 5 0', /without area/],
  'a repeated vertex': ['0 0, 10 0, 10 0, 10 10', /repeated/],
  'an open ring': ['0 0, 10 0, 10 10 open', /not closed|of 3 vertices/],
  'a hole outside': [`${SQUARE}; 22 2, 22 4, 24 4, 24 2`, /hole outside/],
  'a hole across its outer ring': [`${SQUARE}; 8 2, 8 4, 14 4, 14 2`, /cross/],
  'a hole in a hole': [`${SQUARE}; 1 1, 1 9, 9 9, 9 1; ${HOLE}`, /hole within/],
  'a square in a square': [`${SQUARE}; 2 2, 4 2, 4 4, 2 4`, /within another/],
  'two squares that share a side': [`${SQUARE}; 10 0, 20 0, 20 10, 10 10`, /overlap/],
};

for (const [name, text] of Object.entries(RIGHT))
  test(`${name} is right`, () => assert.deepEqual(polygonFaults(rings(text)), []));

for (const [name, [text, words]] of Object.entries(WRONG))
  test(`${name} is found`, () => assert.match(polygonFaults(rings(text)).join('\n'), words));
