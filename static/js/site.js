// Behavior that all pages share.

// After an error the focus is on the error.
const focusError = (root) => root.querySelector("[data-focus]")?.focus();

document.addEventListener("DOMContentLoaded", () => focusError(document));
document.addEventListener("htmx:load", (event) => focusError(event.target));

// In a narrow window the row of tabs scrolls to the current tab.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".tabs").forEach((tabs) => {
    const current = tabs.querySelector("[aria-current]");
    if (current) tabs.scrollLeft = current.offsetLeft + current.offsetWidth / 2 - tabs.clientWidth / 2 - tabs.offsetLeft;
  });
});

// A menu or a form made of <details> closes with Escape, and a menu with a click elsewhere.
const OPEN = ".user-menu[open], .rename[open]";

function closeDetails(details) {
  details.querySelector("form.rename-form")?.reset();
  details.open = false;
  details.querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const details = event.target.closest?.(OPEN) ?? document.querySelector(OPEN);
  if (details) closeDetails(details);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-details]")) closeDetails(event.target.closest("details"));
  document.querySelectorAll(".user-menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// Who opens the form for a new name can type it at once: the event "toggle" would come a moment too late.
document.addEventListener("click", (event) => {
  const details = event.target.closest(".rename > summary")?.parentElement;
  if (!details || details.open) return;
  event.preventDefault();
  details.open = true;
  details.querySelector("input[type=text]").select();
});

// What was renamed in its place is called so in the title, too. The parts of titles are joined by " · ".
document.addEventListener("renamed", ({ detail: { was, now } }) => {
  document.title = ` · ${document.title} · `.replace(` · ${was} · `, () => ` · ${now} · `).slice(3, -3);
});

// Forms that delete something ask first.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// Shows a form that was refused: htmx ignores responses with status 422 by default.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// Shows the value of a slider beside it.
document.addEventListener("input", (event) => {
  const output = event.target.type === "range" && event.target.nextElementSibling;
  if (output instanceof HTMLOutputElement) output.value = event.target.value;
});

// A button that copies the text of a field
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Press Ctrl+C"; // the clipboard may be forbidden, but the text is selected
  }
});
