/**
 * What is needed without a network is kept on this device while it has a key, and forgotten with
 * the last one; the service worker (`service.js`) does the keeping.
 */

import { now } from "./clock.js";
import { forgetKey, keysOf, standingOf } from "./device.js";
import * as queue from "./queue.js";
import { element, moment, say } from "./say.js";
import { notice } from "./signing.js";

const WORKER = "/workplace/service.js";
const SCOPE = "/workplace";
const OLD_MS = 300_000;

/** Have pages looked after; nothing where this browser cannot. */
export function startKeeping() {
  void navigator.serviceWorker?.register(WORKER, { scope: SCOPE }).catch(() => null);
}

/** On an organisation's first page: keep what its work needs, and say so once it is there. */
export async function keepToday(place) {
  const { actor, origin } = document.body.dataset;
  const held = await standingOf(origin, actor, null);
  if (!navigator.serviceWorker || held[0]?.stands !== "good") return;
  const own = [...document.querySelectorAll("main a[href]")].map((link) => new URL(link.href).pathname);
  const forms = own.filter((path) => path.startsWith(`/workplace/${actor}/do/`));
  const always = ["/workplace", "/workplace/queue", "/workplace/handover", "/workplace/join", `/workplace/${actor}`, `/workplace/${actor}/keys`];
  // A browser that would not promise to keep a key may clear it, and that has to be known in time.
  const isSafe = await navigator.storage?.persisted?.().catch(() => false);
  const paths = [...new Set([...always, ...forms])];
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.of !== paths.length) return;
    const said = data.kept === data.of ? say("kept.all") : say("kept.some", { n: data.kept, of: data.of });
    place.textContent = isSafe || held[0].key.sample ? said : `${said} ${say("kept.unsafe")}`;
  });
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: paths, language: document.documentElement.lang });
}

/** Above a page that was kept, or that stood open for long: as of when it is. */
export function startAge(main) {
  const line = element("div", "age");
  const tell = () => {
    const made = Number(document.body.dataset.made);
    const isOld = made && now() - made > OLD_MS;
    line.remove();
    const said = [];
    if (!navigator.onLine) said.push(say("age.offline"));
    if (made && (isOld || !navigator.onLine)) said.push(say("age.made", { when: moment(made) }));
    if (!said.length) return;
    line.replaceChildren(notice("grey", "offline", said.join(" ")));
    main.prepend(line);
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  setInterval(tell, OLD_MS / 5);
  tell();
}

/** The way out: forget the keys of this device, and every page with the last of them. */
export async function startForgetting(place) {
  const { origin } = document.body.dataset;
  const button = place.querySelector("button");
  const keys = await keysOf(origin);
  place.hidden = !keys.length;
  button.addEventListener("click", async () => {
    const { waiting, refused } = await queue.tally();
    if (waiting || refused) return place.append(notice("amber", "warning", say("forget.unsent", { n: waiting + refused })));
    if (button.dataset.asked === undefined) {
      button.dataset.asked = "";
      button.textContent = say(keys.every(({ sample }) => sample) ? "forget.sure_sample" : "forget.sure");
      return;
    }
    button.disabled = true;
    for (const { kid } of await keysOf(origin)) await forgetKey(kid);
    await queue.forgetRecorded();
    await forgetPages();
    location.reload();
  });
}

async function forgetPages() {
  const registration = await navigator.serviceWorker?.getRegistration(SCOPE);
  if (!registration?.active) return;
  const done = new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("message", ({ data }) => data.forgotten && resolve());
    setTimeout(resolve, 3_000);
  });
  registration.active.postMessage({ forget: true });
  await done;
}
