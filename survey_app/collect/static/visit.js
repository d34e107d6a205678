// One person's answers, in memory alone: nothing of them is left once the screen is cleared.

import { canonicalJson, sha256, uuid7, zonedTime } from "./identity.js";

export class Visit {
  constructor(config, language) {
    this.config = config;
    this.language = language;
    this.startedAt = zonedTime();
    this.answers = {};
    this.reasons = {};
    this.comment = "";
    this.place = 0;
  }

  /** The screens of this visit: each question, its reasons after an answer that is not positive, then the comment. */
  get steps() {
    const steps = this.config.questions.flatMap((question) => {
      const reasons = this.isUnhappy(question) && question.reasons.length > 0;
      return reasons ? [{ kind: question.kind, question }, { kind: "reasons", question }] : [{ kind: question.kind, question }];
    });
    return [...steps, { kind: "comment" }];
  }

  get step() {
    return this.steps[this.place];
  }

  isUnhappy(question) {
    const chosen = question.options.find((option) => option.code === this.answers[question.code]);
    return Boolean(chosen?.unhappy);
  }

  choose(question, code) {
    if (this.answers[question.code] !== code) delete this.reasons[question.code];
    this.answers[question.code] = code;
  }

  skip(question) {
    delete this.answers[question.code];
    delete this.reasons[question.code];
  }

  /** What somebody wrote in answer to a question of words. */
  write(question, text) {
    if (text.trim()) this.answers[question.code] = storable(text);
    else delete this.answers[question.code];
  }

  /** Whether there is anything to store. */
  get says() {
    return Object.keys(this.answers).length > 0 || this.comment.trim() !== "";
  }

  /** The item for the queue. The same one however often it is asked for: what is sent again must be the same. */
  item(completed, reason) {
    this.kept ??= makeItem(this, completed, reason);
    return this.kept;
  }
}

/** Without control characters and halves of letters, which no database takes. */
const storable = (text) =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/gu, "").trim();

function makeItem(visit, completed, reason) {
  const { config } = visit;
  const reasons = Object.fromEntries(Object.entries(visit.reasons).filter(([, codes]) => codes.length));
  const comment = storable(visit.comment);
  const body = {
    id: uuid7(),
    agency: config.agency.code,
    answered_at: zonedTime(),
    started_at: visit.startedAt,
    language: visit.language,
    channel: "kiosk",
    version: config.version,
    answers: visit.answers,
    completed,
    end_reason: reason,
    ...(Object.keys(reasons).length && { reasons }),
    ...(comment && { comment }),
  };
  const text = canonicalJson(body);
  return {
    id: body.id,
    survey: config.survey.code,
    body: text,
    sha256: sha256(text),
    queued_at: new Date().toISOString(),
    state: "waiting",
    problem: "",
  };
}
