import { unhurried } from "./pieces.js";
import { largestRows, product, productsWith, unitRows, unpacked } from "./vectors.js";
/** A space of the page: its words, its vectors, its map. */

export class Space {
  /**
   * @param {object} told of the page's data
   * @param {string[]} words
   * @param {Float32Array} unit
   * @param {Int16Array} places
   * @param {Uint8Array|null} kinds
   * @param {number} scale of places
   */
  constructor(told, words, unit, places, kinds, scale) {
    Object.assign(this, told, { words, unit, places, kinds, scale });
    this.index = new Map(words.map((word, row) => [word, row]));
  }

  /** @param {number} row @returns {Float32Array} */
  vector(row) {
    return this.unit.subarray(row * this.dim, (row + 1) * this.dim);
  }

  /** @param {string} word @returns {number|undefined} its row, or that of its small letters */
  rowOf(word) {
    return this.index.get(word) ?? this.index.get(word.toLowerCase());
  }

  /** @param {string[]} words @returns {string[]} those that the space lacks */
  missing(words) {
    return words.filter((word) => this.rowOf(word) === undefined);
  }

  /**
   * @param {string} word
   * @param {function(): Promise<void>} pause
   * @returns {Promise<Float32Array|null>} cosines with every word
   */
  async cosines(word, pause = unhurried) {
    const row = this.rowOf(word);
    return row === undefined ? null : productsWith(this.unit, this.vector(row), pause);
  }

  /**
   * @param {string} word
   * @param {number} k
   * @param {function(): Promise<void>} pause
   * @returns {Promise<{word: string, row: number, cosine: number, kind: number}[]|null>}
   */
  async neighbours(word, k, pause = unhurried) {
    const values = await this.cosines(word, pause);
    if (values === null) return null;
    const own = this.rowOf(word);
    return largestRows(values, k, new Set([own])).map((row, place) => ({
      word: this.words[row], row, cosine: values[row],
      kind: this.kinds && place < this.marked ? this.kinds[own * this.marked + place] : 0,
    }));
  }

  /**
   * Answer "a is to b as c is to ?" by 3CosAdd.
   * @param {string[]} question a, b and c
   * @param {number} k
   * @param {boolean} allowed whether the words of the question may answer
   * @param {function(): Promise<void>} pause
   * @returns {Promise<{word: string, cosine: number}[]|null>} null where a word is missing
   */
  async analogy(question, k, allowed, pause = unhurried) {
    const rows = question.map((word) => this.rowOf(word));
    if (rows.includes(undefined)) return null;
    const [a, b, c] = rows.map((row) => this.vector(row));
    const target = Float64Array.from(a, (_, place) => b[place] - a[place] + c[place]);
    const length = Math.hypot(...target) || 1;
    const values = await productsWith(this.unit, target.map((value) => value / length), pause);
    return largestRows(values, k, new Set(allowed ? [] : rows)).map((row) => ({ word: this.words[row], cosine: values[row] }));
  }

  /** @param {string} one @param {string} other @returns {number|null} */
  similarity(one, other) {
    const [first, second] = [this.rowOf(one), this.rowOf(other)];
    if (first === undefined || second === undefined) return null;
    return product(this.vector(second), 0, this.vector(first));
  }
}

/**
 * Unpack all spaces of the page.
 * @param {object} data
 * @param {function(string): string} block gives a block's text by its name
 * @returns {Promise<Space[]>}
 */
export async function openedSpaces(data, block) {
  const spaces = [];
  for (const [number, told] of data.spaces.entries()) {
    const Kind = told.bytes === 1 ? Int8Array : Int16Array;
    const numbers = new Kind(await unpacked(block(`vectors-${number}`)));
    const places = new Int16Array(await unpacked(block(`places-${number}`)));
    const kinds = data.marked ? new Uint8Array(await unpacked(block(`kinds-${number}`))) : null;
    const words = told.words ?? spaces[told.words_of].words;
    spaces.push(new Space({ ...told, marked: data.marked }, words, unitRows(numbers, told.dim), places, kinds, data.place));
  }
  return spaces;
}
