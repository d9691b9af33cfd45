// Sets the light or dark theme. A blocking script, so that the first paint has it already.
(() => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const stored = () => {
    try {
      const theme = localStorage.getItem("theme"); // the administration keeps "auto" there
      return ["light", "dark"].includes(theme) ? theme : null;
    } catch {
      return null; // storage may be forbidden: then the system decides
    }
  };
  const apply = () => {
    const theme = stored() || (dark.matches ? "dark" : "light");
    if (document.documentElement.dataset.bsTheme === theme) return;
    document.documentElement.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-toggle-theme]")) return;
    const theme = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", theme);
      apply();
    } catch {
      document.documentElement.dataset.bsTheme = theme;
      document.dispatchEvent(new CustomEvent("themechange"));
    }
  });
})();
