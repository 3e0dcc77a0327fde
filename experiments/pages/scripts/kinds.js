import { element } from "./page.js";
/** The marks of a neighbour's kind, the same in report, lesson and explorer. */

const MARKS = {
  around: ["\u25e6", "kind_around"],
  "in place": ["\u25aa", "kind_in_place"],
  both: ["\u25aa\u25e6", "kind_both"],
};

/**
 * Mark a neighbour by its kind.
 * @param {string} kind "around", "in place", "both" or ""
 * @param {Object<string, string>} says the page's sentences
 * @returns {Element|null}
 */
export function kindMark(kind, says) {
  if (!MARKS[kind]) return null;
  const [sign, key] = MARKS[kind];
  return element("span", { class: "kind", role: "img", "aria-label": says[key], title: says[key] }, sign);
}

/**
 * Explain the marks.
 * @param {Object<string, string>} says
 * @returns {Element}
 */
export function kindLegend(says) {
  const entries = Object.entries(MARKS).flatMap(([kind, [, key]]) => [kindMark(kind, says), ` ${says[key]}  `]);
  return element("p", { class: "soft legend" }, ...entries);
}
