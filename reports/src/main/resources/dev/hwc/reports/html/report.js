'use strict';
/* Draws the charts of a report from the JSON block "report-data". All text that came from outside is
 * handed to ECharts as data or passes through esc(). */
(function () {
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const PRINT_WIDTH = 680;
  const PALETTE_SIZE = 12;
  const BOUNDS = { compute: 'matrix', memory: 'load', vector: 'vector', preload: 'store', latency: 'latency' };
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

  const legend = extra => Object.assign({
    type: 'scroll', top: 0, left: 0, right: 0, itemWidth: 12, itemHeight: 12, itemGap: 14, icon: 'roundRect',
    selectedMode: false, textStyle: { color: css('ink'), fontSize: 12.5 },
    pageTextStyle: { color: css('muted') }, pageIconColor: css('ink'), pageIconInactiveColor: css('line')
  }, extra);

  const valueAxis = extra => Object.assign({
    type: 'value', splitNumber: 5, axisLine: { show: false }, axisTick: { show: false },
    axisLabel: { color: css('muted'), fontSize: 12, hideOverlap: true, formatter: si },
    nameTextStyle: { color: css('muted'), fontSize: 12 },
    splitLine: { lineStyle: { color: css('line') } }
  }, extra);

  const names = (values, extra) => Object.assign({
    type: 'category', inverse: true, data: values, axisLine: { lineStyle: { color: css('line') } },
    axisTick: { show: false },
    axisLabel: { color: css('ink'), fontSize: 12.5, width: 116, overflow: 'truncate', interval: 0 }
  }, extra);

  const below = name => ({ name: name, nameLocation: 'middle', nameGap: 26 });
  const axisTip = formatter => ({ trigger: 'axis', axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.25 } },
    formatter: formatter });

  // ---- charts; each returns an ECharts option

  const charts = {
    roofline() {
      const roof = data.roofline;
      const log = Math.log2;
      const axis = (values) => {
        const min = Math.floor(log(Math.min(...values) * 0.9));
        const max = Math.ceil(log(Math.max(...values) * 1.1));
        return { min: min, max: max, interval: Math.max(1, Math.ceil((max - min) / 9)) };
      };
      const ridge = roof.peakMacs / roof.peakBytes;
      const x = axis(roof.points.map(p => p.x).concat(ridge));
      const y = axis(roof.points.map(p => p.y).concat(roof.peakMacs));
      const height = v => Math.min(log(roof.peakMacs), v + log(roof.peakBytes));
      // Where the sloped part enters the drawing: at its left or at its bottom edge.
      const from = Math.max(x.min, y.min - log(roof.peakBytes));
      const label = { formatter: v => si(Math.pow(2, v)), color: css('muted'), fontSize: 12, hideOverlap: true };
      const phases = [...new Set(roof.points.map(p => p.phase))];
      const colour = phase => data.phases.length <= 2 && phases.length <= 2
        ? [css('matrix'), css('load')][phases.indexOf(phase)] : series(phases.indexOf(phase));
      const points = (phase, major) => roof.points.filter(p => p.phase === phase && p.major === major).map(p => ({
        name: p.name, value: [log(p.x), log(p.y)], point: p,
        label: { formatter: () => p.label }
      }));
      const scatter = (phase, major) => ({
        type: 'scatter', name: phase, data: points(phase, major), z: major ? 4 : 3,
        symbol: major ? 'diamond' : 'circle', symbolSize: major ? 18 : 9,
        itemStyle: { color: colour(phase), opacity: major ? 1 : 0.75, borderColor: css('card'), borderWidth: 1 },
        label: { show: true, position: 'right', distance: 6, color: css('ink'), fontSize: major ? 13 : 12,
          fontWeight: major ? 'bold' : 'normal' },
        labelLine: { show: true, lineStyle: { color: css('muted'), width: 1 } },
        labelLayout: place
      });
      const placed = [];
      // Labels go to the right of and below their point, where the roof never is.
      function place(p) {
        const w = p.labelRect.width, h = p.labelRect.height;
        const left = p.rect.x + p.rect.width + 6;
        let top = p.rect.y + p.rect.height / 2 - 1;
        const hits = () => placed.some(r => left < r[0] + r[2] + 4 && r[0] < left + w + 4
          && top < r[1] + r[3] && r[1] < top + h);
        while (hits()) top += 2;
        placed.push([left, top, w, h]);
        const moved = top > p.rect.y + p.rect.height;
        const mid = [p.rect.x + p.rect.width / 2, p.rect.y + p.rect.height / 2];
        return { x: left, y: top, align: 'left', verticalAlign: 'top',
          labelLinePoints: moved ? [mid, [left - 3, top + h / 2], [left - 3, top + h / 2]] : [mid, mid, mid] };
      }
      return Object.assign(base(), {
        legend: legend({ data: phases.map(p => ({ name: p, itemStyle: { color: colour(p), opacity: 1 } })) }),
        grid: { left: 52, right: 28, top: 40, bottom: 48 },
        tooltip: Object.assign(base().tooltip, { trigger: 'item', formatter: t => t.data.point
          ? tip(t.data.point.phase + ': ' + t.data.point.name, [
            ['intensity', significant(t.data.point.x) + ' MAC/byte'],
            ['reached', significant(t.data.point.y) + ' MAC/cycle'],
            ['roof', significant(Math.pow(2, height(log(t.data.point.x)))) + ' MAC/cycle']]) : '' }),
        xAxis: valueAxis(Object.assign(x, below('MACs per byte of memory traffic'), { axisLabel: label })),
        yAxis: valueAxis(Object.assign(y, { name: 'MACs per cycle', nameLocation: 'middle', nameGap: 38,
          axisLabel: label })),
        series: [{
          type: 'line', name: 'roof', silent: true, symbol: 'none', z: 2, tooltip: { show: false },
          lineStyle: { color: css('ink'), width: 2 },
          data: [[from, height(from)], [Math.max(from, log(ridge)), log(roof.peakMacs)], [x.max, log(roof.peakMacs)]]
        }].concat(phases.flatMap(p => [scatter(p, true), scatter(p, false)]))
      });
    },

    operators(phase, view) {
      return view === 'layers' ? byLayer(phase) : byKind(phase);
    },

    bounds(phase) {
      const all = Object.keys(BOUNDS).filter(b => phase.kinds.some(k => k.bounds[b]));
      return Object.assign(base(), {
        legend: legend(),
        grid: { left: 130, right: 30, top: 36, bottom: 44 },
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
      const warm = ['s2', 's5', 's9', 's7', 's4', 's12', 's6', 's8', 's3', 's11'];
      return Object.assign(base(), {
        legend: legend(),
        grid: { left: 130, right: 30, top: 36, bottom: 44 },
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
        legend: legend(),
        grid: { left: 130, right: 80, top: 36, bottom: 44 },
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
        grid: { left: 70, right: 24, top: 14, bottom: 44 },
        tooltip: Object.assign(base().tooltip, { trigger: 'axis', formatter: t => tip('token ' + t[0].name,
          [['cycles', Math.round(t[0].value).toLocaleString('en')]]) }),
        xAxis: names(phase.perToken.cycles.map((c, i) => label(i)), Object.assign(below('token of the phase'), {
          inverse: false, boundaryGap: false, axisLabel: { color: css('muted'), fontSize: 12, hideOverlap: true } })),
        yAxis: valueAxis({ scale: true, name: 'cycles', nameLocation: 'middle', nameGap: 56 }),
        series: [{ type: 'line', showSymbol: phase.perToken.cycles.length < 3, data: phase.perToken.cycles,
          lineStyle: { width: 2, color: css('s1') }, itemStyle: { color: css('s1') } }]
      });
    }
  };

  /** A pale bar for the elapsed time of each kind, and on it one thin bar per engine: they overlap. */
  function byKind(phase) {
    const kinds = phase.kinds;
    return Object.assign(base(), {
      legend: legend(),
      grid: { left: 130, right: 30, top: 36, bottom: 44 },
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
      legend: legend(),
      grid: { left: 60, right: 20, top: 36, bottom: 44 },
      tooltip: Object.assign(base().tooltip, axisTip(t => tip('layer ' + t[0].name,
        t.filter(s => s.value > 0).map(s => [s.seriesName, si(s.value), s.marker])))),
      xAxis: names(phase.layers.names, Object.assign(below('layer'),
        { inverse: false, axisLabel: { color: css('muted'), fontSize: 12, hideOverlap: true } })),
      yAxis: valueAxis({}),
      series: kinds.map((k, i) => ({ type: 'bar', name: k, stack: 'all', barCategoryGap: '25%',
        itemStyle: { color: series(i) }, data: phase.layers.kinds[k] }))
    });
  }

  // ---- page

  const drawn = [...document.querySelectorAll('.chart')].map(box => ({ box: box, view: 'kinds',
    chart: echarts.init(box, null, { renderer: 'svg' }) }));

  function draw(item) {
    const phase = data.phases[Number(item.box.dataset.phase)];
    item.chart.resize(printing ? { width: PRINT_WIDTH } : { width: 'auto' });
    item.chart.setOption(charts[item.box.dataset.chart](phase, item.view), true);
  }

  const drawAll = () => drawn.forEach(draw);
  drawAll();

  document.querySelectorAll('.toggle button').forEach(button => button.addEventListener('click', () => {
    const figure = button.closest('figure');
    const item = drawn.find(d => figure.contains(d.box));
    item.view = button.dataset.view;
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
