// Uploads a file with a progress bar. Without this script the same form still works.

const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);
const size = (bytes) => (bytes < 2 ** 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${megabytes(bytes)} MB`);

function send(form) {
  const bar = form.querySelector("[data-progress] progress");
  const text = form.querySelector("[data-progress-text]");
  const error = form.querySelector("[data-upload-error]");
  const button = form.querySelector("button[type=submit]");
  const request = new XMLHttpRequest();
  const ended = (message) => {
    error.textContent = message;
    form.querySelector("[data-progress]").hidden = true;
    button.disabled = false;
  };
  error.textContent = "";
  button.disabled = true;
  form.querySelector("[data-progress]").hidden = false;
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    bar.value = (100 * event.loaded) / event.total;
    const done = event.loaded === event.total;
    if (done) bar.removeAttribute("value");
    text.textContent = done
      ? "Uploaded. Reading columns…"
      : `${size(event.loaded)} of ${size(event.total)}`;
  });
  request.addEventListener("load", () => {
    if (request.status === 422) {
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      document.querySelector("main").replaceWith(answer.querySelector("main"));
      document.querySelectorAll("[data-upload]").forEach(prepare);
// A file that misses the box would be opened in the page's place: it is taken, too.
for (const name of ["dragover", "drop"]) {
  document.addEventListener?.(name, (event) => {
    const form = document.querySelector("[data-upload]");
    if (!form || event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "dragover" || !event.dataTransfer.files.length) return;
    form.querySelector("input[type=file]").files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
      document.querySelector("[data-focus], .field-error")?.focus();
    } else if (request.status < 400) {
      window.location.assign(request.responseURL);
    } else if (request.status === 413) {
      ended("This file is too large for the server. Compress it with gzip, or split it.");
    } else if (request.status === 507) {
      ended("The server is out of space, and nothing was saved. Tell your administrator that a disk is full.");
    } else {
      ended("The upload failed because the server did not answer. Try again in a moment.");
    }
  });
  request.addEventListener("error", () => ended("The connection was lost, and nothing was saved. Try again."));
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function prepare(form) {
  const box = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const show = () => {
    const file = input.files[0];
    chosen.textContent = file ? `${file.name} · ${size(file.size)}` : "";
    box.classList.toggle("has-file", Boolean(file));
  };
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (event) => {
      event.preventDefault();
      box.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    box.addEventListener(name, () => box.classList.remove("is-over"));
  }
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
    form.requestSubmit(); // who drops a file wants it uploaded
  });
  input.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return; // the browser or the server reports the missing file
    event.preventDefault();
    send(form);
  });
  show();
}

document.querySelectorAll("[data-upload]").forEach(prepare);

// A file that misses the box would be opened in the page's place: it is taken, too.
for (const name of ["dragover", "drop"]) {
  document.addEventListener?.(name, (event) => {
    const form = document.querySelector("[data-upload]");
    if (!form || event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "dragover" || !event.dataTransfer.files.length) return;
    form.querySelector("input[type=file]").files = event.dataTransfer.files;
    form.requestSubmit();
  });
}
