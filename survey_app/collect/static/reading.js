// Reads a question and its answers aloud from recordings, one after the other; the row being read is marked.
// `config.audio` is {language: {"access": address, "access.high": address}}; without a recording there is no button.

export class Reader {
  has({ config, visit }) {
    return Boolean(config.audio?.[visit.language]?.[visit.step.question.code]);
  }

  toggle(kiosk) {
    if (this.playing) return this.stop();
    const { question } = kiosk.visit.step;
    const recordings = kiosk.config.audio[kiosk.visit.language];
    const rows = kiosk.rows(question).map((option) => [recordings[`${question.code}.${option.code}`], option.code]);
    this.#play([[recordings[question.code], null], ...rows.filter(([address]) => address)]);
  }

  stop() {
    this.playing?.pause();
    this.playing = null;
    this.#mark(null);
  }

  #play([[address, row] = [], ...rest]) {
    this.#mark(row ?? null);
    if (!address) return this.stop();
    const player = (this.playing = new Audio(address));
    const next = () => this.playing === player && this.#play(rest);
    player.addEventListener("ended", next);
    player.addEventListener("error", next);
    player.play().catch(next);
    this.#mark(row ?? null);
  }

  #mark(row) {
    for (const answer of document.querySelectorAll(".answer")) answer.classList.toggle("read", answer.value === row);
    document.querySelector("[data-control=listen]")?.setAttribute("aria-pressed", String(Boolean(this.playing)));
  }
}
