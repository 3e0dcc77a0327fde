import { lowered, sentencesOf, withCase } from "./words.js";
import { idsOf, ranksOf, readable } from "./bytepairs.js";
import { rowsOf } from "./windows.js";
/** What a reader has chosen, and what follows from it; every step listens. */

export const MOST_LETTERS = 400;

/**
 * Hold the choices, and tell those who listen of each change.
 * @param {object} data of the page
 */
export function lessonState(data) {
  const ranks = ranksOf(data.merges);
  const rowOf = new Map(data.words.map((word, row) => [word, row]));
  const listeners = [];
  const chosen = { sentence: data.sentence, window: 2, context: 4, rate: 0.5, center: 1, row: 0, place: 0, noise: 0 };
  const state = { chosen, ranks, rowOf, ...follows() };

  /** Work out what follows from the sentence and the windows. */
  function follows() {
    const cased = withCase(chosen.sentence.slice(0, MOST_LETTERS));
    const text = lowered(cased);
    const sentences = sentencesOf(cased, data.signs).map((words) => words.map(lowered));
    const ids = idsOf(text, ranks);
    const words = sentences.flat();
    const known = sentences.map((one) => one.filter((word) => rowOf.has(word)));
    return { text, sentences, words, known, ids, rows: rowsOf(ids, chosen.context, chosen.context) };
  }

  /** Keep what is chosen within what there is. */
  function clamp() {
    chosen.center = Math.max(0, Math.min(chosen.center, state.known.flat().length - 1));
    chosen.row = Math.max(0, Math.min(chosen.row, state.rows.length - 1));
    chosen.place = Math.min(chosen.place, chosen.context - 1);
  }
  clamp();

  return {
    state,
    /** @param {object} change of what is chosen */
    choose(change) {
      Object.assign(chosen, change);
      Object.assign(state, follows());
      clamp();
      for (const listener of listeners) listener(change);
    },
    /** @param {function(object): void} listener */
    listen(listener) {
      listeners.push(listener);
    },
    /** @param {number} id @returns {string} what a token reads */
    tokenText(id) {
      if (id === data.end_of_text) return "<|endoftext|>";
      return readable(id < 256 ? String.fromCharCode(id) : data.merges[id - 256]);
    },
    /** @param {number} n @param {number} pair @returns {number[]} noise words of a pair */
    noise(n, pair = 0) {
      const drawn = data.readable.noise;
      return Array.from({ length: n }, (_, place) => drawn[(chosen.noise + n * pair + place) % drawn.length]);
    },
  };
}
