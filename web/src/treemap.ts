// The retained heap as rectangles: the biggest objects, and in them what they dominate.
import { hierarchy, treemap as layOut, treemapSquarify } from "d3-hierarchy";
import type { Group, Report } from "./model";
import { objectClass } from "./names";
import { TOP, type TreeIndex } from "./tree";

/** Rectangles smaller than this share of the map are summed up. */
const LEAST_SHARE = 0.004;
const LEVELS = 3;
const LABEL_HEIGHT = 18;
const CHAINED = 0.9;
const MOST_CHAINED = 5;
const MOST_GROUPS = 8;

export interface Box {
  readonly label: string;
  readonly size: number;
  /** The tree's row, where the box is one object that the page has. */
  readonly row: number | null;
  /** What a box without a row is: objects of one class, or all the rest. */
  readonly objects: number | null;
  readonly children: readonly Box[];
}

export interface Cell {
  readonly box: Box;
  readonly depth: number;
  /** Number of the top box that it is in; it gives the colour. */
  readonly branch: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The heap as nested boxes; what no big object holds is grouped by class. */
export function boxes(report: Report, index: TreeIndex): Box {
  const whole = report.facts.heap_bytes;
  const children = objectBoxes(report, index, TOP, whole, 1);
  const shown = children.reduce((sum, box) => sum + box.size, 0);
  const groups = groupBoxes(report, index, whole);
  const grouped = groups.reduce((sum, box) => sum + box.size, 0);
  const rest = remainder(whole - shown - grouped);
  return { label: "", size: whole, row: null, objects: null, children: [...children, ...groups, ...rest] };
}

function objectBoxes(report: Report, index: TreeIndex, row: number, whole: number, level: number): Box[] {
  return bigUnder(index, row, whole).map((child) => {
    const size = index.tree.retained[child] ?? 0;
    const { label, last } = chain(report, index, child);
    const children = level < LEVELS ? objectBoxes(report, index, last, whole, level + 1) : [];
    const inside = children.reduce((sum, box) => sum + box.size, 0);
    const rest = children.length ? remainder(size - inside) : [];
    return { label, size, row: last, objects: null, children: [...children, ...rest] };
  });
}

function bigUnder(index: TreeIndex, row: number, whole: number): number[] {
  return index.children(row).filter((child) => (index.tree.retained[child] ?? 0) >= whole * LEAST_SHARE);
}

/** A row and those under it that have nearly all of it: one box, with the names of them all. */
function chain(report: Report, index: TreeIndex, row: number): { label: string; last: number } {
  const labels = [rowLabel(report, row)];
  let last = row;
  for (;;) {
    const [child] = index.children(last);
    const { retained } = index.tree;
    if (child === undefined || (retained[child] ?? 0) < CHAINED * (retained[row] ?? 0)) break;
    labels.push(rowLabel(report, child));
    last = child;
  }
  const shown = labels.length > MOST_CHAINED ? [...labels.slice(0, 2), "…", ...labels.slice(2 - MOST_CHAINED)] : labels;
  return { label: shown.join(" › "), last };
}

/** Small topmost objects by class: what the class's big objects, which have boxes, leave over. */
function groupBoxes(report: Report, index: TreeIndex, whole: number): Box[] {
  const taken = new Map<number, { objects: number; size: number }>();
  for (const row of bigUnder(index, TOP, whole)) {
    const name = index.tree.classes[row] ?? -1;
    const { objects, size } = taken.get(name) ?? { objects: 0, size: 0 };
    taken.set(name, { objects: objects + 1, size: size + (index.tree.retained[row] ?? 0) });
  }
  const left = (group: Group) => {
    const { objects, size } = taken.get(group.name) ?? { objects: 0, size: 0 };
    return {
      label: report.names[group.name] ?? "?", size: group.retained - size, row: null,
      objects: group.objects - objects, children: [],
    };
  };
  return report.consumers.classes.map(left)
    .filter((box) => box.size >= whole * LEAST_SHARE && box.objects > 0)
    .slice(0, MOST_GROUPS);
}

function remainder(size: number): Box[] {
  return size > 0 ? [{ label: "", size, row: null, objects: null, children: [] }] : [];
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
  const branches = new Map(placed.children?.map((child, number) => [child.data, number]));
  return placed.descendants().filter((node) => node.depth > 0).map((node) => ({
    box: node.data,
    depth: node.depth,
    branch: branches.get(node.ancestors().at(-2)?.data ?? node.data) ?? 0,
    left: node.x0,
    top: node.y0,
    width: node.x1 - node.x0,
    height: node.y1 - node.y0,
  })).filter((cell) => cell.width > 0 && cell.height > 0);
}
