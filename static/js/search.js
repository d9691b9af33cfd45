// The search box of every page: "/" focuses it, arrows move through its suggestions, Escape closes them.

const box = document.getElementById("search-input");
const suggestions = document.getElementById("search-box");

const typing = (element) => element.isContentEditable || element.matches("input, textarea, select");
const links = () => [...suggestions.querySelectorAll("a")];

document.addEventListener("keydown", (event) => {
  if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !typing(event.target)) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  if (event.target !== box && !suggestions.contains(event.target)) return;
  if (event.key === "Escape") {
    suggestions.replaceChildren();
    box.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = links();
    const next = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (all[next] ?? (next < 0 ? box : document.activeElement)).focus();
  }
});

// Suggestions close when the user moves on.
document.addEventListener("focusin", (event) => {
  if (box && event.target !== box && !suggestions.contains(event.target)) suggestions.replaceChildren();
});
document.addEventListener("click", (event) => {
  if (box && event.target !== box && !suggestions.contains(event.target)) suggestions.replaceChildren();
});
