// The pictures, drawn as SVG with d3: they print sharp and take their colours from the page's style
// sheet, so that the theme needs no redrawing. Data lies beside each of them as JSON.
'use strict';
(() => {
  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

  const frame = (drawing, height, margin) => {
    const width = Math.max(280, drawing.clientWidth || 680);
    const svg = d3.select(drawing).html('').append('svg')
      .attr('viewBox', `0 0 ${width} ${height}`).attr('aria-hidden', 'true');
    return { svg, width, height, ...margin };
  };
  const below = (f, scale, ticks, format, unit) => {
    f.svg.append('g').attr('class', 'axis').attr('transform', `translate(0,${f.height - f.bottom})`)
      .call(d3.axisBottom(scale).ticks(ticks, format).tickSizeOuter(0));
    f.svg.append('text').attr('class', 'unit').attr('x', f.width - f.right).attr('y', f.height - 4)
      .attr('text-anchor', 'end').text(unit);
  };
  const beside = (f, scale, ticks, format, unit) => {
    f.svg.append('g').attr('class', 'axis grid').attr('transform', `translate(${f.left},0)`)
      .call(d3.axisLeft(scale).ticks(ticks, format).tickSize(-(f.width - f.left - f.right)).tickPadding(8));
    f.svg.append('text').attr('class', 'unit').attr('x', 0).attr('y', 12).text(unit);
  };
  const dots = (f, points, at, say) => {
    // One point at a time, by pointer or by arrow keys, told below the picture.
    const cursor = f.svg.append('circle').attr('class', 'cursor').attr('r', 7).attr('visibility', 'hidden');
    let current = -1;
    const go = (index) => {
      current = clamp(index, 0, points.length - 1);
      const [x, y] = at(points[current]);
      cursor.attr('cx', x).attr('cy', y).attr('visibility', 'visible');
      say(points[current], current);
    };
    return { go, move: (by) => go(current + by), index: () => current };
  };

  const kinds = {
    // Time against quality; the circle's area is the file's size.
    pareto(figure, drawing, data, say) {
      const f = frame(drawing, 280, { top: 24, right: 24, bottom: 40, left: 64 });
      const points = data.points;
      const most = d3.max(points, (p) => p.bytes) || 1;
      const radius = d3.scaleSqrt([0, most], [3, 26]);
      const x = d3.scaleLinear([0, d3.max(points, (p) => p.micros) * 1.12], [f.left, f.width - f.right]).nice();
      const [low, high] = d3.extent(points, (p) => p.quality);
      // Two points of accuracy at least, so that a small drop does not look like a cliff.
      const reach = Math.max(high - low, data.share ? 0.02 : Math.abs(high) * 0.02 || 1);
      const middle = (high + low) / 2;
      const y = d3.scaleLinear([middle - reach * 0.8, middle + reach * 0.8], [f.height - f.bottom, f.top]);
      beside(f, y, 5, data.share ? '.1%' : ',~r', data.quality);
      below(f, x, 5, ',~r', 'µs per call');
      const tone = (p) => (p.source ? 'float' : p.refused ? 'bad refused' : 'int8');
      const marks = f.svg.append('g').selectAll('g').data([...points].sort((a, b) => b.bytes - a.bytes)).join('g');
      marks.append('circle').attr('class', (p) => `circle ${tone(p)}`)
        .attr('cx', (p) => x(p.micros)).attr('cy', (p) => y(p.quality)).attr('r', (p) => radius(p.bytes));
      marks.append('circle').attr('class', tone)
        .attr('cx', (p) => x(p.micros)).attr('cy', (p) => y(p.quality)).attr('r', 2.5);
      marks.append('title').text((p) => p.label);
      // Names that would lie on each other move apart, downwards.
      const placed = [];
      for (const p of [...points].sort((a, b) => y(a.quality) - y(b.quality))) {
        // Another circle beside it would lie under the name.
        const taken = (toRight) => points.some((other) => {
          const gap = (x(other.micros) - x(p.micros)) * (toRight ? 1 : -1);
          return other !== p && gap > 0 && gap < radius(p.bytes) + radius(other.bytes) + 70
            && Math.abs(y(other.quality) - y(p.quality)) < radius(other.bytes) + 6;
        });
        const left = x(p.micros) >= (f.left + f.width - f.right) / 2;
        const right = left ? taken(false) && !taken(true) && x(p.micros) + 130 < f.width : !taken(true) || taken(false);
        const label = {
          x: x(p.micros) + (right ? 1 : -1) * (radius(p.bytes) + 6), y: y(p.quality) + 4, right, p,
        };
        for (const other of placed) {
          if (Math.abs(other.y - label.y) < 15 && Math.abs(other.x - label.x) < 190) label.y = other.y + 15;
        }
        placed.push(label);
      }
      f.svg.append('g').selectAll('text').data(placed).join('text')
        .attr('class', (l) => `halo ${tone(l.p)}`)
        .attr('x', (l) => l.x).attr('y', (l) => l.y).attr('text-anchor', (l) => (l.right ? 'start' : 'end'))
        .text((l) => l.p.name);
      return dots(f, points, (p) => [x(p.micros), y(p.quality)], (p) => say(p.label));
    },

    // One row per metric: its drop with the interval.
    intervals(figure, drawing, data, say) {
      const rows = data.rows;
      const f = frame(drawing, 44 + rows.length * 26, { top: 4, right: 16, bottom: 36, left: 110 });
      const ends = rows.flatMap((r) => [r.low, r.high, r.drop, 0]).filter(Number.isFinite);
      const reach = Math.max(0.5, d3.max(ends, Math.abs) || 0) * 1.1;
      const x = d3.scaleLinear([-reach, reach], [f.left, f.width - f.right]);
      below(f, x, 6, ',~r', f.width > 560 ? data.unit : 'drop (points or %)');
      f.svg.append('line').attr('class', 'zero').attr('x1', x(0)).attr('x2', x(0))
        .attr('y1', f.top).attr('y2', f.height - f.bottom);
      const row = f.svg.append('g').selectAll('g').data(rows).join('g')
        .attr('transform', (r, i) => `translate(0,${f.top + 13 + i * 26})`);
      row.append('text').attr('x', 0).attr('dy', '.35em').text((r) => r.name.length > 16 ? r.name.slice(0, 15) + '…' : r.name);
      row.append('line').attr('class', (r) => `mark ${r.worse ? 'bad' : 'int8'}`)
        .attr('x1', (r) => x(r.low ?? r.drop)).attr('x2', (r) => x(r.high ?? r.drop)).attr('stroke-width', 2);
      row.append('circle').attr('class', (r) => (r.worse ? 'bad' : 'int8')).attr('cx', (r) => x(r.drop)).attr('r', 4);
      row.append('title').text((r) => r.label);
      return dots(f, rows.map((r, i) => ({ r, i })), ({ r, i }) => [x(r.drop), f.top + 13 + i * 26], ({ r }) => say(r.label));
    },

    // How calls spread: both models on one logarithmic axis, each area sums to one.
    latency(figure, drawing, data, say) {
      const f = frame(drawing, 240, { top: 28, right: 16, bottom: 40, left: 16 });
      const series = [['float', data.source], ['quantized', data.quantized]];
      const buckets = series.flatMap(([, s]) => s.buckets);
      if (!buckets.length) return null;
      const low = d3.min(buckets, (b) => Math.max(b[0], 1e-3));
      const far = d3.max(series, ([, s]) => s.p99) * 2;
      const high = Math.max(low * 1.5, Math.min(d3.max(buckets, (b) => b[1]), far));
      const x = d3.scaleLog([low * 0.97, high * 1.03], [f.left, f.width - f.right]).clamp(true);
      const density = (s, b) => b[2] / s.calls / Math.max(1e-9, Math.log(b[1] / Math.max(b[0], 1e-3)));
      const y = d3.scaleLinear([0, d3.max(series, ([, s]) => d3.max(s.buckets, (b) => density(s, b)))],
        [f.height - f.bottom, f.top + 6]);
      below(f, x, f.width > 500 ? 8 : 4, ',~r', `µs per call, ${data.title}`);
      for (const [name, s] of series) {
        const style = name === 'float' ? 'float' : 'int8';
        const outline = [];
        s.buckets.forEach((b, i) => {
          const before = s.buckets[i - 1];
          if (!before || before[1] < b[0] * 0.999) {
            if (before) outline.push([before[1], 0]);
            outline.push([b[0], 0]);
          }
          outline.push([b[0], density(s, b)], [b[1], density(s, b)]);
        });
        outline.push([s.buckets.at(-1)[1], 0]);
        f.svg.append('path').attr('class', `area ${style}`)
          .attr('d', d3.area((p) => x(Math.max(p[0], 1e-3)), f.height - f.bottom, (p) => y(p[1]))(outline));
        for (const [quantile, className] of [['p50', ''], ['p99', 'far']]) {
          f.svg.append('line').attr('class', `mark ${style} ${className}`)
            .attr('x1', x(s[quantile])).attr('x2', x(s[quantile])).attr('y1', f.top).attr('y2', f.height - f.bottom);
        }
        f.svg.append('text').attr('class', `halo ${style}`).attr('x', x(s.p50)).attr('y', f.top - 6)
          .attr('text-anchor', x(s.p50) > f.width * 0.8 ? 'end' : 'start').text(name);
      }
      const number = d3.format(',.3~r');
      figure.dataset.rest = series.map(([name, s]) => `${name}: median ${number(s.p50)} µs, 99 % ${number(s.p99)} µs (dashed)`).join('; ');
      return null;
    },

    // Signal to noise in graph order. A click goes to the row in the table.
    layers(figure, drawing, data, say) {
      const f = frame(drawing, 260, { top: 24, right: 16, bottom: 34, left: 48 });
      const points = data.points.map((p, i) => ({ ...p, i })).filter((p) => p.sqnr !== null);
      if (!points.length) return null;
      const x = d3.scaleLinear([-0.5, data.points.length - 0.5], [f.left, f.width - f.right]);
      const [low, high] = d3.extent(points, (p) => p.sqnr);
      const y = d3.scaleLinear([Math.min(low, 20) - 1, high + 1], [f.height - f.bottom, f.top]).nice();
      beside(f, y, 5, ',~r', 'SQNR, dB');
      below(f, x, 0, ',~r', 'graph order, from the input to the output');
      f.svg.append('path').attr('class', 'line').attr('d', d3.line((p) => x(p.i), (p) => y(p.sqnr))(points));
      const size = points.length > 300 ? 1.5 : points.length > 100 ? 2.5 : 3.5;
      f.svg.append('g').selectAll('circle').data(points).join('circle')
        .attr('class', (p) => (p.drop >= 6 ? 'warn' : 'int8')).attr('cx', (p) => x(p.i)).attr('cy', (p) => y(p.sqnr))
        .attr('r', (p) => (p.drop >= 6 ? size + 1.5 : size));
      // The three that lose most are named in the picture itself.
      const worst = [];
      for (const p of [...points].filter((q) => q.drop !== null).sort((a, b) => b.drop - a.drop).slice(0, f.width > 560 ? 3 : 1)) {
        const free = worst.every((q) => Math.abs(x(q.i) - x(p.i)) > 190 || Math.abs(y(q.sqnr) - y(p.sqnr)) > 16);
        if (free) worst.push(p);
      }
      f.svg.append('g').selectAll('text').data(worst).join('text').attr('class', 'halo warn')
        .attr('x', (p) => clamp(x(p.i), f.left + 60, f.width - 80)).attr('y', (p) => Math.min(y(p.sqnr) + 20, f.height - f.bottom - 4))
        .attr('text-anchor', 'middle').text((p) => (p.name.length > 28 ? '…' + p.name.slice(-27) : p.name));
      const tell = (p) => `${p.name}: ${p.sqnr.toFixed(1)} dB${p.drop === null ? '' : `, ${p.drop.toFixed(1)} dB lost here`}`;
      const reader = dots(f, points, (p) => [x(p.i), y(p.sqnr)], (p) => say(tell(p)));
      const nearest = (event) => {
        const box = f.svg.node().getBoundingClientRect();
        const at = x.invert((event.clientX - box.left) * f.width / box.width);
        return d3.minIndex(points, (p) => Math.abs(p.i - at));
      };
      const reveal = () => {
        const p = points[reader.index()];
        const row = p && [...document.querySelectorAll(`#${data.table} tbody tr`)]
          .find((r) => r.querySelector('th').textContent === p.name);
        if (!row) return;
        document.querySelectorAll('tr.found').forEach((r) => r.classList.remove('found'));
        row.classList.add('found');
        row.scrollIntoView({ block: 'nearest' });
      };
      f.svg.on('pointermove', (event) => reader.go(nearest(event))).on('click', reveal);
      return { ...reader, reveal };
    },

    // Errors on a logarithmic axis: 5 to 95 % as a bar, median, 99 % and the largest as marks.
    quantiles(figure, drawing, data, say) {
      const rows = data.rows;
      const f = frame(drawing, 48 + rows.length * 34, { top: 4, right: 24, bottom: 40, left: 110 });
      const values = rows.flatMap((r) => [r.p05, r.p50, r.p95, r.p99, r.max]).filter((v) => v > 0);
      if (!values.length) return null;
      const [low, high] = d3.extent(values);
      const x = d3.scaleLog([low / 1.5, high * 1.5], [f.left, f.width - f.right]).clamp(true);
      below(f, x, f.width > 500 ? 6 : 3, ',~r', 'bar: 5 to 95 %, tick: median, dots: 99 % and largest');
      const row = f.svg.append('g').selectAll('g').data(rows).join('g')
        .attr('transform', (r, i) => `translate(0,${f.top + 17 + i * 34})`);
      const at = (v) => x(Math.max(v, low / 1.5));
      row.append('text').attr('dy', '.35em').text((r) => r.name);
      row.append('line').attr('class', 'zero').attr('x1', (r) => at(r.min)).attr('x2', (r) => at(r.max));
      row.append('rect').attr('class', 'area int8').attr('x', (r) => at(r.p05)).attr('y', -8).attr('height', 16)
        .attr('width', (r) => at(r.p95) - at(r.p05));
      row.append('line').attr('class', 'mark int8').attr('x1', (r) => at(r.p50)).attr('x2', (r) => at(r.p50)).attr('y1', -10).attr('y2', 10);
      row.append('circle').attr('class', 'int8').attr('cx', (r) => at(r.p99)).attr('r', 3);
      row.append('circle').attr('class', 'warn').attr('cx', (r) => at(r.max)).attr('r', 3);
      return null;
    },
  };

  for (const figure of document.querySelectorAll('figure.chart')) {
    const drawing = figure.querySelector('.drawing');
    const readout = figure.querySelector('.readout');
    const data = JSON.parse(figure.querySelector('script').textContent);
    const draw = kinds[figure.dataset.kind];
    let reader = null;
    const redraw = () => {
      reader = draw(figure, drawing, data, (text) => { readout.textContent = text; });
      if (figure.dataset.rest) readout.textContent = figure.dataset.rest;
    };
    redraw();
    if (reader) {
      drawing.tabIndex = 0;
      drawing.addEventListener('keydown', (event) => {
        const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
        if (by) {
          event.preventDefault();
          reader.move(by);
        } else if (event.key === 'Enter' && reader.reveal) {
          reader.reveal();
        }
      });
    }
    let width = drawing.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(drawing.clientWidth - width) > 8 && drawing.clientWidth > 0) {
        width = drawing.clientWidth;
        redraw();
      }
    }).observe(drawing);
  }
})();
