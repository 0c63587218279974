// The strip chart: sixty seconds of cadence, the band, where feedback was, and what was missing.
/* global uPlot */
const WHOLE_S = 60;
const HEIGHT = 190;
const LANES = { feedback: "feedback", quiet: "no feedback", off: "cues off" };

export class Strip {
  constructor(host) {
    this.host = host;
    this.points = [];
    this.plot = null;
    new ResizeObserver(() => this.rebuild()).observe(host);
    document.addEventListener("themechange", () => this.rebuild());
  }

  history(points) {
    this.points = points;
    this.redraw();
  }

  add(point) {
    const last = this.points.at(-1);
    if (last && point.t_s < last.t_s) this.points = [];
    if (last && point.t_s - last.t_s < 0.25) return;
    this.points.push(point);
    while (this.points[0].t_s < point.t_s - WHOLE_S) this.points.shift();
    this.redraw();
  }

  colours() {
    const style = getComputedStyle(document.documentElement);
    const token = (name) => style.getPropertyValue(`--${name}`).trim();
    return Object.fromEntries(["ink", "ink2", "ink3", "line", "quiet", "band", "accent", "caution-ink", "paper"].map((n) => [n, token(n)]));
  }

  rebuild() {
    const width = this.host.clientWidth;
    if (!width) return;
    if (this.plot) this.plot.destroy();
    this.palette = this.colours();
    const font = `15px ${getComputedStyle(document.body).fontFamily}`;
    this.plot = new uPlot({
      width, height: HEIGHT, padding: [30, 46, 0, 22], legend: { show: false }, cursor: { show: false }, select: { show: false },
      scales: { x: { time: false, range: () => [-WHOLE_S, 0] }, y: { range: () => this.range() } },
      axes: [
        { stroke: this.palette.ink2, font, grid: { show: false }, ticks: { show: false }, splits: () => [-60, -45, -30, -15, 0],
          values: (_, splits) => splits.map((s) => (s === 0 ? "now" : width < 500 && s % 30 ? "" : `−${-s} s`)), size: 30, gap: 4 },
        { show: false },
      ],
      series: [{}, { stroke: this.palette.ink, width: 2.4, spanGaps: false, points: { show: false } }],
      hooks: { drawClear: [(u) => this.under(u)], draw: [(u) => this.over(u)] },
    }, this.data(), this.host);
  }

  range() {
    const values = this.points.flatMap((p) => [p.cadence, p.low, p.high]).filter((v) => v !== null);
    if (!values.length) return [150, 190];
    // Walking before the run must not press the band into a line: what lies far below it leaves the picture.
    const target = this.points.at(-1).target;
    const low = Math.max(Math.min(...values), target === null ? 0 : 0.85 * target), high = Math.max(...values);
    const spare = Math.max(4, 0.15 * (high - low));
    return [low - spare, high + spare];
  }

  data() {
    const now = this.points.at(-1)?.t_s ?? 0;
    return [this.points.map((p) => p.t_s - now), this.points.map((p) => p.cadence)];
  }

  redraw() {
    if (!this.plot) this.rebuild();
    if (this.plot) this.plot.setData(this.data());
    const last = this.points.at(-1);
    this.host.setAttribute("aria-label", last && last.cadence !== null
      ? `Cadence over the last 60 seconds, now ${Math.round(last.cadence)} steps per minute` : "Cadence over the last 60 seconds, now no data");
  }

  // Runs of points that agree in `key`, as [from, to, value] in seconds before now.
  runs(key) {
    const now = this.points.at(-1)?.t_s ?? 0;
    const found = [];
    for (const point of this.points) {
      const t = point.t_s - now, value = key(point), run = found.at(-1);
      if (run && run[2] === value && t - run[1] < 1) run[1] = t;
      else { if (run && t - run[1] < 1) run[1] = t; found.push([t, t, value]); }
    }
    return found;
  }

