// Nobody there: after a while a question that can be put off as often as one likes, then the screen is cleared.

import { h } from "./dom.js";

const QUIET_MS = 45_000;
const WARNING_SECONDS = 20;
const LAST_CALL = 5;

export class Idle {
  /** `ended()` when nobody answered the question; `finish()` when somebody ends the visit. */
  constructor({ t, ended, finish }) {
    Object.assign(this, { t, ended, finish });
    for (const name of ["pointerdown", "keydown", "input", "scroll"]) {
      addEventListener(name, () => this.dialog || this.watch(this.watching), { capture: true, passive: true });
    }
  }

  /** Begin to wait anew, or (false) stop watching. */
  watch(watching) {
    this.watching = watching;
    clearTimeout(this.timer);
    if (watching) this.timer = setTimeout(() => this.#warn(), QUIET_MS);
  }

  close() {
    clearInterval(this.ticking);
    this.dialog?.remove();
    this.dialog = null;
  }

  #warn() {
    const seconds = (left) => this.t("ends_in", { seconds: left });
    const shown = h("p", { class: "lead", "aria-hidden": "true" }, seconds(WARNING_SECONDS));
    // Read out twice, not every second.
    const spoken = h("p", { class: "vh", role: "status" });
    const stay = () => {
      this.close();
      this.watch(true);
    };
    const leave = () => {
      this.close();
      this.finish();
    };
    this.dialog = h(
      "dialog",
      { "aria-labelledby": "still", oncancel: (event) => (event.preventDefault(), stay()) },
      h("h2", { id: "still" }, this.t("still_here")),
      shown,
      spoken,
      h("button", { class: "next", type: "button", autofocus: true, onclick: stay }, this.t("more_time")),
      h("button", { class: "out", type: "button", onclick: leave }, this.t("finish")),
    );
    document.body.append(this.dialog);
    this.dialog.showModal();
    spoken.textContent = seconds(WARNING_SECONDS);
    let left = WARNING_SECONDS;
    this.ticking = setInterval(() => {
      left -= 1;
      shown.textContent = seconds(left);
      if (left === LAST_CALL) spoken.textContent = seconds(left);
      if (left > 0) return;
      this.close();
      this.watch(false);
      this.ended();
    }, 1000);
  }
}
