import { element, fill, filled } from "./page.js";
import { aboutNumbers, numberRow, numberTable, textTable } from "./numbers.js";
import { oneHotProduct, plus } from "./tables.js";
import { visible } from "./lesson-pieces.js";
/** Step 4: a row looked up, the same row as a product; positions added; two tables, or one. */

/**
 * @param {object} data
 * @param {object} lesson
 * @param {Object<string, string>} says
 */
export function tablesStep(data, lesson, says) {
  const { word2vec, gpt } = data.readable;
  const left = element("div");
  const right = element("div");

  function update() {
    const { state } = lesson;
    const list = state.known.flat();
    const word = list[state.chosen.center];
    if (word === undefined) fill(left, element("p", { class: "friendly" }, says.odd_unknown));
    else {
      const row = state.rowOf.get(word);
      const distinct = [...new Set(list)];
      const hot = distinct.map((one) => (one === word ? 1 : 0));
      fill(left,
        numberTable(filled(says.table_input, { n: data.words.length, d: data.dimensions[0] }),
          distinct.map((one) => [one, word2vec.input[state.rowOf.get(one)], one === word])),
        element("p", {}, filled(says.one_hot, { word, row, n: data.words.length })),
        element("div", { class: "product" }, numberRow(hot, { digits: 0, scale: 3 }), " \u00d7 ", says.table, " = ",
          numberRow(oneHotProduct(distinct.indexOf(word), distinct.map((one) => word2vec.input[state.rowOf.get(one)])))),
        numberTable(filled(says.two_tables, { word }), [
          [says.as_center, word2vec.input[row]], [says.as_context, word2vec.output[row]]]));
    }
    const task = taskOf(state);
    if (task === null) fill(right, element("p", { class: "friendly" }, filled(says.odd_row, { n: state.chosen.context + 1, found: state.ids.length })));
    else {
      const { inputs } = state.rows[state.chosen.row];
      fill(right,
        textTable(filled(says.sum_caption, { row: state.chosen.row + 1 }), [says.token, says.token_row, says.position_row, says.sum],
          inputs.map((id, place) => [visible(lesson.tokenText(id)), numberRow(gpt.tokens[id], { scale: 0.3 }),
            numberRow(gpt.positions[place], { scale: 0.3 }), numberRow(plus(gpt.tokens[id], gpt.positions[place]), { scale: 0.3 })]), "tight"),
        element("p", {}, says.sum_told),
        numberTable(filled(says.two_tables_gpt, { token: visible(lesson.tokenText(task.id)) }), [
          [says.as_given, gpt.tokens[task.id]], [says.as_next, gpt.output[task.id]]], { scale: 0.3 }),
        element("p", { class: "soft" }, says.tied));
    }
  }
  lesson.listen(update);
  update();
  return { word2vec: [left], gpt: [right], below: aboutNumbers(data, says) };
}

/**
 * Give the task that is chosen: a token, its place, and what follows.
 * @param {object} state
 * @returns {{id: number, place: number, target: number}|null}
 */
export function taskOf(state) {
  if (state.rows.length === 0) return null;
  const { inputs, targets } = state.rows[state.chosen.row];
  const { place } = state.chosen;
  return { id: inputs[place], place, target: targets[place] };
}
