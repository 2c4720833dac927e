import type { CtEncoding } from "../../models/card.ts";
import type { Session } from "../../models/session.ts";
import { toPatient } from "../../volume/grid.ts";
import { type Vector3, voxelPoint } from "../../volume/space.ts";
import type { Volume } from "../../volume/volume.ts";
import type { NetCandidate } from "./net-candidates.ts";
import type { SecondLook } from "./net-finder.ts";

/** Edge of the block that the second net sees round a candidate, in voxels of 1 mm. */
const blockVoxels = 64;
/** Blocks a run: enough to keep the cores busy, few enough that an abort is soon obeyed. */
const blocksPerRun = 8;
/** What lies beyond the box. */
const airHu = -1000;

/**
 * The false-positive net looks at a block of 64 mm round each candidate (at 1 mm its middle, at 2 mm the whole) and says again how much it is like a
 * nodule, how large it is and where its centre lies. The score is the logistic of both nets' logits summed: as if either were evidence of its own.
 */
export const lookAgain: SecondLook = async (box, candidates, { models, signal, progress }) => {
  const { card, session } = await models.load("lung-nodule-false-positive");
  const looked: NetCandidate[] = [];
  for (let from = 0; from < candidates.length; from += blocksPerRun) {
    signal.throwIfAborted();
    progress(from / candidates.length);
    const some = candidates.slice(from, from + blocksPerRun);
    const told = await tell(
      session,
      some.map((candidate) => blockOf(box.hu, candidate.position, card.encoding)),
    );
    looked.push(...some.map((candidate, n) => again(box.hu, candidate, told[n]!)));
  }
  progress(1);
  return looked;
};

interface Block {
  readonly data: Float32Array;
  /** Of the block, in voxels of the box. */
  readonly middle: Vector3;
}

/** What the net says of a block. */
interface Told {
  readonly logit: number;
  readonly diameterMm: number;
  /** In voxels of the box. */
  readonly position: Vector3;
}

function blockOf({ grid: { size }, data }: Volume, position: Vector3, { offsetHu, scaleHu, least, most }: CtEncoding): Block {
  const encode = (hu: number): number => Math.min(most, Math.max(least, (hu + offsetHu) / scaleHu));
  const half = (blockVoxels - 1) / 2;
  const corner = position.map((at) => Math.round(at - half)) as unknown as Vector3;
  const block = new Float32Array(blockVoxels ** 3).fill(encode(airHu));
  const within = (axis: 0 | 1 | 2): readonly [number, number] => [
    Math.max(0, -corner[axis]),
    Math.min(blockVoxels, size[axis] - corner[axis]),
  ];
  const [[i0, i1], [j0, j1], [k0, k1]] = [within(0), within(1), within(2)];
  for (let k = k0; k < k1; k++) {
    for (let j = j0; j < j1; j++) {
      const from = corner[0] + size[0] * (corner[1] + j + size[1] * (corner[2] + k));
      const to = blockVoxels * (j + blockVoxels * k);
      for (let i = i0; i < i1; i++) block[to + i] = encode(data[from + i]!);
    }
  }
  return { data: block, middle: corner.map((at) => at + half) as unknown as Vector3 };
}

/** Outputs a block: a logit, the logarithm of the diameter in mm, and the centre's offset from the block's middle along k, j, i in mm. */
async function tell(session: Session, blocks: readonly Block[]): Promise<Told[]> {
  const ct = new Float32Array(blocks.length * blockVoxels ** 3);
  for (const [n, { data }] of blocks.entries()) ct.set(data, n * blockVoxels ** 3);
  const { nodule } = await session.run({ ct: { data: ct, shape: [blocks.length, 1, blockVoxels, blockVoxels, blockVoxels] } });
  if (nodule === undefined) throw new TypeError("the false-positive net has no output named nodule");
  return blocks.map(({ middle: [i, j, k] }, n): Told => {
    const [logit, logDiameter, offsetK, offsetJ, offsetI] = nodule.data.subarray(5 * n, 5 * n + 5) as unknown as readonly number[] & {
      length: 5;
    };
    return { logit: logit!, diameterMm: Math.exp(logDiameter!), position: [i + offsetI!, j + offsetJ!, k + offsetK!] };
  });
}

function again({ grid }: Volume, candidate: NetCandidate, { logit, diameterMm, position }: Told): NetCandidate {
  const score = logistic(logitOf(candidate.score) + logit);
  return { ...candidate, position, centerMm: toPatient(grid, voxelPoint(...position)), radiusMm: diameterMm / 2, score };
}

const logitOf = (score: number): number => Math.log(score / (1 - score));
const logistic = (value: number): number => 1 / (1 + Math.exp(-value));
