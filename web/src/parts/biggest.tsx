// The biggest retainers as a pie, with the same numbers beside it.
import type { ComponentChildren } from "preact";
import { slices } from "../donut";
import { bytes, share } from "../format";
import { usePage } from "../page";
import { t } from "../settings";
import { ObjectName } from "./names";

const SHOWN = 7;
const INNER = 52;
const OUTER = 96;
/** Slices thinner than this carry no number. */
const LEAST_NUMBERED = 0.03;

export function Biggest() {
  const page = usePage();
  const { consumers, facts } = page.report;
  const shown = consumers.objects.slice(0, SHOWN);
  const sizes = shown.map(({ retained }) => retained);
  const rest = Math.max(0, facts.heap_bytes - sizes.reduce((sum, size) => sum + size, 0));
  const parts = slices([...sizes, rest], facts.heap_bytes, INNER, OUTER);
  return (
    <div class="panel">
      <h3>{t("biggest")}</h3>
      <div class="pie">
        <svg viewBox="-100 -100 200 200" role="img" aria-label={t("biggestChart")}>
          {parts.map(({ path, x, y, value }, number) => (
            <g key={number}>
              <path d={path} class={number < shown.length ? `hue hue-${number}` : "hue hue-rest"} />
              {number < shown.length && page.ofHeap(value) >= LEAST_NUMBERED && (
                <text x={x} y={y} class="slice-number">{number + 1}</text>
              )}
            </g>
          ))}
          <text x="0" y="-2" class="pie-total">{bytes(facts.heap_bytes)}</text>
          <text x="0" y="16" class="pie-label">{t("heap")}</text>
        </svg>
        <table aria-label={t("biggest")}>
          <thead>
            <tr>
              <th scope="col"><span class="hidden">#</span></th>
              <th scope="col">{t("object")}</th>
              <th scope="col" class="right">{t("retained")}</th>
              <th scope="col" class="right">{t("share")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((object, number) => (
              <tr key={object.address}>
                <td><span class={`swatch hue-${number}`}>{number + 1}</span></td>
                <td><ObjectLink address={object.address}><ObjectName object={object} /></ObjectLink></td>
                <td class="right">{bytes(object.retained)}</td>
                <td class="right">{share(page.ofHeap(object.retained))}</td>
              </tr>
            ))}
            <tr>
              <td><span class="swatch hue-rest" /></td>
              <td>{t("others")}</td>
              <td class="right">{bytes(rest)}</td>
              <td class="right">{share(page.ofHeap(rest))}</td>
            </tr>
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Leads to an object in the dominator tree, where the page has it. */
export function ObjectLink(
  { address, children }: { readonly address: string; readonly children: ComponentChildren },
) {
  const page = usePage();
  const row = page.row(address);
  if (row === null) return <>{children}</>;
  return (
    <a
      href="#tree"
      title={t("showInTree")}
      onClick={(event) => {
        event.preventDefault();
        page.reveal(row);
      }}
    >
      {children}
    </a>
  );
}
