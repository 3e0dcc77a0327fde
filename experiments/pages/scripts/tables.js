/** Tables of vectors: a row looked up, and the same row as a product. */

/**
 * Multiply a one-hot row with a table.
 * @param {number} id
 * @param {number[][]} table
 * @returns {number[]} equal to the table's row
 */
export function oneHotProduct(id, table) {
  const product = table[0].map(() => 0);
  table.forEach((row, place) => {
    const factor = place === id ? 1 : 0;
    row.forEach((value, column) => (product[column] += factor * value));
  });
  return product;
}

/**
 * @param {number[]} one
 * @param {number[]} other
 * @returns {number}
 */
export function dot(one, other) {
  return one.reduce((sum, value, place) => sum + value * other[place], 0);
}

/**
 * @param {number[]} one
 * @param {number[]} other
 * @param {number} factor
 * @returns {number[]} one + factor · other
 */
export function plus(one, other, factor = 1) {
  return one.map((value, place) => value + factor * other[place]);
}
