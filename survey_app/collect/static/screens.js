// What the citizen sees, one screen at a time. Every function gives the parts of the page: {header, main, bar}.

import { h, langOf, languageOf, localized, symbol } from "./dom.js";

const LEVELS = {
  ...{ "face-1": 1, "face-2": 2, "face-3": 3, "face-4": 4, "face-5": 5 },
  ...{ "clock-early": 5, "clock-on-time": 4, "clock-late": 1, "clock-none": 3 },
};
const OWN_SCRIPT = { km: "language-km" };

export function attract(kiosk) {
  const { config, t } = kiosk;
  const start = () => kiosk.start();
  return {
    name: "attract",
    main: [
      h("h1", {}, t("how_served")),
      h("p", { class: "lead" }, t("one_minute")),
      config.simulated && h("p", { class: "lead" }, t("simulated")),
      h("button", { class: "start", type: "button", onclick: start }, t("start")),
      languages(kiosk, "languages"),
      h("div", { class: "phone" }, h("img", { src: config.qr, alt: t("qr"), width: 200, height: 200 }), h("p", {}, t("or_phone"))),
    ],
  };
}

export function question(kiosk) {
  const { visit, t } = kiosk;
  const { question: asked } = visit.step;
  const rows = kiosk.rows(asked);
  const none = asked.options.find((option) => option.code === "no_opinion");
  const choose = (option) => () => kiosk.choose(asked, option.code);
  const pressed = (option) => String(visit.answers[asked.code] === option.code);
  return {
    name: "question",
    main: [
      h(
        "div",
        { class: "ask", role: "group", "aria-labelledby": "asked", lang: langOf(asked.text, visit.language) },
        h("div", { class: "asked" }, progress(kiosk), heading(localized(asked.text, visit.language))),
        h("div", { class: "answers" }, rows.map((option, index) =>
          h(
            "button",
            {
              class: "answer",
              type: "button",
              value: option.code,
              "aria-pressed": pressed(option),
              "aria-keyshortcuts": String(index + 1),
              onclick: choose(option),
            },
            picture(option),
            h("span", {}, localized(option.text, visit.language)),
          ))),
        h(
          "div",
          { class: "outs", lang: languageOf(asked.text, visit.language) === visit.language ? null : document.documentElement.lang },
          h("p", { class: "or" }, t("or")),
          none && h("button", { class: "out", type: "button", value: none.code, "aria-pressed": pressed(none), onclick: choose(none) },
            localized(none.text, visit.language)),
          h("button", { class: "out", type: "button", value: "", onclick: () => kiosk.skip(asked) }, t("skip")),
          secret(t("private")),
        ),
      ),
    ],
  };
}

// Questions of a scale are the rule.
export { question as choice };

export function reasons(kiosk) {
  const { visit, t } = kiosk;
  const { question: asked } = visit.step;
  const chosen = (visit.reasons[asked.code] ??= []);
  const toggle = (event) => {
    const { value, ariaPressed } = event.currentTarget;
    event.currentTarget.ariaPressed = String(ariaPressed !== "true");
    if (ariaPressed === "true") chosen.splice(chosen.indexOf(value), 1);
    else chosen.push(value);
  };
  return {
    name: "reasons",
    main: [
      h("p", { class: "step" }, localized(asked.label, visit.language)),
      heading(t("why")),
      h("div", { class: "tiles", role: "group", "aria-labelledby": "asked" }, asked.reasons.map((reason) =>
        h("button", { class: "tile", type: "button", value: reason.code, "aria-pressed": String(chosen.includes(reason.code)), onclick: toggle,
          lang: langOf(reason.text, visit.language) }, localized(reason.text, visit.language)))),
      h("button", { class: "next", type: "button", onclick: () => kiosk.go(1) }, t("next")),
    ],
  };
}

export function comment(kiosk) {
  const { visit, t } = kiosk;
  return {
    name: "comment",
    main: [
      heading(t("comment"), "label"),
      h("p", { class: "lead", id: "hint" }, t("comment_hint")),
      h("textarea", { id: "text", maxlength: 1000, rows: 5, "aria-describedby": "hint keyboard",
        oninput: (event) => (visit.comment = event.target.value) }, visit.comment),
      h("p", { class: "lead keyboard", id: "keyboard" }, t("keyboard_hint")),
      h("button", { class: "next", type: "button", onclick: () => kiosk.finish() }, t("send")),
      secret(t("private")),
    ],
  };
}

/** A question that is answered in words; they are kept with the comment's care. */
export function text(kiosk) {
  const { visit, t } = kiosk;
  const { question: asked } = visit.step;
  return {
    name: "text",
    main: [
      progress(kiosk),
      heading(localized(asked.text, visit.language), "label", langOf(asked.text, visit.language)),
      h("textarea", { id: "text", maxlength: asked.max_length, rows: 5, "aria-describedby": "keyboard",
        oninput: (event) => visit.write(asked, event.target.value) }, visit.answers[asked.code] ?? ""),
      h("p", { class: "lead keyboard", id: "keyboard" }, t("keyboard_hint")),
      h("button", { class: "next", type: "button", onclick: () => kiosk.go(1) }, t("next")),
    ],
  };
}

