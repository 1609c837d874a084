// The transcript: putting what the server rendered in its place, and following it.

const log = document.getElementById("log");
const stream = document.getElementById("stream");
const jump = document.getElementById("jump");
const title = document.title;

let unseen = 0;

export function put(entry, { mine = false } = {}) {
  const old = document.getElementById(`entry-${entry.id}`);
  if (old && Number(old.dataset.revision) >= entry.revision) return;
  const follow = mine || atEnd();
  const holder = document.createElement("template");
  holder.innerHTML = entry.html;
  const fresh = holder.content.firstElementChild;
  fresh.classList.add("arrived");
  if (old) old.replaceWith(fresh);
  else stream.insertBefore(fresh, laterThan(entry.id));
  document.getElementById("hello").hidden = true;
  nameDays();
  if (follow) toEnd();
  else if (!old) jump.hidden = false;
  if (entry.kind !== "me") announce(entry, mine);
}

function laterThan(id) {
  const entries = [...stream.querySelectorAll(".entry")];
  return entries.find((each) => Number(each.dataset.id) > id) || null;
}

function announce(entry, mine) {
  document.getElementById("heard").textContent = entry.plain;
  if (mine || !document.hidden) return;
  unseen += 1;
  document.title = `(${unseen}) ${title}`;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = title;
});

export function nameDays() {
  for (const old of stream.querySelectorAll(".day")) old.remove();
  let day = null;
  for (const entry of stream.querySelectorAll(".entry")) {
    if (entry.dataset.day === day) continue;
    day = entry.dataset.day;
    const line = document.createElement("p");
    line.className = "day";
    line.textContent = day;
    entry.before(line);
  }
}

function atEnd() { return log.scrollHeight - log.scrollTop - log.clientHeight < 80; }
export function toEnd() { log.scrollTop = log.scrollHeight; jump.hidden = true; }
log.addEventListener("scroll", () => { if (atEnd()) jump.hidden = true; }, { passive: true });
jump.addEventListener("click", toEnd);

export function showReport(link) {
  const cards = stream.querySelectorAll(`.entry[data-report="${CSS.escape(link.dataset.report)}"]`);
  const card = cards[cards.length - 1];
  if (!card) return;
  card.scrollIntoView({ block: "center", behavior: "smooth" });
  card.classList.remove("pointed");
  requestAnimationFrame(() => card.classList.add("pointed"));
}
