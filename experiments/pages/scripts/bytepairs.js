/**
 * Text → byte pairs, as tiktoken does it: pieces by the library's pattern, then the pair whose bytes have
 * the lowest rank is merged, again and again. Bytes are characters 0 to 255 of a string here.
 */

const PIECE =
  /'(?:[sdmt]|ll|ve|re)| ?\p{L}[\p{L}\p{M}\u200c\u200d]*| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * Cut text into the pieces that no merge crosses.
 * @param {string} text
 * @returns {string[]}
 */
export function piecesOf(text) {
  return text.match(PIECE) ?? [];
}

/**
 * Map the bytes of each token to its id; ids below 256 are the single bytes.
 * @param {string[]} merged tokens from id 256 on, as strings of bytes
 * @returns {Map<string, number>}
 */
export function ranksOf(merged) {
  const ranks = new Map();
  for (let byte = 0; byte < 256; byte++) ranks.set(String.fromCharCode(byte), byte);
  merged.forEach((token, place) => ranks.set(token, 256 + place));
  return ranks;
}

/**
 * Write a piece as its bytes in UTF-8, one character a byte.
 * @param {string} piece
 * @returns {string}
 */
export function bytesOf(piece) {
  return Array.from(new TextEncoder().encode(piece), (byte) => String.fromCharCode(byte)).join("");
}

/**
 * Read bytes as text; what is no UTF-8 becomes the mark �.
 * @param {string} bytes
 * @returns {string}
 */
export function textOf(bytes) {
  return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

/**
 * Read bytes as text where they are some; else write them as numbers, as ‹c3›.
 * @param {string} bytes
 * @returns {string}
 */
export function readable(bytes) {
  const text = textOf(bytes);
  if (!text.includes("\ufffd")) return text;
  return Array.from(bytes, (char) => `\u2039${char.charCodeAt(0).toString(16).padStart(2, "0")}\u203a`).join("");
}

/**
 * Merge a piece, one pair at a time.
 * @param {string} piece
 * @param {Map<string, number>} ranks
 * @returns {string[][]} the tokens before the first merge, and after each
 */
export function mergesOf(piece, ranks) {
  let tokens = Array.from(bytesOf(piece));
  const steps = [tokens];
  for (;;) {
    let best = -1;
    let lowest = Infinity;
    for (let place = 0; place + 1 < tokens.length; place++) {
      const rank = ranks.get(tokens[place] + tokens[place + 1]) ?? Infinity;
      if (rank < lowest) [best, lowest] = [place, rank];
    }
    if (best < 0) return steps;
    tokens = [...tokens.slice(0, best), tokens[best] + tokens[best + 1], ...tokens.slice(best + 2)];
    steps.push(tokens);
  }
}

/**
 * Write text as token ids.
 * @param {string} text
 * @param {Map<string, number>} ranks
 * @returns {number[]}
 */
export function idsOf(text, ranks) {
  return piecesOf(text).flatMap((piece) => mergesOf(piece, ranks).at(-1).map((one) => ranks.get(one)));
}
