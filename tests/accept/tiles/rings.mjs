/*
 * Are these rings what the Vector Tile Specification 2.1 (4.3.4.4) and OGC 06-103r4 ask of
 * polygons? Coordinates are whole numbers below 2^25, so every product here is exact.
 */

/** Twice the signed area of a closed ring; positive for outer rings, since y points down. */
export function area2(ring) {
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++)
    twice += ring[i].x * ring[i + 1].y - ring[i + 1].x * ring[i].y;
  return twice;
}

function side(a, b, p) {
  return Math.sign((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x));
}

function isOn(a, b, p) {
  return (
    side(a, b, p) === 0 &&
    p.x >= Math.min(a.x, b.x) && p.x <= Math.max(a.x, b.x) &&
    p.y >= Math.min(a.y, b.y) && p.y <= Math.max(a.y, b.y)
  );
}

function isSame(p, q) {
  return p.x === q.x && p.y === q.y;
}

/** "cross", "overlap", "touch", or nothing. */
function meeting(a, b, c, d) {
  const ac = side(a, b, c), ad = side(a, b, d), ca = side(c, d, a), cb = side(c, d, b);
  if (ac * ad < 0 && ca * cb < 0) return 'cross';
  const shared = [[a, c, d], [b, c, d], [c, a, b], [d, a, b]]
    .filter(([p, from, to]) => isOn(from, to, p))
    .map(([p]) => p);
  if (shared.length === 0) return undefined;
  return shared.some((p) => !isSame(p, shared[0])) ? 'overlap' : 'touch';
}

/** 1 inside, 0 on the ring, -1 outside. */
function position(p, ring) {
  let inside = false;
  for (let i = 0; i + 1 < ring.length; i++) {
    const a = ring[i], b = ring[i + 1];
    if (isOn(a, b, p)) return 0;
    if (a.y > p.y !== b.y > p.y && side(a, b, p) > 0 === b.y > a.y) inside = !inside;
  }
  return inside ? 1 : -1;
}

/* For rings that do not cross. One may have all its vertices on the other: then the middles of its
 * edges tell (halves are exact too). */
function isWithin(inner, outer) {
  const middles = inner
    .slice(1)
    .map((p, i) => ({ x: (p.x + inner[i].x) / 2, y: (p.y + inner[i].y) / 2 }));
  for (const p of [...inner, ...middles]) {
    const at = position(p, outer);
    if (at !== 0) return at > 0;
  }
  return true;
}

function segmentsOf(rings) {
  const segments = [];
  rings.forEach((ring, r) => {
    for (let i = 0; i + 1 < ring.length; i++)
      segments.push({
        a: ring[i], b: ring[i + 1], ring: r, at: i, last: ring.length - 2,
        minX: Math.min(ring[i].x, ring[i + 1].x), maxX: Math.max(ring[i].x, ring[i + 1].x),
        minY: Math.min(ring[i].y, ring[i + 1].y), maxY: Math.max(ring[i].y, ring[i + 1].y),
      });
  });
  return segments.sort((s, t) => s.minX - t.minX);
}

function areNeighbours(s, t) {
  const apart = Math.abs(s.at - t.at);
  return s.ring === t.ring && (apart === 1 || apart === s.last);
}

/* Segments of one ring meet only where one ends and the next begins; rings may touch in points. */
function* crossings(rings) {
  const segments = segmentsOf(rings);
  for (let i = 0; i < segments.length; i++) {
    const s = segments[i];
    for (let k = i + 1; k < segments.length && segments[k].minX <= s.maxX; k++) {
      const t = segments[k];
      if (t.minY > s.maxY || t.maxY < s.minY) continue;
      const how = meeting(s.a, s.b, t.a, t.b);
      const allowed = how === 'touch' && (s.ring !== t.ring || areNeighbours(s, t));
      if (how && !allowed)
        yield `segments ${how} at ${s.a.x},${s.a.y}-${s.b.x},${s.b.y} and ` +
          `${t.a.x},${t.a.y}-${t.b.x},${t.b.y}`;
    }
  }
}

function* ringFaults(ring) {
  const first = ring[0], last = ring[ring.length - 1];
  if (ring.length < 4) yield `a ring of ${ring.length} vertices`;
  if (!isSame(first, last)) yield 'a ring that is not closed';
  for (let i = 0; i + 1 < ring.length; i++)
    if (isSame(ring[i], ring[i + 1])) yield `a repeated vertex ${ring[i].x},${ring[i].y}`;
  if (area2(ring) === 0) yield 'a ring without area';
}

/** What is wrong with a polygon feature: sentences, none when it is right. */
export function polygonFaults(rings) {
  const faults = rings.flatMap((ring) => [...ringFaults(ring)]);
  if (faults.length) return faults;
  faults.push(...crossings(rings));
  if (area2(rings[0]) < 0) faults.push('the first ring is not wound as an outer ring');
  const shells = [], holes = [];
  for (const ring of rings) {
    if (area2(ring) > 0) {
      shells.push(ring);
    } else {
      const shell = shells[shells.length - 1];
      if (shell && !isWithin(ring, shell)) faults.push('a hole outside its outer ring');
      holes.push({ ring, shell });
    }
  }
  for (const one of holes)
    for (const other of holes)
      if (one !== other && one.shell === other.shell && isWithin(one.ring, other.ring))
        faults.push('a hole within a hole');
  for (const one of shells)
    for (const other of shells) {
      if (one === other || !isWithin(one, other)) continue;
      const inHole = holes.some((h) => h.shell === other && isWithin(one, h.ring));
      if (!inHole) faults.push('an outer ring within another');
    }
  return faults;
}
