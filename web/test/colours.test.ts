import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const STYLE = readFileSync("src/style.css", "utf8");
const AA = 4.5;

function colours(selector: string): Map<string, string> {
  const start = STYLE.indexOf(`${selector} {`);
  const block = STYLE.slice(start, STYLE.indexOf("}", start));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((found) => [found[1] ?? "", found[2] ?? ""]));
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["ground", "paper", "sunk", "accent-ground"];
const TEXTS = ["ink", "quiet", "accent", "high", "medium", "low", "info"];

for (const selector of [":root", ':root[data-theme="dark"]']) {
  const named = colours(selector);
  const pairs = [
    ...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)),
    ...[...named.keys()].filter((name) => name.startsWith("hue-")).map((hue) => ["ink", hue] as const),
  ];
  for (const [text, ground] of pairs) {
    test(`${selector}: ${text} can be read on ${ground}`, () => {
      const ratio = contrast(named.get(text) ?? "", named.get(ground) ?? "");
      assert.ok(ratio >= AA, `${ratio.toFixed(2)}`);
    });
  }
}
