import { element, filled, number } from "./page.js";
/** Rows of numbers, each cell tinted by its sign and size. */

/**
 * Make the cells of a row.
 * @param {number[]} row
 * @param {{scale?: number, digits?: number, changed?: boolean}} options scale: what is tinted fully
 * @returns {Element}
 */
export function numberRow(row, { scale = 1, digits = 2, changed = false } = {}) {
  const cells = row.map((value) => {
    const cell = element("span", { class: "cell" }, number(value, digits));
    cell.style.background = tint(value / scale);
    return cell;
  });
  return element("span", { class: changed ? "row changed" : "row" }, ...cells);
}

/**
 * @param {number} share −1 to 1
 * @returns {string} blue below zero, orange above
 */
export function tint(share) {
  const strength = Math.min(Math.abs(share), 1) * 0.38;
  return share < 0 ? `rgba(63, 127, 191, ${strength})` : `rgba(229, 107, 31, ${strength})`;
}

/**
 * Say where the numbers come from, and what their colours are.
 * @param {object} data of the lesson
 * @param {Object<string, string>} says
 * @returns {Element}
 */
export function aboutNumbers(data, says) {
  return element("p", { class: "soft" }, `${filled(says.small_model, { d: data.dimensions[0] })} ${says.colours}`);
}

/**
 * Make a table of named rows of numbers.
 * @param {string} caption
 * @param {[string|Node, number[], boolean?][]} rows name, numbers, whether it just changed
 * @param {{scale?: number, digits?: number}} options
 * @returns {Element}
 */
export function numberTable(caption, rows, options = {}) {
  const body = rows.map(([name, row, changed]) =>
    element("tr", {}, element("th", { scope: "row" }, name),
      element("td", {}, numberRow(row, { ...options, changed }))));
  return captioned(caption, element("table", { class: "numbers" }, element("tbody", {}, ...body)));
}

/**
 * Make a table of texts, the first column as headings of rows.
 * @param {string} caption
 * @param {string[]} heads
 * @param {(string|Node)[][]} rows
 * @param {string|null} kind class of the table
 * @returns {Element}
 */
export function textTable(caption, heads, rows, kind = null) {
  return captioned(caption, element("table", { class: kind },
    element("thead", {}, element("tr", {}, ...heads.map((one) => element("th", { scope: "col" }, one)))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell, place) =>
      place === 0 ? element("th", { scope: "row", dir: "auto" }, cell) : element("td", { dir: "auto" }, cell)))))));
}

/**
 * Put its caption above a table, as wide as the column; what is too wide is scrolled, by keyboard too.
 * @param {string} caption
 * @param {Element} table
 * @returns {Element}
 */
function captioned(caption, table) {
  table.setAttribute("aria-label", caption);
  return element("div", {}, element("p", { class: "soft caption" }, caption),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, table));
}
