// Small things that several parts use.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { bytes, share } from "../format";
import { usePage } from "../page";
import { t } from "../settings";
import type { TextKey } from "../texts";

export function Section(
  { id, children, note }: { readonly id: TextKey; readonly children: ComponentChildren; readonly note?: string },
) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabIndex={-1}>{t(id)}</h2>
      {note && <p class="note">{note}</p>}
      {children}
    </section>
  );
}

/** A size with its share of the heap, and a bar for the eye alone. */
export function Share({ size }: { readonly size: number }) {
  const part = usePage().ofHeap(size);
  return (
    <span class="share">
      <span class="bar" aria-hidden="true"><span style={{ width: `${Math.min(100, part * 100)}%` }} /></span>
      <span class="number">{share(part)}</span>
    </span>
  );
}

export function Size({ size }: { readonly size: number | null }) {
  return size === null ? null : <span class="number" title={`${size} B`}>{bytes(size)}</span>;
}

/** A rule by its id, and what it is called where that is known. */
export function RuleName({ id }: { readonly id: string }) {
  const title = usePage().ruleTitle(id);
  return <><code>{id}</code>{title !== id && <span class="aside"> {title}</span>}</>;
}

/** A command to run, with a button that copies it. */
export function Command({ text }: { readonly text: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = true;
      setTimeout(() => (copied.value = false), 1500);
    } catch {
      // Without a clipboard the text can still be selected by hand.
    }
  };
  return (
    <span class="command">
      <code>{text}</code>
      <button type="button" class="quiet" onClick={copy} aria-label={`${t("copy")}: ${text}`}>
        {copied.value ? t("copied") : t("copy")}
      </button>
    </span>
  );
}

/** A plain table; `numbers` are the columns set right, `less` those that narrow windows go without. */
export function SimpleTable(
  { head, rows, numbers = [], less = [], label }: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly ComponentChildren[])[];
    readonly numbers?: readonly number[];
    readonly less?: readonly number[];
    readonly label: string;
  },
) {
  const style = (column: number) =>
    `${numbers.includes(column) ? "right" : ""} ${less.includes(column) ? "less" : ""}`.trim();
  return (
    <div class="table-room">
      <table aria-label={label}>
        <thead>
          <tr>{head.map((text, column) => <th scope="col" class={style(column)} key={column}>{text}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, number) => (
            <tr key={number}>{row.map((cell, column) => <td class={style(column)} key={column}>{cell}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A box to filter by; `onText` hears each change. */
export function Filter(
  { label, text, onText }: { readonly label: string; readonly text: string; readonly onText: (text: string) => void },
) {
  return (
    <label class="filter">
      <span>{label}</span>
      <input type="search" value={text} spellcheck={false} onInput={(event) => onText(event.currentTarget.value)} />
    </label>
  );
}
