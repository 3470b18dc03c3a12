// Builds src/ into one page for the Python package; with --tests also the tests, for node's runner.
import { createHash } from "node:crypto";
import { readdir, mkdir, readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const PAGE = new URL("../python/seamew/web/_static/report.html", import.meta.url);
const BUNDLED = ["preact", "@preact/signals", "@preact/signals-core", "d3-hierarchy"];
const common = { bundle: true, jsx: "automatic", jsxImportSource: "preact", logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const names = (await readdir("test")).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: names.map((name) => `test/${name}`),
    outdir: "build/test",
    platform: "node",
    format: "esm",
  });
} else {
  await writePage();
}

async function writePage() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { app: "src/main.tsx" },
    outdir: "build",
    write: false,
    minify: true,
    format: "iife",
    target: ["chrome111", "firefox113", "safari16.4"],
    legalComments: "none",
  });
  const file = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const script = file(".js");
  const style = file(".css");
  const licences = (await Promise.all(BUNDLED.map(licence))).join("\n\n").replaceAll("--", "-");
  const page = (await readFile("src/page.html", "utf8"))
    .replace("{{licences}}", () => licences)
    .replace("{{policy}}", () => policy(script, style))
    .replace("{{style}}", () => style)
    .replace("{{script}}", () => script);
  await mkdir(new URL(".", PAGE), { recursive: true });
  await writeFile(PAGE, page);
}

async function licence(name) {
  return `${name}\n${(await readFile(`node_modules/${name}/LICENSE`, "utf8")).trim()}`;
}

// The page may run its own script and style and load nothing: what a dump holds stays text.
function policy(script, style) {
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}
