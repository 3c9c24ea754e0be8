'use strict';
/* Draws the charts of a report from the JSON block "report-data". All text that came from outside is
 * handed to ECharts as data or passes through esc(). */
(function () {
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const PRINT_WIDTH = 650;
  /** Of the height on a screen, so that two charts fit on a page. */
  const PRINT_HEIGHT = 0.75;
  const PALETTE_SIZE = 12;
  const BOUNDS = { compute: 'matrix', memory: 'load', pim: 'load', vector: 'vector', feed: 'store', latency: 'latency' };
  const ENGINES = ['matrix', 'vector', 'load', 'store'];
  let printing = false;

  // ---- text

  const esc = s => String(s).replace(/[&<>"']/g, c => '&#' + c.charCodeAt(0) + ';');

  function si(v) {
    const units = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
    for (const [size, unit] of units) {
      if (Math.abs(v) >= size) return significant(v / size) + ' ' + unit;
    }
    return significant(v);
  }

  const significant = v => String(Number(v.toPrecision(3)));
  const whole = v => Math.round(v).toLocaleString('en');
  const bytes = v => (Math.abs(v) >= 1e3 ? si(v) : significant(v) + ' ') + 'B';
  const percent = v => significant(v) + ' %';

  function tip(title, rows) {
    const body = rows.map(r => '<tr><td style="text-align:left;border:0;padding:1px 12px 1px 0">' + (r[2] || '') +
      esc(r[0]) + '</td><td style="border:0;padding:1px 0">' + esc(r[1]) + '</td></tr>').join('');
    return '<b>' + esc(title) + '</b><table>' + body + '</table>';
  }

  // ---- look

  function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  }

  const series = i => css('s' + (i % PALETTE_SIZE + 1));

  function base() {
    return {
      animation: false,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: css('ink') },
      tooltip: {
        confine: true,
        backgroundColor: css('card'),
        borderColor: css('line'),
        textStyle: { color: css('ink'), fontSize: 13 }
      }
    };
  }

  /** Legends are HTML beside the drawing: they wrap, and they print. */
  function showLegend(box, entries) {
    let list = box.parentElement.querySelector('.legend');
    if (!list) {
      list = document.createElement('ul');
      list.className = 'legend';
      list.setAttribute('aria-hidden', 'true');
      box.before(list);
    }
    list.replaceChildren(...entries.map(([name, color]) => {
      const item = document.createElement('li');
      const mark = document.createElement('i');
      mark.style.background = color;
      item.append(mark, name);
      return item;
    }));
  }

  const legendOf = option => option.legendEntries
    || option.series.filter(s => s.type === 'bar').map(s => [s.name, s.itemStyle.color]);

  const valueAxis = extra => Object.assign({
    type: 'value', splitNumber: 5, axisLine: { show: false }, axisTick: { show: false },
    axisLabel: { color: css('muted'), fontSize: 12, hideOverlap: true, formatter: si },
    nameTextStyle: { color: css('muted'), fontSize: 12 },
    splitLine: { lineStyle: { color: css('line') } }
  }, extra);

  const names = (values, extra) => Object.assign({
    type: 'category', inverse: true, data: values, axisLine: { lineStyle: { color: css('line') } },
    axisTick: { show: false }, nameTextStyle: { color: css('muted'), fontSize: 12 },
    axisLabel: { color: css('ink'), fontSize: 12.5, width: 116, overflow: 'truncate', interval: 0 }
  }, extra);

  const below = name => ({ name: name, nameLocation: 'middle', nameGap: 26 });
  const axisTip = formatter => ({ trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.25 } },
    formatter: formatter });

  /** A logarithmic axis drawn from exponents of 2: its range comes from the data, its ticks are powers of 2. */
  function logAxis(exponents, below, above) {
    const min = Math.min(...exponents) - below;
    const max = Math.max(...exponents) + above;
    const step = Math.max(1, Math.ceil((max - min) / 9));
    const ticks = [];
    for (let t = Math.ceil(min / step) * step; t <= max; t += step) ticks.push(t);
    return valueAxis({ min: min, max: max,
      axisLabel: { customValues: ticks, color: css('muted'), fontSize: 12, formatter: v => v >= 0 && v < 14 ? whole(Math.pow(2, v)) : si(Math.pow(2, v)) },
      axisTick: { customValues: ticks, show: false },
      splitLine: { customValues: ticks, lineStyle: { color: css('line') } } });
  }

  /**
   * Labels the marks of the roofline. Dots of a phase that lie together share one label: the largest and how
   * many more. A label stands to the right of and below its mark, where the roof never is; where the drawing
   * ends it stands to the left, pushed down until the roof at its left end is above it.
   */
  function labelMarks(marks, width, roofTop) {
    const groups = [];
    for (const m of marks) {
      const near = groups.find(g => !m.point.major && !g[0].point.major && g[0].point.phase === m.point.phase
        && Math.hypot(g[0].left - m.left, g[0].top - m.top) < 14);
      if (near) near.push(m); else groups.push([m]);
    }
    groups.sort((a, b) => Number(b[0].point.major) - Number(a[0].point.major));
    const taken = groups.map(([m]) => [m.left - 7, m.top - 7, 14, 14]);
    for (const group of groups) {
      const [m] = group;
      const text = m.name + (group.length > 1 ? ' +' + (group.length - 1) : '');
      const w = text.length * (m.point.major ? 7.6 : 6.9), h = 16;
      const onLeft = m.left + 12 + w > width;
      const left = onLeft ? m.left - 12 - w : m.left + 12;
      let top = Math.max(m.top + 2, roofTop(left) + 4);
      while (taken.some(r => left < r[0] + r[2] && r[0] < left + w && top < r[1] + r[3] && r[1] < top + h)) top += 2;
      taken.push([left - 2, top, w + 4, h]);
      m.label = { show: true, formatter: () => text, position: onLeft ? 'left' : 'right', distance: 6,
        offset: [0, top + h / 2 - m.top], fontWeight: m.point.major ? 'bold' : 'normal' };
    }
  }

  /** Halfway between two colours given as #rrggbb. */
  function mix(a, b) {
    const part = (c, i) => parseInt(c.slice(i, i + 2), 16);
    return '#' + [1, 3, 5].map(i => Math.round((part(a, i) + part(b, i)) / 2).toString(16).padStart(2, '0')).join('');
  }

  // ---- charts; each returns an ECharts option

  const charts = {
    roofline(phase, view, box) {
      const roof = data.roofline;
      const log = Math.log2;
      const ridge = log(roof.peakMacs / roof.peakBytes);
      const x = logAxis(roof.points.map(p => log(p.x)).concat(ridge), 0.6, 1);
      const y = logAxis(roof.points.map(p => log(p.y)).concat(log(roof.peakMacs)), 1, 0.4);
      const height = v => Math.min(log(roof.peakMacs), v + log(roof.peakBytes));
      // Where the sloped part enters the drawing: at its left or at its bottom edge.
      const from = Math.max(x.min, y.min - log(roof.peakBytes));
      const grid = { left: 56, right: 16, top: 8, bottom: 48 };
      const width = (printing ? PRINT_WIDTH : box.clientWidth) - grid.left - grid.right;
      const tall = box.clientHeight - grid.top - grid.bottom;
      const down = v => (y.max - v) / (y.max - y.min) * tall;
      const phases = data.phases.map(p => p.name);
      const colour = p => series(phases.indexOf(p.phase));
      const marks = roof.points.map(p => ({ point: p, name: p.name, value: [log(p.x), log(p.y)],
        left: (log(p.x) - x.min) / (x.max - x.min) * width, top: down(log(p.y)) }));
      labelMarks(marks, width, left => down(height(x.min + left / width * (x.max - x.min))));
      for (const m of marks) {
        m.label = Object.assign(m.label || {}, { color: mix(colour(m.point), css('ink')), fontSize: 12.5 });
        m.itemStyle = m.point.major ? { color: 'transparent', borderColor: colour(m.point), borderWidth: 2.5, opacity: 1 }
          : { color: colour(m.point), borderColor: css('card'), borderWidth: 1, opacity: 1 };
      }
      const scatter = major => ({ type: 'scatter', z: major ? 4 : 3, symbol: major ? 'diamond' : 'circle',
        symbolSize: major ? 18 : 9, data: marks.filter(m => m.point.major === major) });
      return Object.assign(base(), {
        legendEntries: phases.map((p, i) => [p, series(i)]),
        grid: grid,
        tooltip: Object.assign(base().tooltip, { trigger: 'item', formatter: t => t.data.point
          ? tip(t.data.point.phase + ': ' + t.data.point.name, [
            ['intensity', significant(t.data.point.x) + ' MAC/byte'],
            ['reached', significant(t.data.point.y) + ' MAC/cycle'],
            ['roof', significant(Math.pow(2, height(log(t.data.point.x)))) + ' MAC/cycle']]) : '' }),
        xAxis: Object.assign(x, below('MACs per byte of memory traffic')),
        yAxis: Object.assign(y, { name: 'MACs per cycle', nameLocation: 'middle', nameGap: 40 }),
        series: [{
          type: 'line', silent: true, symbol: 'none', z: 2, lineStyle: { color: css('ink'), width: 2 },
          data: [[from, height(from)], [Math.max(from, ridge), log(roof.peakMacs)], [x.max, log(roof.peakMacs)]]
        }, scatter(true), scatter(false)]
      });
    },

    operators(phase, view) {
      return view === 'layers' ? byLayer(phase) : byKind(phase);
    },

    bounds(phase) {
      const all = Object.keys(BOUNDS).filter(b => phase.kinds.some(k => k.bounds[b]));
      return Object.assign(base(), {
          grid: { left: 130, right: 30, top: 6, bottom: 44 },
        tooltip: Object.assign(base().tooltip, axisTip(t => tip(t[0].name,
          t.filter(s => s.value > 0).map(s => [s.seriesName, percent(s.value), s.marker])))),
        xAxis: valueAxis(Object.assign(below('% of the phase'),
          { axisLabel: { color: css('muted'), fontSize: 12, formatter: '{value}' } })),
        yAxis: names(phase.kinds.map(k => k.name)),
        series: all.map(b => ({ type: 'bar', name: b, stack: 'all', barMaxWidth: 22,
          itemStyle: { color: css(BOUNDS[b]) },
          data: phase.kinds.map(k => 100 * (k.bounds[b] || 0) / phase.cycles) }))
      });
    },

    stalls(phase) {
      const causes = [...new Set(phase.engines.flatMap(e => Object.keys(e.stalls)))];
      const share = v => 100 * v / phase.cycles;
      const idle = e => Math.max(0, phase.cycles - e.busy - Object.values(e.stalls).reduce((a, b) => a + b, 0));
      const bar = (name, color, value) => ({ type: 'bar', name: name, stack: 'all', barMaxWidth: 26,
        itemStyle: { color: color }, data: phase.engines.map(e => share(value(e))) });
      const warm = ['s2', 's5', 's4', 's3', 's12', 's6', 's9', 's7', 's8', 's11'];
      return Object.assign(base(), {
          grid: { left: 130, right: 30, top: 6, bottom: 44 },
        tooltip: Object.assign(base().tooltip, axisTip(t => tip(t[0].name,
          t.filter(s => s.value > 0).map(s => [s.seriesName, percent(s.value), s.marker])))),
        xAxis: valueAxis(Object.assign(below('% of the phase'),
          { max: 100, axisLabel: { color: css('muted'), fontSize: 12, formatter: '{value}' } })),
        yAxis: names(phase.engines.map(e => e.name)),
        series: [bar('busy', css('s1'), e => e.busy)]
          .concat(causes.map((c, i) => bar(c, css(warm[i % warm.length]), e => e.stalls[c] || 0)))
          .concat([bar('idle', css('track'), idle)])
      });
    },

    levels(phase) {
      const bar = (name, color, field) => ({ type: 'bar', name: name, barMaxWidth: 14, barGap: '20%',
        itemStyle: { color: color, borderRadius: [0, 2, 2, 0] },
        label: { show: true, position: 'right', color: css('muted'), fontSize: 12,
          formatter: t => t.value > 0 ? bytes(t.value) : '' },
        data: phase.levels.map(l => l[field] / phase.tokens) });
      return Object.assign(base(), {
          grid: { left: 130, right: 80, top: 6, bottom: 44 },
        tooltip: Object.assign(base().tooltip, axisTip(t => tip(t[0].name,
          t.map(s => [s.seriesName, bytes(s.value), s.marker])))),
        xAxis: valueAxis(Object.assign(below('bytes per token'),
          { axisLabel: { color: css('muted'), fontSize: 12, hideOverlap: true, formatter: bytes } })),
        yAxis: names(phase.levels.map(l => l.name)),
        series: [bar('read', css('s1'), 'read'), bar('written', css('s2'), 'written')]
      });
    },

    tokens(phase) {
      const label = i => phase.perToken.step === 1 ? String(i + 1)
        : (i * phase.perToken.step + 1) + '–' + Math.min(phase.tokens, (i + 1) * phase.perToken.step);
      return Object.assign(base(), {
        grid: { left: 96, right: 24, top: 14, bottom: 44 },
        tooltip: Object.assign(base().tooltip, { trigger: 'axis', formatter: t => tip('token ' + t[0].name,
          [['cycles', whole(t[0].value)]]) }),
        xAxis: names(phase.perToken.cycles.map((c, i) => label(i)), Object.assign(below('token of the phase'), {
          inverse: false, boundaryGap: false, axisLabel: { color: css('muted'), fontSize: 12 } })),
        yAxis: valueAxis({ scale: true, axisLabel: { color: css('muted'), fontSize: 12, formatter: whole } }),
        series: [{ type: 'line', showSymbol: phase.perToken.cycles.length < 3, data: phase.perToken.cycles,
          lineStyle: { width: 2, color: css('s1') }, itemStyle: { color: css('s1') } }]
      });
    }
  };

  /** A pale bar for the elapsed time of each kind, and on it one thin bar per engine: they overlap. */
  function byKind(phase) {
    const kinds = phase.kinds;
    return Object.assign(base(), {
      grid: { left: 130, right: 30, top: 6, bottom: 44 },
      tooltip: Object.assign(base().tooltip, axisTip(t => tip(t[0].name,
        t.map(s => [s.seriesName, si(s.value) + '  ' + percent(100 * s.value / phase.cycles), s.marker])))),
      xAxis: valueAxis(below('cycles in the phase')),
      yAxis: [names(kinds.map(k => k.name)), names(kinds.map(k => k.name), { show: false })],
      series: [{ type: 'bar', name: 'elapsed', yAxisIndex: 1, barWidth: '82%', z: 1,
        itemStyle: { color: css('track'), borderRadius: [0, 3, 3, 0] }, data: kinds.map(k => k.cycles) }]
        .concat(ENGINES.map(e => ({ type: 'bar', name: e + ' busy', barWidth: '13%', barGap: '25%', z: 2,
          itemStyle: { color: css(e) }, data: kinds.map(k => k[e]) })))
    });
  }

  function byLayer(phase) {
    const kinds = Object.keys(phase.layers.kinds);
    return Object.assign(base(), {
      grid: { left: 60, right: 20, top: 6, bottom: 44 },
      tooltip: Object.assign(base().tooltip, axisTip(t => tip('layer ' + t[0].name,
        t.filter(s => s.value > 0).map(s => [s.seriesName, si(s.value), s.marker])))),
      xAxis: names(phase.layers.names, Object.assign(below('layer'),
        { inverse: false, axisLabel: { color: css('muted'), fontSize: 12 } })),
      yAxis: valueAxis({}),
      series: kinds.map((k, i) => ({ type: 'bar', name: k, stack: 'all', barCategoryGap: '25%',
        itemStyle: { color: series(i) }, data: phase.layers.kinds[k] }))
    });
  }

  // ---- page

  const drawn = [...document.querySelectorAll('.chart')].map(box => ({ box: box, view: 'kinds', height: box.clientHeight,
    chart: echarts.init(box, null, { renderer: 'svg' }) }));

  function draw(item) {
    const phase = data.phases[Number(item.box.dataset.phase)];
    item.box.style.height = item.height * (printing ? PRINT_HEIGHT : 1) + 'px';
    item.chart.resize({ width: printing ? PRINT_WIDTH : 'auto', height: 'auto' });
    const option = charts[item.box.dataset.chart](phase, item.view, item.box);
    showLegend(item.box, legendOf(option));
    delete option.legendEntries;
    item.chart.setOption(option, true);
  }

  const drawAll = () => drawn.forEach(draw);
  drawAll();

  document.querySelectorAll('.toggle button').forEach(button => button.addEventListener('click', () => {
    const figure = button.closest('figure');
    const item = drawn.find(d => figure.contains(d.box));
    item.view = button.dataset.view;
    figure.querySelectorAll('[data-hint]').forEach(h => { h.hidden = h.dataset.hint !== item.view; });
    figure.querySelectorAll('.toggle button').forEach(b => b.setAttribute('aria-pressed', String(b === button)));
    draw(item);
  }));

  let pending = 0;
  window.addEventListener('resize', () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(drawAll);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  matchMedia('print').addEventListener('change', e => { printing = e.matches; drawAll(); });
  document.documentElement.dataset.charts = String(drawn.length);
})();
