// A partner's own program, built on epcis2.js as its makers publish it: capture, wait, ask.
// Arguments: address of the repository. Standard input: the document. Standard output: what it saw.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const { CaptureResponse, EPCISDocument, capture, objectToEvent, setup } = require('epcis2.js');

const apiUrl = process.argv[2];
setup({ apiUrl, validationMode: 'full' });

const document = new EPCISDocument(JSON.parse(readFileSync(0, 'utf8')));
document.isValid();

const response = await capture(document);
const job = new CaptureResponse(response);
await job.pollForTheCaptureToFinish(40, 100);

const asked = new URLSearchParams({ EQ_bizStep: 'receiving', orderDirection: 'ASC', perPage: '2' });
const found = [];
let next = `/events?${asked}`;
while (next) {
  const page = await fetch(new URL(next, apiUrl));
  const { epcisBody } = await page.json();
  found.push(...epcisBody.queryResults.resultsBody.eventList);
  next = page.headers.get('link')?.match(/<([^>]+)>; rel="next"/)?.[1];
}
// What is found can be captured elsewhere: the client takes it as events of its own.
const events = found.map((one) => objectToEvent(one).toObject());

process.stdout.write(
  JSON.stringify({
    status: response.status,
    success: job.getSuccessStatus(),
    errors: job.getErrors(),
    events,
  }),
);
