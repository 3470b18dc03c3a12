import { render } from "preact";
import { load } from "./load";
import { Page } from "./page";
import { App } from "./parts/app";
import { applySettings, t } from "./settings";
import "./style.css";

applySettings(document.documentElement);
const room = document.getElementById("app");
if (room) {
  load(document).then(
    (report) => render(<App page={new Page(report)} />, room),
    (reason: unknown) => render(<Broken reason={String(reason)} />, room),
  );
}

function Broken({ reason }: { readonly reason: string }) {
  return (
    <main class="broken">
      <p>{t("broken", { reason })}</p>
      <p>{t("brokenHint")}</p>
    </main>
  );
}
