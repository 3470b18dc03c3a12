// A grid of many lines of one height, of which only those in sight are in the page. One line is
// the active one: keys move it while the focus stays on the grid.
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { inSight, scrolledTo } from "../window";

export const LINE_HEIGHT = 30;
const MOST_LINES = 18;
/** Lines that are printed: paper cannot scroll. */
const PRINTED = 40;

interface GridProps {
  readonly id: string;
  readonly role: "grid" | "treegrid";
  readonly label: string;
  readonly describedBy?: string;
  readonly columns: number;
  readonly total: number;
  readonly active: number;
  readonly head: ComponentChildren;
  /** The cells of a line. */
  readonly cells: (line: number) => ComponentChildren;
  /** Attributes of a line's row: level, whether it is open, and so on. */
  readonly rowProps?: (line: number) => Record<string, string | number | boolean | undefined>;
  readonly onActive: (line: number) => void;
  /** Keys that the grid itself does not know; true where it was one. */
  readonly onKey?: (key: string) => boolean;
  readonly onChoose?: (line: number) => void;
  /** Counts up whenever the grid is to take the focus. */
  readonly revealed?: number;
}

export function Grid(props: GridProps) {
  const { id, total, active } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = Math.min(total, MOST_LINES) * LINE_HEIGHT;
  const span = inSight(total, LINE_HEIGHT, top.value, height);
  const rowId = (line: number) => `${id}-row-${line}`;

  useEffect(() => {
    const element = scroller.current;
    if (element && active >= 0) element.scrollTop = scrolledTo(active, LINE_HEIGHT, element.scrollTop, height);
  }, [active, height, props.revealed]);

  useEffect(() => {
    const grid = scroller.current?.parentElement;
    if (props.revealed && grid) {
      grid.scrollIntoView({ block: "center" });
      grid.focus({ preventScroll: true });
    }
  }, [props.revealed]);

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys of the buttons in the head are the buttons' own.
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== event.currentTarget) return;
    const next = moved(event.key, active, total);
    if (next !== null) props.onActive(next);
    else if (!props.onKey?.(event.key)) return;
    event.preventDefault();
  };

  const row = (line: number, printed: boolean) => (
    <div
      role="row"
      key={line}
      id={printed ? undefined : rowId(line)}
      class={`line${line === active && !printed ? " active" : ""}`}
      aria-rowindex={line + 2}
      aria-selected={line === active}
      style={printed ? undefined : { top: `${line * LINE_HEIGHT}px` }}
      onClick={() => {
        props.onActive(line);
        props.onChoose?.(line);
      }}
      {...props.rowProps?.(line)}
    >
      {props.cells(line)}
    </div>
  );

  return (
    <>
      <div
        id={id}
        class={`grid ${id}`}
        role={props.role}
        tabIndex={0}
        aria-label={props.label}
        aria-describedby={props.describedBy}
        aria-rowcount={total + 1}
        aria-colcount={props.columns}
        aria-activedescendant={active >= span.first && active < span.end ? rowId(active) : undefined}
        onKeyDown={onKeyDown}
      >
        <div role="rowgroup">
          <div role="row" class="head" aria-rowindex={1}>{props.head}</div>
        </div>
        <div
          role="rowgroup"
          class="scroller"
          ref={scroller}
          style={{ height: `${height}px` }}
          onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
        >
          <div role="presentation" class="room" style={{ height: `${total * LINE_HEIGHT}px` }}>
            {lines(span.first, span.end).map((line) => row(line, false))}
          </div>
        </div>
      </div>
      <div class={`grid ${id} printed`} aria-hidden="true">
        <div class="head">{props.head}</div>
        {lines(0, Math.min(total, PRINTED)).map((line) => row(line, true))}
      </div>
    </>
  );
}

function lines(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, number) => first + number);
}

/** The active line after a key; null for keys that do not move it. */
export function moved(key: string, active: number, total: number): number | null {
  const last = total - 1;
  const targets: Record<string, number> = {
    ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last,
    PageDown: active + MOST_LINES - 1, PageUp: active - MOST_LINES + 1,
  };
  const target = targets[key];
  return target === undefined ? null : Math.max(0, Math.min(last, target));
}
