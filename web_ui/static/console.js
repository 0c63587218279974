// The console: every view is shown as it comes, numbers twice a second.
import { hide, show, SLOW_MS } from "./bind.js";
import { gauge } from "./gauge.js";
import { listen } from "./stream.js";
import { Strip } from "./strip.js";
import { timeline } from "./timeline.js";

const strip = new Strip(document.querySelector("[data-strip]"));
const [gaugeSvg, timelineSvg] = ["[data-gauge]", "[data-timeline]"].map((selector) => document.querySelector(selector));
let shownAt = 0;

listen({
  live(view) {
    const all = performance.now() - shownAt >= SLOW_MS;
    show(view, all);
    if (all) {
      shownAt = performance.now();
      gauge(gaugeSvg, view.gauge);
      timeline(timelineSvg, view.timeline);
    }
    if (view.strip) strip.add(view.strip);
  },
  history: (points) => strip.history(points),
  lost: hide,
});
