// Puts a view into the page: elements name the path they show. No rule about numbers lives here.
const SLOW_MS = 500; // numbers change at most twice a second

export const at = (view, path) => path.split(".").reduce((part, name) => (part == null ? part : part[name]), view);

const set = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

const slow = (element) => element.hasAttribute("data-number") || element.hasAttribute("data-slow");

export function show(view, all) {
  for (const element of document.querySelectorAll("[data-text]")) {
    if (all || !slow(element)) set(element, String(at(view, element.dataset.text) ?? ""));
  }
  for (const element of document.querySelectorAll("[data-pressed]")) {
    element.setAttribute("aria-pressed", String(Boolean(at(view, element.dataset.pressed))));
  }
  for (const element of document.querySelectorAll("[data-chosen]")) {
    element.setAttribute("aria-pressed", String(at(view, element.dataset.chosen) === element.value));
  }
  for (const input of document.querySelectorAll("[data-opposite]")) input.value = at(view, input.dataset.opposite) ? "0" : "1";
  for (const element of document.querySelectorAll("[data-shown]")) element.hidden = !at(view, element.dataset.shown);
  for (const use of document.querySelectorAll("[data-icon]")) use.setAttribute("href", `#i-${at(view, use.dataset.icon)}`);
  for (const [name, key] of [["state", "stateOf"], ["kind", "kindOf"], ["level", "levelOf"], ["phase", "phaseOf"]]) {
    for (const element of document.querySelectorAll(`[data-${name}-of]`)) element.dataset[name] = at(view, element.dataset[key]);
  }
  for (const line of document.querySelectorAll(".health-line")) {
    const role = line.dataset.level === "caution" ? "alert" : "status";
    if (line.getAttribute("role") !== role) line.setAttribute("role", role);
  }
}

// When the stream is silent the page must not go on showing what it last heard.
export function hide() {
  for (const element of document.querySelectorAll("[data-number]")) set(element, "--");
  for (const element of document.querySelectorAll("[data-state-of]")) element.dataset.state = "missing";
  for (const line of document.querySelectorAll(".health-line")) {
    line.dataset.level = "caution";
    line.querySelector("use").setAttribute("href", "#i-caution");
    set(line.querySelector("strong"), line.dataset.lostWhat);
    set(line.querySelector("p span"), line.dataset.lostTodo);
  }
  const state = document.querySelector(".state");
  if (state) {
    state.dataset.kind = "missing";
    state.querySelector("use").setAttribute("href", "#i-missing");
    set(state.querySelector("strong"), "No data");
  }
}

export { SLOW_MS };
