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
 * Multiply every row with a vector.
 * @param {Float32Array} unit
 * @param {number} dim
 * @param {ArrayLike<number>} vector
 * @returns {Float32Array} one product a row; of unit vectors, cosines
 */
export function productsWith(unit, dim, vector) {
  const n = unit.length / dim;
  const found = new Float32Array(n);
  for (let row = 0, start = 0; row < n; row++, start += dim) {
    let sum = 0;
    for (let place = 0; place < dim; place++) sum += unit[start + place] * vector[place];
    found[row] = sum;
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
