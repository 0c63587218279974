// The theme: the system's until somebody chooses; kept on this device only.
(() => {
  const root = document.documentElement;
  const kept = localStorage.getItem("theme");
  if (kept) root.dataset.theme = kept;
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  document.addEventListener("DOMContentLoaded", () => {
    const own = document.querySelector("[data-theme-own]");
    if (own && own.dataset.themeOwn) root.dataset.theme = own.dataset.themeOwn;
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      const say = () => { button.textContent = dark() ? "Light" : "Dark"; };
      say();
      button.addEventListener("click", () => {
        root.dataset.theme = dark() ? "light" : "dark";
        localStorage.setItem("theme", root.dataset.theme);
        say();
        document.dispatchEvent(new Event("themechange"));
      });
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("themechange")));
  });
})();
