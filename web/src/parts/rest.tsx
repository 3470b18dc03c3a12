// Waste, properties, how to reproduce, and what was not analysed.
import { useSignal } from "@preact/signals";
import { bytes, count } from "../format";
import { matcher } from "../histogram";
import type { Property } from "../model";
import { usePage } from "../page";
import { said, t } from "../settings";
import type { TextKey } from "../texts";
import { ClassName } from "./names";
import { Command, Filter, RuleName, Section, Share, SimpleTable } from "./small";

export function WasteSection() {
  const page = usePage();
  const { waste } = page.report;
  return (
    <Section id="waste" {...(waste.length > 0 && { note: t("wasteHint") })}>
      {waste.length === 0 && <p>{t("noWaste")}</p>}
      {waste.length > 0 && (
        <SimpleTable
          label={t("waste")}
          head={[t("kind"), t("owner"), t("className"), t("instances"), t("wasted"), t("share")]}
          numbers={[3, 4, 5]}
          less={[2, 3, 5]}
          rows={waste.map((row) => [
            page.ruleTitle(row.kind),
            row.owner === null ? "" : <ClassName name={row.owner} />,
            <ClassName name={page.name(row.class)} />,
            count(row.instances),
            bytes(row.wasted),
            <Share size={row.wasted} />,
          ])}
        />
      )}
    </Section>
  );
}

const SOURCES: Readonly<Record<string, TextKey>> = {
  system: "system_source", environment: "environment_source", argument: "argument_source",
};

export function PropertiesSection() {
  const { report: { properties } } = usePage();
  const filter = useSignal("");
  const passes = matcher(filter.value);
  const shown = properties.filter(([, name, value]) => passes(`${name} ${value ?? ""}`));
  const masked = properties.filter(([, , , isMasked]) => isMasked).length;
  return (
    <Section id="properties">
      {properties.length === 0 && <p>{t("noProperties")}</p>}
      {masked > 0 && <p class="note">{t("maskedHint", { count: count(masked) })}</p>}
      {properties.length > 0 && (
        <>
          <div class="tools">
            <Filter label={t("filterProperties")} text={filter.value} onText={(text) => (filter.value = text)} />
          </div>
          <SimpleTable
            label={t("properties")}
            head={[t("name"), t("value"), t("source")]}
            less={[2]}
            rows={shown.map((row) => [<code>{row[1]}</code>, <Value row={row} />, <span class="nowrap">{source(row[0])}</span>])}
          />
          {shown.length === 0 && <p class="note">{t("noMatch")}</p>}
        </>
      )}
    </Section>
  );
}

function source(name: string): string {
  const key = SOURCES[name];
  return key === undefined ? name : t(key);
}

function Value({ row: [, , value, isMasked] }: { readonly row: Property }) {
  if (value === null) return <span class="aside">{t("notInDump")}</span>;
  return (
    <>
      {value === "" ? <span class="aside">{t("empty")}</span> : <code class="whole">{value}</code>}
      {isMasked && <span class="badge masked">{t("masked")}</span>}
    </>
  );
}

const COMMANDS: readonly (readonly [string, TextKey])[] = [
  ["diagnose", "reproduceDiagnose"],
  ["info", "reproduceInfo"],
  ["consumers", "reproduceConsumers"],
  ["dominators", "reproduceTree"],
  ["histogram", "reproduceHistogram"],
  ["threads", "reproduceThreads"],
  ["properties", "reproduceProperties"],
];

export function ReproduceSection() {
  const { report: { dump } } = usePage();
  return (
    <Section id="reproduce" note={t("reproduceHint")}>
      <ul class="commands">
        {COMMANDS.map(([name, key]) => (
          <li key={name}>
            <span>{t(key)}</span>
            <Command text={`seamew ${name} ${dump}${name === "diagnose" ? " --html report.html" : ""}`} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function LimitsSection() {
  const { report: { notAnalysed, rules } } = usePage();
  const reasons = Object.fromEntries(rules.failed);
  return (
    <Section id="limits">
      <ul>{notAnalysed.map((text, number) => <li key={number}>{said(text)}</li>)}</ul>
      <RuleList head="rulesLooked" rules={rules.looked} />
      <RuleList head="rulesNotApplicable" rules={rules.notApplicable} />
      <RuleList head="rulesFailed" rules={Object.keys(reasons)} reasons={reasons} />
    </Section>
  );
}

function RuleList(
  { head, rules, reasons = {} }: {
    readonly head: TextKey;
    readonly rules: readonly string[];
    readonly reasons?: Readonly<Record<string, string>>;
  },
) {
  if (rules.length === 0) return null;
  return (
    <details>
      <summary>{t(head, { count: count(rules.length) })}</summary>
      <ul class="rules">
        {rules.map((rule) => (
          <li key={rule}><RuleName id={rule} />{reasons[rule] && `: ${reasons[rule]}`}</li>
        ))}
      </ul>
    </details>
  );
}
