import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, count, duration, moment, share } from "../src/format";

test("sizes have three telling digits, as in the terminal", () => {
  const sizes = [0, 512, 1023, 1024, 1536, 35_861_299, 130_000_000_000, 2 ** 60];
  assert.deepEqual(sizes.map(bytes), [
    "0 B", "512 B", "1023 B", "1.00 KB", "1.50 KB", "34.2 MB", "121 GB", "1024 PB",
  ]);
});

test("counts have commas", () => {
  assert.deepEqual([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
});

test("a small share is never 0", () => {
  assert.deepEqual([0, 0.0004, 0.001, 0.9855, 1].map(share), ["0.0%", "<0.1%", "0.1%", "98.6%", "100.0%"]);
});

test("durations and moments", () => {
  assert.deepEqual([0, 59_000, 185_000, 7_800_000, 273_600_000].map(duration), [
    "0 s", "59 s", "3 min 05 s", "2 h 10 min", "3 d 04 h",
  ]);
  assert.equal(moment(1_700_000_000_000), "2023-11-14 22:13:20 UTC");
});
