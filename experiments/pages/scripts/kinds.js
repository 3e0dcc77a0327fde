import { element } from "./page.js";
/** The marks of a neighbour's kind, the same in report, lesson and explorer. */

const MARKS = { around: "\u25e6", "in place": "\u25aa", both: "\u25aa\u25e6" };

/**
 * Mark a neighbour by its kind.
 * @param {string} kind "around", "in place", "both" or ""
 * @param {Object<string, string>} says what each kind means
 * @returns {Element|null}
 */
export function kindMark(kind, says) {
  if (!MARKS[kind]) return null;
  return element("span", { class: "kind", role: "img", "aria-label": says[kind], title: says[kind] }, MARKS[kind]);
}

/**
 * Explain the marks.
 * @param {Object<string, string>} says
 * @returns {Element}
 */
export function kindLegend(says) {
  const entries = Object.keys(MARKS).flatMap((kind) => [kindMark(kind, says), ` ${says[kind]}  `]);
  return element("p", { class: "soft legend" }, ...entries);
}
