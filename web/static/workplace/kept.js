/**
 * What this device keeps: its keys, statements on their way, and what it last knew of the ledger.
 * One database of the browser; secret keys lie in it as objects that no script can read.
 */

const NAME = "rice-ledger-work";
const VERSION = 2;
const STORES = { keys: "kid", queue: "number", known: "name" };

let opened = null;

function database() {
  opened ??= open().catch((error) => {
    opened = null;
    throw error;
  });
  return opened;
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      const { result: base, transaction } = asked;
      for (const [store, keyPath] of Object.entries(STORES)) {
        if (base.objectStoreNames.contains(store)) continue;
        base.createObjectStore(store, { keyPath, autoIncrement: store === "queue" });
      }
      const queue = transaction.objectStore("queue");
      if (!queue.indexNames.contains("digest")) queue.createIndex("digest", "digest", { unique: true });
    };
    asked.onsuccess = () => {
      // A page of a newer version must not wait for this one; this one opens it again.
      const forget = () => {
        asked.result.close();
        opened = null;
      };
      asked.result.onversionchange = forget;
      asked.result.onclose = forget;
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
}

/** What was given while a store was asked, once the transaction is on the disk. */
async function run(store, mode, ask) {
  const base = await database();
  return new Promise((resolve, reject) => {
    // "strict": what a person signed must survive a phone that loses power.
    const transaction = base.transaction(store, mode, { durability: "strict" });
    let given;
    transaction.oncomplete = () => resolve(given);
    transaction.onabort = () => reject(transaction.error);
    ask(transaction.objectStore(store), (value) => {
      given = value;
    });
  });
}

const answering = (ask) => (store, give) => {
  const asked = ask(store);
  asked.onsuccess = () => give(asked.result);
};

export const put = (store, value) => run(store, "readwrite", answering((all) => all.put(value)));
export const get = (store, name) => run(store, "readonly", answering((all) => all.get(name)));
export const all = (store) => run(store, "readonly", answering((every) => every.getAll()));
export const remove = (store, name) => run(store, "readwrite", answering((every) => every.delete(name)));

/**
 * Change one value, if it is there, with nothing between reading and writing: two pages of this
 * device may be at it. `alter` returns what it becomes, or nothing to leave it as it is.
 */
export function change(store, name, alter) {
  return run(store, "readwrite", (values) => {
    const asked = values.get(name);
    asked.onsuccess = () => {
      const altered = asked.result && alter(asked.result);
      if (altered) values.put(altered);
    };
  });
}

/**
 * Put a statement in the queue; give its number. The same bytes are there once, however often they
 * come. What it `replaces` gives it its place, and is done with, in the same moment.
 */
export function enqueue(item, replaces = null) {
  return run("queue", "readwrite", (queue, give) => {
    const known = queue.index("digest").getKey(item.digest);
    known.onsuccess = () => {
      if (known.result !== undefined) return give(known.result);
      const add = (place) => answering(() => queue.add(place === null ? item : { ...item, place }))(queue, give);
      if (replaces === null) return add(null);
      const asked = queue.get(replaces);
      asked.onsuccess = () => {
        const old = asked.result;
        if (old?.state === "refused") queue.put({ ...old, state: "replaced" });
        add(old ? (old.place ?? old.number) : null);
      };
    };
  });
}
