// Talking to the server. What is no JSON is no answer of ours: a captive portal, a login page, half a body.

const PATIENCE = 30_000;

/** {status, answer, wait}: the parsed JSON and the seconds of Retry-After. Throws where nothing of ours came back. */
export async function ask(address, { token, body } = {}) {
  const reply = await fetch(address, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "Content-Type": "application/json" }),
    },
    body: typeof body === "object" ? JSON.stringify(body) : body,
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  });
  const wait = retryAfter(reply.headers.get("Retry-After"));
  if (!(reply.headers.get("Content-Type") ?? "").startsWith("application/json")) throw new Refusal(reply.status, wait);
  const answer = await reply.json();
  if (answer === null || typeof answer !== "object") throw new Refusal(reply.status, wait);
  return { status: reply.status, answer, wait };
}

/** An answer that is not ours; `wait` are the seconds that it asks to wait. */
export class Refusal extends Error {
  constructor(status, wait) {
    super(`${status} without JSON`);
    this.wait = wait;
  }
}

function retryAfter(value) {
  if (!value) return 0;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return seconds > 0 ? seconds : 0;
}
