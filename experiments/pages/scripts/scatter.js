import { apart, NEAR } from "./drawing.js";
/** A map of all words of a space, on a canvas: dots, the labels of some, colours by distance. */

const EDGE = 8;
const ASPECT = 4 / 3;
const FARTHEST = 40;
const SHADES = 64;
const FAINT = "#c9ced6";
export const LEADER = "#8a93a3";

/**
 * Shade from far to near.
 * @param {number} share 0 to 1
 * @returns {string}
 */
export function shade(share) {
  const strength = Math.max(0, Math.min(1, share));
  return `rgb(${Math.round(226 - 190 * strength)}, ${Math.round(230 - 120 * strength)}, ${Math.round(238 - 90 * strength)})`;
}

/**
 * Part rows by their shades, the faintest first, so that the nearest lie on top.
 * @param {Float32Array} cosines
 * @returns {[string, number[]][]}
 */
export function shadedRows(cosines) {
  const parts = Array.from({ length: SHADES + 1 }, () => []);
  cosines.forEach((cosine, row) => parts[Math.round(SHADES * Math.max(0, Math.min(1, cosine * 1.3)))].push(row));
  return parts.map((rows, place) => [shade(place / SHADES), rows]);
}

/**
 * Say where a word lies on a canvas.
 * @param {object} space
 * @param {number} row
 * @param {number} width
 * @param {number} height
 * @returns {number[]}
 */
export function spotOf(space, row, width, height) {
  const { middle: [across, up], half } = space.frame;
  const x = (space.places[2 * row] / space.scale - across) / (half * ASPECT);
  const y = (space.places[2 * row + 1] / space.scale - up) / half;
  const inside = (value) => Math.max(-1, Math.min(1, value));
  return [width / 2 + inside(x) * (width / 2 - EDGE), height / 2 - inside(y) * (height / 2 - EDGE)];
}

function drawDots(pen, space, parts, width, height) {
  const size = space.words.length > 5000 ? 1 : 2;
  for (const [colour, rows] of parts) {
    pen.fillStyle = colour;
    for (const row of rows) {
      const [x, y] = spotOf(space, row, width, height);
      pen.fillRect(x - size / 2, y - size / 2, size, size);
    }
  }
}

const drawn = new WeakMap();

/** Give the dots of all words, drawn once for a size of the page. */
function faintDots(space, width, height, scale) {
  const key = `${width} ${height} ${scale}`;
  if (drawn.get(space)?.key !== key) {
    const dots = Object.assign(document.createElement("canvas"), { width: width * scale, height: height * scale });
    const pen = dots.getContext("2d");
    pen.scale(scale, scale);
    drawDots(pen, space, [[FAINT, space.words.keys()]], width, height);
    drawn.set(space, { key, dots });
  }
  return drawn.get(space).dots;
}

/** Join a dot and its label where another label pushed it away. */
function drawLeader(pen, from, to) {
  pen.save();
  pen.lineWidth = 1;
  pen.strokeStyle = LEADER;
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
  pen.restore();
}

/**
 * Draw a map.
 * @param {HTMLCanvasElement} canvas
 * @param {object} space
 * @param {{labels: {row: number, word: string, main: boolean}[], cosines: Float32Array|null}} shown
 */
export function drawMap(canvas, space, { labels, cosines }) {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth || 400, canvas.clientHeight || 300];
  canvas.width = width * scale;
  canvas.height = height * scale;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.clearRect(0, 0, width, height);
  if (cosines !== null) drawDots(pen, space, shadedRows(cosines), width, height);
  else pen.drawImage(faintDots(space, width, height, scale), 0, 0, width, height);
  pen.lineWidth = 3;
  pen.strokeStyle = "#fff";
  pen.font = "12px system-ui, sans-serif";
  const spots = labels.map(({ row }) => spotOf(space, row, width, height));
  const wide = labels.map(({ word }) => pen.measureText(word).width + 8);
  const lefts = spots.map(([x], place) => (x + 6 + wide[place] > width ? x - 6 - wide[place] : x + 6));
  const lifts = apart(spots.map(([, down], place) => ({ across: lefts[place], down, wide: wide[place] })));
  labels.forEach(({ word, main }, place) => {
    const [x, y] = spots[place];
    pen.font = `${main ? "bold " : ""}12px system-ui, sans-serif`;
    pen.fillStyle = space.colour;
    pen.beginPath();
    pen.arc(x, y, main ? 5 : 3, 0, 7);
    pen.fill();
    if (!main && (lifts[place] > FARTHEST || y + lifts[place] > height - 4)) return;  // no room: it stands in the list
    if (lifts[place] > NEAR) drawLeader(pen, [x, y], [x < lefts[place] ? lefts[place] : lefts[place] + wide[place] - 8, y + lifts[place]]);
    pen.strokeText(word, lefts[place], y + 4 + lifts[place]);
    pen.fillStyle = "#1d2433";
    pen.fillText(word, lefts[place], y + 4 + lifts[place]);
  });
}
