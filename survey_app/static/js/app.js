// What pages gain from a script: everything here also works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const YEAR_SECONDS = 365 * 24 * 3600;

  const isDark = () =>
    root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

  function labelThemeSwitch(button) {
    button.textContent = isDark() ? button.dataset.light : button.dataset.dark;
  }

  function switchTheme(button) {
    root.dataset.theme = isDark() ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme};path=/;max-age=${YEAR_SECONDS};samesite=lax`;
    labelThemeSwitch(button);
    document.dispatchEvent(new Event("themechange"));
  }

  // The clipboard needs a secure context; an intranet without TLS still gets its link by the old command.
  async function copyText(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  async function copyLink(button) {
    await copyText(button.dataset.copyLink || location.href);
    let status = button.nextElementSibling;
    if (!status || status.getAttribute("role") !== "status") {
      status = document.createElement("span");
      status.setAttribute("role", "status");
      status.className = "small muted";
      button.after(status);
    }
    status.textContent = button.dataset.copied || "✓";
  }

  function toggleMenu(button) {
    button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
  }

  function showView(button) {
    const frame = button.closest(".chart-frame");
    frame.dataset.view = button.dataset.view;
    for (const other of frame.querySelectorAll("[data-view][aria-pressed]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    window.dispatchEvent(new Event("resize"));
  }

  // A page that waits for something: only what changed is put in, so that nobody loses their place.
  async function renew() {
    try {
      const answer = await fetch(location.href);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-working]")) {
        const now = fresh.getElementById(part.id);
        if (!answer.ok || !now) return location.reload();
        // The live region itself stays, so that what changed in it is read out.
        part.querySelector("[role=status]").innerHTML = now.querySelector("[role=status]").innerHTML;
        part.querySelector("[data-rest]").innerHTML = now.querySelector("[data-rest]").innerHTML;
        if (!("working" in now.dataset)) {
          document.title = fresh.title;
          delete part.dataset.working;
        }
      }
    } catch {
      // Without a network the page stays as it is and asks again.
    }
    if (document.querySelector("[data-working]")) setTimeout(renew, 1500);
  }

  const actions = {
    "[data-theme-switch]": switchTheme,
    "[data-copy-link]": copyLink,
    "[data-print]": () => window.print(),
    ".menu-button": toggleMenu,
    "button[data-view]": showView,
  };

  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(actions)) {
      const button = event.target.closest(selector);
      if (button) act(button);
    }
    for (const menu of document.querySelectorAll(".user-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector(".user-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  // The current page of a row of tabs that is wider than the screen.
  for (const here of document.querySelectorAll(".tabs [aria-current]")) {
    const row = here.closest(".tabs");
    const [place, room] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft = place.left - room.left - (room.width - place.width) / 2;
  }
  document.querySelectorAll("[data-theme-switch]").forEach(labelThemeSwitch);
  if (document.querySelector("[data-working]")) setTimeout(renew, 1500);
})();
