// Pairing: this device shows a short code, an officer types it in management, the device fetches its token.

import { h } from "./dom.js";
import { ask } from "./network.js";
import { notice } from "./screens.js";

const POLL_MS = 3_000;
const LATER_MS = 10_000;

export class Pairing {
  /** `paired(token)` once an officer has typed the code. */
  constructor(kiosk, paired) {
    Object.assign(this, { kiosk, paired });
  }

  async begin() {
    this.stop();
    const turn = (this.turn = Symbol("turn"));
    try {
      const { status, answer } = await ask("/k/pairing", { body: {} });
      if (turn !== this.turn) return;
      if (status !== 201) throw new Error(`status ${status}`);
      this.show(answer.code);
      this.#later(() => this.begin(), answer.expires_in * 1000, "renewal");
      this.#poll(turn, answer.secret);
    } catch {
      if (turn !== this.turn) return;
      this.show(null);
      this.#later(() => this.begin(), LATER_MS, "renewal");
    }
  }

  stop() {
    this.turn = null;
    clearTimeout(this.renewal);
    clearTimeout(this.polling);
  }

  async show(code) {
    const { kiosk } = this;
    const { t } = kiosk;
    const { waiting, aside } = await kiosk.queue.summary().catch(() => ({ waiting: 0, aside: 0 }));
    const words = code ? [t("pair_how")] : [t("pair_away")];
    if (waiting + aside) words.push(t("pair_kept", { count: waiting + aside }));
    const letters = code && h("p", { class: "code", "aria-label": [...code].join(" ") }, code);
    kiosk.show(notice(kiosk, "pair", words, letters));
  }

  async #poll(turn, secret) {
    if (turn !== this.turn) return;
    try {
      const { status, answer } = await ask("/k/pairing/claim", { body: { secret } });
      if (turn !== this.turn) return;
      if (answer.state === "paired") {
        this.stop();
        return this.paired(answer.token);
      }
      if (status === 410) return this.begin();
    } catch {
      // The server is away for a moment: the code stays good until it is renewed.
    }
    this.#later(() => this.#poll(turn, secret), POLL_MS, "polling");
  }

  #later(act, milliseconds, name) {
    clearTimeout(this[name]);
    this[name] = setTimeout(act, milliseconds);
  }
}
