/**
 * One step of next-token prediction by a model without layers: the row of the token plus the row of
 * its place, straight to the output table (compare/llm/gpt.py with 0 layers).
 */
import { dot, plus } from "./tables.js";

/**
 * @typedef {{tokens: number[][], positions: number[][], output: number[][]}} Tables
 *   ``output`` is ``tokens`` itself where they are tied
 */

/**
 * @param {number[]} scores
 * @returns {number[]} larger than 0, of sum 1
 */
export function softmax(scores) {
  const largest = scores.reduce((one, other) => Math.max(one, other), -Infinity);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((one, other) => one + other, 0);
  return powers.map((power) => power / sum);
}

/**
 * Score every token as the next one.
 * @param {Tables} tables
 * @param {number} id of the last token that is given
 * @param {number} place of it in the row, from 0
 * @param {number} target id of the token that follows
 * @returns {{hidden: number[], scores: number[], shares: number[], loss: number}}
 */
export function nextTokenLoss(tables, id, place, target) {
  const hidden = plus(tables.tokens[id], tables.positions[place]);
  const scores = tables.output.map((row) => dot(row, hidden));
  const shares = softmax(scores);
  return { hidden, scores, shares, loss: -Math.log(shares[target]) };
}

/**
 * Take one step of gradient descent on one task.
 * @param {Tables} tables
 * @param {number} id
 * @param {number} place
 * @param {number} target
 * @param {number} rate
 * @returns {{hidden: number[], scores: number[], shares: number[], loss: number,
 *   lossAfter: number, gradient: number[], outputGradient: number[][], tables: Tables}}
 *   gradient: of the token's row and of its place's alike; the tables after the step
 */
export function nextTokenStep(tables, id, place, target, rate) {
  const found = nextTokenLoss(tables, id, place, target);
  const errors = found.shares.map((share, row) => share - (row === target ? 1 : 0));
  const outputGradient = errors.map((error) => found.hidden.map((value) => error * value));
  const gradient = found.hidden.map((_, column) =>
    errors.reduce((sum, error, row) => sum + error * tables.output[row][column], 0),
  );
  const isTied = tables.output === tables.tokens;
  const output = tables.output.map((row, place_) => plus(row, outputGradient[place_], -rate));
  const tokens = isTied ? output : [...tables.tokens];
  tokens[id] = plus(tokens[id], gradient, -rate);
  const positions = [...tables.positions];
  positions[place] = plus(positions[place], gradient, -rate);
  const after = { tokens, positions, output };
  const lossAfter = nextTokenLoss(after, id, place, target).loss;
  return { ...found, lossAfter, gradient, outputGradient, tables: after };
}
