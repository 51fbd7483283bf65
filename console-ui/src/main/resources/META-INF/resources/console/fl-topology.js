// The geometry of the topology: where each card stands, which way each edge takes, and which text fits. Pure functions
// of the data and the size, so that they can be tested without a picture.
(() => {
  const GAP = 7;
  const HEAD = 34;
  const LOW_GAP = 26;

  // Cards of one layer stand below each other (wide) or beside each other, three in a row (narrow). `base` layers, to
  // which no traffic flows, stand in rows below. The place of a node depends on the names alone.
  const place = (data, width, height, narrow) => {
    const layers = data.heads.map((head, i) => ({ head, index: i, nodes: data.nodes.filter((n) => n.column === i) }))
      .filter((l) => l.nodes.length);
    return narrow ? stack(layers, width, height) : columns(layers, data.base ?? -1, width, height);
  };

  const columns = (layers, base, width, height) => {
    const boxes = {};
    const heads = [];
    const below = layers.filter((l) => l.index === base);
    const flow = layers.filter((l) => l.index !== base);
    const perRow = Math.max(1, Math.floor((width + 12) / 152));
    const count = below.length ? below[0].nodes.length : 0;
    const rows = Math.ceil(count / perRow);
    const low = rows ? rows * 56 + LOW_GAP : 0;
    const room = height - HEAD - low;
    const w = Math.min(190, Math.max(96, width / Math.max(1, flow.length) - 44));
    flow.forEach((layer, i) => {
      const x = flow.length === 1 ? (width - w) / 2 : 4 + (i * (width - w - 8)) / (flow.length - 1);
      heads.push({ text: layer.head, x: x + w / 2, y: 8, align: 'center' });
      const share = room / layer.nodes.length;
      const h = Math.min(58, share - GAP);
      layer.nodes.forEach((n, k) => {
        boxes[n.id] = { x, y: HEAD + share * (k + 0.5) - h / 2, w, h, layer: layer.index };
      });
    });
    below.forEach((layer) => {
      const top = height - rows * 56;
      heads.push({ text: layer.head, x: 4, y: top - 20, align: 'left' });
      const across = Math.min(perRow, count);
      const bw = Math.min(210, (width - 8 - (across - 1) * 12) / across);
      layer.nodes.forEach((n, k) => {
        boxes[n.id] = { x: 4 + (k % perRow) * (bw + 12), y: top + Math.floor(k / perRow) * 56, w: bw, h: 48, layer: layer.index, base: true };
      });
    });
    return { boxes, heads };
  };

  const stack = (layers, width, height) => {
    const boxes = {};
    const heads = [];
    const across = (l) => Math.min(width < 420 ? 2 : 3, l.nodes.length);
    const rows = layers.map((l) => Math.ceil(l.nodes.length / across(l)));
    const total = rows.reduce((sum, r) => sum + r, 0);
    const head = 20;
    const spare = (height - layers.length * head) / Math.max(1, total);
    const h = Math.min(52, spare * 0.72);
    const between = Math.max(6, Math.min(28, spare - h));
    let y = 2;
    layers.forEach((layer, i) => {
      heads.push({ text: layer.head, x: 0, y, align: 'left' });
      y += head;
      const n = across(layer);
      const w = Math.min(170, (width - (n - 1) * 12 - 24) / n);
      layer.nodes.forEach((node, k) => {
        const inRow = Math.min(n, layer.nodes.length - Math.floor(k / n) * n);
        const left = (width - inRow * w - (inRow - 1) * 12) / 2;
        boxes[node.id] = { x: left + (k % n) * (w + 12), y: y + Math.floor(k / n) * (h + between), w, h, layer: layer.index };
      });
      y += rows[i] * (h + between);
    });
    return { boxes, heads };
  };

  // Along the main axis (x when wide, y when narrow) edges run from layer to layer; across it they find the gaps.
  const axes = (narrow) => narrow
    ? { main: (b) => b.y, mainSize: (b) => b.h, cross: (b) => b.x, crossSize: (b) => b.w, point: (m, c) => [c, m] }
    : { main: (b) => b.x, mainSize: (b) => b.w, cross: (b) => b.y, crossSize: (b) => b.h, point: (m, c) => [m, c] };

  // Lines of cards that an edge between two cards has to pass; those below the others are never in its way.
  const obstacles = (boxes, a, b, ax) => {
    const lines = new Map();
    for (const box of Object.values(boxes)) {
      if (box.base) continue;
      const start = ax.main(box);
      if (start >= ax.main(a) + ax.mainSize(a) - 0.5 && start + ax.mainSize(box) <= ax.main(b) + 0.5) {
        const key = Math.round(start);
        lines.set(key, [...(lines.get(key) || []), box]);
      }
    }
    return [...lines.values()].sort((p, q) => ax.main(p[0]) - ax.main(q[0]));
  };

  // The gap between the cards of a line that is nearest to where the edge would like to pass.
  const gapNear = (line, wanted, most, ax) => {
    const sorted = [...line].sort((p, q) => ax.cross(p) - ax.cross(q));
    const gaps = [];
    let from = 0;
    for (const box of sorted) {
      gaps.push([from, ax.cross(box)]);
      from = ax.cross(box) + ax.crossSize(box);
    }
    gaps.push([from, most]);
    const free = gaps.filter(([lo, hi]) => hi - lo >= 4).map(([lo, hi]) => {
      const edge = Math.min(GAP, (hi - lo) / 2);
      return { lo: lo + edge, hi: hi - edge };
    });
    const away = (g) => Math.max(0, g.lo - wanted, wanted - g.hi);
    return free.reduce((best, g) => (away(g) < away(best) ? g : best), free[0]);
  };

  // Every edge as a line of points, past the cards and not behind them; edges that share a gap lie beside each other.
  const routes = (links, boxes, width, height, narrow) => {
    const ax = axes(narrow);
    const most = narrow ? width : height;
    const mid = (b) => ax.cross(b) + ax.crossSize(b) / 2;
    const ways = links.map((l) => {
      const a = boxes[l.from];
      const b = boxes[l.to];
      const stops = obstacles(boxes, a, b, ax).map((line) => {
        const m0 = ax.main(line[0]);
        const m1 = Math.max(...line.map((box) => ax.main(box) + ax.mainSize(box)));
        const t = ((m0 + m1) / 2 - ax.main(a)) / Math.max(1, ax.main(b) - ax.main(a));
        const wanted = mid(a) + (mid(b) - mid(a)) * t;
        const gap = gapNear(line, wanted, most, ax);
        return { m0, m1, gap, at: Math.min(gap.hi, Math.max(gap.lo, wanted)) };
      });
      return { a, b, stops };
    });
    const sharing = new Map();
    ways.forEach((w) => w.stops.forEach((s) => {
      const key = `${Math.round(s.m0)}:${Math.round(s.gap.lo)}`;
      sharing.set(key, [...(sharing.get(key) || []), { w, s }]);
    }));
    sharing.forEach((all) => {
      all.sort((p, q) => mid(p.w.b) - mid(q.w.b));
      const { lo, hi } = all[0].s.gap;
      const step = Math.min(8, (hi - lo) / Math.max(1, all.length));
      const centre = all.reduce((sum, e) => sum + e.s.at, 0) / all.length;
      const first = Math.min(hi - step * (all.length - 1), Math.max(lo, centre - (step * (all.length - 1)) / 2));
      all.forEach((e, i) => { e.s.at = first + i * step; });
    });
    return ways.map((w) => {
      const points = [ax.point(ax.main(w.a) + ax.mainSize(w.a), mid(w.a))];
      let from = { m: ax.main(w.a) + ax.mainSize(w.a), c: mid(w.a) };
      for (const s of w.stops) {
        curve(points, from, { m: s.m0 - 2, c: s.at }, ax);
        points.push(ax.point(s.m1 + 2, s.at));
        from = { m: s.m1 + 2, c: s.at };
      }
      curve(points, from, { m: ax.main(w.b), c: mid(w.b) }, ax);
      return points;
    });
  };

  // A smooth way between two places that leaves and arrives along the main axis.
  const curve = (points, from, to, ax) => {
    const half = (from.m + to.m) / 2;
    for (let i = 1; i <= 16; i++) {
      const t = i / 16;
      const u = 1 - t;
      const m = u * u * u * from.m + 3 * u * u * t * half + 3 * u * t * t * half + t * t * t * to.m;
      const c = u * u * u * from.c + 3 * u * u * t * from.c + 3 * u * t * t * to.c + t * t * t * to.c;
      points.push(ax.point(m, c));
    }
  };

  let pen;
  const textWidth = (text, font) => {
    pen = pen || document.createElement('canvas').getContext('2d');
    pen.font = font;
    return pen.measureText(text).width;
  };

  // The first of several wordings, from the longest to the shortest, that fits; nothing rather than a cut one.
  const fit = (wordings, pixels, font) => wordings.find((text) => textWidth(text, font) <= pixels) || '';

  window.FaultlineTopology = { place, routes, fit, textWidth };
})();
