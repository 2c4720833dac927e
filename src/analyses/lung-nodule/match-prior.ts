import { distanceBetween, type PatientPoint } from "../../volume/space.ts";

/** A finding to be matched, in the frame of the prior examination. */
export interface Matchable {
  readonly place: PatientPoint;
  /** How far off the place may be, mm. */
  readonly errorMm: number;
  readonly diameterMm: number | null;
}

export interface Pair {
  readonly prior: number;
  readonly current: number;
  /** True where another finding would fit nearly as well. */
  readonly ambiguous: boolean;
}

/** A nodule may drift that far beyond what registration says, by breath and by where its centre is taken. */
const driftMm = 5;
/** Diameters differ at most by this factor, up or down (a volume ratio of 64). */
const mostRatio = 4;
/** Another pair this near in cost makes one ambiguous. */
const muchAlike = 0.15;
const aloneCost = 2.1;

/** What a pair costs: 0 at the same place with the same size, at most 2; null: out of reach. */
export function pairCost(prior: Matchable, current: Matchable): number | null {
  const reach = driftMm + 3 * Math.max(prior.errorMm, current.errorMm) + Math.max(prior.diameterMm ?? 0, current.diameterMm ?? 0) / 2;
  const apart = distanceBetween(prior.place, current.place) / reach;
  const ratio =
    prior.diameterMm === null || current.diameterMm === null
      ? 0.5
      : Math.abs(Math.log(current.diameterMm / prior.diameterMm)) / Math.log(mostRatio);
  return apart > 1 || ratio > 1 ? null : apart ** 2 + ratio ** 2;
}

/**
 * Pairs findings of two examinations one to one so that the sum of costs is least, staying alone being the dearest (shortest augmenting paths, as in the
 * Hungarian algorithm).
 */
export function matchPrior(prior: readonly Matchable[], current: readonly Matchable[]): Pair[] {
  const costs = prior.map((one) => current.map((other) => pairCost(one, other)));
  // To stay alone costs more than any pair: a column of its own for each.
  const alone = prior.map((_, row) => prior.map((_, column) => (row === column ? aloneCost : null)));
  const assigned = assign(
    costs.map((row, n) => [...row, ...(alone[n] ?? [])]),
    current.length + prior.length,
  );
  const priorOf = assigned.slice(0, current.length);
  return priorOf.flatMap((p, c) => {
    if (p === null) return [];
    const cost = costs[p]?.[c] ?? 0;
    const free = (at: number | null): boolean => at !== null && at - cost < muchAlike;
    const otherCurrent = current.some((_, n) => priorOf[n] === null && free(costs[p]?.[n] ?? null));
    const otherPrior = prior.some((_, n) => !priorOf.includes(n) && free(costs[n]?.[c] ?? null));
    return [{ prior: p, current: c, ambiguous: otherCurrent || otherPrior }];
  });
}

/** Row of each column, by augmenting along the cheapest path (Bellman–Ford) from each row in turn; what cannot be paired stays null. */
function assign(costs: readonly (readonly (number | null)[])[], columns: number): (number | null)[] {
  const rowOf: (number | null)[] = new Array(columns).fill(null);
  for (let start = 0; start < costs.length; start++) {
    const best = new Array<number>(columns).fill(Number.POSITIVE_INFINITY);
    const from = new Array<number | null>(columns).fill(null);
    const relax = (row: number, spent: number, via: number | null): boolean => {
      let better = false;
      for (const [column, cost] of (costs[row] ?? []).entries()) {
        if (cost === null || column === via || spent + cost >= (best[column] ?? 0) - 1e-12) continue;
        best[column] = spent + cost;
        from[column] = via;
        better = true;
      }
      return better;
    };
    relax(start, 0, null);
    for (let again = true, round = 0; again && round < columns; round++) {
      again = false;
      for (const [column, row] of rowOf.entries())
        if (row !== null && Number.isFinite(best[column])) again = relax(row, best[column]! - (costs[row]?.[column] ?? 0), column) || again;
    }
    const free = rowOf.flatMap((row, column) => (row === null && Number.isFinite(best[column]) ? [column] : []));
    if (free.length === 0) continue;
    let column: number | null = free.reduce((a, b) => (best[b]! < best[a]! ? b : a));
    while (column !== null) {
      const via: number | null = from[column] ?? null;
      rowOf[column] = via === null ? start : (rowOf[via] ?? null);
      column = via;
    }
  }
  return rowOf;
}
