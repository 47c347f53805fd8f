"use strict";
/* What is typed is kept in this browser (IndexedDB, by person and page) until the portal has taken it: cells of score tables, judgements,
   sections of reports, lines and photos of site visits. It survives a reload, a lost network, an expired login and a second tab: one tab
   sends at a time (Web Locks). What the portal refuses stays for the person; what it fails on is set aside, so that it stops nothing behind
   it. This file knows no page: cell-queue.js and visit.js say what an entry is, how it is sent and what is shown. */

/** What waits. Pages add what they need to send it.
 * @typedef {object} Entry
 * @property {string} key place in the store, begins with the prefix of its page
 * @property {number} at moment it was typed, in milliseconds
 * @property {string} token tells the portal a repetition; tells this page what was typed again meanwhile
 * @property {"waiting" | "conflict" | "invalid" | "refused" | "aside"} state
 * @property {boolean} [typing] the person is still in the field
 * @property {string} [group] what shares a version with it
 * @property {number} [version] version of the group it was typed over
 * @property {number} [failures] how often the portal failed on it
 * @property {boolean} [unwritten] not yet in IndexedDB
 * @property {string} [reason] why it is set aside
 */

/** @typedef {{kind: "taken" | "refused" | "broken"} | {kind: "away", status: number}} Outcome what an answer means */

/** What a page tells the queue.
 * @template {Entry} E
 * @template A
 * @typedef {object} Page
 * @property {string} name of the lock that one tab holds while it sends
 * @property {(entry: E) => Promise<A>} send never rejects
 * @property {(answer: A) => Outcome} outcome
 * @property {(entry: E, answer: A) => Promise<void>} taken removes the entry
 * @property {(entry: E, answer: A) => Promise<void>} refused removes the entry or gives it another state
 * @property {(running: boolean) => void} running
 * @property {(rest: {trouble: number, waiting: boolean}) => void} rested trouble: 0, or the status that hinders
 * @property {number} [failures] of the portal before an entry is set aside, with others taken meanwhile
 * @property {number} [failuresAlone] the same with nothing taken meanwhile
 */

/** @typedef {{request: (name: string, act: () => Promise<number>) => Promise<number>}} Locks */

const OFFLINE = { ABANDONED_MS: 10000, FIRST_MS: 1000, SLOWEST_MS: 15000 };

/** A random name of 32 figures. */
function randomName() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Entries of one person on one page. `known` is what this tab saw last; the truth where IndexedDB is refused.
 * @template {Entry} E
 * @param {{database: string, table: string, prefix: string, tab: string}} place
 */
function offlineStore({ database, table, prefix, tab }) {
  /** @type {Map<string, E>} */
  const known = new Map();
  const SPILL = `gd-spill:${prefix}`;

  /** @type {Promise<IDBDatabase | null>} */
  const opened = new Promise((resolve) => {
    let request;
    try { request = indexedDB.open(database, 1); } catch { resolve(null); return; }
    const asked = request;
    asked.onupgradeneeded = () => asked.result.createObjectStore(table, { keyPath: "key" });
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => resolve(null);
  });

  /** @template R @param {IDBDatabase} db @param {(entries: IDBObjectStore) => IDBRequest<R>} act @returns {Promise<R | null | undefined>} */
  function transact(db, act) {
    return new Promise((resolve) => {
      let transaction;
      try { transaction = db.transaction(table, "readwrite"); } catch { resolve(undefined); return; }
      const request = act(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(request.result ?? null);
      transaction.onerror = transaction.onabort = () => resolve(undefined);
    });
  }

  /** Change one entry.
   * @param {string} key
   * @param {(was: E | undefined) => E | null | undefined} act gets what is there; answers with the new entry, null to remove it, undefined to leave it
   */
  async function update(key, act) {
    const db = await opened;
    /** @type {E | null | undefined} */
    let next;
    /** @param {E | undefined} was */
    const put = (was) => {
      const seen = known.get(key);
      if (next === undefined || (seen && seen.at > ((next || was)?.at ?? Infinity))) return; // typed again meanwhile: that one follows
      if (next === null) known.delete(key);
      else known.set(key, (next = { ...next, unwritten: true }));
    };
    if (!db) { next = act(known.get(key)); put(known.get(key)); return; }
    const written = await transact(db, (entries) => {
      const request = entries.get(key);
      request.onsuccess = () => {
        next = act(request.result);
        if (next === null) entries.delete(key);
        else if (next) entries.put(next);
        put(request.result);
      };
      return request;
    });
    if (next && written !== undefined) next.unwritten = false;
  }

  /** Keep what was just typed: known at once, written when IndexedDB comes to it. @param {E} entry */
  function keep(entry) {
    known.set(entry.key, { ...entry, unwritten: true });
    return update(entry.key, () => entry);
  }

  /** Everything of this page, of every tab, oldest first. @returns {Promise<E[]>} */
  async function all() {
    const db = await opened;
    const found = db && (await transact(db, (entries) => entries.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))));
    if (found) {
      const unwritten = [...known.values()].filter((entry) => entry.unwritten && !found.some((one) => one.key === entry.key && one.at >= entry.at));
      known.clear();
      for (const entry of [...found, ...unwritten]) known.set(entry.key, entry);
    }
    return [...known.values()].sort((one, other) => one.at - other.at);
  }

  /** IndexedDB answers late: what it has not taken when the page goes is set down at once, for the next page to gather; files cannot be. */
  function spill() {
    /** @param {E} entry */
    const loose = (entry) => entry.unwritten && !Object.values(entry).some((/** @type {unknown} */ value) => value instanceof Blob);
    const unwritten = [...known.values()].filter(loose).map((entry) => ({ ...entry, unwritten: undefined }));
    if (!unwritten.length) return;
    try { localStorage.setItem(`${SPILL}${tab}`, JSON.stringify(unwritten)); } catch { /* full or refused: IndexedDB may still make it */ }
  }

  /** Take in what pages have set down when they went. */
  async function gather() {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith(SPILL))) {
      for (const entry of JSON.parse(localStorage.getItem(name) || "[]")) {
        await update(entry.key, (now) => (now && now.at > entry.at ? undefined : entry));
      }
      localStorage.removeItem(name);
    }
  }

  /** This page goes on itself. */
  const unspill = () => localStorage.removeItem(`${SPILL}${tab}`);

  /** Versions that came after one of a group, by group and version. @type {Map<string, number>} */
  const successors = new Map();

  /** The version that an entry is typed over by now: a keystroke may be written with the one before after `renumber` has passed.
   * @param {E} entry
   */
  function versionOf(entry) {
    let version = Number(entry.version);
    for (let next; (next = successors.get(`${entry.group} ${version}`)) !== undefined; version = next);
    return version;
  }

  /** What was typed over the version that the portal has just replaced is typed over its successor: known at once, before anything is awaited.
   * @param {E} entry what was taken
   * @param {number} version
   */
  async function renumber(entry, version) {
    if (version > Number(entry.version)) successors.set(`${entry.group} ${entry.version}`, version);
    /** @param {E} other */
    const follows = (other) => other.group === entry.group && other.version === entry.version;
    for (const [key, other] of known) if (follows(other)) known.set(key, { ...other, version });
    for (const other of (await all()).filter(follows)) await update(other.key, (now) => now && { ...now, version });
  }

  return { known, update, keep, all, spill, gather, unspill, renumber, versionOf };
}

