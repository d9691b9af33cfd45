// Small manners of every page: no chart and no upload lives here.

// After an error the page begins where the error is.
const focusError = (root) => root.querySelector("[data-focus]")?.focus();

document.addEventListener("DOMContentLoaded", () => focusError(document));
document.addEventListener("htmx:load", (event) => focusError(event.target));

// In a narrow window the row of tabs begins where one is.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".tabs").forEach((tabs) => {
    const here = tabs.querySelector("[aria-current]");
    if (here) tabs.scrollLeft = here.offsetLeft + here.offsetWidth / 2 - tabs.clientWidth / 2 - tabs.offsetLeft;
  });
});

// A menu made of <details> closes with Escape and with a click elsewhere.
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(".user-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  document.querySelectorAll(".user-menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// Nothing is deleted by a single slip.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A form that answered with an error shows it: htmx would leave out a 422.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A slider says where it stands.
document.addEventListener("input", (event) => {
  const beside = event.target.type === "range" && event.target.nextElementSibling;
  if (beside instanceof HTMLOutputElement) beside.value = event.target.value;
});
