// Language and theme: as the reader chose, else as the browser says.
import { effect, signal } from "@preact/signals";
import type { Text } from "./model";
import { TEXTS, type TextKey } from "./texts";

export type Language = "en" | "zh";
export type Theme = "light" | "dark";

export const language = signal<Language>(
  chosen("language", ["en", "zh"]) ?? (navigator.language.startsWith("zh") ? "zh" : "en"),
);
export const theme = signal<Theme>(
  chosen("theme", ["light", "dark"]) ??
    (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
);

/** Keep the document in step with the settings. */
export function applySettings(root: HTMLElement): void {
  effect(() => {
    root.lang = language.value === "zh" ? "zh-Hans" : "en";
  });
  effect(() => {
    root.dataset["theme"] = theme.value;
  });
}

export function setLanguage(value: Language): void {
  language.value = value;
  remember("language", value);
}

export function setTheme(value: Theme): void {
  theme.value = value;
  remember("theme", value);
}

/** A text of the page, with values in its places. */
export function t(key: TextKey, values: Readonly<Record<string, string>> = {}): string {
  const text = TEXTS[key][language.value === "zh" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

/** A text that came with the data. */
export function said(text: Text): string {
  return typeof text === "string" ? text : text[language.value];
}

// A page that was opened as a file may have no storage at all.
function chosen<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
  try {
    const stored = localStorage.getItem(`seamew-${name}`);
    return values.find((value) => value === stored);
  } catch {
    return undefined;
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`seamew-${name}`, value);
  } catch {
    // Then the choice lasts as long as the page.
  }
}
