// Threads with their stacks, and what their local variables hold.
import { useSignal } from "@preact/signals";
import { bytes, count } from "../format";
import { matcher } from "../histogram";
import type { Frame, Local, Thread } from "../model";
import { usePage, type Page } from "../page";
import { t } from "../settings";
import { ObjectLink } from "./biggest";
import { ObjectName } from "./names";
import { Filter, Section, Share, SimpleTable } from "./small";

const AT_ONCE = 50;

export function ThreadsSection() {
  const { report: { threads } } = usePage();
  return (
    <Section id="threads">
      {threads.total === 0 && <p>{t("noThreads")}</p>}
      {threads.pools.length > 1 && <Pools />}
      {threads.total > 0 && <ThreadList />}
    </Section>
  );
}

function Pools() {
  const page = usePage();
  const { pools, morePools } = page.report.threads;
  const states = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([state, number]) => `${state} ${count(number)}`).join(", ");
  return (
    <details class="panel" open={pools.length <= 20}>
      <summary>{t("pools")}</summary>
      <SimpleTable
        label={t("pools")}
        head={[t("pool"), t("threadCount"), t("state"), t("retained"), t("share")]}
        numbers={[1, 3, 4]}
        less={[2]}
        rows={pools.map((pool) => [
          <span class="pool">{page.name(pool.name)}</span>, count(pool.threads), states(pool.states),
          bytes(pool.retained), <Share size={pool.retained} />,
        ])}
      />
      {morePools > 0 && <p class="note">{t("morePools", { count: count(morePools) })}</p>}
    </details>
  );
}

function ThreadList() {
  const page = usePage();
  const { rows, total } = page.report.threads;
  const filter = useSignal("");
  const most = useSignal(AT_ONCE);
  const passes = matcher(filter.value);
  const found = rows.filter((thread) => passes(page.name(thread.name)) || thread.frames.some(([text]) => passes(page.name(text))));
  const shown = found.slice(0, most.value);
  return (
    <>
      <h3>{t("allThreads")}</h3>
      <div class="tools">
        <Filter label={t("filterThreads")} text={filter.value} onText={(text) => (filter.value = text)} />
        <span class="note" role="status">{t("threadsShown", { shown: count(found.length), total: count(total) })}</span>
      </div>
      <div class="thread-list">
        {shown.map((thread, number) => <ThreadRow thread={thread} key={thread.address} isFirst={number === 0} />)}
      </div>
      {found.length === 0 && <p class="note">{t("noMatch")}</p>}
      {found.length > shown.length && (
        <button type="button" onClick={() => (most.value += AT_ONCE)}>
          {t("showMore", { count: count(Math.min(AT_ONCE, found.length - shown.length)) })}
        </button>
      )}
    </>
  );
}

function ThreadRow({ thread, isFirst }: { readonly thread: Thread; readonly isFirst: boolean }) {
  const page = usePage();
  const isOpen = useSignal(isFirst);
  return (
    <details class="thread" open={isOpen.value} onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>
        <span class="thread-name">{page.name(thread.name) || t("noName")}</span>
        <span class="thread-state">{thread.state ?? ""}</span>
        <Share size={thread.retained} />
        <span class="size">{bytes(thread.retained)}</span>
      </summary>
      {isOpen.value && <Stack thread={thread} />}
    </details>
  );
}

function Stack({ thread }: { readonly thread: Thread }) {
  const page = usePage();
  const words = [
    `${page.name(thread.class)} @ 0x${thread.address}`,
    thread.virtual && t("virtual"),
    thread.daemon && t("daemon"),
    thread.priority !== null && t("priority", { value: String(thread.priority) }),
    thread.loader >= 0 && `${t("contextLoader")} ${page.name(thread.loader)}`,
  ];
  return (
    <div class="stack">
      <p class="note">{words.filter(Boolean).join(" · ")}</p>
      {thread.frames.length === 0 && <p class="note">{t("noStack")}</p>}
      <ol>{thread.frames.map((frame, depth) => <FrameRow frame={frame} key={depth} />)}</ol>
      {thread.moreFrames > 0 && <p class="note">{t("moreFrames", { count: count(thread.moreFrames) })}</p>}
    </div>
  );
}

function FrameRow({ frame: [text, locals, more] }: { readonly frame: Frame }) {
  const page = usePage();
  return (
    <li>
      <code>{page.name(text)}</code>
      {locals.length > 0 && (
        <ul class="locals">
          {locals.map((local, number) => <LocalRow local={local} key={number} />)}
          {more > 0 && <li class="note">{t("moreLocals", { count: count(more) })}</li>}
        </ul>
      )}
    </li>
  );
}

function LocalRow({ local }: { readonly local: Local }) {
  const page = usePage();
  const [, address, retained] = local;
  return (
    <li class={isBig(page, retained) ? "big" : ""}>
      <span class="word">{t("holds")} </span>
      <ObjectLink address={address}><ObjectName object={asObject(local)} /></ObjectLink>{" "}
      <span class="size">{bytes(retained)}</span>
    </li>
  );
}

/** Locals that hold this share of the heap stand out. */
const BIG = 0.01;

function isBig(page: Page, retained: number): boolean {
  return page.ofHeap(retained) >= BIG;
}

function asObject([className, address, retained, value]: Local) {
  return { class: className, kind: "instance", address, shallow: 0, retained, length: null, value } as const;
}
