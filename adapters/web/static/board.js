// The board's pages: staying fresh, and moving by mouse. Everything works without: the forms do the moving.

const outcome = document.getElementById("outcome");

// ---- staying fresh ----

const every = 4000;

function busy() {
  const focused = document.activeElement;
  const writing = focused && focused.closest("form") && focused.tagName !== "BUTTON";
  const typed = [...document.querySelectorAll("textarea")].some((each) => each.value);
  return document.hidden || dragged || writing || typed || outcome.open || document.querySelector("details[open]");
}

async function refresh() {
  if (busy()) return;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("fresh");
    const shown = document.getElementById("fresh");
    if (fresh && !busy() && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(fresh);
  } catch { /* The server is away: the page stays as it is, and the next look may do better. */ }
}
setInterval(refresh, every);
document.addEventListener("visibilitychange", refresh);

// ---- moving by mouse ----

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".ticket-card") || null;
  if (!dragged) return;
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.key);
});
document.addEventListener("dragend", () => {
  for (const each of document.querySelectorAll(".dragged, .over")) each.classList.remove("dragged", "over");
  dragged = null;
});
document.addEventListener("dragover", (event) => {
  const column = event.target.closest?.(".column");
  for (const each of document.querySelectorAll(".over")) if (each !== column) each.classList.remove("over");
  if (!dragged || !column || column.contains(dragged)) return;
  event.preventDefault();
  column.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const column = event.target.closest?.(".column");
  if (!dragged || !column) return;
  event.preventDefault();
  drop(dragged.querySelector("form"), column.dataset.status);
});

async function drop(form, status) {
  const targets = [...form.querySelectorAll("button[name=to]")].filter((each) => each.value.split("|")[0] === status);
  const target = targets.length > 1 && status === "Done" ? await chosen(targets) : targets[0];
  if (target) form.requestSubmit(target);
}

function chosen(targets) {
  outcome.returnValue = "";
  outcome.showModal();
  return new Promise((resolve) => {
    const answer = () => resolve(targets.find((each) => each.value === outcome.returnValue));
    outcome.addEventListener("close", answer, { once: true });
  });
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.getElementById("desk")?.addEventListener("change", (event) => event.target.form.requestSubmit());
