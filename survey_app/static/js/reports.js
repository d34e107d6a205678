// The page of a report: its composition shows itself as it is changed, a long preview comes later.
(() => {
  "use strict";

  async function parsed(address, options) {
    const answer = await fetch(address, options);
    if (!answer.ok) throw new Error(answer.status);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // The parts of this page that have a namesake on the other one, replaced; who types goes on where they were.
  function replace(ids, fresh) {
    const active = document.activeElement;
    const form = active.closest("form[data-live]");
    const place = form ? [...form.elements].indexOf(active) : -1;
    for (const id of ids) {
      const [part, now] = [document.getElementById(id), fresh.getElementById(id)];
      if (part && now) part.replaceWith(now);
    }
    if (place >= 0) {
      const controls = document.querySelector("form[data-live]").elements;
      (document.getElementById(active.id) || controls[Math.min(place, controls.length - 1)]).focus();
    }
    later();
  }

  async function later() {
    const part = document.querySelector("[data-later]");
    if (!part) return;
    const address = part.dataset.later;
    delete part.dataset.later;
    // Without an answer the link to it stays.
    await parsed(address).then((fresh) => replace([part.id], fresh), () => {});
  }

  let turn = 0;
  document.addEventListener("change", async (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    const mine = ++turn;
    const sent = { method: "POST", body: new FormData(form) };
    // A later change has more to show; without an answer the button is still there.
    await parsed(form.action, sent).then((fresh) => mine === turn && replace(form.dataset.live.split(" "), fresh), () => {});
  });

  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.busy;
    if (!words) return;
    const status = document.createElement("p");
    status.setAttribute("role", "status");
    event.target.append(status);
    status.textContent = words;
    for (const button of event.target.querySelectorAll("button")) setTimeout(() => (button.disabled = true));
  });
  later();
})();
