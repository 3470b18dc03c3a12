// Where the data comes from: here out of the page itself. A page that is served live has another
// `load`, and all the rest is the same.
import type { Report } from "./model";

export const SCHEMA = "seamew-page/1";

/** The data in the page. Rejects where the browser cannot unpack it, or the page is no report. */
export async function load(page: ParentNode): Promise<Report> {
  const element = page.querySelector("#seamew-data");
  const content = element?.textContent ?? "";
  const text = element?.getAttribute("type") === "application/gzip" ? await unpack(content) : content;
  const report = JSON.parse(text) as Report;
  if (report.schema !== SCHEMA) throw new Error(`schema ${report.schema}, expected ${SCHEMA}`);
  return report;
}

/** Text from gzip in base64. */
export async function unpack(base64: string): Promise<string> {
  const binary = atob(base64);
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
