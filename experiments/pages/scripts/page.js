/**
 * The page's data, its sentences, and elements made of them. Text is set by textContent alone.
 */

/**
 * Read what the page carries.
 * @returns {object}
 */
export function dataOf() {
  return JSON.parse(document.getElementById("data").textContent);
}

/**
 * Make an element.
 * @param {string} kind name of the tag, "svg:" before those of SVG
 * @param {Object<string, *>} attributes "on…": listeners; "class", "title", …; null is left out
 * @param {...(Node|string|number|null)} children
 * @returns {Element}
 */
export function element(kind, attributes = {}, ...children) {
  const made = kind.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", kind.slice(4))
    : document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((one) => one !== null && one !== undefined).map(nodeOf));
  return made;
}

/** @param {Node|string|number} one */
function nodeOf(one) {
  return one instanceof Node ? one : document.createTextNode(String(one));
}

/**
 * Put other children in place of what an element holds; the focus keeps its place.
 * @param {Element} where
 * @param {...(Node|string|null)} children
 */
export function fill(where, ...children) {
  const places = "button, input, select, a[href], [tabindex]";
  const held = where.contains(document.activeElement) ? [...where.querySelectorAll(places)].indexOf(document.activeElement) : -1;
  where.replaceChildren(...children.filter((one) => one !== null && one !== undefined).map(nodeOf));
  // who pressed a button that is made anew by it stands where he stood
  if (held >= 0) where.querySelectorAll(places)[held]?.focus({ preventScroll: true });
}

/**
 * Fill slots into a sentence: "{n} words" with { n: 3 }.
 * @param {string} sentence
 * @param {Object<string, *>} values
 * @returns {string}
 */
export function filled(sentence, values = {}) {
  const written = (value) => (Number.isInteger(value) ? value.toLocaleString("en") : String(value));
  return sentence.replace(/\{(\w+)\}/g, (slot, name) => (name in values ? written(values[name]) : slot));
}

/**
 * Write a number with so many digits, a true minus sign, and none before a rounded zero.
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
export function number(value, digits = 2) {
  const text = value.toFixed(digits);
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text.replace("-", "\u2212");
}

/**
 * Make a slider with its label and its value.
 * @param {{label: string, low: number, high: number, step: number, value: number,
 *   onchange: function(number): void, digits?: number}} options
 * @returns {Element}
 */
export function slider({ label, low, high, step, value, onchange, digits = 0 }) {
  const shown = element("output", {}, number(value, digits));
  const input = element("input", {
    type: "range", min: low, max: high, step, value, "aria-label": label,
    oninput: () => {
      shown.textContent = number(Number(input.value), digits);
      onchange(Number(input.value));
    },
  });
  return element("label", { class: "control" }, label, input, shown);
}
