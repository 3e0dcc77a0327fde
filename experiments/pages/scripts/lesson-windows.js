import { element, fill, filled, slider } from "./page.js";
import { textTable } from "./numbers.js";
import { pairsInSentence } from "./windows.js";
import { visible } from "./lesson-pieces.js";
/** Step 3: pairs inside a window and noise outside; rows, their targets, and the tasks of a row. */

const N_NOISE_SHOWN = 2;

/**
 * @param {object} data
 * @param {object} lesson
 * @param {Object<string, string>} says
 */
export function windowsStep(data, lesson, says) {
  const words = element("div", { class: "chips", role: "group", "aria-label": says.center_choose });
  const pairs = element("div");
  const rows = element("div");
  const tasks = element("div");
  const count = element("p", { class: "soft" });

  function update() {
    const { state } = lesson;
    const list = state.known.flat();
    const here = pairsOf(state).filter(([center]) => center === state.chosen.center);
    const inside = new Set(here.map(([, context]) => context));
    fill(words, ...list.map((word, place) => element("button", {
      type: "button", dir: "auto", class: inside.has(place) ? "chip inside" : "chip",
      "aria-pressed": String(place === state.chosen.center), onclick: () => lesson.choose({ center: place }),
    }, word)));
    const center = list[state.chosen.center];
    fill(pairs, list.length < 2 ? element("p", { class: "friendly" }, says.odd_pairs) : textTable(
      says.pairs_caption, [says.pull, says.push],
      here.map(([, context], pair) => [`${center} \u2013 ${list[context]}`,
        lesson.noise(N_NOISE_SHOWN, pair).map((row) => `${center} \u2013 ${data.words[row]}`).join(", ")])));
    count.textContent = filled(says.pairs_count, { n: pairsOf(state).length });
    showRows(state);
  }

  function showRows(state) {
    const text = (ids) => ids.map((id) => visible(lesson.tokenText(id))).join(" ");
    if (state.rows.length === 0) {
      fill(rows, element("p", { class: "friendly" }, filled(says.odd_row, { n: state.chosen.context + 1, found: state.ids.length })));
      fill(tasks);
      return;
    }
    const isMoved = state.rows.length > 1 && (state.ids.length - 1) % state.chosen.context !== 0;
    fill(rows, textTable(says.rows_caption, [says.row_number, says.inputs, says.targets],
      state.rows.map((row, place) => [
        element("button", { type: "button", "aria-pressed": String(place === state.chosen.row),
          onclick: () => lesson.choose({ row: place }) }, String(place + 1)),
        text(row.inputs), text(row.targets)])),
      element("p", { class: "soft" }, isMoved ? `${says.space_sign} ${says.last_row}` : says.space_sign));
    const { inputs, targets } = state.rows[state.chosen.row];
    fill(tasks, textTable(filled(says.tasks_caption, { row: state.chosen.row + 1, n: inputs.length }),
      [says.given, says.predict_next],
      inputs.map((_, place) => [text(inputs.slice(0, place + 1)), visible(lesson.tokenText(targets[place]))])));
  }
  lesson.listen(update);
  update();
  const cells = (row) => row.map(([id, text]) => `${visible(text)} (${id})`).join(" ");
  return {
    below: data.gpt2 === null ? null : element("details", {},
      element("summary", {}, filled(says.gpt2_rows, { n: data.gpt2.n, rows: data.gpt2.rows.length })),
      textTable(says.rows_caption, [says.row_number, says.inputs, says.targets],
        data.gpt2.rows.map(([inputs, targets], place) => [String(place + 1), cells(inputs), cells(targets)]))),
    word2vec: [
      slider({ label: says.window, low: 1, high: 5, step: 1, value: 2, onchange: (value) => lesson.choose({ window: value }) }),
      words, count, pairs],
    gpt: [
      slider({ label: says.context, low: 2, high: 8, step: 1, value: 4, onchange: (value) => lesson.choose({ context: value }) }),
      rows, tasks],
  };
}

/**
 * List the pairs of what is known of the sentence, sentence by sentence.
 * @param {object} state
 * @returns {number[][]}
 */
export function pairsOf(state) {
  let start = 0;
  return state.known.flatMap((sentence) => {
    const from = start;
    start += sentence.length;
    return pairsInSentence(sentence.length, sentence.map(() => state.chosen.window))
      .map(([center, context]) => [from + center, from + context]);
  });
}
