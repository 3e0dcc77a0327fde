import { element, fill, filled } from "./page.js";
/** A field that offers words as one types. */

const MOST_OFFERED = 12;

/**
 * Find the words that begin with some letters, then those that hold them; frequent ones first.
 * @param {string[]} words
 * @param {string} typed
 * @returns {string[]}
 */
export function offered(words, typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return [];
  const begin = [];
  const hold = [];
  for (const word of words) {
    const at = word.toLowerCase().indexOf(wanted);
    if (at === 0 && begin.length < MOST_OFFERED) begin.push(word);
    else if (at > 0 && hold.length < MOST_OFFERED) hold.push(word);
    if (begin.length === MOST_OFFERED) break;
  }
  return [...begin, ...hold].slice(0, MOST_OFFERED);
}

/**
 * Make the field.
 * @param {string[]} words of all spaces
 * @param {{label: string, none: string, choose: string, go: function(string): void,
 *   back: function(): void}} options
 * @returns {{field: Element, parts: Element[]}}
 */
export function searchField(words, { label, none, choose: hint, go, back }) {
  const known = new Set(words);
  const list = element("ul", { class: "options", role: "listbox", id: "options", "aria-label": label });
  const note = element("span", { class: "soft", role: "status" });
  let chosen = -1;
  const field = element("input", {
    type: "text", id: "word", role: "combobox", "aria-expanded": "false", "aria-controls": "options",
    "aria-autocomplete": "list", autocomplete: "off", dir: "auto", spellcheck: "false",
    oninput: () => show(offered(words, field.value)),
    onkeydown: (event) => press(event),
    onblur: () => setTimeout(() => show([]), 150),
  });

  function show(found) {
    chosen = -1;
    note.textContent = field.value.trim() && found.length === 0 && document.activeElement === field && !known.has(field.value.trim()) ? filled(none, { word: field.value.trim(), n: known.size.toLocaleString("en") }) : "";
    fill(list, ...found.map((word, place) => element("li", {
      role: "option", id: `option-${place}`, "aria-selected": "false", dir: "auto",
      onmousedown: (event) => {
        event.preventDefault();
        leave(word);
      },
    }, word)));
    field.setAttribute("aria-expanded", String(found.length > 0));
    field.removeAttribute("aria-activedescendant");
  }
  function choose(place) {
    const items = [...list.children];
    if (items.length === 0) return;
    chosen = (place + items.length) % items.length;
    items.forEach((one, number) => one.setAttribute("aria-selected", String(number === chosen)));
    field.setAttribute("aria-activedescendant", `option-${chosen}`);
    items[chosen].scrollIntoView({ block: "nearest" });
  }
  function press(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.children.length === 0) show(offered(words, field.value));
      choose(event.key === "ArrowDown" ? chosen + 1 : chosen - (chosen < 0 ? 0 : 1));
    } else if (event.key === "Enter") {
      const typed = field.value.trim();
      const exact = [typed, typed.toLowerCase()].find((one) => known.has(one));
      const alone = list.children.length === 1 ? list.children[0].textContent : undefined;
      const found = chosen >= 0 ? list.children[chosen].textContent : exact ?? alone;
      if (found !== undefined) leave(found);
      else if (list.children.length > 0) note.textContent = hint;
    } else if (event.key === "Escape") show([]);
    else if (event.key === "Backspace" && field.value === "") {
      event.preventDefault();
      back();
    }
  }
  function leave(word) {
    field.value = word;
    show([]);
    go(word);
  }
  return { field, parts: [element("label", { for: "word" }, label), element("span", { class: "field" }, field, list), note] };
}