export function thanks(kiosk) {
  const { config, t } = kiosk;
  return {
    name: "thanks",
    main: [
      symbol("big-tick", "tick"),
      heading(t("thanks")),
      h("p", { class: "lead" }, t("thanks_next")),
      h("p", { class: "lead countdown", "data-words": "back_in" }),
      home(kiosk),
      config.results && h("p", { class: "lead" }, t("results"), " ", h("strong", {}, config.results)),
    ],
  };
}

export function nothing(kiosk) {
  return {
    name: "nothing",
    main: [
      heading(kiosk.t("nothing")),
      h("p", { class: "lead" }, kiosk.t("nothing_text")),
      h("p", { class: "lead countdown", "data-words": "back_in" }),
      home(kiosk),
    ],
  };
}

export function notStored(kiosk) {
  const { t } = kiosk;
  return {
    name: "not-stored",
    main: [
      h("div", { class: "failed", role: "alert" }, heading(t("not_stored")), h("p", { class: "lead" }, t("not_stored_text"))),
      h("button", { class: "next", type: "button", onclick: () => kiosk.finish() }, t("try_again")),
      h("button", { class: "out", type: "button", onclick: () => kiosk.clear() }, t("leave")),
    ],
  };
}

/** A screen that says one thing to who looks after the device. */
export function notice(kiosk, title, words, ...more) {
  return { name: "notice", main: [heading(kiosk.t(title)), ...words.map((each) => h("p", { class: "lead" }, each)), ...more] };
}

export function header(kiosk, screen) {
  const { config } = kiosk;
  if (!config) return [h("p", { class: "agency" }, h("strong", {}, kiosk.t("survey")))];
  return [
    symbol("river", "river"),
    h("p", { class: "agency", lang: "vi" }, h("strong", {}, config.agency.name), h("span", { class: "above" }, config.agency.above)),
    h("p", { class: "offline", role: "status" }, kiosk.offline ? kiosk.t("offline") : null),
    screen.name !== "attract" && languages(kiosk, "switch"),
  ];
}

/** The controls at the bottom, within reach of a wheelchair. */
export function bar(kiosk, screen) {
  const { t } = kiosk;
  const inVisit = ["question", "reasons", "comment", "text"].includes(screen.name);
  const control = (name, picture, words, act, extra = {}) =>
    h("button", { class: "control", type: "button", "data-control": name, onclick: act, ...extra }, symbol(picture), h("span", {}, words));
  return [
    inVisit && control("back", "control-back", t("back"), () => kiosk.go(-1)),
    screen.name === "question" && kiosk.reader.has(kiosk) && control("listen", "control-listen", t("listen"), () => kiosk.reader.toggle(kiosk)),
    control("larger", "control-larger", t("larger"), () => kiosk.look("larger"), { "aria-pressed": String(kiosk.looks("larger")) }),
    control("contrast", "control-contrast", t("contrast"), () => kiosk.look("contrast"), { "aria-pressed": String(kiosk.looks("contrast")) }),
  ];
}

function heading(words, tag, lang) {
  const inner = tag === "label" ? h("label", { for: "text" }, words) : words;
  return h("h1", { id: "asked", tabindex: -1, class: words.length > 60 ? "long" : null, lang }, inner);
}

const home = (kiosk) => h("button", { class: "next", type: "button", onclick: () => kiosk.clear() }, kiosk.t("home"));
const secret = (words) => h("p", { class: "private" }, symbol("control-lock"), h("span", {}, words));

function progress({ visit, config, t }) {
  const place = config.questions.indexOf(visit.step.question) + 1;
  const bars = config.questions.map((_, index) => h("i", { class: index < place ? "done" : null }));
  return h("p", { class: "step", lang: document.documentElement.lang }, t("step", { number: place, total: bars.length }), h("span", { class: "bars", "aria-hidden": "true" }, bars));
}

const picture = ({ icon }) => icon && symbol(icon, `face l${LEVELS[icon]}`);

function languages(kiosk, classes) {
  return h("nav", { class: classes, "aria-label": kiosk.t("language") }, kiosk.config.languages.map(([tag, name]) =>
    h(
      "button",
      { type: "button", lang: tag, "aria-label": name, "aria-pressed": String(tag === kiosk.language), onclick: () => kiosk.speak(tag) },
      // Its letters as text would fetch their whole font.
      OWN_SCRIPT[tag] ? symbol(OWN_SCRIPT[tag], "script") : name,
    )));
}
