// Sending acts to the server so that nothing typed is lost and nothing is done twice.

export const base = document.getElementById("chat").dataset.base;

export const kept = {
  get(name) { try { return sessionStorage.getItem(base + name); } catch { return null; } },
  set(name, value) {
    try {
      if (value) sessionStorage.setItem(base + name, value);
      else sessionStorage.removeItem(base + name);
    } catch { /* Private windows may refuse: then a reload loses the draft, nothing else. */ }
  },
};

// An act that failed is sent again under its old delivery id, so that it is done once even if it had got through.
const deliveries = new Map();
function deliveryOf(act) {
  if (!deliveries.has(act)) deliveries.set(act, newId());
  return deliveries.get(act);
}
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
}

export class Refusal extends Error {}

async function post(path, body) {
  let response;
  try {
    response = await fetch(base + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(30000),
    });
  } catch {
    throw new Refusal("The server could not be reached. What you typed is still here: send it again.");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  const sentence = answer && answer.notice;
  throw new Refusal(sentence || `That did not work (error ${response.status}). What you typed is still here: it is safe to send it again.`);
}

export async function act(path, body) {
  const name = JSON.stringify([path, body]);
  const answer = await post(path, { ...body, delivery: deliveryOf(name) });
  deliveries.delete(name);
  return answer;
}
