// What keeps people from reading or using the page, as a list of sentences; empty where nothing does. The numbers are
// those of WCAG 2.2, level AA: a contrast of 4.5 to 1 for every text, a name for every control and every picture.
const complaints = new Set();
const all = (selector) => [...document.querySelectorAll(selector)];
const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
const name = (element) => {
  const id = element.id ? "#" + element.id : "";
  const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
  return `<${element.localName}${id} class="${element.getAttribute("class") ?? ""}"> ${text}`;
};
const complain = (element, what) => complaints.add(`${what}: ${name(element)}`);

// Structure: a language, a title, one main part, headings in order, ids of one element only, references that lead somewhere.
if (!document.documentElement.lang) complaints.add("the page names no language");
if (!document.title.trim()) complaints.add("the page has no title");
if (all("main").length !== 1) complaints.add("the page has not one main part");
if (all("h1").length !== 1) complaints.add("the page has not one first heading");
let depth = 1;
for (const heading of all("h1, h2, h3, h4, h5, h6").filter(seen)) {
  const own = Number(heading.localName[1]);
  if (own > depth + 1) complain(heading, `a heading of level ${own} after one of level ${depth}`);
  depth = own;
}
const ids = new Set();
for (const element of all("[id]")) {
  if (ids.has(element.id)) complain(element, "an id used twice");
  ids.add(element.id);
}
for (const attribute of ["aria-labelledby", "aria-describedby", "for"]) {
  for (const element of all(`[${attribute}]`)) {
    for (const id of element.getAttribute(attribute).split(/\s+/)) {
      if (!ids.has(id)) complain(element, `${attribute} leads nowhere`);
    }
  }
}
for (const table of all("table")) {
  for (const cell of table.querySelectorAll("th")) if (!cell.scope) complain(cell, "a table heading of nothing");
}

// Names: what a screen reader would say of a control or a picture. A placeholder is not a name.
const label = (element) => {
  const by = element.getAttribute("aria-labelledby");
  if (by) return by.split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
  if (element.matches("input, select, textarea")) return [...element.labels].map((one) => one.textContent).join(" ");
  if (element.localName === "fieldset") return element.querySelector("legend")?.textContent ?? "";
  if (element.localName === "img") return element.alt;
  return [...element.childNodes].map((child) => {
    if (child.nodeType === Node.TEXT_NODE) return child.data;
    return child.nodeType === Node.ELEMENT_NODE && child.ariaHidden !== "true" ? label(child) : "";
  }).join(" ");
};
for (const element of all("a[href], button, input, select, textarea, summary, fieldset, [tabindex], [role=button]")) {
  if (seen(element) && !label(element).trim()) complain(element, "a control without a name");
}
for (const element of all("img, svg, canvas, [role=img]")) {
  if (element.closest("[aria-hidden=true]") || element.parentElement.closest("svg, [role=img]")) continue;
  if (element.localName === "svg" && element.getAttribute("role") !== "img") complain(element, "a drawing that is no picture to a reader");
  if (!(element.getAttribute("aria-label") ?? label(element)).trim()) complain(element, "a picture without a name");
}
for (const element of all("[aria-hidden=true]")) {
  if (element.querySelector("a[href], button, input, summary, [tabindex]")) complain(element, "a control that is hidden from readers");
}

// Contrast: of each text with what is painted behind it.
const color = (text) => {
  const [r, g, b, a = 1] = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
  return { r, g, b, a };
};
const over = (front, back) => {
  const mix = (one, other) => one * front.a + other * (1 - front.a);
  return { r: mix(front.r, back.r), g: mix(front.g, back.g), b: mix(front.b, back.b), a: 1 };
};
const canvas = () => over(color(getComputedStyle(document.body).backgroundColor), { r: 255, g: 255, b: 255, a: 1 });
const behind = (element) => {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    const own = color(style.backgroundColor);
    if (style.backgroundImage !== "none") complain(at, "a background that cannot be judged");
    if (own.a > 0) layers.push(own);
    if (own.a === 1) break;
  }
  return layers.reverse().reduce((back, layer) => over(layer, back), canvas());
};
const light = ({ r, g, b }) => {
  const [x, y, z] = [r, g, b].map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const judge = (element, style, what) => {
  let opacity = 1;
  for (let at = element; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
  const back = behind(element);
  const own = color(element instanceof SVGElement ? style.fill : style.color);
  const [high, low] = [light(over({ ...own, a: own.a * opacity }, back)), light(back)].sort((one, other) => other - one);
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < 4.5) complain(element, `${what} of contrast ${ratio.toFixed(2)}`);
  if (parseFloat(style.fontSize) < 11) complain(element, `${what} of ${style.fontSize}`);
};
let judged = 0;
for (const element of all("body *").filter(seen)) {
  if (element.matches("script, style, title, template, noscript")) continue;
  const written = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (written) {
    judge(element, getComputedStyle(element), "text");
    judged += 1;
  }
  if (element.placeholder) judge(element, getComputedStyle(element, "::placeholder"), "a placeholder");
  for (const part of ["::before", "::after"]) {
    const style = getComputedStyle(element, part);
    if (!["none", "normal", '""'].includes(style.content)) judge(element, style, `a sign (${style.content})`);
  }
}
if (judged < 10) complaints.add(`only ${judged} texts were judged`);
return [...complaints];
