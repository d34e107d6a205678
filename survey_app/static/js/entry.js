// Typing sheets in with the keyboard alone: numbers choose, letters mark reasons, Enter goes on. Without it the form is
// a form: Tab, arrows and the button.
(() => {
  "use strict";
  const form = document.querySelector("[data-entry]");
  if (!form) return;
  const rows = [...form.querySelectorAll("[data-row]")];
  const field = (row) => row.querySelector("input:checked, input[type=radio], textarea");
  const rowOf = (element) => rows.indexOf(element.closest("[data-row]"));

  function show(index) {
    if (index >= rows.length) return form.requestSubmit();
    const target = field(rows[Math.max(0, index)]);
    rows.forEach((row, place) => row.classList.toggle("current", place === Math.max(0, index)));
    target.focus();
    rows[Math.max(0, index)].scrollIntoView({ block: "nearest" });
  }

  function press(row, key) {
    const input = row.querySelector(`input[data-key="${CSS.escape(key)}"]`);
    if (!input) return false;
    input.checked = input.type === "radio" ? true : !input.checked;
    // After an unhappy answer the reasons are due: Enter goes on.
    if (input.type === "radio" && !("low" in input.dataset)) show(rows.indexOf(row) + 1);
    return true;
  }

  form.addEventListener("keydown", (event) => {
    const index = rowOf(event.target);
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.tagName === "TEXTAREA";
    if (event.key === "Enter" && !(typing && event.shiftKey)) {
      event.preventDefault();
      show(index + 1);
    } else if (event.key === "Backspace" && !(typing && event.target.value)) {
      event.preventDefault();
      show(index - 1);
    } else if (!typing && event.key.length === 1 && press(rows[index], event.key.toLowerCase())) {
      event.preventDefault();
    }
  });
  form.addEventListener("focusin", (event) => {
    const index = rowOf(event.target);
    rows.forEach((row, place) => row.classList.toggle("current", place === index));
  });
  if (!document.getElementById("error-summary")) show(0);
})();
