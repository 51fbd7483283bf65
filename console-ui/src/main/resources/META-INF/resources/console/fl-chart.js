// <fl-chart>: one picture of the console. The server names a kind and sends plain data; how it looks is decided
// here, from the page's own design tokens, so that every chart follows the theme. New data patches the picture in
// place. A table with the same numbers is one key press away.
(() => {
  const CHARTS = {};
  const fmt = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
  // Neighbouring ticks must differ, however small the values are.
  const tick = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
  const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches
    || new URLSearchParams(location.search).get('motion') === 'off';

  const token = (el, name) => {
    // Tokens use light-dark(), which only a real property resolves.
    const probe = el.probe;
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };

  // Names come from the cluster: they are text, never markup.
  const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  const palette = (el) => ({
    text: token(el, '--fl-text'), muted: token(el, '--fl-muted'), line: token(el, '--fl-line'),
    panel: token(el, '--fl-panel'), raised: token(el, '--fl-raised'), accent: token(el, '--fl-accent'), second: token(el, '--fl-second'),
    ok: token(el, '--fl-ok'), warn: token(el, '--fl-warn'), bad: token(el, '--fl-bad'),
    idle: token(el, '--fl-idle'), moved: token(el, '--fl-moved'),
  });

  // Health is told by shape as well as by colour: a mark drawn in a box of 2r around (x, y). Each is a polygon, even
  // the disc: a mark whose kind of element changed would keep its old shape when its node's health changes.
  const polygon = (points) => ({ type: 'polygon', shape: { points } });
  const corners = (count, x, y, r) => Array.from({ length: count }, (_, i) => 2 * Math.PI * i / count)
    .map((a) => [x + r * Math.sin(a), y - r * Math.cos(a)]);
  const MARKS = {
    disc: (x, y, r) => polygon(corners(24, x, y, r)),
    diamond: (x, y, r) => polygon(corners(4, x, y, r + 1)),
    triangle: (x, y, r) => polygon([[x, y - r - 1], [x + r + 1, y + r], [x - r - 1, y + r]]),
    funnel: (x, y, r) => polygon([[x, y + r + 1], [x + r + 1, y - r], [x - r - 1, y - r]]),
    square: (x, y, r) => polygon([[x - r, y - r], [x + r, y - r], [x + r, y + r], [x - r, y + r]]),
    cross: (x, y, r) => polygon([[-1, -3], [0, -1], [1, -3], [3, -1], [1, 0], [3, 1], [1, 3], [0, 1], [-1, 3], [-3, 1], [-1, 0], [-3, -1]]
      .map(([a, b]) => [x + (a * (r + 1)) / 3, y + (b * (r + 1)) / 3])),
  };
  const HEALTH = {
    READY: { mark: 'disc', filled: true, colour: 'ok' },
    STARTING: { mark: 'disc', filled: false, colour: 'idle' },
    INHIBITED: { mark: 'diamond', filled: true, colour: 'moved' },
    DEGRADED: { mark: 'triangle', filled: true, colour: 'warn' },
    UNRESPONSIVE: { mark: 'funnel', filled: true, colour: 'bad' },
    STOPPED: { mark: 'square', filled: false, colour: 'idle' },
    KILLED: { mark: 'square', filled: true, colour: 'bad' },
    FAILED: { mark: 'cross', filled: true, colour: 'bad' },
  };
  const FONT = "'Instrument Sans', system-ui, sans-serif";

  const tooltip = (p) => ({
    backgroundColor: p.panel, borderColor: p.line, textStyle: { color: p.text, fontSize: 12, fontFamily: FONT }, confine: true,
  });

  const T = window.FaultlineTopology;
  // `orchestrator-0` where there is room, else `orch-0`: the number is what tells one from another.
  const short = (id) => { const [, role, number] = /^(.+?)(-\d+)?$/.exec(id); return [role.slice(0, 4) + (number || ''), number ? number.slice(1) : role.slice(0, 1)]; };

  const card = (n, box, p, narrow) => {
    const h = HEALTH[n.health] || HEALTH.STARTING;
    const tone = p[h.colour];
    const tight = box.h < 44;
    const mark = MARKS[h.mark](box.x + 16, tight ? box.y + box.h / 2 : box.y + 19, 5);
    const size = narrow ? 11 : 13;
    const parts = [
      { type: 'rect', shape: { x: box.x, y: box.y, width: box.w, height: box.h, r: 9 },
        style: { fill: p.raised, stroke: n.selected ? p.accent : h.colour === 'ok' ? p.line : tone, lineWidth: n.selected ? 2.5 : 1.3,
          shadowBlur: 8, shadowOffsetY: 2, shadowColor: 'rgba(10,20,40,0.10)' } },
      { ...mark, style: h.filled ? { fill: tone } : { fill: 'none', stroke: tone, lineWidth: 2 } },
      { type: 'text', style: { x: box.x + 28, y: tight ? box.y + box.h / 2 - 7 : box.y + 12, text: T.fit([n.id, ...short(n.id)], box.w - 34, `600 ${size}px ${FONT}`),
        fill: p.text, font: `600 ${size}px ${FONT}` } },
    ];
    if (!tight) {
      const font = `${narrow ? 10 : 11}px ${FONT}`;
      parts.push({ type: 'text', style: { x: box.x + (narrow ? 10 : 28), y: box.y + 30, text: T.fit(n.notes, box.w - (narrow ? 14 : 34), font),
        fill: p.muted, font } });
    }
    if (n.load >= 0 && box.h > 24) {
      const width = box.w - 20;
      const y = box.y + box.h - 8;
      parts.push({ type: 'rect', shape: { x: box.x + 10, y, width, height: 3, r: 1.5 }, style: { fill: p.line } });
      if (n.load > 0) {
        parts.push({ type: 'rect', shape: { x: box.x + 10, y, width: Math.max(3, width * Math.min(1, n.load)), height: 3, r: 1.5 },
          style: { fill: n.load > 0.9 ? p.bad : n.load > 0.7 ? p.warn : p.accent } });
      }
    }
    return { type: 'group', children: parts };
  };

  CHARTS.topology = (data, p, el) => {
    const width = el.canvas.clientWidth;
    const height = el.canvas.clientHeight;
    const narrow = width < 560;
    const { boxes, heads } = T.place(data, width, height, narrow);
    const links = data.links.filter((l) => boxes[l.from] && boxes[l.to]);
    const ways = T.routes(links, boxes, width, height, narrow);
    const flows = (l) => l.open > 0 || l.rate > 0;
    const lines = links.map((l, i) => ({
      coords: ways[i], tip: l.tip,
      lineStyle: { color: flows(l) ? p.accent : l.moved ? p.moved : p.idle, width: flows(l) ? 1.5 + Math.min(6, Math.sqrt(l.rate) / 6) : 1.2,
        opacity: flows(l) ? 0.45 : 0.5, type: flows(l) ? 'solid' : [5, 5] },
    }));
    const marks = data.nodes.map((n) => ({ value: [0, 0], id: n.id, name: n.id, tip: n.tip, draw: () => card(n, boxes[n.id], p, narrow) }));
    const words = heads.map((h) => ({ value: [0, 0], silent: true, draw: () => ({ type: 'text', silent: true,
      style: { x: h.x, y: h.y, text: h.text, align: h.align, fill: p.muted, font: `600 11px ${FONT}` } }) }));
    // A word that does not fit before its card is left to the tooltip.
    const before = (l) => Math.max(0, ...Object.values(boxes).filter((b) => b.x + b.w <= boxes[l.to].x).map((b) => b.x + b.w));
    const word = (l) => T.fit(flows(l) ? [`${fmt.format(Math.round(l.rate))} tok/s`, fmt.format(Math.round(l.rate))] : ['moved away'],
      boxes[l.to].x - before(l) - 12, `11px ${FONT}`);
    const fits = (l) => word(l) !== '';
    const rates = narrow ? [] : links.filter((l) => fits(l) && (l.rate >= 1 || (l.moved && !flows(l)))).map((l) => ({ value: [0, 0], silent: true, draw: () => {
      const b = boxes[l.to];
      const fromAbove = boxes[l.from].y + boxes[l.from].h / 2 < b.y + b.h / 2 - 20;
      return { type: 'text', silent: true, style: { x: b.x - 8, y: b.y + b.h / 2 + (fromAbove ? 8 : -19), align: 'right', fill: flows(l) ? p.muted : p.moved,
        text: word(l), font: `11px ${FONT}` } };
    } }));
    const all = [...words, ...rates, ...marks];
    return {
      animation: false,
      grid: { left: 0, right: 0, top: 0, bottom: 0 },
      xAxis: { show: false, min: 0, max: width, type: 'value' },
      yAxis: { show: false, min: 0, max: height, inverse: true, type: 'value' },
      tooltip: { ...tooltip(p), trigger: 'item', formatter: (i) => escape(i.data.tip || '') },
      series: [
        { id: 'ways', type: 'lines', coordinateSystem: 'cartesian2d', polyline: true, z: 1, data: lines },
        { id: 'streams', type: 'lines', coordinateSystem: 'cartesian2d', polyline: true, silent: true, z: 2, lineStyle: { opacity: 0 },
          effect: { show: !calm(), period: 2.4, trailLength: 0, symbol: 'circle', symbolSize: 5, color: p.second },
          data: ways.filter((w, i) => links[i].rate > 0).map((coords) => ({ coords })) },
        { id: 'cards', type: 'custom', coordinateSystem: 'cartesian2d', z: 3, cursor: 'pointer', data: all,
          renderItem: (params) => all[params.dataIndex].draw() },
      ],
    };
  };

  CHARTS.lines = (data, p) => ({
    animation: false,
    grid: { left: 8, right: 20, top: (data.series.length > 1 ? 30 : 12) + (data.unit ? 12 : 0), bottom: 4, containLabel: true },
    legend: { show: data.series.length > 1, top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: p.muted, fontSize: 11 } },
    tooltip: { ...tooltip(p), trigger: 'axis', valueFormatter: (v) => (v == null ? '–' : `${tick.format(v)} ${data.unit}`) },
    xAxis: { type: 'value', min: 'dataMin', max: 'dataMax', axisLabel: { color: p.muted, fontSize: 10, hideOverlap: true, formatter: (v) => `${fmt.format(v)} s` },
      axisLine: { lineStyle: { color: p.line } }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, axisLabel: { color: p.muted, fontSize: 10, formatter: (v) => tick.format(v) },
      name: data.unit, nameGap: 8, nameTextStyle: { color: p.muted, fontSize: 10, align: 'left' },
      splitLine: { lineStyle: { color: p.line, opacity: 0.5 } } },
    series: data.series.map((s, i) => ({
      id: s.name, name: s.name, type: 'line', showSymbol: false, step: data.step ? 'end' : false,
      lineStyle: { width: 2, type: ['solid', 'dashed', 'dotted'][i % 3] },
      areaStyle: i === 0 && !data.step ? { opacity: 0.12 } : undefined,
      color: p[s.colour] || p.accent, data: s.points,
      markLine: i === 0 && data.marks && data.marks.length ? { silent: true, symbol: 'none',
        lineStyle: { color: p.bad, type: 'dashed' }, label: { color: p.bad, fontSize: 10, formatter: (m) => m.name },
        data: data.marks.map((m) => ({ name: m.name, xAxis: m.at })) } : undefined,
    })),
  });

  CHARTS.scatter = (data, p) => ({
    animation: false,
    grid: { left: 8, right: 20, top: 30, bottom: 24, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: p.muted, fontSize: 11 } },
    tooltip: { ...tooltip(p), trigger: 'item', formatter: (i) => escape(i.data.tip) },
    xAxis: { type: 'value', min: 0, name: data.x, nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: p.muted, fontSize: 11, fontFamily: FONT },
      axisLabel: { color: p.muted, fontSize: 10, formatter: (v) => fmt.format(v) }, axisLine: { lineStyle: { color: p.line } }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, max: data.max, axisLabel: { color: p.muted, fontSize: 10, formatter: (v) => `${fmt.format(v)} %` },
      splitLine: { lineStyle: { color: p.line, opacity: 0.5 } } },
    series: data.series.map((s, i) => ({
      id: s.name, name: s.name, type: 'scatter', symbol: i === 0 ? 'circle' : 'triangle', symbolSize: i === 0 ? 7 : 9,
      color: p[s.colour] || p.accent, itemStyle: { opacity: 0.7 }, data: s.points.map((d) => ({ value: [d.x, d.y], tip: d.tip })),
    })),
  });

  CHARTS.spark = (data, p) => ({
    animation: false, grid: { left: 0, right: 0, top: 2, bottom: 2 },
    xAxis: { type: 'value', show: false, min: 'dataMin', max: 'dataMax' }, yAxis: { type: 'value', show: false, min: 0 },
    series: [{ type: 'line', showSymbol: false, silent: true, color: p[data.colour] || p.accent,
      lineStyle: { width: 1.5 }, areaStyle: { opacity: 0.15 }, data: data.points }],
  });

  CHARTS.sankey = (data, p) => ({
    animationDuration: 0, animationDurationUpdate: calm() ? 0 : 300,
    tooltip: { ...tooltip(p), trigger: 'item' },
    series: [{ id: 'flow', type: 'sankey', left: 8, right: 120, top: 12, bottom: 12, nodeAlign: 'left', nodeGap: 14, draggable: false,
      emphasis: { focus: 'adjacency' }, label: { color: p.text, fontSize: 12, fontFamily: FONT, formatter: (n) => n.data.label },
      lineStyle: { color: 'gradient', opacity: 0.4 },
      data: data.nodes.map((n) => ({ ...n, itemStyle: { color: n.lost ? p.bad : p.ok } })), links: data.links }],
  });

  CHARTS.bars = (data, p) => ({
    animation: false,
    grid: { left: 8, right: 12, top: 12, bottom: data.axis ? 22 : 4, containLabel: true },
    tooltip: { ...tooltip(p), trigger: 'axis' },
    xAxis: { type: 'category', data: data.labels, name: data.axis, nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: p.muted, fontSize: 11, fontFamily: FONT }, axisLabel: { color: p.muted, fontSize: 10 }, axisLine: { lineStyle: { color: p.line } } },
    yAxis: { type: 'value', minInterval: 1, max: data.max, axisLabel: { color: p.muted, fontSize: 10 }, splitLine: { lineStyle: { color: p.line, opacity: 0.5 } } },
    series: [{ type: 'bar', name: data.name, barMaxWidth: 64, color: p.accent,
      data: data.tones ? data.values.map((value, i) => ({ value, itemStyle: { color: p[data.tones[i]] } })) : data.values, itemStyle: { borderRadius: [3, 3, 0, 0] },
      markLine: data.marks && data.marks.length ? { silent: true, symbol: 'none',
        lineStyle: { color: p.bad, type: 'dashed' }, label: { color: p.bad, fontSize: 10, position: 'insideEndTop', formatter: (m) => m.name },
        data: data.marks.map((m) => ({ name: m.name, yAxis: m.at })) } : undefined }],
  });

  CHARTS.journey = (data, p, el) => {
    const narrow = el.canvas.clientWidth < 560;
    const left = narrow ? 74 : 96;
    const lanes = data.lanes.length;
    const colours = { queue: p.idle, prefill: p.second, decode: p.ok, gap: p.bad };
    const axis = { type: 'value', min: 0, max: data.end, axisTick: { show: false }, axisLine: { lineStyle: { color: p.line } },
      splitLine: { lineStyle: { color: p.line, opacity: 0.4 } } };
    const gaps = data.spans.filter((s) => s.kind === 'gap');
    const laneHeight = lanes * 34 + 8;
    // A request that moved leaves one lane and goes on in the next.
    const hops = gaps.map((g) => {
      const next = data.spans.find((s) => s.lane > 0 && s.from >= g.to - 1e-6);
      const last = data.spans.filter((s) => s.lane > 0 && s.to <= g.from + 1e-6).pop();
      return next && last ? { value: [last.lane, g.from, next.lane, g.to], tip: g.tip } : null;
    }).filter(Boolean);
    return {
      animation: false,
      grid: [{ left, right: 28, top: 6, height: laneHeight }, { left, right: 28, top: laneHeight + 48, bottom: 52 }],
      tooltip: { ...tooltip(p), trigger: 'item',
        formatter: (i) => escape((i.data && i.data.tip) || (Array.isArray(i.data) ? `${i.data[1]} tokens at ${fmt.format(i.data[0])} ms` : '')) },
      dataZoom: [{ type: 'inside', xAxisIndex: [0, 1], zoomOnMouseWheel: 'ctrl', moveOnMouseWheel: false, filterMode: 'none' },
        { type: 'slider', xAxisIndex: [0, 1], height: 14, bottom: 4, filterMode: 'none', showDetail: false, brushSelect: false,
          borderColor: p.line, fillerColor: 'rgba(110,150,230,0.18)', handleStyle: { color: p.panel, borderColor: p.muted },
          dataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } }, selectedDataBackground: { lineStyle: { opacity: 0 }, areaStyle: { opacity: 0 } } }],
      xAxis: [{ ...axis, gridIndex: 0, axisLabel: { show: false } },
        { ...axis, gridIndex: 1, axisLabel: { color: p.muted, fontSize: 10, showMaxLabel: false, hideOverlap: true, formatter: (v) => `${fmt.format(v)} ms` } }],
      yAxis: [{ gridIndex: 0, type: 'category', data: data.lanes, inverse: true, axisTick: { show: false }, axisLine: { lineStyle: { color: p.line } },
        axisLabel: { color: p.text, fontSize: narrow ? 10 : 12, fontFamily: FONT, width: left - 12, overflow: 'truncate' } },
      { gridIndex: 1, type: 'value', name: 'tokens delivered', nameTextStyle: { color: p.muted, fontSize: 11, fontFamily: FONT, align: 'left', padding: [0, 0, 0, -left + 8] },
        axisLabel: { color: p.muted, fontSize: 10 }, splitLine: { lineStyle: { color: p.line, opacity: 0.4 } } }],
      series: [{ id: 'spans', type: 'custom', xAxisIndex: 0, yAxisIndex: 0, encode: { x: [1, 2], y: 0 }, clip: true,
        data: data.spans.map((s) => ({ value: [s.lane, s.from, s.to], tip: s.tip, itemStyle: { color: colours[s.kind] } })),
        renderItem: (params, api) => {
          const a = api.coord([api.value(1), api.value(0)]);
          const b = api.coord([api.value(2), api.value(0)]);
          return { type: 'rect', shape: { x: a[0], y: a[1] - 9, width: Math.max(3, b[0] - a[0]), height: 18, r: 3 }, style: { fill: api.visual('color') } };
        } },
      { id: 'hops', type: 'custom', xAxisIndex: 0, yAxisIndex: 0, encode: { x: [1, 3], y: [0, 2] }, clip: true, z: 5, data: hops,
        renderItem: (params, api) => {
          const a = api.coord([api.value(1), api.value(0)]);
          const b = api.coord([api.value(3), api.value(2)]);
          return { type: 'group', children: [
            { type: 'polyline', shape: { points: [[a[0], a[1] + 9], [a[0], (a[1] + b[1]) / 2], [b[0], (a[1] + b[1]) / 2], [b[0], b[1] - 9]] },
              style: { stroke: p.moved, lineWidth: 1.6, fill: 'none' } },
            { type: 'text', style: { x: b[0] + 8, y: (a[1] + b[1]) / 2 - 6, text: 'moved', fill: p.moved, font: `600 11px ${FONT}` } },
          ] };
        } },
      { id: 'tokens', type: 'line', xAxisIndex: 1, yAxisIndex: 1, symbolSize: 4, color: p.accent, data: data.points, areaStyle: { opacity: 0.12 },
        markArea: { silent: true, itemStyle: { color: p.bad, opacity: 0.18 }, data: gaps.map((g) => [{ xAxis: g.from }, { xAxis: g.to }]) } }],
    };
  };

  // One lane a worker, time to the right; each span is told by colour and by the mark at its beginning.
  CHARTS.health = (data, p, el) => {
    const narrow = el.canvas.clientWidth < 560;
    const left = narrow ? 74 : 96;
    return {
      animation: false,
      grid: { left, right: 24, top: 8, bottom: 30 },
      tooltip: { ...tooltip(p), trigger: 'item', formatter: (i) => escape((i.data && i.data.tip) || '') },
      xAxis: { type: 'value', min: data.begin, max: data.end, axisTick: { show: false }, axisLine: { lineStyle: { color: p.line } },
        splitLine: { lineStyle: { color: p.line, opacity: 0.4 } },
        axisLabel: { color: p.muted, fontSize: 10, showMaxLabel: false, hideOverlap: true, formatter: (v) => `${fmt.format(v)} s` } },
      yAxis: { type: 'category', data: data.lanes, inverse: true, axisTick: { show: false }, axisLine: { lineStyle: { color: p.line } },
        axisLabel: { color: p.text, fontSize: narrow ? 10 : 12, fontFamily: FONT, width: left - 12, overflow: 'truncate' } },
      series: [{ id: 'spans', type: 'custom', encode: { x: [1, 2], y: 0 }, clip: true,
        data: data.spans.map((s) => ({ value: [s.lane, s.from, s.to], tip: s.tip, health: s.health })),
        renderItem: (params, api) => {
          const a = api.coord([api.value(1), api.value(0)]);
          const b = api.coord([api.value(2), api.value(0)]);
          const h = HEALTH[data.spans[params.dataIndex].health] || HEALTH.STARTING;
          const tone = p[h.colour];
          const width = Math.max(2, b[0] - a[0]);
          const bar = { type: 'rect', shape: { x: a[0], y: a[1] - 8, width, height: 16, r: 3 },
            style: h.filled ? { fill: tone, opacity: h.colour === 'ok' ? 0.55 : 0.85 } : { fill: 'none', stroke: tone, lineWidth: 1.2, lineDash: [4, 3] } };
          // Always the same kinds of elements: where there is no room for the mark it is drawn with nothing.
          const shown = width >= 16 ? (h.filled ? { fill: p.panel } : { fill: 'none', stroke: tone, lineWidth: 1.5 }) : { fill: 'none' };
          return { type: 'group', children: [bar, { ...MARKS[h.mark](a[0] + 9, a[1], 4), style: shown }] };
        } }],
    };
  };

  class FlChart extends HTMLElement {
    connectedCallback() {
      if (!this.canvas) {
        this.probe = document.createElement('span');
        this.probe.hidden = true;
        this.canvas = document.createElement('div');
        this.canvas.className = 'fl-chart-canvas';
        this.append(this.probe, this.canvas);
        if (this.hasAttribute('twin')) this.makeTwin();
      }
      this.sizes = new ResizeObserver(() => { if (this.chart) { this.chart.resize(); this.draw(); } });
      this.sizes.observe(this.canvas);
      this.redraw = () => requestAnimationFrame(() => this.draw());
      this.scheme = matchMedia('(prefers-color-scheme: dark)');
      this.scheme.addEventListener('change', this.redraw);
      this.themes = new MutationObserver(this.redraw);
      this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'theme', 'class'] });
      this.draw();
    }

    disconnectedCallback() {
      this.sizes.disconnect();
      this.themes.disconnect();
      this.scheme.removeEventListener('change', this.redraw);
      if (this.chart) { this.chart.dispose(); this.chart = null; }
    }

    // Called by the server. `table` = {columns: [...], rows: [[...]]} with the same numbers.
    show(kind, data, table) {
      this.kind = kind;
      this.data = data;
      this.table = table;
      this.draw();
      if (this.twinBody && !this.twinBody.hidden) this.fillTwin();
    }

    draw() {
      if (!this.isConnected || !this.data || !window.echarts || !this.canvas.clientWidth) return;
      if (!this.chart) {
        this.chart = window.echarts.init(this.canvas, null, { renderer: 'canvas' });
        this.chart.on('click', (e) => {
          const id = e.data && (e.data.id || e.data.name);
          if (id) this.dispatchEvent(new CustomEvent('chart-select', { detail: { id } }));
        });
      }
      this.chart.setOption(CHARTS[this.kind](this.data, palette(this), this), { notMerge: false, replaceMerge: this.kind === 'lines' ? ['series'] : [] });
    }

    makeTwin() {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'fl-twin-button';
      button.textContent = 'Table';
      button.setAttribute('aria-expanded', 'false');
      button.setAttribute('aria-label', `Show ${this.getAttribute('aria-label') || 'the chart'} as a table`);
      this.twinBody = document.createElement('div');
      this.twinBody.className = 'fl-twin';
      this.twinBody.tabIndex = 0;
      this.twinBody.hidden = true;
      button.addEventListener('click', () => {
        this.twinBody.hidden = !this.twinBody.hidden;
        button.setAttribute('aria-expanded', String(!this.twinBody.hidden));
        if (!this.twinBody.hidden) this.fillTwin();
      });
      this.append(button, this.twinBody);
    }

    fillTwin() {
      const t = this.table || { columns: [], rows: [] };
      const table = document.createElement('table');
      const head = table.createTHead().insertRow();
      for (const c of t.columns) { const th = document.createElement('th'); th.scope = 'col'; th.textContent = c; head.append(th); }
      const body = table.createTBody();
      for (const r of t.rows) { const row = body.insertRow(); for (const v of r) row.insertCell().textContent = v == null ? '–' : v; }
      this.twinBody.replaceChildren(table);
    }
  }
  customElements.define('fl-chart', FlChart);
})();