/** Sends what waits in a store, one entry after the other.
 * @template {Entry} E
 * @template A
 * @param {{known: Map<string, E>, all: () => Promise<E[]>, update: (key: string, act: (was: E | undefined) => E | null | undefined) => Promise<void>}} store
 * @param {Page<E, A>} page
 */
function offlineQueue(store, page) {
  const { failures: limit = 3, failuresAlone: limitAlone = 6 } = page;
  /** @type {Locks | undefined} */
  const locks = globalThis.navigator?.locks;
  let [running, again, slower, timer, trouble] = [false, false, OFFLINE.FIRST_MS, /** @type {any} */ (0), 0];

  /** The portal failed on this entry; too often, and it is set aside. Answers whether it still waits. @param {E} entry @param {boolean} taken */
  async function failed(entry, taken) {
    const failures = (entry.failures || 0) + 1;
    const aside = failures >= (taken ? limit : limitAlone);
    const change = aside ? { state: /** @type {const} */ ("aside"), failures, reason: `平台处理时出错，已试${failures}次` } : { failures };
    await store.update(entry.key, (now) => (now && now.token === entry.token ? { ...now, ...change } : undefined));
    return !aside;
  }

  /** Oldest first, until something stands in the way of all; an error of the portal only stands in its own way.
   * @returns {Promise<number>} the status that hinders, 500 where something failed and waits, or 0
   */
  async function sendAll() {
    const tried = new Set();
    const broken = [];
    let [taken, waits] = [false, false];
    for (;;) {
      /** @param {E} one */
      const due = (one) => one.state === "waiting" && !tried.has(one.token) && (!one.typing || Date.now() - one.at > OFFLINE.ABANDONED_MS);
      const entry = (await store.all()).find(due);
      if (!entry) break;
      tried.add(entry.token);
      const answer = await page.send(entry);
      const outcome = page.outcome(answer);
      if (outcome.kind === "away") return outcome.status || -1; // the portal is away: what failed before that says nothing
      if (outcome.kind === "broken") { broken.push(entry); continue; }
      await (outcome.kind === "taken" ? page.taken(entry, answer) : page.refused(entry, answer));
      taken = true;
    }
    for (const entry of broken) waits = (await failed(entry, taken)) || waits;
    return waits ? 500 : 0;
  }

  /** Send what waits now, and again later while something does. */
  async function pump() {
    if (running) { again = true; return; }
    running = true;
    page.running(true);
    clearTimeout(timer);
    do {
      again = false;
      trouble = await (locks ? locks.request(page.name, sendAll) : sendAll());
    } while (again && !trouble);
    running = false;
    page.running(false);
    const waiting = [...store.known.values()].some((entry) => entry.state === "waiting");
    slower = trouble ? Math.min(slower * 2, OFFLINE.SLOWEST_MS) : OFFLINE.FIRST_MS;
    if (waiting) timer = setTimeout(pump, trouble ? slower : OFFLINE.ABANDONED_MS);
    page.rested({ trouble, waiting });
  }

  return { pump, get running() { return running; }, get trouble() { return trouble; } };
}

globalThis.gdOffline = { store: offlineStore, queue: offlineQueue, randomName, ABANDONED_MS: OFFLINE.ABANDONED_MS };
