// The citizen's form, one question at a time. The page is whole without this: the same fields, the same one post.
(() => {
  "use strict";
  const root = document.documentElement;
  const form = document.querySelector("form[data-next]");
  const words = form ? form.dataset : {};

  const button = (text, act, classes = "plain-button") => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = classes;
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };

  const larger = () => sessionStorage.getItem("larger") === "1";
  const enlarge = () => root.toggleAttribute("data-larger", larger());
  enlarge();
  const footer = document.querySelector("footer[data-larger-text]");
  if (footer) {
    const toggle = button(footer.dataset.largerText, () => {
      sessionStorage.setItem("larger", larger() ? "0" : "1");
      enlarge();
      toggle.setAttribute("aria-pressed", String(larger()));
    }, "quiet");
    toggle.setAttribute("aria-pressed", String(larger()));
    footer.append(toggle);
  }

  // Where something is to be corrected, everything is shown: the summary leads to each place.
  if (!form || document.getElementById("error-summary")) return;

  const parts = [...form.querySelectorAll(".question, .comment")];
  const head = [...document.querySelectorAll("main > h1, main > .lead")];
  const send = document.getElementById("send");
  const last = parts.length - 1;
  const steps = document.createElement("div");
  steps.className = "steps";
  const next = button(words.next, () => go(place + 1, true), "");
  const back = button(words.back, () => history.back());
  send.before(steps);
  steps.append(next, send, back);
  let place = 0;

  function show(wanted) {
    place = Math.max(0, Math.min(last, wanted));
    parts.forEach((part, index) => (part.hidden = index !== place));
    head.forEach((each) => each.classList.toggle("vh", place > 0));
    next.hidden = place === last;
    back.hidden = place === 0;
    send.hidden = place !== last;
  }

  function go(wanted, remember) {
    show(wanted);
    if (remember) history.pushState({ place }, "");
    const title = parts[place].querySelector("legend, label, .legend");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  form.classList.add("stepped");
  // A page that is loaded again keeps what was chosen, and shows where that was.
  show((history.state && history.state.place) || 0);
  addEventListener("popstate", (event) => go((event.state && event.state.place) || 0, false));
  // Enter goes on; it sends only where the button to send is.
  form.addEventListener("submit", (event) => {
    if (place === last) return;
    event.preventDefault();
    go(place + 1, true);
  });
})();
