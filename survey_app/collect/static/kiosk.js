// The kiosk: pairs, asks one question a screen, stores what was answered on the device, says thank you, sends.

import { isOpen, readConfig } from "./config.js";
import { h, Words } from "./dom.js";
import { Idle } from "./idle.js";
import { ask } from "./network.js";
import { showPanel, watchForOfficer } from "./officer.js";
import { Pairing } from "./pairing.js";
import { Queue } from "./queue.js";
import { Reader } from "./reading.js";
import * as screens from "./screens.js";
import { Sender } from "./sending.js";
import { Visit } from "./visit.js";

const THANKS_SECONDS = 8;
const MINUTE_MS = 60_000;
const root = document.documentElement;
const place = document.getElementById("kiosk");
const words = JSON.parse(document.getElementById("words").textContent);

class Kiosk {
  constructor() {
    this.version = root.dataset.version;
    this.t = this.t.bind(this);
    this.queue = new Queue();
    this.reader = new Reader();
    this.sender = new Sender(this.queue, (state) => this.heard(state));
    this.pairing = new Pairing(this, (token) => this.pair(token));
    this.idle = new Idle({ t: this.t, ended: () => this.finish("timeout"), finish: () => this.finish("done", false) });
  }

  /** The language of the screen is the page's own. */
  get language() {
    return root.lang;
  }

  set language(tag) {
    root.lang = tag;
  }

  t(key, values = {}) {
    const fallback = root.dataset.fallback;
    const own = words[this.language]?.[key] ?? this.config?.words[key]?.[this.language];
    const text = (own ?? words[fallback][key]).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
    return new Words(text, own ? this.language : fallback);
  }

  // ---- one person

  start() {
    this.visit = new Visit(this.config, this.language);
    this.show(screens[this.visit.step.kind](this));
  }

  choose(asked, option) {
    this.visit.choose(asked, option);
    this.go(1);
  }

  skip(asked) {
    this.visit.skip(asked);
    this.go(1);
  }

  go(by) {
    this.visit.place += by;
    if (this.visit.place < 0) return this.clear();
    this.show(screens[this.visit.step.kind](this));
  }

  /** Store what was answered, then say thank you; never the other way round. */
  async finish(reason = "done", completed = reason === "done") {
    const { visit } = this;
    if (!visit || visit.storing) return;
    if (!visit.says) return reason === "timeout" ? this.clear() : this.show(screens.nothing(this));
    visit.storing = true;
    try {
      await this.queue.add(visit.item(completed, reason));
    } catch (error) {
      visit.storing = false;
      return reason === "timeout" ? this.clear() : this.show(screens.notStored(this));
    }
    this.sender.soon();
    if (reason === "timeout") this.clear();
    else if (visit === this.visit) this.show(screens.thanks(this));
  }

  /** Forget the person who was here: what they said, their language, how they liked the screen. */
  clear() {
    this.visit = null;
    delete root.dataset.larger;
    delete root.dataset.contrast;
    this.language = this.config?.languages[0]?.[0] ?? root.dataset.fallback;
    if (!this.token) return this.pairing.begin();
    if (this.stale) return location.reload();
    this.show(isOpen(this.config) ? screens.attract(this) : screens.notice(this, "closed", [this.t("closed_text")]));
  }

  // ---- the screen

  show(screen) {
    this.screen = screen;
    this.reader.stop();
    this.idle.close();
    clearInterval(this.countdown);
    this.draw();
    scrollTo(0, 0);
    (place.querySelector("#asked") ?? document.body).focus({ preventScroll: true });
    this.idle.watch(Boolean(this.visit) && !["thanks", "nothing"].includes(screen.name));
    if (place.querySelector(".countdown")) this.#countDown();
  }

  draw() {
    const { screen } = this;
    place.dataset.screen = screen.name;
    place.replaceChildren(
      h("header", { class: "top" }, screens.header(this, screen)),
      h("main", { id: "main", "data-visit": this.visit ? "" : null }, screen.main),
      h("footer", { class: "bar" }, screens.bar(this, screen)),
    );
  }

