/** One step of skip-gram with negative sampling, as compare/word2vec/pairs.py states it. */
import { dot, plus } from "./tables.js";

/**
 * @param {number} x
 * @returns {number}
 */
export function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/** @param {number} x */
function minusLogSigmoid(x) {
  return x > 0 ? Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)) - x;
}

/**
 * Score a pair and its noise words.
 * @param {number[][]} input
 * @param {number[][]} output
 * @param {number} center row of the input table
 * @param {number} context row of the output table
 * @param {number[]} noise rows of the output table
 * @returns {{scores: number[], loss: number}} the context's score first
 */
export function pairLoss(input, output, center, context, noise) {
  const scores = [context, ...noise].map((row) => dot(output[row], input[center]));
  const losses = scores.map((score, place) => minusLogSigmoid(place === 0 ? score : -score));
  return { scores, loss: losses.reduce((sum, one) => sum + one, 0) };
}

/**
 * Take one step of gradient descent on a pair.
 * @param {number[][]} input
 * @param {number[][]} output
 * @param {number} center
 * @param {number} context
 * @param {number[]} noise
 * @param {number} rate
 * @returns {{scores: number[], pulls: number[], loss: number, lossAfter: number,
 *   changed: {table: string, row: number, before: number[], gradient: number[], after: number[]}[],
 *   input: number[][], output: number[][]}} pulls: what each score's gradient is, σ − 1 of the
 *   context and σ of noise; the tables after the step
 */
export function pairStep(input, output, center, context, noise, rate) {
  const { scores, loss } = pairLoss(input, output, center, context, noise);
  const pulls = scores.map((score, place) => sigmoid(score) - (place === 0 ? 1 : 0));
  const zero = input[center].map(() => 0);
  const rows = [context, ...noise];
  const ofCenter = rows.reduce((sum, row, place) => plus(sum, output[row], pulls[place]), zero);
  const gradients = new Map();
  rows.forEach((row, place) => {
    gradients.set(row, plus(gradients.get(row) ?? zero, input[center], pulls[place]));
  });
  const changed = [{ table: "input", row: center, before: input[center], gradient: ofCenter }];
  for (const [row, gradient] of gradients) {
    changed.push({ table: "output", row, before: output[row], gradient });
  }
  const after = { input: [...input], output: [...output] };
  for (const one of changed) {
    one.after = plus(one.before, one.gradient, -rate);
    after[one.table][one.row] = one.after;
  }
  const lossAfter = pairLoss(after.input, after.output, center, context, noise).loss;
  return { scores, pulls, loss, lossAfter, changed, ...after };
}
