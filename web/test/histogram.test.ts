import assert from "node:assert/strict";
import { test } from "node:test";
import { arranged, matcher, nextOrder } from "../src/histogram";

const NAMES = ["byte[]", "java.lang.String", "com.acme.Session", "com.acme.SessionStore"];
const HISTOGRAM = {
  names: [0, 1, 2, 3],
  loaders: [-1, -1, -1, -1],
  objects: [10, 40, 5, 5],
  shallow: [900, 300, 50, 60],
  retained: [900, 800, 700, 600],
  more: { classes: 0, objects: 0, shallow: 0 },
};
const rows = (order: Parameters<typeof arranged>[2], filter = "") => arranged(HISTOGRAM, NAMES, order, filter);

test("numbers and names in both directions; equal ones stay as they came", () => {
  assert.deepEqual(rows({ column: "objects", descending: true }), [1, 0, 2, 3]);
  assert.deepEqual(rows({ column: "objects", descending: false }), [2, 3, 0, 1]);
  assert.deepEqual(rows({ column: "name", descending: false }), [0, 2, 3, 1]);
  assert.deepEqual(rows({ column: "name", descending: true }), [1, 3, 2, 0]);
});

test("a filter takes parts of names in any case, and stars", () => {
  assert.deepEqual(rows({ column: "retained", descending: true }, " SESSION "), [2, 3]);
  assert.deepEqual(rows({ column: "retained", descending: true }, "com*store"), [3]);
  assert.equal(matcher("[]")("byte[]"), true);
  assert.equal(matcher("store*com")("com.acme.SessionStore"), false);
});

test("a second click turns the order round", () => {
  const first = nextOrder({ column: "retained", descending: true }, "name");
  assert.deepEqual(first, { column: "name", descending: false });
  assert.deepEqual(nextOrder(first, "name"), { column: "name", descending: true });
  assert.deepEqual(nextOrder(first, "objects"), { column: "objects", descending: true });
});
