import { dataOf, element, fill, filled } from "./page.js";
import { lessonState } from "./lesson-state.js";
import { textStep } from "./lesson-text.js";
import { piecesStep } from "./lesson-pieces.js";
import { windowsStep } from "./lesson-windows.js";
import { tablesStep } from "./lesson-tables.js";
import { stepStep } from "./lesson-step.js";
import { trainingStep } from "./lesson-training.js";
import { neighboursStep } from "./lesson-neighbours.js";
import { compareStep } from "./lesson-compare.js";
/** The lesson: eight steps, one in sight; print shows all, and the answers at the end. */

const STEPS = [textStep, piecesStep, windowsStep, tablesStep, stepStep, trainingStep, neighboursStep, compareStep];

const data = dataOf();
const says = data.messages;
const lesson = lessonState(data);
const main = document.getElementById("lesson");
const bar = document.getElementById("steps");

const sections = STEPS.map((make, place) => {
  const texts = data.steps[place];
  const parts = make(data, lesson, says);
  const wing = (name) => element("section", { class: `wing ${name}`, "aria-label": says[name] },
    element("h3", {}, says[name]), element("p", { class: "lead" }, texts[name]), ...parts[name]);
  return element("article", { id: `step-${place + 1}`, "aria-label": texts.title },
    element("h2", { tabindex: "-1" }, `${place + 1} ${texts.title}`),
    question(texts, place),
    parts.above ?? null,
    element("div", { class: "wings" }, wing("word2vec"), wing("gpt")),
    parts.below ?? null,
    inPython(texts),
    place + 1 < STEPS.length ? element("p", { class: "onward" }, element("a", { href: `#${place + 2}` }, `${says.next}: ${data.steps[place + 1].title} \u203a`)) : null);
});

/** Ask first; the answer and its reason are shown on request. */
function question(texts, place) {
  const answer = element("p", { class: "answer-text", id: `answer-${place + 1}`, hidden: true }, texts.answer);
  const button = element("button", { type: "button", "aria-expanded": "false", "aria-controls": `answer-${place + 1}`, onclick: () => {
    answer.hidden = !answer.hidden;
    button.setAttribute("aria-expanded", String(!answer.hidden));
    button.textContent = answer.hidden ? says.reveal : says.hide;
  } }, says.reveal);
  return element("aside", { class: "predict", "aria-label": says.predict },
    element("p", {}, element("strong", {}, `${says.predict} `), texts.question), button, answer);
}

/** Show the lines of the library that do this step. */
function inPython(texts) {
  const code = element("pre", {}, element("code", {}, texts.python));
  const copy = element("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(texts.python);
      copy.textContent = says.copied;
    } catch {
      getSelection().selectAllChildren(code);
      copy.textContent = says.marked;
    }
  } }, says.copy);
  return element("details", { class: "python" }, element("summary", {}, says.in_python), code, copy);
}

const links = data.steps.map((texts, place) => element("a", { href: `#${place + 1}`, "aria-label": `${place + 1} ${texts.title}` },
  String(place + 1), element("span", { class: "title" }, `\u00a0${texts.title}`)));
const before = element("a", { href: "#1", class: "turn", "aria-label": says.previous }, "\u2039");
const after = element("a", { href: "#2", class: "turn", "aria-label": says.next }, "\u203a");
fill(bar, before, ...links, after);
fill(main, ...sections, element("section", { class: "answers" }, element("h2", {}, says.answers),
  element("ol", {}, ...data.steps.map((texts) => element("li", {}, texts.answer)))));

/** Show the step that the address names. */
function show(isFirst) {
  const asked = Math.round(Number(location.hash.slice(1)));
  if (!isFirst && !asked) return;
  const step = Math.max(1, Math.min(STEPS.length, asked || 1));
  sections.forEach((section, place) => section.classList.toggle("away", place + 1 !== step));
  links.forEach((link, place) => (place + 1 === step ? link.setAttribute("aria-current", "step") : link.removeAttribute("aria-current")));
  before.href = `#${Math.max(1, step - 1)}`;
  after.href = `#${Math.min(STEPS.length, step + 1)}`;
  document.title = filled(says.page_title, { step, title: data.steps[step - 1].title });
  if (isFirst) return;
  window.scrollTo(0, 0);
  sections[step - 1].querySelector("h2").focus({ preventScroll: true });
}
window.addEventListener("hashchange", () => show(false));
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea, .scroll") || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowRight") after.click();
  if (event.key === "ArrowLeft") before.click();
});
show(true);
