import assert from "node:assert/strict";
import { test } from "node:test";
import { TOP, TreeIndex } from "../src/tree";
import { TREE } from "./sample";

const index = new TreeIndex(TREE);
const shown = (open: readonly number[]) => index.lines(new Set(open)).map(({ key, level }) => `${level}:${key}`);

test("closed, only the topmost rows are lines, and what is left out is said last", () => {
  assert.deepEqual(shown([]), ["1:0", "1:1", "1:more-1"]);
});

test("an open row is followed by what is under it", () => {
  assert.deepEqual(shown([0]), ["1:0", "2:2", "2:3", "1:1", "1:more-1"]);
  assert.deepEqual(shown([0, 2]), ["1:0", "2:2", "3:4", "3:more2", "2:3", "1:1", "1:more-1"]);
});

test("a row that is open under a closed one stays unseen", () => {
  assert.deepEqual(shown([2]), shown([]));
});

test("lines know their place among their siblings", () => {
  const [first, , , last] = index.lines(new Set([2, 0])).slice(1);
  assert.deepEqual([first?.position, first?.siblings], [1, 2]);
  assert.deepEqual([last?.row, last?.parent, last?.position, last?.siblings], [3, 0, 2, 2]);
});

test("what is under a row, and what is above it", () => {
  assert.deepEqual(index.under(2), { first: 4, count: 1, more: 10, moreBytes: 2 });
  assert.deepEqual(index.under(TOP), { first: 0, count: 2, more: 2, moreBytes: 20 });
  assert.deepEqual(index.above(4), [0, 2]);
  assert.deepEqual(index.above(0), []);
  assert.deepEqual([0, 1, 2, 3].map((row) => index.canOpen(row)), [true, false, true, false]);
});

test("a row by its address", () => {
  assert.equal(index.rowAt("0x30"), 2);
  assert.equal(index.rowAt("31"), null);
});

test("a long chain and a wide fan are no matter", () => {
  const length = 100_000;
  const column = <Value>(value: Value) => Array.from({ length }, () => value);
  const chain = { ...TREE, parents: Array.from({ length }, (_, row) => row - 1), more: [], retained: column(1) };
  const open = new Set(chain.parents.map((_, row) => row));
  assert.equal(new TreeIndex(chain).lines(open).length, length);
  const fan = { ...chain, parents: column(TOP) };
  assert.equal(new TreeIndex(fan).lines(new Set()).length, length);
});
