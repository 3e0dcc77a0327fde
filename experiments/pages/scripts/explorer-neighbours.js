import { element, fill, filled, number } from "./page.js";
import { kindMark } from "./kinds.js";
import { latest } from "./pieces.js";
/** Neighbours of a word, spaces side by side; words that several lists hold say where. */

const KIND_NAMES = ["", "around", "in place", "both"];
const KIND = 3;
const JUDGED = 4;

/**
 * @param {object[]} shown spaces that are shown
 * @param {object[]} lists of neighbours, one for each of them
 * @param {Object<string, string>} says
 * @param {{go: function(string): void, point: function(string|null): void}} does
 * @param {string[]} letters that name the spaces, as long as any is hidden
 * @param {string} counted the text by whose counts neighbours are marked
 * @returns {Element[]}
 */
export function neighbourColumns(shown, lists, says, does, letters, counted) {
  return shown.map((space, place) => {
    const found = lists[place];
    const head = element("h3", {}, `${letters[place]} ${space.label}`);
    const random = element("p", { class: "soft" }, filled(says.random, { mean: number(space.mean) }));
    if (found === null) return column(space, head, element("p", { class: "soft" }, says.not_here));
    const isCounted = !space.kinds || found.some((near) => near.kind & JUDGED);
    const items = found.map((near) => {
      const others = lists.map((list, one) => [one, list?.findIndex(({ word: other }) => other === near.word) ?? -1])
        .filter(([one, at]) => one !== place && at >= 0);
      const told = others.map(([one, at]) => filled(says.place_in, { place: at + 1, space: shown[one].label })).join(", ");
      return element("li", { "data-word": near.word, onmouseenter: () => does.point(near.word), onmouseleave: () => does.point(null) },
        element("button", { type: "button", class: "link", dir: "auto", onclick: () => does.go(near.word), onfocus: () => does.point(near.word) }, near.word),
        element("span", { class: "cosine" }, number(near.cosine)), " ",
        kindMark(KIND_NAMES[near.kind & KIND], says),
        others.length > 0 ? element("small", { title: told, role: "img", "aria-label": told },
          others.map(([one, at]) => `${letters[one]}${at + 1}`).join(" ")) : null);
    });
    return column(space, head, random, element("ol", { class: "near" }, ...items),
      isCounted ? null : element("p", { class: "soft" }, filled(says.not_counted, { counted })));
  });
}

function column(space, ...parts) {
  const made = element("div", { role: "group", "aria-label": space.label }, ...parts);
  made.style.borderTopColor = space.colour;
  return made;
}

/**
 * Light a word in every list.
 * @param {Element} where
 * @param {string|null} word
 */
export function lightWord(where, word) {
  for (const item of where.querySelectorAll("li[data-word]")) item.classList.toggle("lit", item.dataset.word === word);
}

/**
 * Ask an analogy of all spaces.
 * @param {object} explorer
 * @returns {{part: Element, ask: function(): Promise<void>}}
 */
export function analogyPanel({ spaces, says, does }) {
  const fields = ["analogy_a", "analogy_b", "analogy_c"].map((key, place) => element("input", {
    type: "text", "aria-label": `${says.analogy}: ${says[key]}`, value: ["man", "king", "woman"][place], dir: "auto", oninput: () => ask(),
  }));
  fields.forEach((field) => (field.style.width = "7rem"));
  const allowed = element("input", { type: "checkbox", id: "question-words", onchange: () => ask() });
  const answers = element("div", { class: "answers-to" });
  const ask = latest(async (pause) => {
    const question = fields.map((field) => field.value.trim());
    const shown = spaces();
    const lists = [];
    for (const space of shown) lists.push(await space.analogy(question, 3, allowed.checked, pause));
    fill(answers, ...shown.map((space, place) => {
      const found = lists[place];
      return element("div", { role: "group", "aria-label": space.label }, element("h3", {}, space.label),
        found === null ? element("p", { class: "soft" }, filled(says.missing, { words: space.missing(question).join(", ") }))
          : element("ol", { class: "near" }, ...found.map((one) => element("li", {},
            element("button", { type: "button", class: "link", dir: "auto", onclick: () => does.go(one.word) }, one.word),
            element("span", { class: "cosine" }, number(one.cosine))))));
    }));
  });
  return { part: element("section", {}, element("h2", {}, says.analogy),
    element("p", { class: "line" }, says.analogy_a, fields[0], says.analogy_b, fields[1], says.analogy_c, fields[2], says.analogy_ask),
    element("label", { class: "control", for: "question-words" }, allowed, says.allowed), answers), ask };
}

/**
 * Set the similarity of two words in all spaces beside people's.
 * @param {object} explorer
 * @returns {{part: Element, ask: function(): void}}
 */
export function pairPanel({ data, spaces, says }) {
  const fields = ["pair_first", "pair_second"].map((key, place) => element("input", {
    type: "text", "aria-label": says[key], value: ["king", "queen"][place], dir: "auto", oninput: () => ask(),
  }));
  fields.forEach((field) => (field.style.width = "9rem"));
  const body = element("tbody");
  const people = element("p", { class: "soft" });
  function ask() {
    const [one, other] = fields.map((field) => field.value.trim());
    fill(body, ...spaces().map((space) => {
      const found = space.similarity(one, other);
      return element("tr", {}, element("th", { scope: "row" }, space.label),
        element("td", { class: "number" }, found === null ? filled(says.missing, { words: space.missing([one, other]).join(", ") }) : number(found)));
    }));
    const told = data.judged.flatMap(({ name, pairs, least, largest }) => pairs
      .filter(([first, second]) => [`${first} ${second}`, `${second} ${first}`].includes(`${one} ${other}`.toLowerCase()))
      .map(([, , value]) => filled(says.pair_rated, { value, least, largest, name })));
    people.textContent = told.length > 0 ? filled(says.pair_people, { told: told.join("; ") }) : says.pair_unrated;
  }
  return { part: element("section", {}, element("h2", {}, says.pair), element("p", { class: "line" }, ...fields),
    element("table", { "aria-label": says.pair }, element("thead", {}, element("tr", {},
      element("th", { scope: "col" }, says.pair_space), element("th", { scope: "col", class: "number" }, says.pair_cosine))), body),
    people), ask };
}

/**
 * List the words that differ most between the first space and the others.
 * @param {object} explorer
 * @returns {Element|null}
 */
export function differPanel({ data, says, does }) {
  if (data.differ.length === 0) return null;
  const label = (name) => data.spaces.find((one) => one.name === name).label;
  return element("section", {}, element("h2", {}, says.differ), ...data.differ.map(({ first, other, bands, why }) => element("details", {},
    element("summary", {}, `${label(first)} \u2013 ${label(other)}`),
    element("p", { class: "soft" }, filled(says.differ_told, { first: label(first), other: label(other) })),
    why ? element("p", {}, filled(says.differ_none, { why })) : null,
    ...bands.map((band) => element("p", {}, element("strong", {}, `${filled(says.band, band)}: `),
      band.words.length === 0 ? filled(says.differ_none, band) : null,
      ...band.words.flatMap(([word, change]) => [
        element("button", { type: "button", class: "link", dir: "auto", onclick: () => does.go(word) }, word),
        element("span", { class: "cosine" }, number(change)), " "]))))));
}
