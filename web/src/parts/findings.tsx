// What is wrong, who holds it, how sure that is, and what to change.
import type { ComponentChildren } from "preact";
import { bytes, count } from "../format";
import type { Evidence, Finding, PathStep, Text } from "../model";
import { usePage } from "../page";
import { said, t } from "../settings";
import type { TextKey } from "../texts";
import { ObjectLink } from "./biggest";
import { ClassName, ObjectName } from "./names";
import { shareOfHeap } from "./overview";
import { Command, RuleName, Section, Share, SimpleTable } from "./small";

const OWNER_KINDS: Readonly<Record<string, TextKey>> = {
  static: "static", instance: "instance", thread_local: "thread_local", local: "local",
};

export function FindingsSection() {
  const { report: { findings, healthy } } = usePage();
  return (
    <Section id="findings">
      {findings.length === 0 && <p>{t("noFindings")}</p>}
      {findings.map((finding, number) => <Card finding={finding} number={number + 1} key={finding.id} />)}
      {healthy.length > 0 && <HealthyList />}
    </Section>
  );
}

function Card({ finding, number }: { readonly finding: Finding; readonly number: number }) {
  const title = `finding-${number}`;
  return (
    <article class={`finding ${finding.severity}`} aria-labelledby={title}>
      <header>
        <p class="badges">
          <Badge finding={finding} />
          <span class="badge confidence">{t("confidence")}: {t(finding.confidence)}</span>
          {finding.retained > 0 && (
            <span class="badge size">{bytes(finding.retained)} · {shareOfHeap(finding.share)}</span>
          )}
        </p>
        <h3 id={title}>{number}. {said(finding.title)}</h3>
      </header>
      <div class="columns">
        <div>
          <p class="summary">{said(finding.summary)}</p>
          <Facts finding={finding} />
          <EvidenceList rows={finding.evidence} />
          <TextList head="advice" texts={finding.advice} />
          <TextList head="doubts" texts={finding.doubts} />
        </div>
        <div>
          <Owners finding={finding} />
          {finding.path.length > 0 && <Path steps={finding.path} />}
        </div>
      </div>
    </article>
  );
}

const SIGNS = { high: "▲", medium: "◆", low: "●", info: "○" } as const;

function Badge({ finding: { severity } }: { readonly finding: Finding }) {
  return (
    <span class={`badge severity ${severity}`}>
      <span aria-hidden="true">{SIGNS[severity]} </span>{t("severity")}: {t(severity)}
    </span>
  );
}

function Facts({ finding }: { readonly finding: Finding }) {
  const { owner, ownerKind, elementClass, object, also } = finding;
  const kind = OWNER_KINDS[ownerKind ?? ""];
  const pairs: readonly (readonly [TextKey, ComponentChildren])[] = [
    ["owner", owner && <><ClassName name={owner} />{kind && <span class="aside"> {t(kind)}</span>}</>],
    ["elements", elementClass && <><ClassName name={elementClass} />{finding.instances > 1 && <span class="aside"> × {count(finding.instances)}</span>}</>],
    ["gathersIn", object && <ObjectLink address={object.address}><ObjectName object={object} /></ObjectLink>],
    ["rule", <RuleName id={finding.rule} />],
    ["alsoFound", also.length > 0 && <code>{also.join(", ")}</code>],
  ];
  return (
    <dl class="pairs">
      {pairs.filter(([, value]) => value).map(([name, value]) => (
        <div key={name}><dt>{t(name)}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}

function EvidenceList({ rows }: { readonly rows: readonly Evidence[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <h4>{t("evidence")}</h4>
      <ul class="evidence">
        {rows.map(({ text, command }, number) => (
          <li key={number}>{said(text)}{command !== null && <Command text={command} />}</li>
        ))}
      </ul>
    </>
  );
}

function TextList({ head, texts }: { readonly head: TextKey; readonly texts: readonly Text[] }) {
  if (texts.length === 0) return null;
  return (
    <>
      <h4>{t(head)}</h4>
      <ul class={head}>{texts.map((text, number) => <li key={number}>{said(text)}</li>)}</ul>
    </>
  );
}

function Owners({ finding: { owners } }: { readonly finding: Finding }) {
  if (owners.length < 2) return null;
  return (
    <>
      <h4>{t("owners")}</h4>
      <SimpleTable
        label={t("owners")}
        head={[t("owner"), t("instances"), t("retained")]}
        numbers={[1, 2]}
        rows={owners.map(({ name, instances, retained }) => [
          <ClassName name={name} />, count(instances), retained === null ? "" : bytes(retained),
        ])}
      />
    </>
  );
}

/** The way from a root, drawn from the top down. */
function Path({ steps }: { readonly steps: readonly PathStep[] }) {
  return (
    <>
      <h4>{t("path")}</h4>
      <ol class="path" aria-label={t("pathShort")}>
        {steps.map((step, number) => (
          <li key={number}>
            {step.skipped > 0 && <span class="skipped">⋮ {t("skipped", { count: count(step.skipped) })}</span>}
            {step.field !== "" && <span class="field">{fieldText(step.field)}</span>}
            <span class={`node${number === steps.length - 1 ? " last" : ""}`}>
              {number === 0 && <span class="root">{t("root")}: {step.roots.join(", ")}</span>}
              <ObjectLink address={step.address}><ObjectName object={step} /></ObjectLink>
              <Share size={step.retained} />
              <span class="size">{bytes(step.retained)}</span>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function fieldText(field: string): string {
  return /^[[<]/.test(field) ? field : `.${field}`;
}

function HealthyList() {
  const { report: { healthy } } = usePage();
  return (
    <div class="panel">
      <h3>{t("healthy")}</h3>
      <ul class="healthy">
        {healthy.map((one, number) => (
          <li key={number}>
            <strong>{one.owner === null ? <ObjectName object={one.object} /> : <ClassName name={one.owner} />}</strong>{" "}
            <span class="aside">{bytes(one.object.retained)}</span>
            <br />
            {said(one.because)}
          </li>
        ))}
      </ul>
    </div>
  );
}
