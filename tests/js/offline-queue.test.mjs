/* The offline queue without a page: what is kept, in which order it is sent, what happens to it when the portal refuses or fails. */
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const later = globalThis.setTimeout;
globalThis.setTimeout = (act, ms) => (ms < 1000 ? later(act, ms) : later(act, ms).unref()); // what a queue tries again ends no test late
const kept = new Map();
globalThis.localStorage = new Proxy(
  { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text), removeItem: (name) => kept.delete(name) },
  { ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) },
);
await import("../../static/js/offline-queue.js");
const { gdOffline } = globalThis;

let number = 0;
let prefix = "";
let last = 0;
beforeEach(() => { prefix = `1:table-${(number += 1)}:`; kept.clear(); });

const open = (tab = "a") => gdOffline.store({ database: "test", table: "cells", prefix, tab });
const entry = (item, more = {}) => ({ key: `${prefix}${item}`, item, group: item, version: 1, state: "waiting", token: gdOffline.randomName(), at: (last += 1), ...more });
const TAKEN = { kind: "taken" };

/* A queue whose answers are outcomes; `sent` lists what was sent. */
function running(store, answer) {
  const sent = [];
  const rests = [];
  const queue = gdOffline.queue(store, {
    name: `lock-${prefix}`,
    send: async (one) => { sent.push(one.item); return answer(one, sent.length); },
    outcome: (outcome) => outcome,
    taken: async (one, { version }) => {
      const renumbered = store.renumber(one, version ?? one.version);
      await store.update(one.key, (now) => (now && now.token === one.token ? null : undefined));
      await renumbered;
    },
    refused: (one, { state = "refused" }) => store.update(one.key, (now) => (now && now.token === one.token ? { ...now, state } : undefined)),
    running: () => {},
    rested: (rest) => rests.push(rest),
  });
  return { queue, sent, rests };
}

const states = async (store) => Object.fromEntries((await store.all()).map((one) => [one.item, one.state]));

test("what waits is sent oldest first and then gone, also from another tab", async () => {
  const [store, other] = [open("a"), open("b")];
  for (const item of ["1", "2"]) await store.keep(entry(item));
  await other.keep(entry("3"));
  const { queue, sent, rests } = running(store, () => TAKEN);
  await queue.pump();
  assert.deepEqual(sent, ["1", "2", "3"]);
  assert.deepEqual(await other.all(), []);
  assert.deepEqual(rests, [{ trouble: 0, waiting: false }]);
});

test("what another page or person has typed is not touched", async () => {
  const store = open();
  const mine = prefix;
  prefix = "2:table-1:";
  await open().keep(entry("9"));
  prefix = mine;
  assert.deepEqual(await store.all(), []);
});

test("a field in which the person still types waits until it was left alone", async () => {
  const store = open();
  await store.keep(entry("1", { typing: true, at: Date.now() }));
  await store.keep(entry("2", { typing: true, at: Date.now() - gdOffline.ABANDONED_MS - 1 }));
  const { queue, sent } = running(store, () => TAKEN);
  await queue.pump();
  assert.deepEqual(sent, ["2"]);
});

test("one tab sends at a time", async () => {
  const stores = [open("a"), open("b")];
  for (const item of ["1", "2", "3"]) await stores[0].keep(entry(item));
  let [now, most] = [0, 0];
  const slowly = async () => {
    most = Math.max(most, (now += 1));
    await new Promise((done) => setTimeout(done, 5));
    now -= 1;
    return TAKEN;
  };
  const queues = stores.map((store) => running(store, slowly));
  await Promise.all(queues.map(({ queue }) => queue.pump()));
  assert.equal(most, 1);
  assert.deepEqual(queues.flatMap(({ sent }) => sent).sort(), ["1", "2", "3"]);
});

test("what is typed again while it is sent stays, over the version that the portal has now", async () => {
  const store = open();
  await store.keep(entry("1", { text: "old" }));
  let again = null;
  const { queue, sent } = running(store, async (one, count) => {
    if (count === 1) store.keep((again = entry("1", { text: "new", typing: true, at: Date.now() })));
    return { kind: "taken", version: 2 };
  });
  await queue.pump();
  const [left] = await store.all();
  assert.deepEqual([sent, left.text, left.version, left.token], [["1"], "new", 2, again.token]);
  await store.update(left.key, () => null);
});

