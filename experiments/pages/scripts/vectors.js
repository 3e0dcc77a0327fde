import { unhurried } from "./pieces.js";
/** Packed numbers → vectors, and what is asked of vectors: cosines, the nearest, the largest. */

/**
 * Unpack a block of the page: base64 of gzip.
 * @param {string} text
 * @returns {Promise<ArrayBuffer>}
 */
export async function unpacked(text) {
  const raw = atob(text.trim());
  const bytes = new Uint8Array(raw.length);
  for (let place = 0; place < raw.length; place++) bytes[place] = raw.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/**
 * Scale rows to length 1.
 * @param {Int16Array|Int8Array} numbers row after row
 * @param {number} dim
 * @returns {Float32Array}
 */
export function unitRows(numbers, dim) {
  const unit = new Float32Array(numbers.length);
  for (let start = 0; start < numbers.length; start += dim) {
    let sum = 0;
    for (let place = start; place < start + dim; place++) sum += numbers[place] * numbers[place];
    const length = Math.sqrt(sum) || 1;
    for (let place = start; place < start + dim; place++) unit[place] = numbers[place] / length;
  }
  return unit;
}

/**
 * Multiply a row with a vector, in four sums: one would wait for itself.
 * @param {Float32Array} unit
 * @param {number} start of the row
 * @param {ArrayLike<number>} vector
 * @returns {number} of unit vectors, the cosine
 */
export function product(unit, start, vector) {
  const dim = vector.length;
  const whole = dim - (dim % 4);
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let place = 0; place < whole; place += 4) {
    one += unit[start + place] * vector[place];
    two += unit[start + place + 1] * vector[place + 1];
    three += unit[start + place + 2] * vector[place + 2];
    four += unit[start + place + 3] * vector[place + 3];
  }
  for (let place = whole; place < dim; place++) one += unit[start + place] * vector[place];
  return one + two + (three + four);
}

const BETWEEN_PAUSES = 250_000;  // products: less than a millisecond

/**
 * Multiply every row with a vector.
 * @param {Float32Array} unit
 * @param {Float32Array} vector
 * @param {function(): Promise<void>} pause
 * @returns {Promise<Float32Array>} one product a row
 */
export async function productsWith(unit, vector, pause = unhurried) {
  const dim = vector.length;
  const n = unit.length / dim;
  const found = new Float32Array(n);
  const piece = Math.ceil(BETWEEN_PAUSES / dim);
  for (let begin = 0; begin < n; begin += piece) {
    const end = Math.min(n, begin + piece);
    for (let row = begin; row < end; row++) found[row] = product(unit, row * dim, vector);
    await pause();
  }
  return found;
}

/**
 * Find the rows of the largest values; of equal ones the earlier first.
 * @param {Float32Array} values
 * @param {number} k
 * @param {Set<number>} without rows that are left out
 * @returns {number[]} largest first
 */
export function largestRows(values, k, without) {
  const rows = [];
  for (let row = 0; row < values.length; row++) {
    if (rows.length === k && !(values[row] > values[rows[k - 1]])) continue;
    if (without.has(row)) continue;
    let place = rows.length;
    while (place > 0 && values[row] > values[rows[place - 1]]) place--;
    rows.splice(place, 0, row);
    if (rows.length > k) rows.pop();
  }
  return rows;
}
