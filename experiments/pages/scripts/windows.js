/** What either model looks at: pairs inside a window, and rows with their targets. */

/**
 * List the pairs of one sentence, as compare/word2vec/pairs.py does.
 * @param {number} length words in the sentence
 * @param {number[]} windows how many words each centre sees to either side
 * @returns {number[][]} places of centre and context
 */
export function pairsInSentence(length, windows) {
  const pairs = [];
  for (let center = 0; center < length; center++) {
    const low = Math.max(0, center - windows[center]);
    const high = Math.min(length - 1, center + windows[center]);
    for (let context = low; context <= high; context++) {
      if (context !== center) pairs.push([center, context]);
    }
  }
  return pairs;
}

/**
 * List rows of ids and, one further, their targets, as compare/llm/windows.py does. The last row ends
 * with the text, and may overlap the one before it.
 * @param {number[]} ids
 * @param {number} length tokens in a row
 * @param {number} stride from the start of one row to that of the next
 * @returns {{inputs: number[], targets: number[]}[]} none where the text is too short for a row
 */
export function rowsOf(ids, length, stride) {
  const rows = [];
  const last = ids.length - length - 1;
  for (let next = 0; next < last + stride && last >= 0; next += stride) {
    const start = Math.min(next, last);
    rows.push({
      inputs: ids.slice(start, start + length),
      targets: ids.slice(start + 1, start + length + 1),
    });
  }
  return rows;
}
