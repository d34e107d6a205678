// Sends what waits. An item leaves the queue only when the server says its id and its hash; whatever else happens, it
// stays. One bad item never holds up the others.

import { ask } from "./network.js";

const MOST = 100;
const SHORTEST_WAIT = 2_000;
const LONGEST_WAIT = 300_000;
// Refusals that the same body would meet again.
const FINAL = new Set([400, 403, 404, 409, 410, 413, 422]);

export class Sender {
  /** `changed(state)` hears "sent", "failed" or "unpaired" after every turn. */
  constructor(queue, changed) {
    this.queue = queue;
    this.changed = changed;
    this.token = null;
    this.failures = 0;
    this.notBefore = 0;
    this.most = MOST;
    addEventListener("online", () => this.soon(true));
  }

  /** Send now, or when the pause after a failure ends; `again`: the network may be back, so that pause is over. */
  soon(again = false) {
    if (again && this.failures) this.notBefore = this.askedToWait ?? 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#turn(), Math.max(0, this.notBefore - Date.now()));
  }

  async #turn() {
    if (!this.token || this.busy) return;
    this.busy = true;
    try {
      // Two tabs share the queue: one of them sends. Without locks both do, and the ids make it one answer.
      const state = navigator.locks
        ? await navigator.locks.request("kiosk-sending", { ifAvailable: true }, (lock) => lock && this.#all())
        : await this.#all();
      this.failures = this.askedToWait = 0;
      if (state) this.changed(state);
      else this.notBefore = Date.now() + SHORTEST_WAIT;
    } catch (error) {
      this.#pause(error.wait ?? 0);
      this.changed("failed");
    } finally {
      this.busy = false;
    }
    const { waiting } = await this.queue.summary();
    if (waiting && this.token) this.soon();
  }

  #pause(seconds) {
    const longest = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** this.failures++);
    this.askedToWait = seconds ? Date.now() + seconds * 1000 : 0;
    this.notBefore = Math.max(this.askedToWait, Date.now() + longest * (0.5 + Math.random() / 2));
  }

  async #all() {
    let failure = null;
    for (const survey of await this.queue.surveys()) {
      // What keeps one survey's answers keeps no other's.
      try {
        if ((await this.#survey(survey)) === "unpaired") return this.#unpaired();
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure) throw failure;
    return "sent";
  }

  #unpaired() {
    this.token = null;
    return "unpaired";
  }

  async #survey(survey) {
    for (;;) {
      const items = await this.queue.waiting(survey, this.most);
      if (!items.length) return "sent";
      const { status, answer, wait } = await ask(`/api/v1/surveys/${encodeURIComponent(survey)}/responses/batch`, {
        token: this.token,
        body: `{"responses":[${items.map((item) => item.body).join(",")}]}`,
      });
      if (status === 200 && Array.isArray(answer.results)) await this.#settle(items, answer.results);
      else if (status === 401 && answer.code) return "unpaired";
      else if (FINAL.has(status) && answer.code) await this.#refused(items, answer.code);
      else {
        // An item that breaks the server is found by halving too, but slowly: the fault may lie elsewhere.
        if (status === 500 && answer.code) await this.#refused(items, "internal");
        throw Object.assign(new Error(`status ${status}`), { wait });
      }
    }
  }

  /** A whole batch was refused: halve it until the one item that is to blame stands alone. */
  async #refused(items, code) {
    if (items.length > 1) this.most = Math.ceil(items.length / 2);
    else await this.queue.setAside(items[0], code);
  }

  async #settle(items, results) {
    const stored = [];
    for (const [index, item] of items.entries()) {
      const result = results[index] ?? {};
      if (isStored(item, result)) stored.push(item.id);
      else if (FINAL.has(result.status) && result.code) await this.queue.setAside(item, result.code);
    }
    await this.queue.remove(stored);
    this.most = Math.min(MOST, this.most * 2);
    if ((await this.queue.waiting(items[0].survey, 1))[0]?.id === items[0].id) throw new Error("not acknowledged");
  }
}

const isStored = (item, result) =>
  (result.status === 200 || result.status === 201) && result.id === item.id && result.sha256 === item.sha256;
