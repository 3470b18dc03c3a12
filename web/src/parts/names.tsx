// Classes and objects by name.
import type { HeapObject } from "../model";
import { classParts, objectClass, objectLabel } from "../names";
import { usePage } from "../page";

/** A class's name; where there is no room for the package, CSS cuts that first. */
export function ClassName({ name }: { readonly name: string }) {
  const parts = classParts(name);
  return (
    <span class="class-name" title={name}>
      {parts.package && <><span class="package">{parts.package}</span><wbr /></>}
      <span class="simple">{parts.simple}</span>
    </span>
  );
}

/** An object by class, address and value. */
export function ObjectName({ object }: { readonly object: HeapObject }) {
  const { report } = usePage();
  const { kind, value, address } = object;
  const className = objectClass(report.names[object.class] ?? "?", object.length);
  if (kind === "class") {
    return <span class="object-name" title={objectLabel(object, report.names)}><span class="word">class</span> <ClassName name={value ?? "?"} /></span>;
  }
  return (
    <span class="object-name" title={objectLabel(object, report.names)}>
      {kind === "thread" && value !== null && <span class="value">"{value}" </span>}
      <ClassName name={className} />
      <span class="address"> @ 0x{address}</span>
      {kind !== "thread" && value !== null && <span class="value"> "{value}"</span>}
    </span>
  );
}