  #countDown() {
    let seconds = THANKS_SECONDS;
    const say = () => (place.querySelector(".countdown").textContent = this.t("back_in", { seconds }));
    say();
    this.countdown = setInterval(() => (--seconds > 0 ? say() : this.clear()), 1000);
  }

  /** Change the language where the person stands. */
  speak(tag) {
    this.language = tag;
    if (this.visit) this.visit.language = tag;
    const screen = this.visit ? screens[this.visit.step.kind] : screens.attract;
    this.show(screen(this));
    this.#tidyLater();
    place.querySelector(`nav [lang=${tag}]`)?.focus();
  }

  looks(name) {
    return name in root.dataset;
  }

  look(name) {
    if (this.looks(name)) delete root.dataset[name];
    else root.dataset[name] = "";
    place.querySelector(`[data-control=${name}]`).ariaPressed = String(this.looks(name));
    this.#tidyLater();
  }

  /** Somebody set the first screen to their liking and left. */
  #tidyLater() {
    clearTimeout(this.tidying);
    this.tidying = setTimeout(() => this.screen.name === "attract" && this.clear(), MINUTE_MS);
  }

  /** The rows of a question, the best on top; having no opinion stands apart. */
  rows({ options }) {
    return options.filter((option) => option.code !== "no_opinion");
  }

  keys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("textarea, dialog *")) return;
    if (this.visit && ["Backspace", "Escape"].includes(event.key)) return this.go(-1);
    if (this.screen?.name === "question" && /^[0-9]$/.test(event.key)) {
      place.querySelectorAll(".answer")[Number(event.key) - 1]?.click();
    }
  }

  // ---- the device

  async boot() {
    const given = new URLSearchParams(location.search).get("token");
    if (given) history.replaceState(null, "", location.pathname);
    try {
      await this.queue.release("internal");
      this.token = given ?? (await this.queue.setting("token"));
      this.config = given ? null : await this.queue.setting("config");
    } catch {
      return this.show(screens.notice(this, "no_storage", [this.t("no_storage_text")]));
    }
    navigator.storage?.persist?.();
    if (given) return this.pair(given);
    if (this.token && !this.config) return this.pair(this.token);
    if (this.config) this.work();
    this.clear();
  }

  async pair(token) {
    try {
      await this.configure(token);
    } catch {
      this.show(screens.notice(this, "pair", [this.t("pair_away")]));
      return setTimeout(() => this.pair(token), 10_000);
    }
    if (!this.config) {
      this.token = null;
      return this.clear();
    }
    await this.queue.keepSettings({ token });
    this.token = token;
    await this.queue.release("forbidden");
    this.work();
    this.clear();
  }

  async pairAgain() {
    this.visit = null;
    this.pairing.begin();
  }

  /** Fetch what is asked here. Throws where the server is away; no config where the token is no longer good. */
  async configure(token) {
    const { status, answer } = await ask("/k/config", { token });
    if (status === 401) this.config = null;
    else if (status === 200) {
      this.config = readConfig(answer);
      await this.queue.keepSettings({ config: this.config });
      this.warm();
    } else throw new Error(`status ${status}`);
  }

  /** Fetch once what the service worker keeps: pictures, recordings, a font that may be needed without a network. */
  warm() {
    if (!navigator.serviceWorker?.controller) return;
    for (const address of this.config.assets) fetch(address).catch(() => null);
  }

  work() {
    this.sender.token = this.token;
    this.sender.soon();
    clearInterval(this.beating);
    this.beating = setInterval(() => this.beat(), MINUTE_MS);
    this.beat();
  }

  async beat() {
    const { waiting, aside, oldest } = await this.queue.summary();
    const body = { queue: waiting + aside, oldest_at: oldest, app_version: this.version, sent_at: new Date().toISOString() };
    try {
      const { status, answer } = await ask("/k/heartbeat", { token: this.token, body });
      if (status === 401) return this.heard("unpaired");
      if (status !== 200) return;
      if (this.offline) this.sender.soon(true);
      this.heard("sent");
      const changed = answer.config !== this.config.hash;
      if (changed) await this.configure(this.token);
      // A new day may open or close the survey.
      if (!this.visit && (changed || isOpen(this.config) !== (this.screen.name === "attract"))) this.clear();
    } catch {
      this.heard("failed");
    }
  }

  heard(state) {
    if (state === "unpaired") return this.lose();
    this.offline = state === "failed";
    const dot = place.querySelector(".offline");
    if (dot) dot.textContent = this.offline ? this.t("offline") : "";
  }

  /** The token is no longer good. What waits is kept; whoever is answering may finish. */
  lose() {
    this.token = this.sender.token = null;
    this.queue.keepSettings({ token: null });
    clearInterval(this.beating);
    if (!this.visit) this.clear();
  }
}

const kiosk = new Kiosk();
addEventListener("keydown", (event) => kiosk.keys(event));
// Whatever the browser keeps of this page must show nobody's answers.
addEventListener("pagehide", () => kiosk.visit && kiosk.clear());
watchForOfficer(() => showPanel(kiosk));
kiosk.boot();

if (navigator.serviceWorker) {
  let controlled = Boolean(navigator.serviceWorker.controller);
  // A new version takes over at once, but this page only between two visitors.
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    kiosk.stale = controlled;
    controlled = true;
    if (kiosk.config) kiosk.warm();
    if (kiosk.stale && kiosk.screen?.name === "attract") kiosk.clear();
  });
  navigator.serviceWorker.register("/sw.js", { scope: "/k" }).catch(() => null);
}
