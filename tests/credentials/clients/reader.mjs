// Somebody else's reader of our credentials, built on jose and Digital Bazaar's status lists.
// Arguments: address of the ledger, entry of an attestation, moment to ask about or nothing.
// Standard output: what it found. It believes the DID documents that the ledger publishes.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(`${process.cwd()}/`);
const from = (name) => import(pathToFileURL(require.resolve(name)));
const { compactVerify, decodeProtectedHeader, importJWK } = await from('jose');
const { checkStatus } = await from('@digitalbazaar/vc-bitstring-status-list');

const [ledger, entry, moment] = process.argv.slice(2);
const get = async (path) => {
  const answer = await fetch(new URL(path, ledger));
  if (!answer.ok) throw new Error(`${answer.status} ${path}`);
  return answer.text();
};

// did:web:host:actors:x stands at /actors/x/did.json, did:web:host at /.well-known/did.json.
const documentOf = async (did) => {
  const [, , , ...path] = did.split(':');
  return JSON.parse(await get(`/${path.length ? path.join('/') : '.well-known'}/did.json`));
};

async function open(jwt) {
  const { alg, kid, typ } = decodeProtectedHeader(jwt);
  const did = kid.split('#')[0];
  const document = await documentOf(did);
  const method = document.verificationMethod.find((one) => one.id === kid);
  if (!document.assertionMethod.includes(kid)) throw new Error(`${kid} may not assert`);
  const key = await importJWK(method.publicKeyJwk, alg);
  const { payload } = await compactVerify(jwt, key, { algorithms: ['EdDSA'] });
  const said = JSON.parse(new TextDecoder().decode(payload));
  if ((said.issuer.id ?? said.issuer) !== did) throw new Error('signed by somebody else');
  return { alg, typ, said };
}

async function refuses(jwt) {
  const at = jwt.indexOf('.') + 40;
  const bent = jwt.slice(0, at) + (jwt[at] === 'A' ? 'B' : 'A') + jwt.slice(at + 1);
  return open(bent).then(() => false, () => true);
}

const jwt = JSON.parse(await get(`/entries/${entry}`)).data;
const credential = await open(jwt);
const { statusListCredential } = credential.said.credentialStatus;
const path = new URL(statusListCredential).pathname;
const listJwt = await get(moment ? `${path}?timestamp=${encodeURIComponent(moment)}` : path);
const list = await open(listJwt);

// The list is the ledger's own view, which the issuer of the credential points to.
const ask = (verifyMatchingIssuers) =>
  checkStatus({
    credential: credential.said,
    documentLoader: async (url) => {
      if (url !== list.said.id) throw new Error(`${url} is not ${list.said.id}`);
      return { document: list.said };
    },
    verifyBitstringStatusListCredential: false, // jose has; the library knows no JWT
    verifyMatchingIssuers,
  });
const told = await ask(false);
const strict = await ask(true);

process.stdout.write(
  JSON.stringify({
    credential: { alg: credential.alg, typ: credential.typ, id: credential.said.id },
    list: { alg: list.alg, typ: list.typ, issuer: list.said.issuer },
    verified: told.verified,
    status: told.results?.map((one) => one.status),
    why: told.error?.message,
    strict: strict.error?.message,
    refuses_bent: [await refuses(jwt), await refuses(listJwt)],
  }),
);
