// What all parts of the page share: the report, the tree with its open rows, and the way to it.
import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Report } from "./model";
import { said } from "./settings";
import { TreeIndex, TOP, type Line } from "./tree";

/** Rows that are opened at first: the biggest one, and what is in it, until it falls apart. */
const FALLS_APART = 0.8;

export class Page {
  readonly index: TreeIndex;
  readonly open: Signal<ReadonlySet<number>>;
  readonly lines: ReadonlySignal<readonly Line[]>;
  /** The line of the tree that keys act on. */
  readonly active = signal("");
  /** Counts up whenever the tree is to come into sight. */
  readonly revealed = signal(0);

  constructor(readonly report: Report) {
    this.index = new TreeIndex(report.tree);
    this.open = signal(this.biggest());
    this.lines = computed(() => this.index.lines(this.open.value));
    this.active.value = this.lines.value[0]?.key ?? "";
  }

  name(number: number): string {
    return this.report.names[number] ?? "";
  }

  /** What a rule is called in the language at hand; its id where that is not known. */
  ruleTitle(id: string): string {
    return said(this.report.rules.titles[id] ?? id);
  }

  ofHeap(size: number): number {
    const whole = this.report.facts.heap_bytes;
    return whole > 0 ? size / whole : 0;
  }

  toggle(row: number): void {
    const open = new Set(this.open.value);
    if (!open.delete(row)) open.add(row);
    this.open.value = open;
  }

  openBiggest(): void {
    this.open.value = new Set([...this.open.value, ...this.biggest()]);
  }

  collapse(): void {
    this.open.value = new Set();
    this.active.value = this.lines.value[0]?.key ?? "";
  }

  /** Open the tree down to a row, make it the active one, and go there. */
  reveal(row: number): void {
    this.open.value = new Set([...this.open.value, ...this.index.above(row)]);
    this.active.value = String(row);
    this.revealed.value += 1;
  }

  /** The row of the tree with that object, if the page has it. */
  row(address: string): number | null {
    return this.index.rowAt(address);
  }

  private biggest(): ReadonlySet<number> {
    const { tree } = this.report;
    const open = new Set<number>();
    let [at] = this.index.children(TOP);
    while (at !== undefined && this.index.canOpen(at)) {
      open.add(at);
      const [child] = this.index.children(at);
      const keeps = (tree.retained[child ?? TOP] ?? 0) >= (tree.retained[at] ?? 0) * FALLS_APART;
      // A chain of nodes is as long as it is dull.
      const isChain = tree.classes[child ?? TOP] === tree.classes[at];
      at = keeps && !isChain ? child : undefined;
    }
    return open;
  }
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error("no page");
  return page;
}
