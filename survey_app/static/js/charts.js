// Draws every `.chart[data-chart]` from the JSON beside it. Texts come formatted from the server: nothing is counted or
// rounded here. A string that is exactly `var(--token)` takes the page's colour, so that light and dark share one figure.
(() => {
  "use strict";
  const TOKEN = /^var\((--[a-z0-9-]+)\)$/;
  const PAPER_WIDTH = 660;
  // A page holds so much beside a heading; a chart much taller than that is parted instead.
  const PAPER_HEIGHT = 820;
  const SMALLEST_ZOOM = 0.55;
  const NARROW = 480;
  const root = document.documentElement;
  const language = root.lang;

  function coloured(value, style) {
    if (typeof value === "string") {
      const match = TOKEN.exec(value);
      return match ? style.getPropertyValue(match[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map((item) => coloured(item, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, coloured(item, style)]));
    }
    return value;
  }

  // Fixed ranges leave a finger free to scroll the page; automatic margins keep long Vietnamese labels whole.
  function axis(given, style) {
    const line = style.getPropertyValue("--line").trim();
    return { automargin: true, ticklabelstandoff: 6, fixedrange: true, gridcolor: line, zerolinecolor: line, linecolor: line, ...given };
  }

  function laidOut(given, style, narrow) {
    const ink = style.getPropertyValue("--ink").trim();
    const layout = {
      autosize: true,
      dragmode: false,
      separators: language === "vi" ? ",." : ".,",
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 16, t: 8, b: 32 },
      // A label that does not fit its bar is left out, never shrunk or turned: the table holds every figure.
      uniformtext: { minsize: 11, mode: "hide" },
      ...given,
    };
    layout.font = { family: style.getPropertyValue("--font").trim(), size: narrow ? 12 : 14, color: ink, ...layout.font };
    layout.hoverlabel = {
      bgcolor: style.getPropertyValue("--surface").trim(),
      bordercolor: style.getPropertyValue("--edge").trim(),
      ...layout.hoverlabel,
      font: { color: ink, ...layout.hoverlabel?.font },
    };
    for (const name of new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key))])) {
      layout[name] = axis(layout[name], style);
    }
    return layout;
  }

  // Paper is light whatever the screen is, and narrower than it.
  function drawForPaper() {
    const theme = root.dataset.theme;
    root.dataset.theme = "light";
    for (const box of boxes) {
      const height = Number(box.parentElement.querySelector("svg").getAttribute("height"));
      const fitting = Math.min(1, PAPER_HEIGHT / height);
      const zoom = fitting < SMALLEST_ZOOM ? 1 : fitting;
      box.parentElement.style.zoom = zoom;
      draw(box, { width: PAPER_WIDTH / zoom, height });
    }
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  function drawAll() {
    for (const box of boxes) {
      box.parentElement.style.zoom = "";
      draw(box);
    }
  }

  function draw(box, size = {}) {
    const style = getComputedStyle(root);
    const figure = coloured(JSON.parse(document.getElementById(box.dataset.chart).textContent), style);
    const options = { displayModeBar: false, responsive: true, locale: language };
    const narrow = (size.width || box.clientWidth) < NARROW;
    const layout = laidOut({ ...figure.layout, ...(narrow ? figure.layout.meta?.narrow : {}), ...size }, style, narrow);
    return Plotly.react(box, figure.data, layout, options);
  }

  const boxes = [...document.querySelectorAll(".chart[data-chart]")];

  // The fonts first: Plotly measures its labels when it draws.
  document.fonts.ready.then(drawAll);
  document.addEventListener("themechange", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("beforeprint", drawForPaper);
  addEventListener("afterprint", drawAll);
})();