  under(u) {
    const { ctx, bbox } = u, p = this.palette, x = (t) => u.valToPos(t, "x", true), y = (v) => u.valToPos(v, "y", true);
    ctx.save();
    ctx.beginPath(); ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height); ctx.clip();
    for (const [from, to, key] of this.runs((q) => (q.target === null ? "" : `${q.low} ${q.target} ${q.high}`))) {
      if (!key) continue;
      const [low, target, high] = key.split(" ").map(Number), left = x(from), wide = x(to) - left;
      ctx.fillStyle = p.band; ctx.fillRect(left, y(high), wide, y(low) - y(high));
      ctx.strokeStyle = p.accent; ctx.lineWidth = 1.5;
      for (const edge of [low, high]) this.line(ctx, left, y(edge), left + wide, y(edge));
      ctx.setLineDash([4, 4]); this.line(ctx, left, y(target), left + wide, y(target)); ctx.setLineDash([]);
    }
    for (const [from, to, lane] of this.runs((q) => q.lane)) {
      if (lane !== "quiet") continue;
      ctx.globalAlpha = 0.7; ctx.fillStyle = p.quiet; ctx.fillRect(x(from), bbox.top, x(to) - x(from), bbox.height); ctx.globalAlpha = 1;
    }
    ctx.restore();
  }

  line(ctx, x1, y1, x2, y2) {
    ctx.beginPath(); ctx.moveTo(x1, y1); ctx.lineTo(x2, y2); ctx.stroke();
  }

  over(u) {
    const { ctx, bbox } = u, p = this.palette, ratio = devicePixelRatio, x = (t) => u.valToPos(t, "x", true), y = (v) => u.valToPos(v, "y", true);
    ctx.save();
    ctx.textBaseline = "alphabetic";
    ctx.font = `500 ${15 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
    for (const [from, to, lane] of this.runs((q) => q.lane)) this.lane(ctx, x(from), x(to), bbox.top - 6 * ratio, lane, ratio);
    for (const [from, to, there] of this.runs((q) => q.cadence !== null)) if (!there && to - from > 1) this.gap(ctx, x(from), x(to), bbox, to - from, ratio);
    ctx.fillStyle = p["caution-ink"];
    this.points.forEach((point, index) => {
      if (index && point.earcons > this.points[index - 1].earcons) this.cue(ctx, x(point.t_s - this.points.at(-1).t_s), bbox.top + bbox.height - 8 * ratio, 5 * ratio);
    });
    const last = this.points.at(-1);
    if (last) this.limits(ctx, last, bbox.left + bbox.width + 6 * ratio, y, ratio);
    if (last && last.cadence !== null) { ctx.fillStyle = p.ink; ctx.beginPath(); ctx.arc(x(0), y(last.cadence), 5 * ratio, 0, 7); ctx.fill(); }
    ctx.restore();
  }

  lane(ctx, left, right, at, lane, ratio) {
    if (!(lane in LANES)) return;
    const p = this.palette, on = lane === "feedback";
    ctx.strokeStyle = on ? p.accent : p.ink2; ctx.fillStyle = on ? p.accent : p.ink2; ctx.lineWidth = (on ? 6 : 1.5) * ratio;
    ctx.setLineDash(on ? [] : [2 * ratio, 4 * ratio]); this.line(ctx, left, at, right, at); ctx.setLineDash([]);
    ctx.textAlign = "left";
    if (right - left > ctx.measureText(LANES[lane]).width + 8 * ratio) ctx.fillText(LANES[lane], left, at - 9 * ratio);
  }

  gap(ctx, left, right, bbox, seconds, ratio) {
    const p = this.palette;
    ctx.strokeStyle = p.ink3; ctx.fillStyle = p.ink2; ctx.lineWidth = ratio; ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.strokeRect(left, bbox.top + 1, right - left, bbox.height - 2); ctx.setLineDash([]);
    const text = `no data, ${Math.round(seconds)} s`;
    ctx.textAlign = "center";
    if (right - left > ctx.measureText(text).width) ctx.fillText(text, (left + right) / 2, bbox.top + bbox.height - 22 * ratio);
  }

  cue(ctx, x, y, size) {
    ctx.beginPath(); ctx.moveTo(x - size, y - size); ctx.lineTo(x + size, y); ctx.lineTo(x - size, y + size); ctx.fill();
  }

  limits(ctx, point, left, y, ratio) {
    if (point.target === null) return;
    ctx.textAlign = "left";
    const apart = Math.abs(y(point.high) - y(point.target)) > 17 * ratio;
    for (const [value, strong] of [[point.high, 0], [point.target, 1], [point.low, 0]]) {
      if (!strong && !apart) continue;
      ctx.fillStyle = strong ? this.palette.accent : this.palette.ink2;
      ctx.fillText(String(Math.round(value)), left, y(value) + 5 * ratio);
    }
  }
}
