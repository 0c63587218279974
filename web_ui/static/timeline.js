// The blocks: past is thin, now and future are full, without feedback is hatched.
import { clear, draw } from "./svg.js";

const HATCH = 9;

function hatch(svg, bar, y, height) {
  for (let x = bar.x + HATCH; x < bar.x + bar.width; x += HATCH) {
    const left = Math.max(bar.x, x - height);
    draw(svg, "line", { x1: left, y1: y + (x - left), x2: x, y2: y, class: "hatch" });
  }
}

export function timeline(svg, view) {
  clear(svg);
  for (const bar of view.bars) {
    const [y, height] = bar.over ? [22, 8] : [14, 24];
    const width = Math.max(bar.width - 3, 1);
    draw(svg, "rect", { x: bar.x, y, width, height, rx: 3, class: `${bar.kind} ${bar.over ? "over" : "coming"}` });
    if (bar.kind === "quiet") hatch(svg, { x: bar.x, width }, y, height);
    if (bar.label) draw(svg, "text", { x: bar.x + bar.width / 2, y: 32, "text-anchor": "middle", class: `label ${bar.kind}` }, bar.label);
  }
  view.ticks.forEach(([x, text], index) => {
    const anchor = index === 0 ? "start" : index === view.ticks.length - 1 ? "end" : "middle";
    draw(svg, "text", { x, y: 64, "text-anchor": anchor }, text);
  });
  if (view.now_x === null) return;
  draw(svg, "line", { x1: view.now_x, x2: view.now_x, y1: 8, y2: 44, class: "now" });
  draw(svg, "path", { d: `M${view.now_x - 8} 0h16l-8 11z`, class: "now" });
}
