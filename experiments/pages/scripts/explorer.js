import { dataOf, element, fill, filled } from "./page.js";
import { kindLegend } from "./kinds.js";
import { latest } from "./pieces.js";
import { openedSpaces } from "./spaces.js";
import { searchField } from "./search.js";
import { drawMap, spotOf } from "./scatter.js";
import { csvOf, handOver, svgOf } from "./export.js";
import { analogyPanel, differPanel, lightWord, neighbourColumns, pairPanel } from "./explorer-neighbours.js";
/** The explorer: a word, its neighbours in every space, maps, analogies, pairs. */

const K = 10;
const REACH = 8;

/** Read the address: #king, or #king&hide=1,2. */
function asked() {
  const [word, ...options] = location.hash.slice(1).split("&");
  const hide = options.find((one) => one.startsWith("hide="))?.slice(5).split(",").map(Number) ?? [];
  try {
    return { word: decodeURIComponent(word), hide: new Set(hide) };
  } catch {
    return { word: "", hide: new Set(hide) };
  }
}

/** Fill the page, once the vectors are unpacked. */
function begin(data, spaces) {
  const says = data.messages;
  const words = [...new Set(spaces.flatMap((space) => space.words))];
  const visited = [];
  let { word, hide } = asked();
  let pointed = null;
  let lists = [];
  const shown = () => spaces.filter((_, place) => !hide.has(place));
  const does = { go, point };
  const explorer = { data, spaces: shown, says, does };
  const columns = element("div", { class: "columns" });
  const heading = element("h2", {}, says.similar);
  const where = document.getElementById("explorer");
  const maps = element("div", { class: "maps" });
  const trail = element("span", { class: "soft" });
  const search = searchField(words, { label: says.search, none: says.search_none, choose: says.search_choose, go, back });
  const boxes = spaces.map((space, place) => {
    const box = element("input", { type: "checkbox", id: `space-${place}`, checked: !hide.has(place), onchange: () => {
      if (box.checked) hide.delete(place);
      else hide.add(place);
      address();
      choose();
    } });
    return element("label", { class: "control", for: `space-${place}` }, box, space.label);
  });
  const figures = spaces.map((space) => {
    const canvas = element("canvas", { role: "img", "aria-label": filled(says.map_of, space),
      onmousemove: (event) => point(nearestTo(space, canvas, event)), onmouseleave: () => point(null),
      onclick: (event) => {
        const near = nearestTo(space, canvas, event);
        if (near) go(near);
      } });
    return element("figure", {}, element("h3", {}, space.label), canvas);
  });
  const analogy = analogyPanel(explorer);
  const pair = pairPanel(explorer);
  const kept = spaces.map((space) => filled(says.kept, { share: space.kept.toFixed(2), space: space.label })).join(", ");
  const about = [
    filled(says.words_here, { n: words.length }),
    spaces.length > 1 ? says.joined : "",
    data.counted ? filled(says.counted, data) : "",
    data.compact ? filled(says.compact, { told: kept }) : "",
  ].join(" ").trim();

  function go(next) {
    if (word && next !== word) visited.push(word);
    word = next;
    search.field.value = word;
    address();
    show();
  }
  function back() {
    const before = visited.pop();
    if (before === undefined) return;
    word = before;
    search.field.value = word;
    address();
    show();
  }
  function address() {
    const hidden = hide.size > 0 ? `&hide=${[...hide].join(",")}` : "";
    history.replaceState(null, "", `#${encodeURIComponent(word)}${hidden}`);
  }
  function show() {
    document.title = word ? `${word} \u2013 ${data.title}` : data.title;
    where.setAttribute("aria-busy", "true");
    heading.textContent = word ? filled(says.similar_to, { word }) : says.similar;
    fill(trail, ...(visited.length > 0 ? [`${says.history}: `, ...[...new Set(visited)].slice(-6).reverse().flatMap((one) => [
      element("button", { type: "button", class: "link", onclick: () => go(one) }, one), " "])] : []));
    answer();
  }
  const answer = latest(async (pause) => {
    const found = [];
    for (const space of shown()) found.push(await space.neighbours(word, K, pause));
    lists = found;
    const letters = [...spaces.keys()].filter((place) => !hide.has(place)).map((place) => String.fromCharCode(65 + place));
    const hint = shown().length === 0 ? says.none_shown : says.start;
    fill(columns, ...(word && lists.length > 0 ? neighbourColumns(shown(), lists, says, does, letters, data.counted) : [element("p", { class: "soft" }, hint)]));
    await draw();
    where.removeAttribute("aria-busy");
  });
  function choose() {
    lists = [];  // those at hand are of other maps
    fill(maps, ...figures.filter((_, place) => !hide.has(place)));
    show();
    analogy.ask();
    pair.ask();
  }
  function labelsOf(space, place) {
    const near = (lists[place] ?? []).filter((one) => one.word !== pointed).map(({ row, word: one }) => ({ row, word: one, main: false }));
    const own = [word, pointed].filter((one) => one && space.index.has(one)).map((one) => ({ row: space.index.get(one), word: one, main: true }));
    return [...near, ...own];
  }
  const draw = latest(async (pause) => {
    for (const [place, canvas] of [...maps.querySelectorAll("canvas")].entries()) {
      const space = shown()[place];
      const cosines = pointed ? await space.cosines(pointed, pause) : null;
      drawMap(canvas, space, { labels: labelsOf(space, place), cosines });
      await pause();
    }
  });
  let waiting = false;
  function point(next) {
    if (next === pointed) return;
    pointed = next;
    lightWord(columns, pointed);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  }

  fill(document.getElementById("search"), element("div", { class: "line" }, ...search.parts, ...boxes), trail);
  fill(where,
    heading, data.marked ? kindLegend(says) : null, columns,
    about ? element("p", { class: "soft" }, about) : null,
    element("h2", {}, says.maps), maps, element("p", { class: "soft" }, data.map === "tsne" ? says.map_tsne : says.map_pca),
    analogy.part, element("div", { class: "panels" }, pair.part, differPanel(explorer)),
    element("section", {}, element("h2", {}, says.export), element("p", { class: "line" },
      element("button", { type: "button", onclick: () => handOver(`${word || "neighbours"}.csv`, "text/csv", csvOf([
        ["word", "space", "place", "neighbour", "cosine"],
        ...shown().flatMap((space, place) => (lists[place] ?? []).map((near, at) => [word, space.name, at + 1, near.word, near.cosine.toFixed(6)]))])) }, says.export_csv),
      element("button", { type: "button", onclick: () => handOver(`${word || "maps"}.svg`, "image/svg+xml",
        svgOf(shown().map((space, place) => ({ space, labels: labelsOf(space, place) })))) }, says.export_svg))));
  window.addEventListener("hashchange", () => {
    const now = asked();
    hide = now.hide;
    boxes.forEach((box, place) => (box.querySelector("input").checked = !hide.has(place)));
    word = now.word;
    search.field.value = word;
    choose();
  });
  window.addEventListener("resize", draw);
  document.getElementById("skip").addEventListener("click", () => search.field.focus());
  if (!word) word = data.start;
  search.field.value = word;
  choose();
}

/** Find the word that is drawn nearest to the pointer. */
function nearestTo(space, canvas, event) {
  const frame = canvas.getBoundingClientRect();
  const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
  let best = null;
  let least = REACH * REACH;
  for (let row = 0; row < space.words.length; row++) {
    const [across, down] = spotOf(space, row, frame.width, frame.height);
    const distance = (across - x) ** 2 + (down - y) ** 2;
    if (distance < least) [best, least] = [row, distance];
  }
  return best === null ? null : space.words[best];
}

const carried = dataOf();
if (typeof DecompressionStream === "undefined") fill(document.getElementById("explorer"), carried.messages.old_browser);
else openedSpaces(carried, (name) => document.getElementById(name).textContent).then((spaces) => begin(carried, spaces))
  .catch((error) => {
    fill(document.getElementById("explorer"), carried.messages.broken);
    throw error;
  });
