// What the page shows, as python/seamew/report/html/data.py writes it. Sizes are bytes, addresses
// hexadecimal without 0x; names of classes, frames and the like are numbers in `names`.

/** A text that is the same in both languages, or one for each. */
export type Text = string | { readonly en: string; readonly zh: string };

export type Kind =
  "instance" | "object_array" | "primitive_array" | "class" | "thread" | "class_loader";

/** The kinds by the number that stands for them in `Tree`. */
export const KINDS: readonly Kind[] = [
  "instance", "object_array", "primitive_array", "class", "thread", "class_loader",
];

export type Severity = "high" | "medium" | "low" | "info";
export type Confidence = "certain" | "likely" | "possible";

export interface HeapObject {
  readonly class: number;
  readonly kind: Kind;
  readonly address: string;
  readonly shallow: number;
  readonly retained: number;
  readonly length: number | null;
  readonly value: string | null;
}

export interface PathStep extends HeapObject {
  /** What holds the object in the one before it; empty on the root. */
  readonly field: string;
  readonly roots: readonly string[];
  /** Steps left out before this one. */
  readonly skipped: number;
}

export interface OwnerCount {
  readonly name: string;
  readonly kind: string;
  readonly instances: number;
  readonly retained: number | null;
}

export interface Evidence {
  readonly text: Text;
  readonly command: string | null;
}

export interface Finding {
  readonly id: string;
  readonly rule: string;
  readonly topic: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly title: Text;
  readonly summary: Text;
  readonly owner: string | null;
  readonly ownerKind: string | null;
  readonly owners: readonly OwnerCount[];
  readonly elementClass: string | null;
  readonly instances: number;
  readonly retained: number;
  readonly share: number;
  readonly object: HeapObject | null;
  readonly path: readonly PathStep[];
  readonly evidence: readonly Evidence[];
  readonly advice: readonly Text[];
  readonly doubts: readonly Text[];
  readonly also: readonly string[];
}

export interface Healthy {
  readonly rule: string;
  readonly owner: string | null;
  readonly object: HeapObject;
  readonly because: Text;
}

export interface WasteRow {
  readonly kind: string;
  readonly owner: string | null;
  readonly class: number;
  readonly instances: number;
  readonly wasted: number;
}

export interface Group {
  readonly name: number;
  readonly objects: number;
  readonly shallow: number;
  readonly retained: number;
}

/** Columns of the dominator tree: parents before children, those of one object side by side. */
export interface Tree {
  readonly parents: readonly number[];
  readonly classes: readonly number[];
  readonly kinds: readonly number[];
  readonly addresses: readonly string[];
  readonly shallow: readonly number[];
  readonly retained: readonly number[];
  readonly lengths: readonly (number | null)[];
  readonly values: readonly (string | null)[];
  /** Row (-1: the roots), objects under it that are not in the page, what they retain. */
  readonly more: readonly (readonly [number, number, number])[];
  /** Row, and the objects right under it by class, where the small ones among them hold much. */
  readonly groups: readonly (readonly [number, readonly ClassGroup[]])[];
}

/** Class, objects, retained bytes. */
export type ClassGroup = readonly [number, number, number];

export interface Histogram {
  readonly names: readonly number[];
  readonly loaders: readonly number[];
  readonly objects: readonly number[];
  readonly shallow: readonly number[];
  readonly retained: readonly number[];
  readonly more: { readonly classes: number; readonly objects: number; readonly shallow: number };
}

/** Class, address, retained bytes, value. */
export type Local = readonly [number, string, number, string | null];
/** Text, the biggest locals, how many locals are left out. */
export type Frame = readonly [number, readonly Local[], number];

export interface Thread {
  readonly name: number;
  readonly class: number;
  readonly address: string;
  readonly state: string | null;
  readonly daemon: boolean | null;
  readonly virtual: boolean;
  readonly priority: number | null;
  readonly loader: number;
  readonly shallow: number;
  readonly retained: number;
  readonly biggestLocal: number | null;
  readonly frames: readonly Frame[];
  readonly moreFrames: number;
}

export interface ThreadPool {
  readonly name: number;
  readonly threads: number;
  readonly retained: number;
  readonly states: Readonly<Record<string, number>>;
}

export interface Threads {
  readonly total: number;
  readonly rows: readonly Thread[];
  readonly pools: readonly ThreadPool[];
  readonly morePools: number;
}

/** Source, name, value (null: not in the dump), whether a part of it is masked. */
export type Property = readonly [string, string, string | null, boolean];

export interface Facts {
  readonly file: string;
  readonly format: string;
  readonly compression: string;
  readonly file_bytes: number;
  readonly dump_index: number;
  readonly dump_count: number;
  readonly at_ms: number | null;
  readonly reference_bytes: number;
  readonly header_bytes: number;
  readonly object_alignment: number;
  readonly size_model: string;
  readonly keep_unreachable: boolean;
  readonly heap_bytes: number;
  readonly object_count: number;
  readonly class_count: number;
  readonly loader_count: number;
  readonly root_count: number;
  readonly thread_count: number;
  readonly unreachable_objects: number;
  readonly unreachable_bytes: number;
  readonly filler_objects: number;
  readonly filler_bytes: number;
  readonly read_in_part: boolean;
}

export interface Runtime {
  readonly java: string | null;
  readonly vm: string | null;
  readonly home: string | null;
  readonly system: string | null;
  readonly user: string | null;
  readonly folder: string | null;
  readonly command: string | null;
  readonly time_zone: string | null;
  readonly charset: string | null;
  readonly processors: number | null;
  readonly uptime_ms: number | null;
}

export interface Report {
  readonly schema: string;
  readonly version: string;
  /** The dump and its options, as they stand in a command. */
  readonly dump: string;
  readonly facts: Facts;
  readonly runtime: Runtime;
  readonly warnings: readonly string[];
  readonly verdict: Text;
  readonly findings: readonly Finding[];
  readonly healthy: readonly Healthy[];
  readonly waste: readonly WasteRow[];
  readonly rules: {
    readonly looked: readonly string[];
    readonly notApplicable: readonly string[];
    readonly failed: readonly (readonly [string, string])[];
    readonly titles: Readonly<Record<string, Text>>;
  };
  readonly notAnalysed: readonly Text[];
  readonly consumers: {
    readonly objects: readonly HeapObject[];
    readonly classes: readonly Group[];
    readonly loaders: readonly Group[];
    readonly packages: readonly Group[];
  };
  readonly tree: Tree;
  readonly histogram: Histogram;
  readonly threads: Threads;
  readonly properties: readonly Property[];
  readonly names: readonly string[];
}
