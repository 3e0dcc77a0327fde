/** Long work in pieces, so that keys are answered in between; of work asked twice the later counts. */

const PIECE = 8;  // milliseconds: half a frame

class Overtaken extends Error {}

/** Go on when the page has answered what waits; a timer would wait for 4 ms every time. */
function breath() {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(null);
  });
}

/** Do not pause. */
export async function unhurried() {}

/**
 * Let the latest call of some work come to its end, and none before it.
 * @param {function(function(): Promise<void>): Promise<void>} work gets a pause, to be awaited every
 *   millisecond or so: it lets the page answer, and ends work that was overtaken
 * @returns {function(): Promise<void>}
 */
export function latest(work) {
  let turn = 0;
  return async () => {
    const own = ++turn;
    let since = performance.now();
    const pause = async () => {
      if (performance.now() - since < PIECE) return;
      await breath();
      if (own !== turn) throw new Overtaken();
      since = performance.now();
    };
    try {
      await work(pause);
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
  };
}
