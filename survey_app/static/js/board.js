// Fetches the board anew each minute; where the server does not answer, the last one stays and says so.
(() => {
  "use strict";
  const seconds = Number(document.getElementById("board").dataset.seconds);

  async function renew() {
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("board").replaceWith(page.getElementById("board"));
    } catch {
      document.querySelector(".lost").hidden = false;
    }
  }

  setInterval(renew, seconds * 1000);
})();
