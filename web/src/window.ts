// Which lines of a long list of equal heights are in sight; only they are in the page.

/** Lines kept ready above and below what is in sight. */
const AROUND = 8;

export interface Span {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

export function inSight(total: number, lineHeight: number, top: number, height: number): Span {
  const first = Math.floor(top / lineHeight) - AROUND;
  const end = Math.ceil((top + height) / lineHeight) + AROUND;
  return { first: Math.min(Math.max(0, first), total), end: Math.max(0, Math.min(total, end)) };
}

/** Where to scroll so that a line is in sight; unchanged where it is. */
export function scrolledTo(line: number, lineHeight: number, top: number, height: number): number {
  const above = line * lineHeight;
  if (above < top) return above;
  return Math.max(top, above + lineHeight - height);
}
