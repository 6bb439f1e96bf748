/** Asking the judge, which works apart from the page and is stopped if it takes too long. */

/** Longer than the slowest phone takes for the largest bundle that is read at all. */
const PATIENCE_MS = 60_000;

/** No verdict, and why: `network`, `browser`, `slow` or `clock`; this says nothing of the bag. */
export class NoVerdict extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

/** A judge that runs the script at an address; it may be started before there is something to ask. */
export function startJudge(address) {
  try {
    const judge = new Worker(address);
    judge.onerror = (event) => {
      event.preventDefault();
      judge.isBroken = true;
    };
    return judge;
  } catch {
    throw new NoVerdict("browser");
  }
}

/** What a judge answers: `{verdict, rules}`. */
export async function ask(judge, question) {
  try {
    return await answerOf(judge, question);
  } finally {
    judge.terminate();
  }
}

async function answerOf(judge, question, handedOver = []) {
  if (judge.isBroken) throw new NoVerdict("browser");
  let waiting;
  try {
    const answer = await new Promise((resolve, reject) => {
      waiting = setTimeout(() => reject(new NoVerdict("slow")), PATIENCE_MS);
      judge.onmessage = ({ data }) => resolve(data);
      judge.onerror = (event) => {
        event.preventDefault();
        reject(new NoVerdict("browser"));
      };
      judge.postMessage(question, handedOver);
    });
    if ("unable" in answer) throw new NoVerdict("browser");
    return answer;
  } finally {
    clearTimeout(waiting);
  }
}

/** A judge that keeps a lot file; it is asked one code after the other, each in its turn. */
export class LotJudge {
  constructor(address, lot, trust) {
    this.judge = startJudge(address);
    this.given = { lot, trust };
    this.turn = Promise.resolve();
  }

  /** What the file says of a code: `{verdict, lot, rules}`; the bytes are handed over only once. */
  ask(code, at) {
    const answer = this.turn.then(() => {
      const { given } = this;
      this.given = {};
      return answerOf(this.judge, { ...given, code, at }, given.lot ? [given.lot.buffer] : []);
    });
    this.turn = answer.catch(() => {});
    return answer;
  }

  stop() {
    this.judge.terminate();
  }
}
