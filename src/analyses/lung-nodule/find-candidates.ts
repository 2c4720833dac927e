import { toPatient } from "../../volume/grid.ts";
import type { PatientPoint, Vector3 } from "../../volume/space.ts";
import { voxelPoint } from "../../volume/space.ts";
import type { Threads } from "../../volume/threads.ts";
import { blobPeaksTask, type EnhanceInput, type Peak } from "./enhancement.ts";
import { type Bulk, findBulkTask } from "./find-mass.ts";
import type { LungBox } from "./lung-box.ts";

/** What a candidate looked like when it was found: dense as tissue, hazy, or bulk over about 25 mm. */
export type Channel = "solid" | "ground-glass" | "mass";

/** A place worth a closer look. */
export interface Candidate {
  readonly centerMm: PatientPoint;
  /** Voxel of the lung box. */
  readonly position: Vector3;
  readonly radiusMm: number;
  readonly channel: Channel;
}

/** A candidate of the rules; its radius is that of the ball which the responding scale fits best. */
export interface RuleCandidate extends Candidate {
  /** Strength on its channel's own scale; orders candidates of one channel. */
  readonly strength: number;
  readonly roundness: number;
  readonly tubeness: number;
}

export interface CandidateSearch {
  readonly threads: Threads;
  readonly signal: AbortSignal;
  /** @param fraction 0 … 1 */
  readonly progress: (fraction: number) => void;
}

interface Scale {
  readonly sigmaMm: number;
  readonly factor: 1 | 2 | 3;
}

/** One kind of blob: which HU count, at which sizes, from which response on. */
interface ChannelPlan {
  readonly channel: Channel;
  readonly clipHu: readonly [number, number];
  readonly scales: readonly Scale[];
  readonly leastBlobnessHu: number;
}

/** σ = d/(2√3): .9 … 8.7 mm are diameters of 3 … 30 mm. Coarse scales on coarse grids. */
const plans: readonly ChannelPlan[] = [
  {
    channel: "solid",
    clipHu: [-1000, 100],
    scales: [
      { sigmaMm: 0.9, factor: 1 },
      { sigmaMm: 1.3, factor: 1 },
      { sigmaMm: 1.9, factor: 1 },
      { sigmaMm: 2.8, factor: 2 },
      { sigmaMm: 4.1, factor: 2 },
      { sigmaMm: 6, factor: 3 },
      { sigmaMm: 8.7, factor: 3 },
    ],
    leastBlobnessHu: 20,
  },
  {
    channel: "ground-glass",
    clipHu: [-1000, -500],
    scales: [
      { sigmaMm: 1.9, factor: 2 },
      { sigmaMm: 2.8, factor: 2 },
      { sigmaMm: 4.1, factor: 2 },
      { sigmaMm: 6, factor: 3 },
      { sigmaMm: 8.7, factor: 3 },
    ],
    leastBlobnessHu: 12,
  },
];

/** A multiple of every factor, so that slabs meet without overlap or gap. */
const slabUnit = 6;
const mostOfChannel: Readonly<Record<Channel, number>> = { solid: 700, "ground-glass": 250, mass: 20 };

/**
 * Places in the lungs that may be nodules: blobs of 3–30 mm on two channels (solid; ground glass, in which everything denser is cut down to
 * it so that vessels do not stand out), strongest first within each channel, near-duplicates across scales merged.
 * @throws the signal's reason when aborted
 */
export async function findCandidates(box: LungBox, { threads, signal, progress }: CandidateSearch): Promise<RuleCandidate[]> {
  const jobs = plans.flatMap((plan) =>
    plan.scales.flatMap((scale) => slabs(box, threads.count).map((slab) => ({ plan, input: inputOf(box, plan, scale, slab) }))),
  );
  const peaks = new Map<Channel, Peak[]>(plans.map(({ channel }) => [channel, []]));
  let done = 0;
  await runAll(jobs, threads.count, async ({ plan, input }) => {
    signal.throwIfAborted();
    peaks.get(plan.channel)?.push(...(await threads.run(blobPeaksTask, input)));
    progress(++done / jobs.length);
  });
  const bulk = await threads.run(findBulkTask, { hu: box.hu.data, labels: box.labels.data, grid: box.hu.grid });
  signal.throwIfAborted();
  const blobs = plans.flatMap(({ channel }) =>
    merged(peaks.get(channel) ?? [])
      .slice(0, mostOfChannel[channel])
      .map((peak) => candidateOf(box, channel, peak)),
  );
  return [...bulk.slice(0, mostOfChannel.mass).map((one) => massOf(box, one)), ...blobs];
}

function slabs(box: LungBox, count: number): Array<readonly [number, number]> {
  const planes = box.hu.grid.size[2];
  const parts = Math.max(1, Math.min(count, Math.floor(planes / 40)));
  const step = Math.ceil(planes / parts / slabUnit) * slabUnit;
  return Array.from({ length: Math.ceil(planes / step) }, (_, n) => [n * step, Math.min(planes, (n + 1) * step)] as const);
}

function inputOf({ hu, labels }: LungBox, plan: ChannelPlan, scale: Scale, [kLow, kHigh]: readonly [number, number]): EnhanceInput {
  const { clipHu, leastBlobnessHu } = plan;
  return { hu: hu.data, labels: labels.data, size: hu.grid.size, kLow, kHigh, ...scale, clipHu, leastBlobnessHu };
}

/** At most `count` at once, in order. */
async function runAll<Job>(jobs: readonly Job[], count: number, run: (job: Job) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let job = jobs[next++]; job !== undefined; job = jobs[next++]) await run(job);
  };
  await Promise.all(Array.from({ length: Math.max(1, count) }, worker));
}

/** Strongest first; a peak whose centre lies within the ball of a stronger one is the same thing seen at another scale. */
function merged(peaks: readonly Peak[]): Peak[] {
  const kept: Peak[] = [];
  const order = [...peaks].sort((a, b) => b.blobnessHu - a.blobnessHu || a.position[2] - b.position[2] || a.position[1] - b.position[1]);
  for (const peak of order) {
    const near = kept.some((other) => {
      const reach = Math.max(2.5, radiusOf(other), 0.7 * radiusOf(peak));
      return squaredDistance(other.position, peak.position) < reach * reach;
    });
    if (!near) kept.push(peak);
  }
  return kept;
}

const radiusOf = ({ sigmaMm }: Peak): number => Math.sqrt(3) * sigmaMm;
const squaredDistance = (a: Vector3, b: Vector3): number => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

function candidateOf(box: LungBox, channel: Channel, peak: Peak): RuleCandidate {
  const { position, blobnessHu, roundness, tubeness } = peak;
  return {
    centerMm: toPatient(box.hu.grid, voxelPoint(...position)),
    position,
    radiusMm: radiusOf(peak),
    channel,
    strength: blobnessHu,
    roundness,
    tubeness,
  };
}

/** Bulk has no eigenvalues; it counts as round, and the second look decides. */
function massOf(box: LungBox, { position, radiusMm }: Bulk): RuleCandidate {
  const centerMm = toPatient(box.hu.grid, voxelPoint(...position));
  return { centerMm, position, radiusMm: 1.2 * radiusMm, channel: "mass", strength: 10 * radiusMm, roundness: 0.7, tubeness: 0.85 };
}