test("another field of the same row follows the version, one of another row does not", async () => {
  const store = open();
  await store.keep(entry("1", { key: `${prefix}1:value` }));
  await store.keep(entry("1b", { group: "1" }));
  await store.keep(entry("2"));
  const { queue } = running(store, (one) => (one.item === "1" ? { kind: "taken", version: 7 } : { kind: "refused" }));
  await queue.pump();
  assert.deepEqual((await store.all()).map((one) => [one.item, one.version]), [["1b", 7], ["2", 1]]);
});

test("a conflict stays for the person and holds up nobody", async () => {
  const store = open();
  for (const item of ["1", "2"]) await store.keep(entry(item));
  const { queue, sent } = running(store, (one) => (one.item === "1" ? { kind: "refused", state: "conflict" } : TAKEN));
  await queue.pump();
  await queue.pump();
  assert.deepEqual([sent, await states(store)], [["1", "2"], { 1: "conflict" }]);
});

test("a portal that is away ends the round; everything waits", async () => {
  const store = open();
  for (const item of ["1", "2"]) await store.keep(entry(item));
  const { queue, sent, rests } = running(store, () => ({ kind: "away", status: 401 }));
  await queue.pump();
  assert.deepEqual([sent, await states(store), rests], [["1"], { 1: "waiting", 2: "waiting" }, [{ trouble: 401, waiting: true }]]);
  for (const one of await store.all()) await store.update(one.key, () => null);
});

for (const [others, rounds] of [[true, 3], [false, 6]]) {
  test(`what the portal fails on is set aside after ${rounds} tries ${others ? "while others are taken" : "alone"}`, async () => {
    const store = open();
    await store.keep(entry("bad"));
    const { queue, rests } = running(store, (one) => (one.item === "bad" ? { kind: "broken" } : TAKEN));
    for (let round = 1; round <= rounds; round += 1) {
      assert.deepEqual((await states(store)).bad, "waiting");
      if (others) await store.keep(entry(`good ${round}`));
      await queue.pump();
    }
    assert.deepEqual(await states(store), { bad: "aside" });
    assert.equal(rests.at(-1).trouble, 0);
    assert.match((await store.all())[0].reason, new RegExp(`已试${rounds}次`));
  });
}

test("what IndexedDB has not written when the page goes is gathered by the next page, the newest wins", async () => {
  const page = open("gone");
  page.known.set(`${prefix}1`, entry("1", { text: "late", unwritten: true }));
  page.known.set(`${prefix}2`, entry("2", { text: "early", unwritten: true }));
  page.spill();
  const next = open("next");
  await next.keep(entry("2", { text: "later" }));
  await next.gather();
  assert.deepEqual((await next.all()).map((one) => [one.item, one.text]), [["1", "late"], ["2", "later"]]);
  assert.equal(kept.size, 0);
});

test("a photo is not set down as text, and a page that comes back takes its own words back", async () => {
  const page = open("a");
  page.known.set(`${prefix}p`, entry("p", { photo: new Blob(["x"]), unwritten: true }));
  page.spill();
  assert.equal(kept.size, 0);
  page.known.set(`${prefix}1`, entry("1", { unwritten: true }));
  page.spill();
  assert.equal(JSON.parse([...kept.values()][0]).length, 1);
  page.unspill();
  assert.equal(kept.size, 0);
});

test("a photo survives in the store", async () => {
  const store = open();
  await store.keep(entry("p", { photo: new Blob(["jpeg"]) }));
  const [found] = await open("b").all();
  assert.equal(await found.photo.text(), "jpeg");
});

test("where IndexedDB is refused the page itself keeps and sends", async () => {
  const real = globalThis.indexedDB;
  globalThis.indexedDB = { open() { throw new Error("refused"); } };
  try {
    const store = open();
    await store.keep(entry("1"));
    const { queue, sent } = running(store, () => TAKEN);
    await queue.pump();
    assert.deepEqual([sent, store.known.size], [["1"], 0]);
  } finally {
    globalThis.indexedDB = real;
  }
});
