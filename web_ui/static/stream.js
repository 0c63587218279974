// The page's stream of views; says so when it has been silent for more than a second.
const SILENT_MS = 1000;
const REOPEN_MS = 2000;

export function listen({ live, health, history, step, lost }) {
  let heardAt = performance.now();
  let source;
  const open = () => {
    source = new EventSource(document.body.dataset.events);
    const on = (name, act) => source.addEventListener(name, (event) => {
      heardAt = performance.now();
      if (act) act(JSON.parse(event.data));
    });
    on("live", live);
    on("health", health);
    on("history", history);
    on("step", step);
    // A refused stream (too many pages) is closed for good by the browser: try again ourselves.
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) setTimeout(open, REOPEN_MS);
    };
  };
  open();
  setInterval(() => {
    if (performance.now() - heardAt > SILENT_MS) lost();
  }, 250);
}
