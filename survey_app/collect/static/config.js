// What the server says that a device asks (docs/collecting.md), in the shape that the screens use.

import { zonedTime } from "./identity.js";

export function readConfig(answer) {
  const { survey, agency, questionnaire, addresses } = answer;
  const qr = `/k/qr/${encodeURIComponent(survey.code)}/${encodeURIComponent(agency.code)}.svg`;
  const languages = answer.languages.map(({ tag, name }) => [tag, name]);
  const recordings = Object.values(answer.audio ?? {}).flatMap((addresses) => Object.values(addresses));
  const khmer = languages.some(([tag]) => tag === "km") ? ["/static/fonts/noto-sans-khmer-400.woff2"] : [];
  return {
    hash: answer.hash,
    survey,
    agency,
    languages,
    qr,
    version: questionnaire.version,
    questions: questionnaire.questions,
    words: questionnaire.words ?? {},
    audio: answer.audio ?? {},
    simulated: survey.provenance === "simulated",
    results: new URL(addresses.results, location).href,
    // Fetched once, so that the service worker has them when the network is gone.
    assets: [qr, ...khmer, ...recordings],
  };
}

/** Whether the survey takes new answers by kiosk on this device's day. */
export function isOpen({ survey }) {
  const today = zonedTime().slice(0, 10);
  return survey.kiosk && (survey.opens_on ?? "") <= today && today <= (survey.closes_on ?? "9999");
}
