import { element, fill, filled, number } from "./page.js";
import { kindLegend, kindMark } from "./kinds.js";
import { textTable } from "./numbers.js";
/** Step 7: a word's neighbours in either table, by kind; opposites that become neighbours. */

/**
 * @param {object} data
 * @param {object} lesson
 * @param {Object<string, string>} says
 */
export function neighboursStep(data, lesson, says) {
  const lists = [element("ol", { class: "near" }), element("ol", { class: "near" })];
  const heads = [element("h4"), element("h4")];
  const counts = [element("p", { class: "soft" }), element("p", { class: "soft" })];
  const chips = data.probes.map((word) => element("button", { type: "button", class: "chip", onclick: () => show(word) }, word));
  const note = element("p", { class: "friendly", role: "status" });
  const field = element("input", { type: "text", id: "neighbour-word", list: "lesson-words", autocomplete: "off", dir: "auto",
    onchange: () => show(field.value.trim().toLowerCase()) });

  function show(word) {
    const found = Object.hasOwn(data.neighbours, word) ? data.neighbours[word] : null;
    note.textContent = found ? "" : filled(says.odd_word, { word });
    if (!found) return;
    field.value = word;
    chips.forEach((chip) => chip.setAttribute("aria-pressed", String(chip.textContent === word)));
    heads.forEach((head) => (head.textContent = filled(says.nearest_to, { word })));
    found.forEach((list, wing) => {
      fill(lists[wing], ...list.map(([near, cosine, kind]) => element("li", {},
        element("button", { type: "button", class: "link", onclick: () => show(near) }, near),
        element("span", { class: "cosine" }, number(cosine)), " ", kindMark(kind, says))));
      const n = (...which) => list.filter(([, , kind]) => which.includes(kind)).length;
      counts[wing].textContent = filled(says.kinds_count, { n: list.length, around: n("around", "both"), place: n("in place", "both") });
    });
  }
  show(data.probes[0]);
  const opposites = data.opposites.map(({ pair, ranks, frames }) => [
    pair.join(" / "),
    ...ranks.map((rank) => (rank === null ? says.not_among : filled(says.rank, { rank }))),
    frames.map(([left, right, first, second]) => `${left} \u2026 ${right}`.trim() + ` (${first}, ${second})`).join("; "),
  ]);
  return {
    above: element("div", { class: "own" }, ...chips,
      element("label", { class: "control", for: "neighbour-word" }, says.any_word), field, note,
      element("datalist", { id: "lesson-words" }, ...Object.keys(data.neighbours).slice(0, 400).map((word) => element("option", { value: word }))),
      kindLegend(says), element("p", { class: "soft" }, filled(says.kinds_told, { n: data.company }))),
    word2vec: [heads[0], lists[0], counts[0]],
    gpt: [heads[1], lists[1], counts[1]],
    below: opposites.length === 0 ? null : element("div", {},
      element("h3", {}, says.opposites_title), element("p", {}, says.opposites_told),
      textTable(says.opposites_caption, [says.opposites, says.word2vec, says.gpt, says.common_places], opposites)),
  };
}
