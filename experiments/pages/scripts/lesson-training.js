import { element, filled, slider } from "./page.js";
import { curve, wordMap } from "./drawing.js";
/** Step 6: the training plays: the loss falls, words move on the map. */

const PAUSE = 450;

/**
 * @param {object} data
 * @param {object} lesson
 * @param {Object<string, string>} says
 */
export function trainingStep(data, lesson, says) {
  const kinds = ["word2vec", "gpt"];
  const size = window.innerWidth < 760 ? { width: 340, height: 340 } : {};
  const wings = data.training.map((one, wing) => {
    const reach = Math.max(...one.maps.flat(2).map(Math.abs));
    return {
      ...one,
      map: wordMap(data.map_words, filled(says.map_title, { model: says[kinds[wing]] }), { reach, kind: kinds[wing], ...size }),
      curve: curve(one.loss, filled(says.curve_title, { model: says[kinds[wing]] })),
      told: element("p", { class: "soft" }),
    };
  });
  const last = wings[0].shares.length - 1;
  let now = 0;
  let timer = null;
  let speed = 1;
  const position = slider({ label: says.training_place, low: 0, high: last, step: 1, value: 0, onchange: (value) => {
    stop();
    show(value);
  } });
  const [input, output] = [position.querySelector("input"), position.querySelector("output")];
  const play = element("button", { type: "button", onclick: () => (timer === null ? start() : stop()) }, says.play);
  const back = element("button", { type: "button", onclick: () => turn(-1) }, says.back_one);
  const on = element("button", { type: "button", onclick: () => turn(1) }, says.on_one);
  const pace = element("select", { "aria-label": says.speed, onchange: () => (speed = Number(pace.value)) },
    ...[0.5, 1, 2, 4].map((one) => element("option", { value: one, selected: one === 1 }, `${one} \u00d7`)));

  function show(place) {
    now = place;
    input.value = String(place);
    output.textContent = `${Math.round(100 * wings[0].shares[place])} %`;
    for (const wing of wings) {
      wing.map.move(wing.maps[place]);
      wing.curve.mark(wing.shares[place]);
      const point = wing.loss.findLast(([share]) => share <= wing.shares[place] + 1e-6);
      wing.told.textContent = filled(says.training_told, { share: Math.round(100 * wing.shares[place]), loss: point ? point[1].toFixed(2) : says.no_loss });
    }
  }
  function turn(by) {
    stop();
    show(Math.max(0, Math.min(last, now + by)));
  }
  function start() {
    play.textContent = says.pause;
    if (now === last) show(0);
    const step = () => {
      if (now === last) return stop();
      show(now + 1);
      timer = setTimeout(step, PAUSE / speed);
    };
    timer = setTimeout(step, PAUSE / speed);
  }
  function stop() {
    clearTimeout(timer);
    timer = null;
    play.textContent = says.play;
  }
  show(0);
  window.addEventListener("beforeprint", () => show(last));
  const column = (wing) => [
    element("p", {}, filled(says.larger_model, { seconds: wing.seconds, d: data.dimensions[1] })),
    wing.map.drawing, wing.curve.drawing, wing.told,
    element("p", { class: "soft" }, filled(says.map_told, { share: Math.round(100 * wing.explained) }))];
  return {
    above: element("div", { class: "own" }, play, back, on, element("label", { class: "control" }, says.speed, pace), position),
    word2vec: column(wings[0]),
    gpt: column(wings[1]),
  };
}
