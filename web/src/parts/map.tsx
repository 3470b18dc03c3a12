// The retained heap as nested areas, and the same as a table.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { bytes, count, share } from "../format";
import { usePage } from "../page";
import { t } from "../settings";
import { boxes, cells, type Box, type Cell } from "../treemap";
import { ObjectLink } from "./biggest";
import { SimpleTable } from "./small";
import { classParts } from "../names";

const HEIGHT = 360;
const HUES = 7;
/** Areas smaller than this, in pixels, have no label. */
const LEAST_LABEL = { width: 46, height: 18 };

export function Map() {
  const { report, index } = usePage();
  const room = useRef<HTMLDivElement>(null);
  const width = useSignal(900);
  useEffect(() => {
    const element = room.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => (width.value = element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const root = useMemo(() => boxes(report, index), [report, index]);
  const placed = useMemo(() => cells(root, width.value, HEIGHT), [root, width.value]);
  return (
    <div class="panel">
      <h3>{t("treemap")}</h3>
      <p class="note">{t("treemapHint")}</p>
      <div class="map" ref={room} role="img" aria-label={t("treemapChart")} style={{ height: `${HEIGHT}px` }}>
        {placed.map((cell, number) => <Area cell={cell} key={number} />)}
      </div>
      <details>
        <summary>{t("asTable")}</summary>
        <MapTable root={root} />
      </details>
    </div>
  );
}

function boxName(box: Box): string {
  if (box.objects !== null) return t("manyObjects", { count: count(box.objects), name: box.label });
  return box.label || t("rest");
}

// The areas are for the mouse alone: the table leads keyboards to the same places.
function Area({ cell }: { readonly cell: Cell }) {
  const page = usePage();
  const { box, depth, branch, left, top, width, height } = cell;
  const hasRoom = width >= LEAST_LABEL.width && height >= LEAST_LABEL.height;
  const plain = box.row === null && box.objects === null;
  const hue = branch === null ? "frame" : plain ? "hue-rest" : `hue-${branch % HUES}`;
  const name = boxName(box);
  const simple = box.label.split(" › ").map((part) => classParts(part.replace(/^class /, "")).simple).join(" › ");
  const short = box.objects === null ? simple || name : t("manyObjects", { count: count(box.objects), name: simple });
  return (
    <div
      class={`area depth-${depth} ${hue}${box.row === null ? "" : " chosen"}`}
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      title={`${name}\n${bytes(box.size)}, ${share(page.ofHeap(box.size))}`}
      onClick={box.row === null ? undefined : () => page.reveal(box.row ?? -1)}
    >
      {hasRoom && <span>{short} <small>{bytes(box.size)}</small></span>}
    </div>
  );
}

function MapTable({ root }: { readonly root: Box }) {
  const page = usePage();
  const rows = flat(root, 0);
  return (
    <SimpleTable
      label={t("treemap")}
      head={[t("object"), t("retained"), t("share")]}
      numbers={[1, 2]}
      rows={rows.map(({ box, level }) => [
        <span class="nested" style={{ "--level": String(level) }}>
          {box.row === null
            ? <span class="class-name">{boxName(box)}</span>
            : <ObjectLink address={page.report.tree.addresses[box.row] ?? ""}><span class="class-name">{boxName(box)}</span></ObjectLink>}
        </span>,
        bytes(box.size),
        share(page.ofHeap(box.size)),
      ])}
    />
  );
}

function flat(root: Box, level: number): { box: Box; level: number }[] {
  return root.children.flatMap((box) => [{ box, level }, ...flat(box, level + 1)]);
}
