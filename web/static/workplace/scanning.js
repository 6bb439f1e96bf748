/** Reading a symbol: with the camera where the browser can, from a photo, or typed. */

import { element, reasonOf, say } from "./say.js";

const DECODE = "/workplace/decode";
const PHOTO_SIDE_MAX = 2_000;
const ANSWER_MS = 20_000;

/** Whether this browser reads symbols itself. */
export async function canSee() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
  return Boolean(formats?.includes("qr_code") && navigator.mediaDevices?.getUserMedia);
}

/**
 * Watch with the camera in a video element and tell each text that is seen, until the signal.
 * Throws where no camera is to be had.
 */
export async function watch(video, tell, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) return stop();
  video.srcObject = stream;
  await video.play();
  const detector = new BarcodeDetector();
  while (!signal.aborted) {
    const seen = await detector.detect(video).catch(() => []);
    for (const { rawValue } of seen) tell(rawValue);
    await new Promise((later) => setTimeout(later, 80));
  }
}

/** The texts of the symbols in a photo; the browser reads them, or else the server does. */
export async function textsIn(file) {
  const picture = await smaller(file);
  if (globalThis.BarcodeDetector) {
    const seen = await new BarcodeDetector().detect(await createImageBitmap(picture)).catch(() => []);
    if (seen.length) return seen.map(({ rawValue }) => rawValue);
  }
  let answer;
  try {
    answer = await fetch(DECODE, { method: "POST", body: picture, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    throw new Error(say("scan.offline"));
  }
  const said = await answer.json().catch(() => null);
  if (!answer.ok) throw said?.words ? said : new Error(say("scan.nothing"));
  return (said.texts ?? []).filter((text) => typeof text === "string");
}

/** A photo no larger than reading it needs: a phone takes ten megabytes where one is plenty. */
async function smaller(file) {
  const whole = await createImageBitmap(file).catch(() => {
    throw new Error(say("scan.no_photo"));
  });
  const scale = PHOTO_SIDE_MAX / Math.max(whole.width, whole.height);
  if (scale >= 1) return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(whole.width * scale);
  canvas.height = Math.round(whole.height * scale);
  canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
}

/**
 * Ask for one symbol in a dialog; the text that was read, or null. `why` says what is wrong with a
 * text, or nothing if it will do.
 */
export async function scan(title, why) {
  const box = element("dialog", "signing finding");
  const told = element("p", "reason");
  told.setAttribute("role", "alert");
  told.hidden = true;
  const done = new AbortController();
  const answer = new Promise((resolve) => {
    const finish = (text) => {
      done.abort();
      resolve(text);
    };
    const tell = (text) => {
      const wrong = why(text);
      told.textContent = wrong;
      told.hidden = !wrong;
      if (!wrong) finish(text);
    };
    const refuse = (error) => {
      told.textContent = reasonOf(error);
      told.hidden = false;
    };
    box.addEventListener("cancel", () => finish(null), { once: true });
    box.append(element("h2", "", title), told, ...ways(tell, refuse, done.signal), closing(finish));
  });
  document.body.append(box);
  box.showModal();
  try {
    return await answer;
  } finally {
    box.remove();
  }
}

function ways(tell, refuse, signal) {
  const video = element("video", "finder");
  Object.assign(video, { muted: true, playsInline: true, hidden: true });
  void canSee().then((can) => {
    video.hidden = !can;
    if (can) watch(video, tell, signal).catch(() => refuse(new Error(say("scan.no_camera"))));
  });
  const form = element("form", "stating");
  const typed = element("input", "");
  Object.assign(typed, { name: "typed", id: "scan-typed", autocomplete: "off", spellcheck: false });
  const label = element("label", "", say("scan.type"));
  label.htmlFor = typed.id;
  const find = element("button", "button", say("scan.find"));
  form.append(element("div", "field", label, typed), find);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (typed.value.trim()) tell(typed.value);
  });
  return [video, photoField(tell, refuse), form];
}

/** A field for photos of symbols; each text in them is told. */
export function photoField(tell, refuse, isMany = false) {
  const input = element("input", "");
  Object.assign(input, { type: "file", accept: "image/*", multiple: isMany, id: `photo-${crypto.randomUUID()}` });
  const label = element("label", "", say("scan.photo"));
  label.htmlFor = input.id;
  input.addEventListener("change", async () => {
    for (const file of input.files) {
      try {
        const texts = await textsIn(file);
        if (!texts.length) throw new Error(say("scan.nothing"));
        texts.forEach(tell);
      } catch (error) {
        refuse(error);
      }
    }
    input.value = "";
  });
  return element("div", "field", label, input);
}

function closing(finish) {
  const back = element("button", "button", say("scan.close"));
  back.type = "button";
  back.addEventListener("click", () => finish(null), { once: true });
  return element("div", "actions", back);
}
