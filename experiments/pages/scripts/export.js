import { apart, NEAR } from "./drawing.js";
import { LEADER, spotOf } from "./scatter.js";
/** What is seen, to take along: neighbours as CSV, maps as SVG. */

/**
 * Hand a file to the reader.
 * @param {string} name
 * @param {string} kind
 * @param {string} text
 */
export function handOver(name, kind, text) {
  const url = URL.createObjectURL(new Blob([text], { type: kind }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/**
 * Write rows as CSV; a word in quotes where it needs them.
 * @param {(string|number)[][]} rows
 * @returns {string}
 */
export function csvOf(rows) {
  const cell = (value) => (/[",\n\r]/.test(String(value)) ? `"${String(value).replace(/"/g, '""')}"` : String(value));
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/**
 * Write maps side by side as SVG.
 * @param {{space: object, labels: {row: number, word: string, main: boolean}[]}[]} maps
 * @returns {string}
 */
export function svgOf(maps) {
  const [width, height] = [420, 320];
  const escaped = (text) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  const drawn = maps.map(({ space, labels }, place) => {
    const spots = labels.map(({ row }) => spotOf(space, row, width, height));
    const lifts = apart(spots.map(([across, down], at) => ({ across, down, wide: 7 * labels[at].word.length + 12 })));
    const words = labels.map(({ word, main }, at) => {
      const [x, y] = spots[at];
      const leader = lifts[at] > NEAR ? `<path d="M${x.toFixed(1)} ${y.toFixed(1)}L${(x + 6).toFixed(1)} ${(y + lifts[at]).toFixed(1)}" stroke="${LEADER}"/>` : "";
      return `${leader}<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${main ? 4 : 2.5}" fill="${space.colour}"/>`
        + `<text x="${(x + 6).toFixed(1)}" y="${(y + 4 + lifts[at]).toFixed(1)}"${main ? ' font-weight="bold"' : ""}>${escaped(word)}</text>`;
    });
    return `<g transform="translate(${place * width} 24)"><text x="8" y="-8" font-weight="bold">${escaped(space.label)}</text>${words.join("")}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width * maps.length} ${height + 24}" font-family="sans-serif" font-size="12">${drawn.join("")}</svg>\n`;
}
