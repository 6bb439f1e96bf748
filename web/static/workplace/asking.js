/** Asking the server for what only members of an organisation get, and watching its long work. */

import { say } from "./say.js";
import { signIn } from "./session.js";

const POLL_MS = 700;

/** What an address answers; signs in first where that is asked for. Throws what is refused. */
export async function asked(address, body = null) {
  const once = () =>
    fetch(address, body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  let answer = await once();
  if (answer.status === 409) {
    const problem = await answer.json();
    if (problem.code !== "sign_in_wanted") throw problem;
    const { actor, origin } = document.body.dataset;
    if (!(await signIn(origin, actor))) throw problem;
    answer = await once();
  }
  const told = await answer.json();
  if (!answer.ok) throw told;
  return told;
}

/** A job once it is ready; `told(job)` hears of it meanwhile. Throws what is refused. */
export async function finished(job, told) {
  const { actor } = document.body.dataset;
  let now = job;
  while (now.state === "waiting" || now.state === "working") {
    told(now);
    await new Promise((later) => setTimeout(later, POLL_MS));
    now = await asked(`/workplace/${actor}/jobs/${job.id}`);
  }
  if (now.state === "refused") throw now.problem;
  return now;
}

/** How far a job is, in words. */
export function stateOf({ state, done, of }) {
  return of ? say("job.working", { n: done, of }) : say(`job.${state}`);
}
