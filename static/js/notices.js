// Says when a job has ended that this browser saw going on: on whatever page is open, in its title, and by the
// browser's own notification where that is allowed.

const KEY = "watched-jobs";
const EVERY = 5000; // milliseconds
const SHOWN_FOR = 12_000;

function watched() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // storage may be forbidden or hold something else
  }
}

function keep(ids) {
  try {
    localStorage.setItem(KEY, JSON.stringify(ids));
  } catch {
    // without storage only this page knows
  }
}

// The ids that are watched from now on: those of before, and those that a page shows as going on.
export const joined = (before, seen) => [...new Set([...before, ...seen])].slice(-50);

// What to say, and what to go on watching: an answer names each job that there still is.
export function sorted(asked, jobs) {
  const ended = jobs.filter((job) => job.status !== "");
  const left = jobs.filter((job) => job.status === "").map((job) => String(job.id));
  return { ended, left: asked.filter((id) => left.includes(id)) };
}

function look() {
  const seen = [...document.querySelectorAll("[data-watch-job]")].map((element) => element.dataset.watchJob);
  const ids = joined(watched(), seen);
  if (seen.length) keep(ids);
  return ids;
}

function markTitle(words) {
  if (!document.hidden) return;
  const before = document.title;
  document.title = `✓ ${words}`;
  document.addEventListener("visibilitychange", () => (document.title = before), { once: true });
}

function notify(job) {
  if (!document.hidden || globalThis.Notification?.permission !== "granted") return;
  const notice = new Notification(job.words, { tag: `job-${job.id}` });
  notice.addEventListener("click", () => {
    window.focus();
    window.location.assign(job.address);
  });
}

function show(job) {
  const here = window.location.pathname;
  if (job.address === here || here === `/jobs/${job.id}/`) return; // the page itself shows it
  const box = document.getElementById("notices");
  const line = document.createElement("p");
  const link = document.createElement("a");
  link.href = job.address;
  link.textContent = "Open";
  line.className = `notice notice-${job.status}`;
  line.append(`${job.words} `, link);
  box.append(line);
  setTimeout(() => line.remove(), SHOWN_FOR);
}

async function ask() {
  const ids = look();
  if (!ids.length) return;
  const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join("&");
  const answer = await fetch(`${document.getElementById("notices").dataset.address}?${query}`);
  if (!answer.ok || answer.redirected) return; // signed out, or the server is away: later
  const { ended, left } = sorted(ids, (await answer.json()).jobs);
  keep(left);
  for (const job of ended) {
    markTitle(job.words);
    notify(job);
    show(job);
  }
}

// The button is there only where the browser can ask and was not asked yet.
function offer() {
  const canAsk = globalThis.Notification?.permission === "default";
  document.querySelectorAll("[data-ask-notice]").forEach((button) => (button.hidden = !canAsk));
}

if (globalThis.document?.getElementById("notices")) {
  offer();
  look();
  document.addEventListener("htmx:load", offer);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-ask-notice]")) Notification.requestPermission().then(offer);
  });
  setInterval(() => ask().catch(() => {}), EVERY);
  ask().catch(() => {});
}
