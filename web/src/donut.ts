// Shares of a whole as slices of a ring.

export interface Slice {
  readonly value: number;
  /** The outline as an SVG path. */
  readonly path: string;
  /** Middle of the slice on the ring. */
  readonly x: number;
  readonly y: number;
}

/** Slices of a ring with these radii around 0,0, clockwise from the top. */
export function slices(values: readonly number[], whole: number, inner: number, outer: number): Slice[] {
  let turned = 0;
  return values.map((value) => {
    const from = turned;
    turned += whole > 0 ? value / whole : 0;
    // A full turn is no arc: its ends fall together.
    const to = Math.min(turned, from + 0.99999);
    const [x, y] = at((from + to) / 2, (inner + outer) / 2);
    return { value, path: ring(from, to, inner, outer), x, y };
  });
}

function ring(from: number, to: number, inner: number, outer: number): string {
  const far = to - from > 0.5 ? 1 : 0;
  const arc = (radius: number, turn: number, sweep: number) =>
    `A${radius},${radius} 0 ${far} ${sweep} ${point(at(turn, radius))}`;
  return [
    `M${point(at(from, outer))}`, arc(outer, to, 1), `L${point(at(to, inner))}`, arc(inner, from, 0), "Z",
  ].join("");
}

function at(turn: number, radius: number): [number, number] {
  const angle = turn * 2 * Math.PI - Math.PI / 2;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

function point([x, y]: [number, number]): string {
  return `${x.toFixed(2)},${y.toFixed(2)}`;
}
