import assert from "node:assert/strict";
import { test } from "node:test";
import { classParts, objectClass, objectLabel } from "../src/names";
import { moved } from "../src/parts/grid";
import { inSight, scrolledTo } from "../src/window";

test("only lines in sight, and some around them, are drawn", () => {
  assert.deepEqual(inSight(50_000, 30, 0, 540), { first: 0, end: 26 });
  assert.deepEqual(inSight(50_000, 30, 30_000, 540), { first: 992, end: 1026 });
  assert.deepEqual(inSight(5, 30, 0, 150), { first: 0, end: 5 });
  assert.deepEqual(inSight(0, 30, 900, 0), { first: 0, end: 0 });
});

test("a line comes into sight by the shortest way", () => {
  assert.equal(scrolledTo(3, 30, 0, 540), 0);
  assert.equal(scrolledTo(18, 30, 0, 540), 30);
  assert.equal(scrolledTo(2, 30, 300, 540), 60);
});

test("keys move the active line, and stop at both ends", () => {
  assert.equal(moved("ArrowDown", 4, 10), 5);
  assert.equal(moved("ArrowDown", 9, 10), 9);
  assert.equal(moved("ArrowUp", 0, 10), 0);
  assert.equal(moved("End", 3, 10), 9);
  assert.equal(moved("Home", 3, 10), 0);
  assert.equal(moved("PageDown", 0, 100), 17);
  assert.equal(moved("x", 0, 100), null);
});

test("class names are cut at the package", () => {
  assert.deepEqual(classParts("java.util.Map$Entry[]"), { package: "java.util.", simple: "Map$Entry[]" });
  assert.deepEqual(classParts("byte[]"), { package: "", simple: "byte[]" });
  assert.deepEqual(classParts("中文.类"), { package: "中文.", simple: "类" });
  assert.deepEqual(classParts("a.B$$Lambda+0x00.7f"), { package: "a.", simple: "B$$Lambda+0x00.7f" });
});

test("objects are named by class, length and address", () => {
  assert.equal(objectClass("byte[]", 12), "byte[12]");
  const object = { class: 0, address: "7c", shallow: 1, retained: 2, length: null, value: "main" };
  assert.equal(objectLabel({ ...object, kind: "thread" }, ["java.lang.Thread"]), '"main" java.lang.Thread @ 0x7c');
  assert.equal(objectLabel({ ...object, kind: "class" }, ["java.lang.Class"]), "class main");
});
