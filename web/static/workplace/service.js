/**
 * The service worker of the workplaces: pages that a device needs for its work are there without a
 * network.
 *
 * A page is asked of the network first, because what is left of a lot changes by the hour, and comes
 * from this device if there is no answer within a few seconds. A page is kept together with exactly
 * the files it names, and only once all of them are there, so a page of one version never runs the
 * script of another. Pages are kept as anybody may read them, asked for without cookies, and only
 * those that a page which knows this device's keys has asked to be kept.
 *
 * `BUILD`, which the server writes before this text, changes with every file that pages load.
 */

const PAGES = "rice-work-pages";
const FILES = "rice-work-files";
const HOME = "/workplace";
const OFFLINE = "/workplace/offline";
const LANGUAGE = "/workplace/language";
const ANSWER_MS = 4_000;
const FETCH_MS = 30_000;
const [FRESH_MS, YOUNG_MS] = [60_000, 600_000];

let forgotten = 0;

addEventListener("install", (event) => {
  // What runs already has all it needs: a page loads nothing more after it was shown.
  event.waitUntil(Promise.all(BUILD.languages.map((language) => keep(OFFLINE, language))).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(clients.claim().then(renew));
});

addEventListener("message", (event) => {
  const { keep: paths, language, forget } = event.data;
  if (forget) event.waitUntil(forgetPages().then(() => event.source.postMessage({ forgotten: true })));
  if (paths) event.waitUntil(keepAll(paths, language).then((kept) => event.source?.postMessage({ kept, of: paths.length })));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  const isOurs = url.pathname === HOME || url.pathname.startsWith(`${HOME}/`);
  if (request.mode === "navigate" && isOurs) event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function file(request) {
  const kept = await (await caches.open(FILES)).match(request);
  return kept ?? fetch(request);
}

/** The page a person goes to: from the network if it answers in time, else as it was kept. */
async function page(event, url) {
  const asked = url.searchParams.get("lang");
  if (BUILD.languages.includes(asked)) await remember(asked);
  const fetching = fetch(event.request);
  const kept = await keptPage(url.pathname);
  if (!kept) return fetching.catch(offlinePage);
  const late = new Promise((done) => setTimeout(done, ANSWER_MS));
  const answer = await Promise.race([fetching.catch(() => null), late]);
  if (!answer || answer.status >= 500) {
    event.waitUntil(fetching.catch(() => null));
    return kept;
  }
  event.waitUntil(refresh(url.pathname, answer.headers.get("content-language"), ageOf(kept)));
  return answer;
}

async function refresh(path, language, age) {
  if (!BUILD.languages.includes(language)) return;
  await remember(language);
  if (age > FRESH_MS) await keep(path, language);
}

const ageOf = (answer) => Date.now() - Date.parse(answer.headers.get("date") ?? "1970-01-01T00:00:00Z");

/** The page under its path in the language last read, or in any: words in another language are words. */
async function keptPage(path) {
  const pages = await caches.open(PAGES);
  const said = await (await pages.match(LANGUAGE))?.text();
  for (const language of [said, ...BUILD.languages].filter(Boolean)) {
    const kept = await pages.match(nameOf(path, language));
    if (kept) return kept;
  }
  return null;
}

async function offlinePage() {
  const kept = await keptPage(OFFLINE);
  return kept ? new Response(kept.body, { status: 503, headers: kept.headers }) : Response.error();
}

async function remember(language) {
  await (await caches.open(PAGES)).put(LANGUAGE, new Response(language));
}

/** Under what a page is kept: its path and language, whatever else was in its address. */
const nameOf = (path, language) => `${path}?kept=${language}`;

/** Keep a page with the files it names; false where the network has it not, and nothing has changed. */
async function keep(path, language) {
  const since = forgotten;
  try {
    const answer = await asked(`${path}?lang=${language}`);
    const files = filesIn(await answer.clone().text());
    await Promise.all(files.map(keepFile));
    if (since !== forgotten) return false;
    await (await caches.open(PAGES)).put(nameOf(path, language), answer);
    return true;
  } catch {
    return false;
  }
}

async function asked(address) {
  const signal = AbortSignal.timeout(FETCH_MS);
  const answer = await fetch(address, { credentials: "omit", cache: "no-store", redirect: "error", signal });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer;
}

const filesIn = (html) => [...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, address]) => address);

async function keepFile(address) {
  const files = await caches.open(FILES);
  if (await files.match(address)) return;
  const answer = await asked(address);
  // The server gives what it has under any version, and calls only the right one unchanging.
  if (!answer.headers.get("cache-control")?.includes("immutable")) throw new Error("another version");
  await files.put(address, answer);
}

/** Keep pages of a day's work, one after the other so that a slow line is left to the person; how many are there. */
async function keepAll(paths, language) {
  const pages = await caches.open(PAGES);
  let count = 0;
  for (const path of paths) {
    const kept = await pages.match(nameOf(path, language));
    const isYoung = kept && ageOf(kept) < YOUNG_MS;
    if (isYoung || (await keep(path, language)) || kept) count += 1;
  }
  return count;
}

/** A new version: every kept page anew; what cannot be had now stays as it was, with its own files. */
async function renew() {
  const pages = await caches.open(PAGES);
  for (const { url } of await pages.keys()) {
    const { pathname, searchParams } = new URL(url);
    if (searchParams.has("kept")) await keep(pathname, searchParams.get("kept"));
  }
  await sweep();
}

/** Let go of files that no kept page names. */
async function sweep() {
  const pages = await caches.open(PAGES);
  const named = new Set();
  for (const request of await pages.keys()) {
    for (const address of filesIn(await (await pages.match(request)).text())) named.add(address);
  }
  const files = await caches.open(FILES);
  for (const request of await files.keys()) {
    const { pathname, search } = new URL(request.url);
    if (!named.has(pathname + search)) await files.delete(request);
  }
}

/** This device has no key any more: only what says that there is no network stays. */
async function forgetPages() {
  forgotten += 1;
  const pages = await caches.open(PAGES);
  for (const request of await pages.keys()) {
    if (new URL(request.url).pathname !== OFFLINE) await pages.delete(request);
  }
  await sweep();
}
