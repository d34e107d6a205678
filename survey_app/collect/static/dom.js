// Elements in one call, and the languages of their words.

const SVG = "http://www.w3.org/2000/svg";

/** h("button", {class: "answer", onclick: act}, "text", node, null): null and false are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  const shown = children.flat().filter((child) => child != null && child !== false);
  const foreign = shown.find((child) => child instanceof Words && child.lang !== document.documentElement.lang);
  if (foreign && !node.lang) node.lang = foreign.lang;
  node.append(...shown);
  return node;
}

/** A text that knows its language: `h` marks the element around it where the page speaks another one. */
export class Words extends String {
  constructor(text, lang) {
    super(text);
    this.lang = lang;
  }
}

/** A picture out of the page's symbols; never a name for anything. */
export function symbol(id, classes = "icon") {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", classes);
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${id}`);
  picture.append(use);
  return picture;
}

const FALLBACK = document.documentElement.dataset.fallback;

/** The language in which there is a text, the wanted one first. */
export function languageOf(texts, wanted) {
  return [wanted, FALLBACK, ...Object.keys(texts)].find((tag) => texts[tag]) ?? "";
}

export const localized = (texts, wanted) => texts[languageOf(texts, wanted)] ?? "";

/** `lang` for an element, where its words are in another language than the page. */
export function langOf(texts, wanted) {
  const found = languageOf(texts, wanted);
  return found && found !== document.documentElement.lang ? found : null;
}
