/**
 * What this device keeps: its keys, statements on their way, and what it last knew of the ledger.
 * One database of the browser; secret keys lie in it as objects that no script can read.
 */

const NAME = "rice-ledger-work";
const VERSION = 1;
const STORES = { keys: "kid", queue: "number", known: "name" };

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) {
        asked.result.createObjectStore(store, { keyPath, autoIncrement: store === "queue" });
      }
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** What a request answers, once its transaction is on the disk. */
async function run(store, mode, ask) {
  const base = await database();
  return new Promise((resolve, reject) => {
    // "strict": what a person signed must survive a phone that loses power.
    const transaction = base.transaction(store, mode, { durability: "strict" });
    const asked = ask(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

export const put = (store, value) => run(store, "readwrite", (all) => all.put(value));
export const get = (store, name) => run(store, "readonly", (all) => all.get(name));
export const all = (store) => run(store, "readonly", (every) => every.getAll());
export const remove = (store, name) => run(store, "readwrite", (every) => every.delete(name));
