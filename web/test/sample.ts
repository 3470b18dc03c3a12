// A small report for tests.
import type { Report, Tree } from "../src/model";

/*  roots: 0 (100), 1 (50), 2 more
    0: 2 (60), 3 (30)      1: nothing
    2: 4 (50), 10 more     */
export const TREE: Tree = {
  parents: [-1, -1, 0, 0, 2],
  classes: [0, 1, 2, 3, 2],
  kinds: [4, 3, 0, 1, 0],
  addresses: ["10", "20", "30", "40", "50"],
  shallow: [10, 50, 8, 30, 50],
  retained: [100, 50, 60, 30, 50],
  lengths: [null, null, null, 7, null],
  values: ["main", "com.acme.Registry", null, null, null],
  more: [[-1, 2, 20], [2, 10, 2]],
  groups: [[-1, [[0, 1, 100], [1, 3, 70]]]],
};

export const NAMES = ["java.lang.Thread", "java.lang.Class", "com.acme.Session", "java.lang.Object[]"];

export function report(changes: Partial<Report> = {}): Report {
  return {
    facts: { heap_bytes: 170 },
    names: NAMES,
    tree: TREE,
    ...changes,
  } as unknown as Report;
}
