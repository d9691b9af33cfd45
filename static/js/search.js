// The search box of every page: "/" goes to it, arrows move through what it offers, Escape leaves it.

const box = document.getElementById("search-input");
const offers = document.getElementById("search-box");

const typing = (element) => element.isContentEditable || element.matches("input, textarea, select");
const links = () => [...offers.querySelectorAll("a")];

document.addEventListener("keydown", (event) => {
  if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !typing(event.target)) {
    event.preventDefault();
    box.focus();
    box.select();
    return;
  }
  if (event.target !== box && !offers.contains(event.target)) return;
  if (event.key === "Escape") {
    offers.replaceChildren();
    box.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const all = links();
    const next = all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    event.preventDefault();
    (all[next] ?? (next < 0 ? box : document.activeElement)).focus();
  }
});

// What was offered goes when the person goes on.
document.addEventListener("focusin", (event) => {
  if (box && event.target !== box && !offers.contains(event.target)) offers.replaceChildren();
});
document.addEventListener("click", (event) => {
  if (box && event.target !== box && !offers.contains(event.target)) offers.replaceChildren();
});
