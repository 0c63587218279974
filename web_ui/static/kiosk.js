// The runner's screen: its field changes at most every two seconds, its numbers twice a second.
import { show, SLOW_MS } from "./bind.js";
import { listen } from "./stream.js";
import { clear, draw } from "./svg.js";

const FIELD_MS = 2000;
const AT_ONCE = new Set(["lost", "muted", "ended", "alone", "ready"]); // safety and silence do not wait
const field = document.querySelector(".field");
const track = document.querySelector("[data-track]");
const done = document.querySelector("[data-progress] .done");
let shownAt = 0;
let changedAt = 0;

const TRACE_MS = 30000;
let trace = [];

function count(kiosk) {
  draw(track, "text", { x: 500, y: 104, "text-anchor": "middle", class: "count" }, kiosk.count);
  draw(track, "text", { x: 500, y: 158, "text-anchor": "middle" }, "steps in the band");
}

function line(kiosk) {
  const now = performance.now();
  if (kiosk.pointer_x !== null) trace.push([now, kiosk.pointer_x]);
  trace = trace.filter(([at]) => now - at < TRACE_MS);
  const y = (x) => 120 - (x / 1000) * 116; // the band's edges lie at 240 and 760
  draw(track, "rect", { x: 0, y: y(760), width: 1000, height: y(240) - y(760), class: "band" });
  draw(track, "line", { x1: 0, x2: 1000, y1: y(500), y2: y(500), class: "goal" });
  draw(track, "polyline", { points: trace.map(([at, x]) => `${1000 - ((now - at) / TRACE_MS) * 1000},${y(x)}`).join(" "), class: "trace" });
  draw(track, "text", { x: 0, y: 158, "text-anchor": "start" }, "30 s ago");
  draw(track, "text", { x: 1000, y: 158, "text-anchor": "end" }, kiosk.pointer || "--");
}

function measure(kiosk) {
  clear(track);
  if (kiosk.style === "counter" && kiosk.pointer_x !== null) return count(kiosk);
  if (kiosk.style === "trace") return line(kiosk);
  draw(track, "rect", { x: 0, y: 30, width: 1000, height: 55, rx: 8, class: "rail" });
  draw(track, "rect", { x: 240, y: 16, width: 520, height: 83, rx: 8, class: "band" });
  draw(track, "text", { x: 240, y: 158, "text-anchor": "middle" }, kiosk.low);
  draw(track, "text", { x: 500, y: 158, "text-anchor": "middle", class: "unit" }, kiosk.unit);
  draw(track, "text", { x: 760, y: 158, "text-anchor": "middle" }, kiosk.high);
  const x = kiosk.pointer_x;
  if (x === null) {
    draw(track, "text", { x: 500, y: 72, "text-anchor": "middle", class: "none" }, "--");
    return;
  }
  const shape = { good: "", quicker: `M${x - 50} 4h78l52 54-52 54h-78z`, slower: `M${x + 50} 4h-78l-52 54 52 54h78z` }[kiosk.kind];
  if (shape) draw(track, "path", { d: shape, class: "pointer" });
  else draw(track, "circle", { cx: x, cy: 58, r: 58, class: "pointer" });
  draw(track, "text", { x, y: 74, "text-anchor": "middle", class: "carried" }, kiosk.pointer);
}

function apply(view) {
  const now = performance.now();
  const kiosk = view.kiosk;
  const changes = kiosk.kind !== field.dataset.kind;
  if (changes && !AT_ONCE.has(kiosk.kind) && now - changedAt < FIELD_MS) return;
  if (!changes && now - shownAt < SLOW_MS) return;
  if (changes) changedAt = now;
  shownAt = now;
  field.dataset.kind = kiosk.kind;
  field.toggleAttribute("data-eased", Boolean(kiosk.line && kiosk.pointer));
  show(view, true);
  measure(kiosk);
  done.setAttribute("width", kiosk.progress);
}

listen({
  live: apply,
  lost() {
    if (field.dataset.kind === "lost") return;
    const lost = { kind: "lost", word: field.dataset.lostWhat, line: field.dataset.lostTodo, left: "", below: "", pointer: "", pointer_x: null, low: "", high: "", unit: "", style: "gauge", count: "", progress: 0 };
    apply({ kiosk: lost, who: "", simulated: !document.querySelector(".simulated").hidden, phase: field.dataset.phase });
  },
});
