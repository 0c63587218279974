// The station's health, kept up to date.
import { hide, show } from "./bind.js";
import { listen } from "./stream.js";
import { draw } from "./svg.js";

const rows = document.querySelector("[data-rows]");
const notices = document.querySelector("[data-notices]");

function row(part) {
  const line = document.createElement("tr");
  line.dataset.level = part.level;
  const head = document.createElement("th");
  head.scope = "row";
  const icon = draw(head, "svg", { class: "icon", "aria-hidden": "true" });
  draw(icon, "use", { href: `#i-${part.level}` });
  head.append(` ${part.what}`);
  const cell = document.createElement("td");
  cell.textContent = part.text;
  line.append(head, cell);
  return line;
}

function notice(text) {
  const line = document.createElement("li");
  line.textContent = text;
  return line;
}

listen({
  live: (view) => show(view, true),
  health(view) {
    rows.replaceChildren(...view.rows.map(row));
    if (view.notices.length) notices.replaceChildren(...view.notices.map(notice));
  },
  lost: hide,
});
