/** What can go wrong while judging: a refusal, or a platform that cannot tell. All else is a bug. */

export class Refused extends Error {
  constructor(code, details = {}) {
    super(code);
    this.name = "Refused";
    this.code = code;
    this.details = details;
  }
}

/** This platform lacks what a check needs: nothing is refused by it, and nothing is good. */
export class Unable extends Error {
  constructor(what) {
    super(what);
    this.name = "Unable";
  }
}
