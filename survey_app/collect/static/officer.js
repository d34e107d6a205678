// The officer's corner: what waits on this device, since when, and a way to carry it off. Opened by holding the
// agency's name for three seconds or with Ctrl+Alt+K.

import { h } from "./dom.js";

const HOLD_MS = 3_000;

export function watchForOfficer(open) {
  let holding = 0;
  addEventListener("pointerdown", (event) => {
    clearTimeout(holding);
    if (event.target.closest?.(".agency")) holding = setTimeout(open, HOLD_MS);
  });
  for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => clearTimeout(holding));
  addEventListener("keydown", (event) => event.ctrlKey && event.altKey && event.code === "KeyK" && open());
}

export async function showPanel(kiosk) {
  if (document.querySelector("dialog.officer")) return;
  const { t, config, queue } = kiosk;
  const [{ waiting, aside, oldest }, items] = [await queue.summary(), await queue.all()];
  const kept = await navigator.storage?.persisted?.();
  const day = (instant) => new Date(instant).toLocaleString(document.documentElement.lang, { hour12: false });
  const lines = [
    [t("panel_place"), config ? `${config.agency.name} · ${config.survey.code}` : t("panel_unpaired")],
    [t("panel_waiting"), waiting + (oldest ? ` (${t("panel_since", { time: day(oldest) })})` : "")],
    [t("panel_aside"), aside],
    [t("panel_network"), kiosk.offline ? t("panel_away") : t("panel_there")],
    [t("panel_storage"), kept ? t("panel_kept") : t("panel_best_effort")],
    [t("panel_version"), kiosk.version],
  ];
  const aside_list = items.filter((item) => item.state === "aside");
  const close = () => dialog.remove();
  const dialog = h(
    "dialog",
    { class: "officer", "aria-labelledby": "panel", onclose: close, oncancel: close },
    h("h2", { id: "panel" }, t("panel")),
    h("dl", {}, lines.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])),
    aside_list.length > 0 && h("ul", {}, aside_list.map((item) => h("li", {}, `${item.id}: ${item.problem}`))),
    h("button", { class: "next", type: "button", autofocus: true, onclick: close }, t("panel_close")),
    h("button", { class: "out", type: "button", onclick: () => kiosk.sender.soon(true) }, t("panel_send")),
    items.length > 0 && h("button", { class: "out", type: "button", onclick: () => download(items) }, t("panel_export")),
    config && h("button", { class: "out", type: "button", onclick: () => (close(), kiosk.pairAgain()) }, t("panel_pair")),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** The whole queue as a file: one object a line, as the server takes it, with its survey and hash beside it. */
function download(items) {
  const lines = items.map(({ survey, sha256, state, problem, body }) => {
    const head = JSON.stringify({ survey, sha256, state, problem }).slice(0, -1);
    return `${head},"response":${body}}\n`;
  });
  const address = URL.createObjectURL(new Blob(lines, { type: "application/x-ndjson" }));
  const stamp = new Date().toISOString().slice(0, 16).replace(/\D/g, "");
  h("a", { href: address, download: `kiosk-queue-${stamp}.jsonl` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
