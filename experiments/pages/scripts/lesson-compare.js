import { element, fill, filled, number } from "./page.js";
import { textTable } from "./numbers.js";
/** Step 8: analogies with and without the question words, and the two models side by side. */

/**
 * @param {object} data
 * @param {object} lesson
 * @param {Object<string, string>} says
 */
export function compareStep(data, lesson, says) {
  const lists = [element("ol", { class: "near" }), element("ol", { class: "near" })];
  const heads = [element("h4"), element("h4")];
  const allowed = element("input", { type: "checkbox", id: "allowed", onchange: () => show() });
  const chips = data.analogies.map(({ question: [a, b, c] }, place) => element("button",
    { type: "button", class: "chip", onclick: () => show(place) }, sumOf([a, b, c])));
  let chosen = 0;

  function show(place = chosen) {
    chosen = place;
    chips.forEach((chip, one) => chip.setAttribute("aria-pressed", String(one === place)));
    const { answers, expected, question } = data.analogies[place];
    heads.forEach((head) => (head.textContent = `${sumOf(question)} = ?`));
    answers[allowed.checked ? "allowed" : "excluded"].forEach((list, wing) => fill(lists[wing],
      ...list.map(([word, score]) => element("li", { class: word === expected ? "expected" : "" }, word,
        element("span", { class: "cosine" }, number(score)), word === expected ? ` ${says.expected}` : "",
        question.includes(word) ? ` ${says.question_word}` : ""))));
  }
  if (chips.length > 0) show(0);
  const [word2vec, gpt] = data.training;
  const rows = says.table_rows.map(([head, left, right]) => [head, filled(left, values(word2vec)), filled(right, values(gpt))]);
  function values(training) {
    return { ...training, words: data.words.length, tokens: data.end_of_text + 1, d: data.dimensions[1],
      early: Math.round(100 * training.loss[0][0]), first: training.loss[0][1].toFixed(2), last: training.loss.at(-1)[1].toFixed(2), parameters: training.parameters.toLocaleString("en") };
  }
  return {
    above: element("div", { class: "own" }, ...chips,
      chips.length > 0 ? element("label", { class: "control", for: "allowed" }, allowed, says.allow_question) : element("p", { class: "friendly" }, says.odd_analogies)),
    word2vec: [heads[0], lists[0]],
    gpt: [heads[1], lists[1]],
    below: textTable(says.table_caption, [says.table_head, says.word2vec, says.gpt], rows),
  };
}

function sumOf([a, b, c]) {
  return `${b} \u2212 ${a} + ${c}`;
}
