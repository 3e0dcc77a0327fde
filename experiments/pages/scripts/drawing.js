import { element } from "./page.js";
/** Small drawings in SVG: a map of words, a falling curve. */

/**
 * Make a map of words, whose words can be moved.
 * @param {string[]} words
 * @param {string} title
 * @param {{width?: number, height?: number, reach?: number, kind?: string}} options reach: the
 *   largest coordinate that is shown; kind: class of the dots
 * @returns {{drawing: Element, move: function(number[][]): void, light: function(string): void}}
 */
export function wordMap(words, title, { width = 520, height = 400, reach = 1, kind = "" } = {}) {
  const marks = words.map((word) => element("svg:g", { class: `word ${kind}` },
    element("svg:line", { class: "leader", x1: 0, y1: 0 }),
    element("svg:circle", { r: 3 }),
    element("svg:text", { x: 6, y: 4 }, word)));
  const drawing = element("svg:svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title, class: "map" },
    element("svg:title", {}, title), ...marks);
  const margin = 40;
  return {
    drawing,
    move(places) {
      const spots = places.map(([x, y]) => [
        width / 2 + (x / reach) * (width / 2 - margin) - 12,
        height / 2 - (y / reach) * (height / 2 - margin / 2),
      ]);
      const lifts = apart(spots.map(([across, down], place) => ({ across, down, wide: 7 * words[place].length + 12 })));
      spots.forEach(([across, down], place) => {
        marks[place].setAttribute("transform", `translate(${across.toFixed(1)} ${down.toFixed(1)})`);
        marks[place].lastChild.setAttribute("y", (4 + lifts[place]).toFixed(1));
        const [x, y] = lifts[place] > NEAR ? [6, lifts[place]] : [0, 0];
        marks[place].firstChild.setAttribute("x2", x);
        marks[place].firstChild.setAttribute("y2", y.toFixed(1));
      });
    },
    light(word) {
      words.forEach((one, place) => marks[place].classList.toggle("lit", one === word));
    },
  };
}

const LINE = 12;

/** A label that is moved farther is joined to its dot by a line. */
export const NEAR = 8;

/**
 * Move labels down until none lies on another.
 * @param {{across: number, down: number, wide: number}[]} labels
 * @returns {number[]} how far each is moved
 */
export function apart(labels) {
  const lifts = labels.map(() => 0);
  const order = labels.map((_, place) => place).sort((one, other) => labels[one].down - labels[other].down);
  const put = [];
  for (const place of order) {
    const { across, down, wide } = labels[place];
    let at = down;
    for (const [left, right, taken] of put) {
      if (across < right && left < across + wide && at < taken + LINE && taken < at + LINE) at = taken + LINE;
    }
    put.push([across, across + wide, at]);
    put.sort((one, other) => one[2] - other[2]);
    lifts[place] = at - down;
  }
  return lifts;
}

/**
 * Draw a curve with a mark that can be moved along it.
 * @param {number[][]} points x from 0 to 1, y
 * @param {string} title
 * @param {{width?: number, height?: number}} options
 * @returns {{drawing: Element, mark: function(number): void}}
 */
export function curve(points, title, { width = 520, height = 120 } = {}) {
  const highest = Math.max(...points.map(([, y]) => y));
  const lowest = Math.min(...points.map(([, y]) => y));
  const span = highest - lowest || 1;
  const across = (x) => 36 + x * (width - 46);
  const down = (y) => 12 + ((highest - y) / span) * (height - 34);
  const line = points.map(([x, y]) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`).join(" ");
  const rule = element("svg:line", { class: "now", y1: 8, y2: height - 18 });
  const drawing = element("svg:svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title, class: "curve" },
    element("svg:title", {}, title),
    element("svg:polyline", { points: line }),
    element("svg:text", { x: 2, y: down(highest) + 4 }, highest.toFixed(1)),
    element("svg:text", { x: 2, y: down(lowest) + 4 }, lowest.toFixed(1)),
    element("svg:text", { x: across(0), y: height - 3 }, "0 %"),
    element("svg:text", { x: across(1), y: height - 3, "text-anchor": "end" }, "100 %"),
    element("svg:text", { x: across(0.98), y: 16, "text-anchor": "end" }, title),
    rule);
  return {
    drawing,
    mark(share) {
      rule.setAttribute("x1", across(share));
      rule.setAttribute("x2", across(share));
    },
  };
}
