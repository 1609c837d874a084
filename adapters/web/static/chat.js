// The chat page: the box, the buttons of messages, and what comes in by itself. The server renders every message.

import { show, tell } from "/static/forms.js";
import { Refusal, act, base, kept } from "/static/server.js";
import { nameDays, put, showReport, toEnd } from "/static/transcript.js";

const box = document.getElementById("text");
const send = document.getElementById("send");
const sheet = document.getElementById("sheet");
const sure = document.getElementById("sure");
const live = document.getElementById("live");

// ---- the box ----

let sending = false;

function fit() {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
}

function typed() {
  // The command's name stands before the box already: typed or pasted once more, it is taken in.
  const bare = box.value.replace(/^\s*\/techissue\s+/i, "");
  if (bare !== box.value) box.value = bare;
  kept.set("draft", box.value);
  fit();
}

async function say(text, { fromBox = false } = {}) {
  if (sending) return;
  sending = true;
  send.disabled = true;
  send.classList.add("busy");
  box.readOnly = fromBox;
  try {
    show(await act("/say", { text }));
    if (fromBox) { box.value = ""; typed(); }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(error.message);
  } finally {
    sending = false;
    send.disabled = false;
    send.classList.remove("busy");
    box.readOnly = false;
    if (!sheet.open) box.focus();
  }
}

document.getElementById("say").addEventListener("submit", (event) => {
  event.preventDefault();
  say(box.value, { fromBox: true });
});
box.addEventListener("input", typed);
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say(box.value, { fromBox: true });
});

// ---- buttons of messages ----

async function press(button) {
  if (button.dataset.confirm && !(await confirmed(button.dataset.confirm, button))) return;
  const entry = button.closest(".entry");
  const buttons = [...entry.querySelectorAll("button[data-act=press]")];
  if (buttons.some((each) => each.disabled)) return;
  for (const each of buttons) each.disabled = true;
  button.classList.add("busy");
  try {
    show(await act("/press", { entry: Number(entry.dataset.id), name: button.dataset.name, value: button.dataset.value }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    tell(error.message);
  } finally {
    for (const each of buttons) each.disabled = false;
    button.classList.remove("busy");
  }
}

function confirmed(question, button) {
  document.getElementById("sure-words").textContent = question;
  document.getElementById("sure-yes").textContent = button.textContent;
  sure.returnValue = "no";
  sure.showModal();
  return new Promise((resolve) => {
    sure.addEventListener("close", () => resolve(sure.returnValue === "yes"), { once: true });
  });
}

async function copy(button) {
  const words = button.closest(".say").querySelector("[data-say]");
  try {
    await navigator.clipboard.writeText(words.textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  } catch {
    // Without leave to copy, the words are marked, so that Ctrl+C takes them.
    getSelection().selectAllChildren(words);
  }
}

const acts = {
  press,
  copy,
  form: () => say("", {}),
  command: (button) => say(button.dataset.command),
  example: (button) => { box.value = button.textContent; typed(); box.focus(); },
  about: showReport,
  "close-form": () => sheet.close(),
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-act]");
  if (!target) return;
  if (target.tagName === "A") event.preventDefault();
  acts[target.dataset.act](target);
});

// ---- what comes in by itself ----

let source = null;
let seen = Number(document.getElementById("chat").dataset.revision);

function listen() {
  source = new EventSource(`${base}/events?after=${seen}`);
  const take = (event) => {
    seen = Math.max(seen, Number(event.lastEventId));
    put(JSON.parse(event.data));
  };
  source.addEventListener("append", take);
  source.addEventListener("replace", take);
  source.addEventListener("open", () => state("live", "Live"));
  source.addEventListener("error", () => {
    state("lost", "Reconnecting");
    // A browser gives up for good after an answer that is an error: then we ask again ourselves.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
}

function state(name, words) {
  live.dataset.state = name;
  document.getElementById("live-words").textContent = words;
}

window.addEventListener("pagehide", () => source && source.close());
window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
document.addEventListener("click", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// Somebody may have begun to type before this ran.
box.value = box.value || kept.get("draft") || "";
send.disabled = false;
fit();
nameDays();
toEnd();
listen();
