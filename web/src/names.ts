// Names of classes and objects, cut apart so that the telling part can be shown alone.
import type { HeapObject } from "./model";

export interface ClassName {
  /** With the dot at its end; empty for primitive types and the default package. */
  readonly package: string;
  readonly simple: string;
}

/** `java.util.` and `Map$Entry[]`. */
export function classParts(name: string): ClassName {
  const found = /^((?:[\p{L}_$][\p{L}\p{N}_$-]*\.)+)(.+)$/u.exec(name);
  return found ? { package: found[1] ?? "", simple: found[2] ?? "" } : { package: "", simple: name };
}

/** The class as an object of it is named: arrays with their length. */
export function objectClass(className: string, length: number | null): string {
  return length !== null && className.endsWith("[]") ? `${className.slice(0, -1)}${length}]` : className;
}

/** A whole name in one line, for titles and labels: class, address, value. */
export function objectLabel(object: HeapObject, names: readonly string[]): string {
  const className = objectClass(names[object.class] ?? "?", object.length);
  if (object.kind === "class") return `class ${object.value ?? "?"}`;
  if (object.kind === "thread") return `"${object.value ?? "?"}" ${className} @ 0x${object.address}`;
  return `${className} @ 0x${object.address}`;
}
