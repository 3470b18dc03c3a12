// The retained heap as rectangles: the biggest objects, and in them what they dominate.
import { hierarchy, treemap as layOut, treemapSquarify, type HierarchyNode } from "d3-hierarchy";
import type { Report } from "./model";
import { objectClass } from "./names";
import { TOP, type TreeIndex } from "./tree";

/** Rectangles smaller than this share of the map are summed up. */
const LEAST_SHARE = 0.004;
const LEVELS = 3;
const LABEL_HEIGHT = 18;
/** An object that has this share of the one above it is drawn as one with it. */
const CHAINED = 0.9;
const MOST_CHAINED = 5;
const NEARLY_ALL = 0.6;

export interface Box {
  readonly label: string;
  readonly size: number;
  /** The tree's row of the object, or of the biggest of several; null where the page has none. */
  readonly row: number | null;
  /** How many objects of one class the box stands for; null for one object, and for the rest. */
  readonly objects: number | null;
  readonly children: readonly Box[];
}

export interface Cell {
  readonly box: Box;
  readonly depth: number;
  /** Number of the coloured box that it is in; null: it is only a frame around such boxes. */
  readonly branch: number | null;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The heap as nested boxes; what no big object holds is grouped by class. */
export function boxes(report: Report, index: TreeIndex): Box {
  const size = report.facts.heap_bytes;
  return { label: "", size, row: null, objects: null, children: boxesUnder(report, index, TOP, size, 1) };
}

function boxesUnder(report: Report, index: TreeIndex, row: number, size: number, level: number): Box[] {
  const least = report.facts.heap_bytes * LEAST_SHARE;
  const big = bigUnder(index, row, least);
  const found = [...big.map((child) => objectBox(report, index, child, level)), ...groupBoxes(report, index, row, big, least)];
  const rest = size - found.reduce((sum, box) => sum + box.size, 0);
  if (found.length === 0 || rest <= 0) return found;
  return [...found, { label: "", size: rest, row: null, objects: null, children: [] }];
}

function objectBox(report: Report, index: TreeIndex, row: number, level: number): Box {
  const size = index.tree.retained[row] ?? 0;
  const { label, last } = chain(report, index, row);
  const children = level < LEVELS ? boxesUnder(report, index, last, size, level + 1) : [];
  return { label, size, row: last, objects: null, children };
}

/** Small objects by class: what the class's big objects, which have boxes, leave over. */
function groupBoxes(report: Report, index: TreeIndex, row: number, big: readonly number[], least: number): Box[] {
  const { classes, retained } = index.tree;
  const left = index.groups(row).map(([name, objects, size]) => {
    const taken = big.filter((child) => classes[child] === name);
    const rest = size - taken.reduce((sum, child) => sum + (retained[child] ?? 0), 0);
    const first = index.children(row).find((child) => classes[child] === name && !taken.includes(child)) ?? null;
    return { label: report.names[name] ?? "?", size: rest, row: first, objects: objects - taken.length, children: [] };
  });
  return left.filter((box) => box.size >= least && box.objects > 0);
}

function bigUnder(index: TreeIndex, row: number, least: number): number[] {
  return index.children(row).filter((child) => (index.tree.retained[child] ?? 0) >= least);
}

/** A row and those under it that have nearly all of it: one box, with the names of them all. */
function chain(report: Report, index: TreeIndex, row: number): { label: string; last: number } {
  const steps = [{ name: rowLabel(report, row), times: 1 }];
  let last = row;
  for (;;) {
    const [child] = index.children(last);
    const { retained } = index.tree;
    if (child === undefined || (retained[child] ?? 0) < CHAINED * (retained[row] ?? 0)) break;
    const name = rowLabel(report, child);
    const before = steps.at(-1);
    if (before?.name === name) before.times += 1;
    else steps.push({ name, times: 1 });
    last = child;
  }
  const labels = steps.map(({ name, times }) => (times > 1 ? `${name} (${times})` : name));
  const shown = labels.length > MOST_CHAINED ? [...labels.slice(0, 2), "…", ...labels.slice(2 - MOST_CHAINED)] : labels;
  return { label: shown.join(" › "), last };
}

/** A row's class in short; a class object is named after the class that it stands for. */
export function rowLabel(report: Report, row: number): string {
  const { tree, names } = report;
  const value = tree.values[row] ?? null;
  const kind = tree.kinds[row];
  if (kind === 3) return `class ${value ?? "?"}`;
  const className = objectClass(names[tree.classes[row] ?? -1] ?? "?", tree.lengths[row] ?? null);
  return kind === 4 && value !== null ? `"${value}"` : className;
}

/** Where the boxes lie in a room of that size. */
export function cells(root: Box, width: number, height: number): Cell[] {
  const sums = hierarchy(root, (box) => box.children as Box[])
    .sum((box) => (box.children.length ? 0 : box.size))
    .sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  const placed = layOut<Box>()
    .tile(treemapSquarify).size([width, height]).paddingOuter(2).paddingInner(2).paddingTop((node) => (node.depth ? LABEL_HEIGHT : 0)).round(true)(sums);
  const numbers = branchNumbers(placed);
  return placed.descendants().filter((node) => node.depth > 0).map((node) => ({
    box: node.data,
    depth: node.depth,
    branch: node.ancestors().map((above) => numbers.get(above)).find((number) => number !== undefined) ?? null,
    left: node.x0,
    top: node.y0,
    width: node.x1 - node.x0,
    height: node.y1 - node.y0,
  })).filter((cell) => cell.width > 0 && cell.height > 0);
}

/** The boxes that have a colour of their own, biggest first. One that is nearly all has none:
    there the boxes in it have. */
function branchNumbers(root: HierarchyNode<Box>): Map<HierarchyNode<Box>, number> {
  const apart = (root.children ?? []).flatMap((node) =>
    node.children && (node.value ?? 0) >= NEARLY_ALL * (root.value ?? 0) ? node.children : [node]);
  const sorted = apart.sort((one, other) => (other.value ?? 0) - (one.value ?? 0));
  return new Map(sorted.map((node, number) => [node, number]));
}
