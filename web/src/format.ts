// Numbers as python/seamew/units.py writes them, so that page and terminal say the same.

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;
const STEP = 1024;

/** Three telling digits and a unit: 512 B, 1.50 KB, 34.2 MB. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  while (Math.abs(value) >= STEP && unit < UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  if (unit === 0) return `${count} B`;
  const digits = Math.max(0, 3 - String(Math.trunc(Math.abs(value))).length);
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Thousands parted by commas. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A percentage with one decimal; too small to show is `<0.1%`, never 0. */
export function share(value: number): string {
  return value > 0 && value < 0.001 ? "<0.1%" : `${(value * 100).toFixed(1)}%`;
}

/** 12 s, 3 min 05 s, 2 h 10 min, 3 d 04 h. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const pair = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pair(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${pair(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${pair(hours % 24)} h`;
}

/** 2026-11-23 09:01:47 UTC. */
export function moment(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
}
