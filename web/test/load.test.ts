import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { load, SCHEMA } from "../src/load";

function page(type: string, content: string): ParentNode {
  const element = { getAttribute: () => type, textContent: content };
  return { querySelector: () => element } as unknown as ParentNode;
}

const JSON_TEXT = JSON.stringify({ schema: SCHEMA, names: ["堆</script>"] });

test("packed and plain data are the same", async () => {
  const packed = gzipSync(JSON_TEXT).toString("base64");
  const expected = JSON.parse(JSON_TEXT);
  assert.deepEqual(await load(page("application/gzip", packed)), expected);
  assert.deepEqual(await load(page("application/json", JSON_TEXT)), expected);
});

test("data of another kind is refused", async () => {
  await assert.rejects(load(page("application/json", '{"schema": "seamew-page/9"}')), /schema seamew-page\/9/);
  await assert.rejects(load(page("application/gzip", "not base64!")));
});
