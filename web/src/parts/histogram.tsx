// Classes with their objects.
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { bytes, count } from "../format";
import { arranged, nextOrder, type Order, type SortColumn } from "../histogram";
import { usePage } from "../page";
import { t } from "../settings";
import { Grid } from "./grid";
import { ClassName } from "./names";
import { Command, Filter, Section, Share } from "./small";

const COLUMNS = [
  ["name", "className", "first"],
  ["objects", "objects", "right"],
  ["shallow", "shallow", "right less"],
  ["retained", "retained", "right"],
] as const;

export function HistogramSection() {
  const page = usePage();
  const { histogram, names } = page.report;
  const order = useSignal<Order>({ column: "retained", descending: true });
  const filter = useSignal("");
  const active = useSignal(0);
  const rows = useMemo(
    () => arranged(histogram, names, order.value, filter.value),
    [histogram, names, order.value, filter.value],
  );
  const { more } = histogram;
  const sort = (column: SortColumn) => {
    order.value = nextOrder(order.value, column);
    active.value = 0;
  };
  return (
    <Section id="histogram" note={t("retainedMeaning")}>
      <div class="tools">
        <Filter
          label={t("filterClasses")}
          text={filter.value}
          onText={(text) => {
            filter.value = text;
            active.value = 0;
          }}
        />
        <span class="note" role="status">
          {t("rowsShown", { shown: count(rows.length), total: count(histogram.names.length) })}
        </span>
      </div>
      <Grid
        id="histogram-grid"
        role="grid"
        label={t("histogram")}
        columns={5}
        total={rows.length}
        active={Math.min(active.value, rows.length - 1)}
        onActive={(line) => (active.value = line)}
        head={
          <>
            {COLUMNS.map(([column, text, style]) => (
              <SortHead key={column} column={column} text={t(text)} style={style} order={order.value} onSort={sort} />
            ))}
            <div role="columnheader" class="right">{t("share")}</div>
          </>
        }
        cells={(line) => <Cells row={rows[line] ?? -1} />}
      />
      {rows.length === 0 && <p class="note">{t("noMatch")}</p>}
      {more.classes > 0 && (
        <p class="note">
          {t("moreClasses", { classes: count(more.classes), objects: count(more.objects), shallow: bytes(more.shallow) })}
        </p>
      )}
      <SelectedClass row={rows[Math.min(active.value, rows.length - 1)] ?? -1} />
    </Section>
  );
}

function SortHead(
  { column, text, style, order, onSort }: {
    readonly column: SortColumn;
    readonly text: string;
    readonly style: string;
    readonly order: Order;
    readonly onSort: (column: SortColumn) => void;
  },
) {
  const isSorted = order.column === column;
  const direction = order.descending ? "descending" : "ascending";
  return (
    <div role="columnheader" class={style} aria-sort={isSorted ? direction : "none"}>
      <button type="button" class="sort" title={`${t("sortBy")}: ${text}`} onClick={() => onSort(column)}>
        {text}<span aria-hidden="true">{isSorted ? (order.descending ? " ▼" : " ▲") : ""}</span>
      </button>
    </div>
  );
}

function Cells({ row }: { readonly row: number }) {
  const { report: { histogram }, name } = usePageNames();
  const retained = histogram.retained[row] ?? 0;
  return (
    <>
      <div role="gridcell" class="first"><ClassName name={name(histogram.names[row] ?? -1)} /></div>
      <div role="gridcell" class="right">{count(histogram.objects[row] ?? 0)}</div>
      <div role="gridcell" class="right less">{bytes(histogram.shallow[row] ?? 0)}</div>
      <div role="gridcell" class="right">{bytes(retained)}</div>
      <div role="gridcell" class="right"><Share size={retained} /></div>
    </>
  );
}

function SelectedClass({ row }: { readonly row: number }) {
  const { report: { histogram, dump }, name } = usePageNames();
  if (row < 0) return null;
  const className = name(histogram.names[row] ?? -1);
  const loader = histogram.loaders[row] ?? -1;
  const quoted = `'${className.replaceAll("'", "'\\''")}'`;
  const commands = [
    ["pathOf", `seamew merged-paths ${dump} ${quoted}`],
    ["ownersOf", `seamew immediate-dominators ${dump} ${quoted}`],
  ] as const;
  return (
    <div class="selected">
      <h3>{t("selected")}</h3>
      <p class="whole"><ClassName name={className} /></p>
      {loader >= 0 && <p class="figures">{t("loader")}: {name(loader)}</p>}
      <ul class="commands">
        {commands.map(([key, text]) => <li key={key}><span>{t(key)}</span> <Command text={text} /></li>)}
      </ul>
    </div>
  );
}

function usePageNames() {
  const page = usePage();
  return { report: page.report, name: (number: number) => page.name(number) };
}
