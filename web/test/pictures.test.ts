import assert from "node:assert/strict";
import { test } from "node:test";
import { slices } from "../src/donut";
import { boxes, cells } from "../src/treemap";
import { TreeIndex } from "../src/tree";
import type { Report } from "../src/model";
import { report, TREE } from "./sample";

test("slices go round once, from the top", () => {
  const [first, second] = slices([3, 1], 4, 50, 100);
  assert.match(first?.path ?? "", /^M0\.00,-100\.00A100,100 0 1 1 -100\.00,-?0\.00L/);
  assert.match(second?.path ?? "", /^M-100\.00,-?0\.00A100,100 0 0 1 -?0\.\d\d,-100\.00L/);
});

test("a slice that is everything is still drawn, and nothing of nothing is no error", () => {
  assert.doesNotMatch(slices([7], 7, 50, 100)[0]?.path ?? "", /NaN/);
  assert.doesNotMatch(slices([0], 0, 50, 100)[0]?.path ?? "", /NaN/);
});

test("boxes add up to the heap", () => {
  const root = boxes(report(), new TreeIndex(TREE));
  const labels = root.children.map(({ label, size, objects }) => [label, size, objects]);
  // The class group has what its big object leaves over; nothing is counted twice.
  assert.deepEqual(labels, [
    ['"main"', 100, null], ["class com.acme.Registry", 50, null], ["java.lang.Class", 20, 2],
  ]);
  const main = root.children[0]?.children.map(({ label, size }) => [label, size]);
  assert.deepEqual(main, [["com.acme.Session", 60], ["java.lang.Object[7]", 30], ["", 10]]);
});

test("an object and the one that has nearly all of it share a box", () => {
  const tree = { ...TREE, retained: [100, 50, 95, 3, 50] };
  const [box] = boxes(report({ tree }), new TreeIndex(tree)).children;
  assert.deepEqual([box?.label, box?.row, box?.size], ['"main" › com.acme.Session', 2, 100]);
});

test("areas lie inside the room and inside what they belong to", () => {
  const placed = cells(boxes(report(), new TreeIndex(TREE)), 640, 360);
  assert.ok(placed.length >= 6);
  for (const { left, top, width, height } of placed) {
    assert.ok(left >= 0 && top >= 0 && left + width <= 640 && top + height <= 360);
  }
  const top = placed.filter(({ depth }) => depth === 1).reduce((sum, { width, height }) => sum + width * height, 0);
  assert.ok(top > 0.95 * 640 * 360);
});

test("where one box is nearly all, the boxes in it have the colours", () => {
  const apart = cells(boxes(report(), new TreeIndex(TREE)), 640, 360);
  // 100 of 170 bytes are not nearly all: each top box is a branch, and what is in it belongs to it.
  assert.deepEqual(apart.filter(({ depth }) => depth === 1).map(({ branch }) => branch), [0, 1, 2]);
  assert.ok(apart.filter(({ depth }) => depth === 2).every(({ branch }) => branch === 0));

  const whole = report({ facts: { heap_bytes: 110 } as Report["facts"] });
  const tree = { ...TREE, retained: [100, 5, 60, 30, 50], groups: [] };
  const within = cells(boxes(whole, new TreeIndex(tree)), 640, 360);
  const branches = within.filter(({ box }) => box.row !== null).map(({ box, branch }) => [box.row, branch]);
  assert.deepEqual(branches, [[0, null], [1, 3], [2, 0], [3, 1], [4, 0]]);
});
