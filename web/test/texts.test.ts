import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { TEXTS } from "../src/texts";

const SOURCES = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name) && name !== "texts.ts")
  .map((name) => readFileSync(`src/${name}`, "utf8"))
  .join("\n");
const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

/** Texts that are the same in both languages, or shown in the other one on purpose. */
const ALIKE = new Set(["jvm", "manyObjects"]);

for (const [key, [english, chinese]] of Object.entries(TEXTS)) {
  test(`text ${key} is there in both languages, and used`, () => {
    assert.notEqual(english.trim(), "");
    assert.notEqual(chinese.trim(), "");
    assert.deepEqual(places(chinese), places(english));
    if (!ALIKE.has(key)) assert.notEqual(english, chinese);
    if (key !== "language" && key !== "languageHint") assert.doesNotMatch(english, /\p{Script=Han}/u);
    assert.match(SOURCES, new RegExp(`"${key}"`));
  });
}
