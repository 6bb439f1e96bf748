/** The five axes of a verdict, each with what was found on it, as the page of a bag shows them. */

import { element, icon } from "./elements.js";

const ICONS = { pass: "check", fail: "cross", unknown: "search" };
const TONES = { pass: "green", fail: "red", unknown: "grey" };
const WORST_FIRST = ["fail", "unknown", "pass"];

/** How many of how many axes are in order. */
export function sumOf({ axes }, voice) {
  const results = Object.values(axes);
  const passed = results.filter((result) => result === "pass").length;
  return voice.say("checks.sum", { passed, count: results.length });
}

/** An element for each axis, the trouble of each first; an axis with trouble stands open. */
export function layOutChecks({ axes, findings }, voice) {
  return Object.entries(axes).map(([name, result]) => {
    const found = findings.filter(({ axis }) => axis === name);
    const listed = WORST_FIRST.flatMap((each) => found.filter((one) => one.result === each));
    const box = element(
      "details",
      "",
      element(
        "summary",
        "",
        element("span", TONES[result], icon(ICONS[result])),
        element(
          "span",
          "",
          voice.say(`axis.${name}`),
          " ",
          element("span", "quiet", voice.say(`result.${result}`)),
        ),
      ),
      element("ul", "", ...listed.map((each) => line(each, voice))),
    );
    box.open = result === "fail";
    return box;
  });
}

function line(finding, voice) {
  const records = voice.records(finding.entries);
  return element(
    "li",
    "",
    element("span", TONES[finding.result], icon(ICONS[finding.result], 16)),
    element(
      "div",
      "",
      element("p", "", voice.finding(finding)),
      records && element("p", "quiet", records),
    ),
  );
}
