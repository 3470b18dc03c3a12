// What is in the dump, and what holds most of it.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { bytes, count, duration, moment, share } from "../format";
import type { Group } from "../model";
import { usePage } from "../page";
import { said, t } from "../settings";
import { Biggest } from "./biggest";
import { Map } from "./map";
import { ClassName } from "./names";
import { Section, Share, SimpleTable } from "./small";

export function OverviewSection() {
  const { report } = usePage();
  const { facts, warnings, verdict } = report;
  return (
    <Section id="overview">
      <p class="verdict">{said(verdict)}</p>
      {(facts.read_in_part || warnings.length > 0) && (
        <div class="warnings" role="note">
          <strong>{t("warnings")}</strong>
          {facts.read_in_part && <p>{t("inPart")}</p>}
          <ul>{warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>
        </div>
      )}
      <Facts />
      {facts.heap_bytes > 0 && (
        <>
          <Biggest />
          <Map />
          <Groups />
        </>
      )}
    </Section>
  );
}

function Facts() {
  const { report: { facts, runtime } } = usePage();
  const counted = (objects: number, size: number) =>
    objects > 0 ? `${bytes(size)}, ${t("heapObjects", { count: count(objects) })}` : null;
  const layout = t("layoutText", {
    reference: String(facts.reference_bytes),
    header: String(facts.header_bytes),
    alignment: String(facts.object_alignment),
  });
  const processors = runtime.processors === null ? null : t("processors", { count: String(runtime.processors) });
  const pairs: readonly (readonly [string, ComponentChildren])[] = [
    [t("heap"), <><b>{bytes(facts.heap_bytes)}</b>, {t("heapObjects", { count: count(facts.object_count) })}</>],
    [t("classes"), `${count(facts.class_count)}, ${t("byLoaders", { count: count(facts.loader_count) })}`],
    [t("threads"), `${count(facts.thread_count)}, ${t("roots", { count: count(facts.root_count) })}`],
    [t("unreachable"), counted(facts.unreachable_objects, facts.unreachable_bytes)],
    [t("filler"), counted(facts.filler_objects, facts.filler_bytes)],
    [t("takenAt"), facts.at_ms === null ? null : moment(facts.at_ms)],
    ["", runtime.uptime_ms === null ? null : t("upFor", { time: duration(runtime.uptime_ms) })],
    [t("jvm"), runtime.vm ?? runtime.java],
    [t("system"), [runtime.system, processors].filter(Boolean).join(", ") || null],
    [t("command"), runtime.command && <code>{runtime.command}</code>],
    [t("layout"), facts.size_model === "mat" ? `${layout}; ${t("sizesLikeMat")}` : layout],
    [t("file"), `${facts.file} (${bytes(facts.file_bytes)}, ${facts.format})`],
  ];
  return (
    <dl class="facts">
      {pairs.filter(([, value]) => value).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

const GROUPINGS = [["classes", "byClass", "className"], ["packages", "byPackage", "package"], ["loaders", "byLoader", "loader"]] as const;

function Groups() {
  const { report: { consumers } } = usePage();
  const grouping = useSignal<(typeof GROUPINGS)[number]>(GROUPINGS[0]);
  const [by, , head] = grouping.value;
  return (
    <div class="panel">
      <h3>{t("groups")}</h3>
      <fieldset class="choice">
        <legend>{t("groupBy")}</legend>
        {GROUPINGS.map((one) => (
          <label key={one[0]}>
            <input type="radio" name="groups" checked={one === grouping.value} onChange={() => (grouping.value = one)} />
            {t(one[1])}
          </label>
        ))}
      </fieldset>
      <GroupTable rows={consumers[by]} head={t(head)} />
    </div>
  );
}

function GroupTable({ rows, head }: { readonly rows: readonly Group[]; readonly head: string }) {
  const page = usePage();
  return (
    <SimpleTable
      label={t("groups")}
      head={[head, t("objects"), t("retained"), t("share")]}
      numbers={[1, 2, 3]}
      rows={rows.map((group) => [
        <ClassName name={page.name(group.name)} />,
        count(group.objects),
        bytes(group.retained),
        <Share size={group.retained} />,
      ])}
    />
  );
}

/** A share of the heap in words, for labels. */
export function shareOfHeap(part: number): string {
  return t("ofTheHeap", { share: share(part) });
}
