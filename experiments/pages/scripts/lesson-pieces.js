import { element, fill, filled } from "./page.js";
import { mergesOf, piecesOf, readable } from "./bytepairs.js";
import { textTable } from "./numbers.js";
/** Step 2: words with their rows; byte pairs, merged one at a time. */

const MOST_PIECES = 16;

/**
 * @param {object} data
 * @param {object} lesson
 * @param {Object<string, string>} says
 */
export function piecesStep(data, lesson, says) {
  const rows = element("div");
  const pieces = element("div", { class: "chips", role: "group", "aria-label": says.pieces_choose });
  const tokens = element("div", { class: "chips merging" });
  const told = element("p", { class: "soft", role: "status" });
  const all = element("p", { class: "running" });
  let chosen = 0;
  let step = 0;
  const turn = (by) => {
    step += by;
    show();
  };
  const back = element("button", { type: "button", onclick: () => turn(-1) }, says.merge_back);
  const next = element("button", { type: "button", onclick: () => turn(1) }, says.merge_next);

  function show() {
    const { state } = lesson;
    const list = [...new Set(piecesOf(state.text))].slice(0, MOST_PIECES);
    chosen = Math.max(0, Math.min(chosen, list.length - 1));
    const steps = list.length ? mergesOf(list[chosen], state.ranks) : [[]];
    step = Math.max(0, Math.min(step, steps.length - 1));
    [...pieces.children].forEach((one, place) => one.setAttribute("aria-pressed", String(place === chosen)));
    fill(tokens, ...steps[step].map((token) => element("span",
      { class: step > 0 && !steps[step - 1].includes(token) ? "chip changed" : "chip" },
      visible(readable(token)), element("small", {}, String(state.ranks.get(token))))));
    back.disabled = step === 0;
    next.disabled = step === steps.length - 1;
    told.textContent = filled(says.merge_told, { step, steps: steps.length - 1, n: steps[step].length });
  }

  function update() {
    const { state } = lesson;
    const distinct = [...new Set(state.words)];
    fill(rows, textTable(says.pieces_words, [says.word, says.row, says.count], distinct.map((word) => {
      const row = state.rowOf.get(word);
      return [word, row === undefined ? says.no_row : String(row), row === undefined ? "0" : String(data.counts[row])];
    })));
    const list = [...new Set(piecesOf(state.text))].slice(0, MOST_PIECES);
    fill(pieces, ...list.map((piece, place) => element("button", { type: "button", class: "chip", onclick: () => {
      [chosen, step] = [place, 0];
      show();
    } }, visible(piece))));
    fill(all, ...state.ids.flatMap((id) => [
      element("span", { class: "token" }, visible(lesson.tokenText(id)), element("small", {}, String(id))), " "]));
    show();
  }
  lesson.listen((change) => "sentence" in change && update());
  update();
  return {
    word2vec: [rows],
    gpt: [element("p", {}, says.pieces_choose), pieces, tokens, element("p", {}, back, " ", next), told,
      element("p", {}, says.pieces_all), all],
  };
}

/**
 * Make the space of a token visible.
 * @param {string} text
 * @returns {string}
 */
export function visible(text) {
  return text.replace(/ /g, "\u00b7").replace(/\n/g, "\u21b5") || "\u2205";
}
