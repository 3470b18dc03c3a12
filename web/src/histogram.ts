// Order and filter of the class histogram.
import type { Histogram } from "./model";

export type SortColumn = "name" | "objects" | "shallow" | "retained";

export interface Order {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** The order after a click on a column's head: numbers fall first, names rise. */
export function nextOrder(order: Order, column: SortColumn): Order {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: column !== "name" };
}

/** Row numbers that pass the filter, in order. Equal rows stay as they came: by retained size. */
export function arranged(
  histogram: Histogram, names: readonly string[], order: Order, filter: string,
): number[] {
  const name = (row: number) => names[histogram.names[row] ?? -1] ?? "";
  const passes = matcher(filter);
  const rows = histogram.names.map((_, row) => row).filter((row) => passes(name(row)));
  const sign = order.descending ? -1 : 1;
  if (order.column === "name") {
    return rows.sort((one, other) => sign * compared(name(one), name(other)));
  }
  const values = histogram[order.column];
  return rows.sort((one, other) => sign * ((values[one] ?? 0) - (values[other] ?? 0)));
}

/** A test for a filter: parts in any case, `*` for any text. */
export function matcher(filter: string): (text: string) => boolean {
  const parts = filter.trim().toLowerCase().split("*").filter(Boolean);
  return (text) => {
    const lower = text.toLowerCase();
    let from = 0;
    return parts.every((part) => {
      const at = lower.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
  };
}

function compared(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
