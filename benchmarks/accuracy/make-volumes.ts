import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SeededRandom, seededRandom } from "../../src/base/seeded-random.ts";
import { insertByGradient } from "../../src/evaluation/insert-by-gradient.ts";
import { insertNodule } from "../../src/evaluation/insert-nodule.ts";
import type { Threads } from "../../src/volume/threads.ts";
import type { Volume } from "../../src/volume/volume.ts";
import { type LoadedBackground, loadBackground, realScans } from "./backgrounds.ts";
import { dealNodules, fill, planInsertions } from "./fill-volume.ts";
import { loadNodule, type NoduleRow, readNoduleTable } from "./lidc-nodules.ts";
import { lungsOf } from "./read-scan.ts";
import { type SetSham, setShams } from "./sham-volume.ts";
import type { Splits } from "./split-patients.ts";

/** Of everything that is made: the same volumes in every run. */
export const SEED = 11;
/** Outlines of larger nodules find no plain lung. */
const MOST_SHAM_MM = 15;

/** Which half of the validation nodules goes into which scans: each nodule into so many of them. */
export interface Setup {
  readonly half: "calibration" | "test";
  readonly backgrounds: readonly string[];
  readonly backgroundsANodule: number;
  readonly volumesABackground: number;
  readonly shamVolumesABackground: number;
  readonly shamsAVolume: number;
}
export const setups: Readonly<Record<"calibration" | "test", Setup>> = {
  calibration: {
    half: "calibration",
    backgrounds: ["LIDC-IDRI-0001", "LIDC-IDRI-0306"],
    backgroundsANodule: 2,
    volumesABackground: 4,
    shamVolumesABackground: 3,
    shamsAVolume: 36,
  },
  test: {
    half: "test",
    backgrounds: ["LIDC-IDRI-0001", "LIDC-IDRI-0002", "normal002"],
    backgroundsANodule: 2,
    volumesABackground: 3,
    shamVolumesABackground: 3,
    shamsAVolume: 36,
  },
};

/** A volume of the semi-synthetic test before it is read. */
export type MadeVolume = {
  readonly background: LoadedBackground;
  /** Of how many like it, from 0. */
  readonly repeat: number;
} & (
  | { readonly kind: keyof typeof methods; readonly filled: ReturnType<typeof fill> }
  | { readonly kind: "shams"; readonly host: Volume; readonly shams: readonly SetSham[] }
);

/** How nodules are set in: the same ones at the same places by either. */
const methods = { blend: insertNodule, gradient: insertByGradient } as const;

/** The nodules of one half of the validation patients of splits.json. */
export async function nodulesOf(dataFolder: string, half: Setup["half"]): Promise<NoduleRow[]> {
  const splits = JSON.parse(await readFile(new URL("splits.json", import.meta.url), "utf8")) as Splits;
  return (await readNoduleTable(join(dataFolder, "lidc-nodules"))).filter(({ patientId }) => splits[half].includes(patientId));
}

/**
 * Makes the volumes of a set one after another, background by background: nodules by either method, then shams. What is made depends on the seed and the
 * data alone.
 * @param trial only the first of each kind on each background
 */
export async function* makeVolumes(
  dataFolder: string,
  rows: readonly NoduleRow[],
  setup: Setup,
  threads: Threads,
  trial: boolean,
): AsyncGenerator<MadeVolume> {
  const random = seededRandom(SEED);
  const load = (hand: readonly NoduleRow[]) =>
    Promise.all(hand.map(async (row) => ({ row, patch: await loadNodule(join(dataFolder, "lidc-nodules"), row) })));
  for (const [at, own] of forEachBackground(rows, setup, random).entries()) {
    const scan = realScans.find(({ id }) => id === setup.backgrounds[at])!;
    const background = await loadBackground(dataFolder, scan, threads);
    const { labels } = await lungsOf(background.volume, threads);
    for (const [repeat, hand] of dealNodules(own, setup.volumesABackground, random).entries()) {
      if (trial && repeat > 0) break;
      const plan = planInsertions(background, labels, await load(hand), random);
      for (const kind of ["blend", "gradient"] as const)
        yield { background, repeat, kind, filled: fill(background.volume, plan, methods[kind]) };
    }
    const small = own.filter(({ diameterMm }) => diameterMm <= MOST_SHAM_MM);
    for (let repeat = 0; repeat < (trial ? 1 : setup.shamVolumesABackground); repeat++) {
      const [shuffled] = dealNodules(small, 1, random);
      const set = setShams(background, labels, await load(shuffled!.slice(0, setup.shamsAVolume)), random);
      yield { background, repeat, kind: "shams", ...set };
    }
  }
}

/** Nodules of each background: dealt into as many parts as there are backgrounds, part n goes into background n and those after it. */
function forEachBackground(rows: readonly NoduleRow[], { backgrounds, backgroundsANodule }: Setup, random: SeededRandom): NoduleRow[][] {
  const parts = dealNodules(rows, backgrounds.length, random);
  return backgrounds.map((_, at) =>
    Array.from({ length: Math.min(backgroundsANodule, parts.length) }, (_, n) => parts[(at - n + parts.length) % parts.length]!).flat(),
  );
}
