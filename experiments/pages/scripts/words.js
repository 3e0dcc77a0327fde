/** Text → words, as compare/text/words.py and normalization.py do it. */

/**
 * Compose letters, straighten quotes, fold capitals.
 * @param {string} text
 * @returns {string}
 */
export function normalized(text) {
  return text.normalize("NFC").replace(/[\u2019\u2018]/g, "'").replace(/[\u201c\u201d]/g, '"').toLowerCase();
}

/**
 * List the sentences of a normalised text, each as its words; empty ones are left out.
 * @param {string} text
 * @returns {string[][]}
 */
export function sentencesOf(text) {
  return text
    .split(/[!?;\n]|\.(?![\p{L}\p{N}])/u)
    .map((part) => part.match(/[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu) ?? [])
    .filter((words) => words.length > 0);
}
