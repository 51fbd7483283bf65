// <fl-chart>: one picture of the console. The server names a kind and sends plain data; how it looks is decided
// here, from the page's own design tokens, so that every chart follows the theme. New data patches the picture in
// place. A table with the same numbers is one key press away.
(() => {
  const CHARTS = {};
  const fmt = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
  const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches
    || new URLSearchParams(location.search).get('motion') === 'off';

  const token = (el, name) => {
    // Tokens use light-dark(), which only a real property resolves.
    const probe = el.probe;
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };

  const palette = (el) => ({
    text: token(el, '--fl-text'), muted: token(el, '--fl-muted'), line: token(el, '--fl-line'),
    panel: token(el, '--fl-panel'), accent: token(el, '--fl-accent'), second: token(el, '--fl-second'),
    ok: token(el, '--fl-ok'), warn: token(el, '--fl-warn'), bad: token(el, '--fl-bad'),
    idle: token(el, '--fl-idle'), moved: token(el, '--fl-moved'),
  });

  // Health is told by shape as well as by colour.
  const HEALTH = {
    READY: { symbol: 'circle', colour: 'ok' },
    STARTING: { symbol: 'emptyCircle', colour: 'idle' },
    INHIBITED: { symbol: 'diamond', colour: 'moved' },
    DEGRADED: { symbol: 'triangle', colour: 'warn' },
    STOPPED: { symbol: 'emptyRect', colour: 'idle' },
    KILLED: { symbol: 'rect', colour: 'bad' },
  };

  const tooltip = (p) => ({
    backgroundColor: p.panel, borderColor: p.line, textStyle: { color: p.text, fontSize: 12 }, confine: true,
  });

  CHARTS.topology = (data, p, el) => {
    const narrow = el.clientWidth < 560;
    const nodes = data.nodes.map((n) => {
      const h = HEALTH[n.health] || HEALTH.READY;
      return {
        id: n.id, name: n.id, value: [n.x, n.y], symbol: h.symbol,
        symbolSize: (narrow ? 22 : 30) + Math.min(18, n.load * 18),
        itemStyle: { color: p[h.colour], borderColor: n.selected ? p.accent : p.panel, borderWidth: n.selected ? 4 : 2 },
        label: {
          show: true, position: 'bottom', distance: 8, color: p.text, fontSize: narrow ? 10 : 12, lineHeight: 16,
          formatter: `{b|${n.id}}\n{m|${narrow ? n.note.split(' · ').pop() : n.note}}`,
          rich: { b: { fontWeight: 600, color: p.text, fontSize: narrow ? 10 : 12, lineHeight: 16, align: 'center' },
            m: { color: p.muted, fontSize: narrow ? 9 : 11, lineHeight: 14, align: 'center' } },
        },
        tip: n.tip,
      };
    });
    const at = Object.fromEntries(data.nodes.map((n) => [n.id, [n.x, n.y]]));
    const links = data.links.map((l) => ({
      source: l.from, target: l.to, tip: l.tip,
      lineStyle: {
        color: l.moved ? p.moved : p.accent, width: 1 + Math.min(5, Math.sqrt(l.rate) / 7),
        opacity: l.open > 0 || l.rate > 0 ? 0.55 : 0.18, type: l.open > 0 || l.rate > 0 ? 'solid' : 'dashed', curveness: 0,
      },
    }));
    const streams = data.links.filter((l) => l.rate > 0).map((l) => ({ coords: [at[l.from], at[l.to]], l }));
    return {
      animationDurationUpdate: calm() ? 0 : 250,
      grid: { left: narrow ? 34 : 70, right: narrow ? 44 : 90, top: 30, bottom: 54 },
      xAxis: { show: false, min: 0, max: data.columns - 1, type: 'value' },
      yAxis: { show: false, min: 0, max: 1, inverse: true, type: 'value' },
      tooltip: { ...tooltip(p), trigger: 'item', formatter: (i) => i.data.tip || '' },
      series: [
        { id: 'graph', type: 'graph', coordinateSystem: 'cartesian2d', layout: 'none', data: nodes, links,
          emphasis: { focus: 'adjacency' }, cursor: 'pointer', z: 3 },
        { id: 'streams', type: 'lines', coordinateSystem: 'cartesian2d', silent: true, z: 2, lineStyle: { opacity: 0 },
          effect: { show: !calm(), period: 1.6, trailLength: 0.15, symbol: 'circle', symbolSize: 5, color: p.second },
          data: streams.map((s) => ({ coords: s.coords })) },
      ],
    };
  };

  CHARTS.lines = (data, p) => ({
    animation: false,
    grid: { left: 8, right: 12, top: data.series.length > 1 ? 30 : 12, bottom: 4, containLabel: true },
    legend: { show: data.series.length > 1, top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: p.muted, fontSize: 11 } },
    tooltip: { ...tooltip(p), trigger: 'axis', valueFormatter: (v) => (v == null ? '–' : `${fmt.format(v)} ${data.unit}`) },
    xAxis: { type: 'value', min: 'dataMin', max: 'dataMax', axisLabel: { color: p.muted, fontSize: 10, formatter: (v) => `${v} s` },
      axisLine: { lineStyle: { color: p.line } }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, axisLabel: { color: p.muted, fontSize: 10, formatter: (v) => fmt.format(v) },
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

  CHARTS.spark = (data, p) => ({
    animation: false, grid: { left: 0, right: 0, top: 2, bottom: 2 },
    xAxis: { type: 'value', show: false, min: 'dataMin', max: 'dataMax' }, yAxis: { type: 'value', show: false, min: 0 },
    series: [{ type: 'line', showSymbol: false, silent: true, color: p[data.colour] || p.accent,
      lineStyle: { width: 1.5 }, areaStyle: { opacity: 0.15 }, data: data.points }],
  });

  CHARTS.sankey = (data, p) => ({
    animationDurationUpdate: calm() ? 0 : 300,
    tooltip: { ...tooltip(p), trigger: 'item' },
    series: [{ id: 'flow', type: 'sankey', left: 8, right: 120, top: 12, bottom: 12, nodeAlign: 'left', nodeGap: 14, draggable: false,
      emphasis: { focus: 'adjacency' }, label: { color: p.text, fontSize: 12, formatter: (n) => n.data.label },
      lineStyle: { color: 'gradient', opacity: 0.4 },
      data: data.nodes.map((n) => ({ ...n, itemStyle: { color: n.lost ? p.bad : p.ok } })), links: data.links }],
  });

  CHARTS.bars = (data, p) => ({
    animation: false,
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    tooltip: { ...tooltip(p), trigger: 'axis' },
    xAxis: { type: 'category', data: data.labels, axisLabel: { color: p.muted, fontSize: 10 }, axisLine: { lineStyle: { color: p.line } } },
    yAxis: { type: 'value', minInterval: 1, axisLabel: { color: p.muted, fontSize: 10 }, splitLine: { lineStyle: { color: p.line, opacity: 0.5 } } },
    series: [{ type: 'bar', name: data.name, data: data.values, color: p.accent, itemStyle: { borderRadius: [3, 3, 0, 0] } }],
  });

  CHARTS.journey = (data, p) => {
    const colours = { queue: p.idle, prefill: p.second, decode: p.ok, gap: p.bad };
    return {
      animation: false,
      grid: [{ left: 8, right: 24, top: 36, height: `${data.lanes.length * 34 + 10}`, containLabel: true },
        { left: 8, right: 24, top: data.lanes.length * 34 + 86, bottom: 8, containLabel: true }],
      tooltip: { ...tooltip(p), trigger: 'item', formatter: (i) => (i.data && i.data.tip) || (i.data && i.data.length ? `${i.data[1]} tokens at ${fmt.format(i.data[0])} ms` : '') },
      xAxis: [{ gridIndex: 0, type: 'value', min: 0, max: data.end, axisLabel: { show: false }, splitLine: { lineStyle: { color: p.line, opacity: 0.4 } } },
        { gridIndex: 1, type: 'value', min: 0, max: data.end, axisLabel: { color: p.muted, fontSize: 10, formatter: (v) => `${fmt.format(v)} ms` }, splitLine: { lineStyle: { color: p.line, opacity: 0.4 } } }],
      yAxis: [{ gridIndex: 0, type: 'category', data: data.lanes, inverse: true, axisLabel: { color: p.text, fontSize: 11 }, axisTick: { show: false }, axisLine: { lineStyle: { color: p.line } } },
        { gridIndex: 1, type: 'value', name: 'tokens delivered', nameTextStyle: { color: p.muted, fontSize: 10, align: 'left' }, axisLabel: { color: p.muted, fontSize: 10 }, splitLine: { lineStyle: { color: p.line, opacity: 0.4 } } }],
      series: [{ type: 'custom', xAxisIndex: 0, yAxisIndex: 0, encode: { x: [1, 2], y: 0 },
        data: data.spans.map((s) => ({ value: [s.lane, s.from, s.to], tip: s.tip, itemStyle: { color: colours[s.kind] } })),
        renderItem: (params, api) => {
          const a = api.coord([api.value(1), api.value(0)]);
          const b = api.coord([api.value(2), api.value(0)]);
          return { type: 'rect', shape: { x: a[0], y: a[1] - 9, width: Math.max(2, b[0] - a[0]), height: 18, r: 3 }, style: { fill: api.visual('color') } };
        } },
      { type: 'line', xAxisIndex: 1, yAxisIndex: 1, symbolSize: 4, color: p.accent, data: data.points, areaStyle: { opacity: 0.12 } }],
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
