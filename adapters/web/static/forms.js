// Forms in a dialog, and showing what an act gave.

import { Refusal, act, kept } from "/static/server.js";
import { put } from "/static/transcript.js";

const sheet = document.getElementById("sheet");
const notice = document.getElementById("notice");

export function show(answer) {
  tell(answer.notice || "");
  for (const entry of answer.entries) put(entry, { mine: true });
  if (answer.form) openForm(answer.form);
}

export function tell(sentence) {
  notice.textContent = sentence;
  notice.hidden = !sentence;
}

function openForm(html) {
  sheet.innerHTML = html;
  const form = sheet.querySelector("form");
  for (const [name, value] of Object.entries(JSON.parse(kept.get(draftName(form)) || "{}"))) {
    const field = form.elements.namedItem(name);
    const boxes = form.querySelectorAll(`[type=checkbox][name="${name}"]`);
    for (const box of boxes) box.checked = value.split(",").includes(box.value);
    if (field && !boxes.length) field.value = value;
  }
  form.addEventListener("input", () => kept.set(draftName(form), JSON.stringify(fieldsOf(form))));
  form.addEventListener("submit", submit);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  if (!sheet.open) sheet.showModal();
  const first = form.querySelector("textarea, input, select");
  if (first) first.focus();
}

function draftName(form) { return `form:${form.dataset.form}:${form.dataset.value}`; }
function fieldsOf(form) {
  const sent = new FormData(form);
  // Boxes of one name are sent together, parted by commas.
  return Object.fromEntries([...new Set(sent.keys())].map((name) => [name, sent.getAll(name).join(",")]));
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("[type=submit]");
  if (button.disabled || !filled(form)) return;
  button.disabled = true;
  button.classList.add("busy");
  try {
    const entry = form.dataset.entry ? Number(form.dataset.entry) : null;
    const answer = await act("/submit", { form: form.dataset.form, value: form.dataset.value, fields: fieldsOf(form), entry });
    if (answer.errors.length) { blame(form, answer.errors); return; }
    kept.set(draftName(form), "");
    if (!answer.form) sheet.close();
    show(answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    blame(form, [{ field: "", message: error.message }]);
  } finally {
    button.disabled = false;
    button.classList.remove("busy");
  }
}

function filled(form) {
  const empty = [...form.elements].filter((each) => each.required && !each.value.trim());
  blame(form, empty.map((each) => ({ field: each.name, message: "Please fill this in." })));
  return empty.length === 0;
}

function blame(form, errors) {
  for (const field of form.querySelectorAll(".field")) {
    const mine = errors.filter((error) => error.field === field.dataset.field).map((error) => error.message);
    field.querySelector(".field-error").textContent = mine.join(" ");
    field.querySelector("textarea, input, select").setAttribute("aria-invalid", String(mine.length > 0));
  }
  const known = new Set([...form.querySelectorAll(".field")].map((field) => field.dataset.field));
  const others = errors.filter((error) => !known.has(error.field)).map((error) => error.message);
  const line = form.querySelector(".form-error");
  line.textContent = others.join(" ");
  line.hidden = !others.length;
  const first = form.querySelector("[aria-invalid=true]");
  if (first) first.focus();
}

sheet.addEventListener("close", () => { sheet.replaceChildren(); document.getElementById("text").focus(); });
