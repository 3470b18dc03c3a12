// The dominator tree as rows that open and close.
import type { ClassGroup, Tree } from "./model";

/** The row of the roots, which is not shown itself. */
export const TOP = -1;

/** What is under one row: its children are `first` to `first + count`, and how many more there are. */
export interface Below {
  readonly first: number;
  readonly count: number;
  readonly more: number;
  readonly moreBytes: number;
}

/** One line of the tree grid: a row, or (`row` null) what of the parent is not in the page. */
export interface Line {
  readonly key: string;
  readonly row: number | null;
  readonly parent: number;
  readonly level: number;
  /** Place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

export class TreeIndex {
  private readonly below = new Map<number, Below>();
  private readonly rows: ReadonlyMap<string, number>;
  private readonly classes: ReadonlyMap<number, readonly ClassGroup[]>;

  constructor(readonly tree: Tree) {
    this.classes = new Map(tree.groups);
    this.rows = new Map(tree.addresses.map((address, row) => [address, row]));
    const counts = new Map<number, { first: number; count: number }>();
    tree.parents.forEach((parent, row) => {
      const known = counts.get(parent);
      if (known) known.count += 1;
      else counts.set(parent, { first: row, count: 1 });
    });
    const more = new Map(tree.more.map(([row, objects, size]) => [row, [objects, size] as const]));
    for (const row of new Set([...counts.keys(), ...more.keys()])) {
      const { first, count } = counts.get(row) ?? { first: 0, count: 0 };
      const [objects, size] = more.get(row) ?? [0, 0];
      this.below.set(row, { first, count, more: objects, moreBytes: size });
    }
  }

  get size(): number {
    return this.tree.parents.length;
  }

  under(row: number): Below {
    return this.below.get(row) ?? { first: 0, count: 0, more: 0, moreBytes: 0 };
  }

  children(row: number): number[] {
    const { first, count } = this.under(row);
    return Array.from({ length: count }, (_, number) => first + number);
  }

  /** All that is right under a row by class, the biggest first; empty where little is small. */
  groups(row: number): readonly ClassGroup[] {
    return this.classes.get(row) ?? [];
  }

  canOpen(row: number): boolean {
    return this.below.has(row);
  }

  /** The row of the object at an address, if the page has it. */
  rowAt(address: string): number | null {
    return this.rows.get(address.toLowerCase().replace(/^0x/, "")) ?? null;
  }

  /** The rows above one, the topmost first. */
  above(row: number): number[] {
    const found: number[] = [];
    for (let at = this.tree.parents[row] ?? TOP; at !== TOP; at = this.tree.parents[at] ?? TOP) {
      found.unshift(at);
    }
    return found;
  }

  /** The lines to show, given which rows are open. */
  lines(open: ReadonlySet<number>): Line[] {
    const found: Line[] = [];
    const waiting: Line[] = this.linesUnder(TOP, 1).reverse();
    for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
      found.push(line);
      if (line.row !== null && open.has(line.row)) {
        waiting.push(...this.linesUnder(line.row, line.level + 1).reverse());
      }
    }
    return found;
  }

  private linesUnder(parent: number, level: number): Line[] {
    const { count, more } = this.under(parent);
    const siblings = count + (more ? 1 : 0);
    const lines: Line[] = this.children(parent).map((row, number) => ({
      key: String(row), row, parent, level, position: number + 1, siblings,
    }));
    if (more) {
      lines.push({ key: `more${parent}`, row: null, parent, level, position: siblings, siblings });
    }
    return lines;
  }
}
