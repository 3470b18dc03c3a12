// The whole page.
import { useEffect } from "preact/hooks";
import type { Report } from "../model";
import { Page, PageContext } from "../page";
import { language, setLanguage, setTheme, t, theme } from "../settings";
import type { TextKey } from "../texts";
import { FindingsSection } from "./findings";
import { HistogramSection } from "./histogram";
import { OverviewSection } from "./overview";
import { LimitsSection, PropertiesSection, ReproduceSection, WasteSection } from "./rest";
import { ThreadsSection } from "./threads";
import { TreeSection } from "./tree";

const SECTIONS: readonly TextKey[] = [
  "overview", "findings", "tree", "histogram", "threads", "waste", "properties", "reproduce", "limits",
];

export function App({ page }: { readonly page: Page }) {
  const { report } = page;
  const title = t("title");
  useEffect(() => {
    document.title = `${report.facts.file} - ${title} - Seamew`;
  }, [report, title]);
  return (
    <PageContext.Provider value={page}>
      <a class="skip" href="#content">{t("skip")}</a>
      <Head report={report} />
      <nav aria-label={t("sections")}>
        <ul>{SECTIONS.map((id) => <li key={id}><a href={`#${id}`}>{t(id)}<Badge id={id} report={report} /></a></li>)}</ul>
      </nav>
      <main id="content" tabIndex={-1}>
        <OverviewSection />
        <FindingsSection />
        <TreeSection />
        <HistogramSection />
        <ThreadsSection />
        <WasteSection />
        <PropertiesSection />
        <ReproduceSection />
        <LimitsSection />
      </main>
      <footer>{t("madeBy", { version: report.version })}</footer>
    </PageContext.Provider>
  );
}

function Badge({ id, report }: { readonly id: TextKey; readonly report: Report }) {
  return id === "findings" ? <span class="count">{report.findings.length}</span> : null;
}

function Head({ report }: { readonly report: Report }) {
  const isDark = theme.value === "dark";
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <header class="top">
      <h1><span class="brand">Seamew</span> <span class="what">{t("title")}</span> <span class="file">{report.facts.file}</span></h1>
      <div class="switches">
        <button type="button" lang={other === "zh" ? "zh-Hans" : "en"} title={t("languageHint")} onClick={() => setLanguage(other)}>
          {t("language")}
        </button>
        <button type="button" title={t("themeHint")} onClick={() => setTheme(isDark ? "light" : "dark")}>
          {t(isDark ? "themeLight" : "themeDark")}
        </button>
      </div>
    </header>
  );
}
