import { element, fill, filled, number, slider } from "./page.js";
import { aboutNumbers, numberRow, numberTable, textTable } from "./numbers.js";
import { nextTokenStep } from "./nexttoken.js";
import { pairStep, sigmoid } from "./skipgram.js";
import { visible } from "./lesson-pieces.js";
import { taskOf } from "./lesson-tables.js";
import { pairsOf } from "./lesson-windows.js";
/** Step 5: one step of either loss, with every number and the rows that change. */

const NOISE = 2;
const SHOWN_TOKENS = 4;

/**
 * @param {object} data
 * @param {object} lesson
 * @param {Object<string, string>} says
 */
export function stepStep(data, lesson, says) {
  const left = element("div");
  const right = element("div");
  let word2vec;
  let gpt;
  let taken;

  /** Put the tables back as the training left them. */
  function reset() {
    ({ word2vec, gpt } = data.readable);
    taken = [0, 0];
  }

  function pull() {
    const { state } = lesson;
    const pair = pairsOf(state).find(([center]) => center === state.chosen.center);
    if (pair === undefined) {
      fill(left, element("p", { class: "friendly" }, says.odd_pairs));
      return;
    }
    const list = state.known.flat();
    const [center, context] = pair.map((place) => state.rowOf.get(list[place]));
    const noise = lesson.noise(NOISE);
    const found = pairStep(word2vec.input, word2vec.output, center, context, noise, state.chosen.rate);
    const name = (row) => data.words[row];
    fill(left,
      element("p", {}, filled(says.step_pair, { center: name(center), context: name(context), noise: noise.map(name).join(", ") })),
      textTable(says.step_scores, [says.word, says.score, says.sigmoid, says.wanted, says.error],
        [context, ...noise].map((row, place) => [name(row), number(found.scores[place]), number(sigmoid(found.scores[place])),
          place === 0 ? "1" : "0", number(found.pulls[place])])),
      losses(found, taken[0]),
      changes(found.changed.map((one) => [
        filled(one.table === "input" ? says.row_input : says.row_output, { word: name(one.row) }), one.before, one.gradient, one.after])),
      element("p", { class: "soft" }, filled(says.rows_still, { n: 2 * data.words.length - found.changed.length, changed: found.changed.length })),
      element("p", {},
        element("button", { type: "button", onclick: () => {
          word2vec = { input: found.input, output: found.output };
          taken[0] += 1;
          pull();
        } }, says.take_step), " ",
        element("button", { type: "button", onclick: () => lesson.choose({ noise: state.chosen.noise + NOISE }) }, says.other_noise)));
  }

  function predict() {
    const { state } = lesson;
    const task = taskOf(state);
    if (task === null) {
      fill(right, element("p", { class: "friendly" }, filled(says.odd_row, { n: state.chosen.context + 1, found: state.ids.length })));
      return;
    }
    const { id, place, target } = task;
    const found = nextTokenStep(gpt, id, place, target, state.chosen.rate);
    const name = (row) => visible(lesson.tokenText(row));
    const best = found.shares.map((_, row) => row).sort((one, other) => found.shares[other] - found.shares[one]);
    const listed = [target, ...best.filter((row) => row !== target).slice(0, SHOWN_TOKENS)];
    fill(right,
      element("p", {}, filled(says.step_task, { token: name(id), place: place + 1, target: name(target) })),
      numberTable(says.hidden, [[filled(says.hidden_sum, { token: name(id), place: place + 1 }), found.hidden]], { scale: 0.5 }),
      textTable(filled(says.step_shares, { n: found.shares.length }), [says.token, says.score, says.softmax, says.wanted, says.error],
        listed.map((row) => [name(row), number(found.scores[row]), number(found.shares[row], 3), row === target ? "1" : "0",
          number(found.shares[row] - (row === target ? 1 : 0), 3)])),
      losses(found, taken[1]),
      changes([
        [filled(says.row_token, { token: name(id) }), gpt.tokens[id], found.gradient, found.tables.tokens[id]],
        [filled(says.row_place, { place: place + 1 }), gpt.positions[place], found.gradient, found.tables.positions[place]],
        ...listed.map((row) => [filled(says.row_next, { token: name(row) }), gpt.output[row], found.outputGradient[row], found.tables.output[row]]),
      ], filled(says.rows_changed_gpt, { n: listed.length })),
      element("p", { class: "soft" }, filled(says.rows_all, { n: found.shares.length })),
      element("p", {}, element("button", { type: "button", onclick: () => {
        gpt = found.tables;
        taken[1] += 1;
        predict();
      } }, says.take_step)));
  }

  function losses(found, n) {
    return element("p", { class: "loss", role: "status" }, filled(says.loss_told, { n, before: number(found.loss, 3), after: number(found.lossAfter, 3) }));
  }

  function changes(rows, caption = says.rows_changed) {
    return textTable(caption, [says.row, says.before, says.gradient, says.after],
      rows.map(([name, before, gradient, after]) => [name, numberRow(before), numberRow(gradient), numberRow(after, { changed: true })]),
      "tight");
  }

  function update() {
    pull();
    predict();
  }
  reset();
  lesson.listen((change) => {
    if ("sentence" in change) reset();
    update();
  });
  update();
  const place = element("select", { "aria-label": says.place_choose, onchange: () => lesson.choose({ place: Number(place.value) }) });
  const offer = () => {
    const { context, place: chosen } = lesson.state.chosen;
    fill(place, ...Array.from({ length: context }, (_, one) =>
      element("option", { value: one, selected: one === chosen }, filled(says.place_option, { place: one + 1 }))));
  };
  lesson.listen((change) => ("context" in change || "sentence" in change) && offer());
  offer();
  return {
    above: element("div", { class: "own" },
      slider({ label: says.rate, low: 0.05, high: 1, step: 0.05, value: 0.5, digits: 2, onchange: (value) => lesson.choose({ rate: value }) }),
      element("label", { class: "control" }, says.place_choose, place),
      element("button", { type: "button", onclick: () => {
        reset();
        update();
      } }, says.start_again)),
    word2vec: [left],
    gpt: [right],
    below: aboutNumbers(data, says),
  };
}
