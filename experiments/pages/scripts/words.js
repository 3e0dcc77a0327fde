/** Text → words and sentences, as compare/text/normalization.py and words.py do it. */

/**
 * @typedef {{end: string, fullStop: string, goesOn: string, neverLast: string[],
 *   beforeNumbers: string[], elsewhere: string[], beginners: string[], longest: number}} Signs
 * What ends sentences, and what does not: lists of the library, in the page's data.
 */

const LETTER_MARKS = "[\\p{M}\\p{Cf}]*";
const ALONE = "[[\\p{Script=Han}\\p{Script=Hiragana}]&&[\\p{L}\\p{Nl}]]";
const LIKE_LETTERS = "\\u{b8}\\u{2c2}-\\u{2c5}\\u{2d2}-\\u{2d7}\\u{2de}\\u{2df}\\u{2e5}-\\u{2eb}\\u{2ed}\\u{2ef}-\\u{2ff}\\u{55a}-\\u{55c}\\u{55e}\\u{58a}"
  + "\\u{5f3}\\u{24b6}-\\u{24e9}\\u{a708}-\\u{a716}\\u{a720}\\u{a721}\\u{a789}\\u{a78a}";  // signs that words have, by Annex 29
const LETTER = `[[\\p{L}\\p{Nl}${LIKE_LETTERS}]--[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}ー]]`;
const PLAIN = `[${LETTER}\\p{Nd}]`;
const WORD = new RegExp(
  `${ALONE}${LETTER_MARKS}|(?:[\\p{Script=Katakana}ー]${LETTER_MARKS})+|(?:${PLAIN}${LETTER_MARKS}` +
  `|(?<=${PLAIN}${LETTER_MARKS})'(?=${PLAIN})` +
  `|(?<=${LETTER}${LETTER_MARKS})[.․﹒．··՟״‧](?=${LETTER})` +
  `|(?<=\\p{Nd}${LETTER_MARKS})[.,․﹒．،؍٬，](?=\\p{Nd}))+`,
  "gv",
);
const APOSTROPHES = /[\u2019\u2018\u02bc\uff07\u201b\u1fbd\u055a]/g;
const QUOTES = /[\u201c\u201d]/g;
const UNSEEN = /[\u00ad\u034f\u061c\u0640\u180e\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f\u20e3\u{e0100}-\u{e01ef}]/gu;
const LOOSE_JOINERS = /(?<=[\p{L}\p{M}])[\u200c\u200d]+(?![\p{L}\p{M}\u200c\u200d])|(?<![\p{L}\p{M}\u200c\u200d])[\u200c\u200d]+(?=[\p{L}\p{M}])/gu;
const DOUBLED_JOINERS = /(\u200c|\u200d)\1+/g;
const CHILLU = {
  "\u0d23\u0d4d\u200d": "\u0d7a", "\u0d28\u0d4d\u200d": "\u0d7b", "\u0d30\u0d4d\u200d": "\u0d7c", "\u0d32\u0d4d\u200d": "\u0d7d",
  "\u0d33\u0d4d\u200d": "\u0d7e", "\u0d15\u0d4d\u200d": "\u0d7f", "\u09a4\u09cd\u200d": "\u09ce",
};
const GERSHAYIM = /(?<=[\u05d0-\u05ea]\p{M}*)"(?=[\u05d0-\u05ea])/gu;
const GERESH = /(?<=[\u05d0-\u05ea]\p{M}*)'/gu;
const LAST_SIGMA = /(?<=\p{L}\p{M}*)σ(?![\p{L}\p{M}])/gu;
const LIKE_APOSTROPHES = /(?<=[\p{L}\p{M}])[`´′](?=\p{L})/gu;
const CAPITALS = 0.001;

/**
 * Compose letters, straighten quotes, leave out what is not seen; the case stays.
 * @param {string} text
 * @returns {string}
 */
export function withCase(text) {
  return text
    .normalize("NFC")
    .replace(APOSTROPHES, "'")
    .replace(QUOTES, '"')
    .replace(/ŀ/g, "l·")
    .replace(/Ŀ/g, "L·")
    .replace(UNSEEN, "")
    .replace(DOUBLED_JOINERS, "$1")
    .replace(/[\u0d23\u0d28\u0d30\u0d32\u0d33\u0d15]\u0d4d\u200d|\u09a4\u09cd\u200d/g, (letter) => CHILLU[letter])
    .replace(LOOSE_JOINERS, "")
    .replace(GERSHAYIM, "\u05f4")
    .replace(GERESH, "\u05f3")
    .replace(LIKE_APOSTROPHES, "'");
}

/**
 * Write small letters, composed; the Turkish İ becomes an i without a loose dot.
 * @param {string} text
 * @returns {string}
 */
export function lowered(text) {
  const small = text.replace(/İ/g, "i").toLowerCase();
  return (text.includes("Σ") ? small.replace(LAST_SIGMA, "ς") : small).normalize("NFC");
}

/**
 * Normalise a text.
 * @param {string} text
 * @returns {string}
 */
export function normalized(text) {
  return lowered(withCase(text));
}

/**
 * List the sentences of a text, each as its words; empty ones are left out.
 * @param {string} text
 * @param {Signs} signs
 * @returns {string[][]}
 */
export function sentencesOf(text, signs) {
  const places = endPlaces(text, signs);
  const found = new Map();
  for (const match of text.matchAll(WORD)) {
    const number = places.filter((place) => place < match.index).length;
    found.set(number, [...(found.get(number) ?? []), match[0]]);
  }
  return [...found.values()];
}

/**
 * List the places of the characters with which sentences and paragraphs end.
 * @param {string} text
 * @param {Signs} signs
 * @returns {number[]}
 */
export function endPlaces(text, signs) {
  const characters = [...text];
  const nCapitals = characters.filter((char) => /\p{Lu}|\p{Lt}/u.test(char)).length;
  const hasCapitals = nCapitals > CAPITALS * characters.length;
  const words = [...text.matchAll(WORD)];
  const places = [];
  for (let place = 0; place < text.length; place += 1) {
    const sign = text[place];
    const rest = text.slice(place + 1);
    if (sign === "\u2029" || (isLine(sign) && /^[^\S\n\u2028\u2029]*[\n\u2028]/.test(rest))) places.push(place);
    else if (sign === ";" && /[\u0370-\u03ff\u1f00-\u1fff][\p{M}\p{Cf}]*$/u.test(text.slice(0, place))) places.push(place);
    else if (signs.end.includes(sign) || signs.fullStop.includes(sign)) {
      const inWord = words.some((word) => word.index <= place && place < word.index + word[0].length);
      if (!inWord && endsHere(text, place, hasCapitals, words, signs)) places.push(place);
    }
  }
  return places;
}

const isLine = (sign) => sign === "\n" || sign === "\u2028";

function endsHere(text, place, hasCapitals, words, signs) {
  const isStop = signs.fullStop.includes(text[place]);
  const paragraph = text.slice(place + 1).split(/\u2029|[\n\u2028][^\S\n\u2028\u2029]*(?=[\n\u2028])/)[0];
  if (isStop && /^[\p{L}\p{Nd}\p{Nl}]/u.test(paragraph)) return false;
  const following = paragraph.replace(/^[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'\s\u200b\p{M}\p{Cf}]+/u, "");
  const next = following[0] ?? "";
  if (next && (signs.end + signs.fullStop + signs.goesOn).includes(next)) return false;
  const letter = [...following].find((char) => /\p{L}|\p{Nl}/u.test(char) || signs.end.includes(char) || signs.fullStop.includes(char));
  if (letter && /\p{Ll}/u.test(letter) && hasCapitals) return false;
  if (!isStop) return true;
  const before = words.find((word) => word.index + word[0].length === place);
  return !(before && [...before[0]].length <= signs.longest && isHeld(before[0], following, signs));
}

function isHeld(word, following, signs) {
  const folded = word.toLowerCase();
  const isDotted = /^\p{L}(?:\.\p{L})+$/u.test(word);
  const first = following.match(/^\p{L}+/u)?.[0];
  const begins = first !== undefined && signs.beginners.includes(first.toLowerCase());
  if (signs.neverLast.includes(folded)) return true;
  if (signs.beforeNumbers.includes(folded)) return /^(?:\p{N}|[IVXLC]+(?![\p{L}\p{N}_]))/u.test(following);
  if ([...word].length === 1) return !(begins && first.length > 1);
  return (signs.elsewhere.includes(folded) || isDotted) && !begins;
}
