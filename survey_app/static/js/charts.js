// Draws every `.chart[data-chart]` from the JSON beside it. Texts come formatted from the server: nothing is counted or
// rounded here. A string that is exactly `var(--token)` takes the page's colour, so that light and dark share one figure.
(() => {
  "use strict";
  const TOKEN = /^var\((--[a-z0-9-]+)\)$/;
  const PRINT_WIDTH = 660;
  const language = document.documentElement.lang;

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
    return { automargin: true, fixedrange: true, gridcolor: line, zerolinecolor: line, linecolor: line, ...given };
  }

  function laidOut(given, style) {
    const ink = style.getPropertyValue("--ink").trim();
    const layout = {
      autosize: true,
      dragmode: false,
      separators: language === "vi" ? ",." : ".,",
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 16, t: 8, b: 32 },
      ...given,
    };
    layout.font = { family: style.getPropertyValue("--font").trim(), size: 14, color: ink, ...layout.font };
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

  function draw(box) {
    const style = getComputedStyle(document.documentElement);
    const figure = coloured(JSON.parse(document.getElementById(box.dataset.chart).textContent), style);
    const options = { displayModeBar: false, responsive: true, locale: language };
    return Plotly.react(box, figure.data, laidOut(figure.layout || {}, style), options);
  }

  const boxes = [...document.querySelectorAll(".chart[data-chart]")];
  const drawAll = () => boxes.forEach(draw);

  // The fonts first: Plotly measures its labels when it draws.
  document.fonts.ready.then(drawAll);
  document.addEventListener("themechange", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("beforeprint", () => boxes.forEach((box) => Plotly.relayout(box, { width: PRINT_WIDTH })));
  addEventListener("afterprint", () => boxes.forEach((box) => Plotly.relayout(box, { width: null, autosize: true })));
})();
