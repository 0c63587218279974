// The gauge: track, band with edges, dashed target, solid baseline, ink pointer.
import { clear, draw } from "./svg.js";

export function gauge(svg, view) {
  clear(svg);
  svg.setAttribute("aria-label", view.spoken);
  draw(svg, "rect", { x: 0, y: 48, width: 1000, height: 46, rx: 7, class: "track" });
  if (view.low_x === null) return;
  draw(svg, "rect", { x: view.low_x, y: 48, width: view.high_x - view.low_x, height: 46, class: "band" });
  for (const x of [view.low_x, view.high_x]) draw(svg, "line", { x1: x, x2: x, y1: 42, y2: 100, class: "edge" });
  draw(svg, "line", { x1: view.target_x, x2: view.target_x, y1: 42, y2: 100, class: "target" });
  if (view.baseline_x !== null) draw(svg, "line", { x1: view.baseline_x, x2: view.baseline_x, y1: 48, y2: 94, class: "baseline" });
  for (const label of view.labels) {
    const anchor = label.x < 40 ? "start" : label.x > 960 ? "end" : "middle";
    draw(svg, "text", { x: label.x, y: 138, class: label.role, "text-anchor": anchor }, label.text);
  }
  if (view.pointer_x === null) return;
  draw(svg, "line", { x1: view.pointer_x, x2: view.pointer_x, y1: 30, y2: 100, class: "pointer" });
  draw(svg, "path", { d: `M${view.pointer_x - 22} 4h44l-22 30z`, class: "pointer" });
}
