// The dominator tree.
import { bytes, count, share } from "../format";
import { KINDS, type HeapObject } from "../model";
import { Page, usePage } from "../page";
import { t } from "../settings";
import type { Line } from "../tree";
import { Grid } from "./grid";
import { ClassName, ObjectName } from "./names";
import { Command, Section, Share } from "./small";

const DEEPEST_INDENT = 24;

export function TreeSection() {
  const page = usePage();
  if (page.index.size === 0) return null;
  return (
    <Section id="tree" note={`${t("treeHint", { count: count(page.index.size) })} ${t("retainedMeaning")}`}>
      <div class="tools">
        <button type="button" onClick={() => page.openBiggest()}>{t("openBiggest")}</button>
        <button type="button" onClick={() => page.collapse()}>{t("collapse")}</button>
      </div>
      <TreeGrid />
      <p class="note keys" id="tree-keys">{t("treeKeys")}</p>
      <Selected />
    </Section>
  );
}

function TreeGrid() {
  const page = usePage();
  const lines = page.lines.value;
  const active = lines.findIndex(({ key }) => key === page.active.value);
  const toggle = (line: Line | undefined) => {
    if (line?.row != null && page.index.canOpen(line.row)) page.toggle(line.row);
  };
  return (
    <Grid
      id="tree-grid"
      role="treegrid"
      label={t("tree")}
      describedBy="tree-keys"
      columns={4}
      total={lines.length}
      active={active}
      revealed={page.revealed.value}
      onActive={(line) => (page.active.value = lines[line]?.key ?? "")}
      onKey={(key) => onKey(page, lines, active, key)}
      onChoose={(line) => toggle(lines[line])}
      head={
        <>
          <div role="columnheader">{t("object")}</div>
          <div role="columnheader" class="right less">{t("shallow")}</div>
          <div role="columnheader" class="right" aria-sort="descending">{t("retained")}</div>
          <div role="columnheader" class="right">{t("share")}</div>
        </>
      }
      rowProps={(number) => rowProps(page, lines[number])}
      cells={(number) => {
        const line = lines[number];
        return line && <Cells line={line} />;
      }}
    />
  );
}

/** The keys of a tree: right opens or goes in, left closes or goes out, Enter turns over. */
function onKey(page: Page, lines: readonly Line[], active: number, key: string): boolean {
  const line = lines[active];
  if (line === undefined) return false;
  const { row, parent } = line;
  const isOpen = row !== null && page.open.value.has(row);
  const canOpen = row !== null && page.index.canOpen(row);
  if (key === "ArrowRight" && canOpen) {
    if (isOpen) page.active.value = lines[active + 1]?.key ?? line.key;
    else page.toggle(row);
  } else if (key === "ArrowLeft" && isOpen) page.toggle(row);
  else if (key === "ArrowLeft" && parent >= 0) page.active.value = String(parent);
  else if ((key === "Enter" || key === " ") && canOpen) page.toggle(row);
  return ["ArrowRight", "ArrowLeft", "Enter", " "].includes(key);
}

function rowProps(page: Page, line: Line | undefined) {
  if (line === undefined) return {};
  const canOpen = line.row !== null && page.index.canOpen(line.row);
  return {
    "aria-level": line.level,
    "aria-posinset": line.position,
    "aria-setsize": line.siblings,
    "aria-expanded": canOpen ? page.open.value.has(line.row ?? -1) : undefined,
  };
}

function Cells({ line }: { readonly line: Line }) {
  const page = usePage();
  const { row, level } = line;
  const { tree } = page.report;
  const below = page.index.under(line.parent);
  const retained = row === null ? below.moreBytes : (tree.retained[row] ?? 0);
  const indent = { "--level": String(Math.min(level - 1, DEEPEST_INDENT)) };
  return (
    <>
      <div role="gridcell" class="first" style={indent}>
        <Twisty row={row} />
        {row === null
          ? <More parent={line.parent} />
          : <ObjectName object={objectAt(page, row)} />}
      </div>
      <div role="gridcell" class="right less">{row !== null && bytes(tree.shallow[row] ?? 0)}</div>
      <div role="gridcell" class="right">{bytes(retained)}</div>
      <div role="gridcell" class="right"><Share size={retained} /></div>
    </>
  );
}

/** What of a row's objects is not in the page, and of which class most of them are. */
function More({ parent }: { readonly parent: number }) {
  const page = usePage();
  const [most] = page.index.groups(parent);
  const text = t("moreNotEmbedded", { count: count(page.index.under(parent).more) });
  return (
    <span class="more">
      {text}{most && <> ({t("mostly")} <ClassName name={page.name(most[0])} />)</>}
    </span>
  );
}

function Twisty({ row }: { readonly row: number | null }) {
  const page = usePage();
  if (row === null || !page.index.canOpen(row)) return <span class="twisty" aria-hidden="true" />;
  return <span class="twisty" aria-hidden="true">{page.open.value.has(row) ? "▾" : "▸"}</span>;
}

/** A row of the tree as an object. */
export function objectAt({ report: { tree } }: Page, row: number): HeapObject {
  return {
    class: tree.classes[row] ?? -1,
    kind: KINDS[tree.kinds[row] ?? 0] ?? "instance",
    address: tree.addresses[row] ?? "",
    shallow: tree.shallow[row] ?? 0,
    retained: tree.retained[row] ?? 0,
    length: tree.lengths[row] ?? null,
    value: tree.values[row] ?? null,
  };
}

/** The active row in full, and how to ask more about it. */
function Selected() {
  const page = usePage();
  const line = page.lines.value.find(({ key }) => key === page.active.value);
  const row = line?.row ?? line?.parent ?? -1;
  if (row < 0) return null;
  const object = objectAt(page, row);
  const { dump } = page.report;
  const commands = [
    ["fieldsOf", `seamew object ${dump} 0x${object.address}`],
    ["pathOf", `seamew path ${dump} 0x${object.address}`],
    ["dominatedBy", `seamew dominators ${dump} 0x${object.address}`],
  ] as const;
  return (
    <div class="selected">
      <h3>{t("selected")}</h3>
      <p class="whole"><ObjectName object={object} /></p>
      <p class="figures">
        {t("shallow")} {bytes(object.shallow)} · {t("retained")} {bytes(object.retained)} ({share(page.ofHeap(object.retained))})
      </p>
      <ul class="commands">
        {commands.map(([key, text]) => <li key={key}><span>{t(key)}</span> <Command text={text} /></li>)}
      </ul>
    </div>
  );
}
