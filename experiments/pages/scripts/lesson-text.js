import { element, fill, filled } from "./page.js";
import { MOST_LETTERS } from "./lesson-state.js";
/** Step 1: the same sentence, as words and as running text. */

/**
 * @param {object} data
 * @param {object} lesson of lessonState
 * @param {Object<string, string>} says
 */
export function textStep(data, lesson, says) {
  const words = element("div", { class: "chips" });
  const running = element("p", { class: "running", dir: "auto" });
  const bytes = element("p", { class: "soft" });
  const note = element("p", { class: "friendly", role: "status" });
  const field = element("input", {
    type: "text", id: "sentence", value: data.sentence, dir: "auto", maxlength: 4000,
    autocomplete: "off", oninput: () => lesson.choose({ sentence: field.value, center: 1, row: 0, place: 0 }),
  });
  const again = element("button", { type: "button", onclick: () => {
    field.value = data.sentence;
    lesson.choose({ sentence: data.sentence, center: 1, row: 0, place: 0 });
  } }, says.sentence_again);
  function update() {
    const { state } = lesson;
    fill(words, ...state.sentences.flatMap((one, place) => [
      place > 0 ? element("span", { class: "border", title: says.sentence_border }, "|") : null,
      ...one.map((word) => wordChip(word, state.rowOf.has(word), says)),
    ]));
    running.textContent = state.text;
    bytes.textContent = filled(says.text_bytes, {
      characters: Array.from(state.text).length, bytes: new TextEncoder().encode(state.text).length,
    });
    note.textContent = friendly(state, says);
  }
  lesson.listen(update);
  update();
  return {
    above: element("div", { class: "own" },
      element("label", { for: "sentence" }, says.sentence_label), field, again, note),
    word2vec: [words, element("p", { class: "soft" }, says.text_words)],
    gpt: [running, bytes],
    below: element("details", {}, element("summary", {}, filled(says.text_trained, data.text)),
      element("p", { class: "running", dir: "auto" }, `${data.text.beginning} \u2026`)),
  };
}

/** Say in one line what is odd about a sentence; empty where nothing is. */
function friendly(state, says) {
  const { sentence } = state.chosen;
  if (!sentence.trim()) return says.odd_empty;
  if (sentence.length > MOST_LETTERS) return filled(says.odd_long, { n: MOST_LETTERS });
  if (state.known.flat().length === 0) return says.odd_unknown;
  if (state.words.length === 1) return says.odd_one;
  return "";
}

/** Make the chip of a word; one without a row is struck out. */
export function wordChip(word, isKnown, says) {
  return isKnown
    ? element("span", { class: "chip", dir: "auto" }, word)
    : element("s", { class: "chip", dir: "auto", title: says.no_row }, word);
}
