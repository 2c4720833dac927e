import { logistic, logit } from "../../base/logistic.ts";
import type { CtEncoding } from "../../models/card.ts";
import { encodedBox } from "../../models/encoded-box.ts";
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
  /** A logit. */
  readonly evidence: number;
  readonly diameterMm: number;
  /** In voxels of the box. */
  readonly position: Vector3;
}

function blockOf(hu: Volume, position: Vector3, encoding: CtEncoding): Block {
  const half = (blockVoxels - 1) / 2;
  const corner = position.map((at) => Math.round(at - half)) as unknown as Vector3;
  return {
    data: encodedBox(hu, corner, [blockVoxels, blockVoxels, blockVoxels], encoding),
    middle: corner.map((at) => at + half) as unknown as Vector3,
  };
}

/** Outputs a block: a logit, the logarithm of the diameter in mm, and the centre's offset from the block's middle along k, j, i in mm. */
async function tell(session: Session, blocks: readonly Block[]): Promise<Told[]> {
  const ct = new Float32Array(blocks.length * blockVoxels ** 3);
  for (const [n, { data }] of blocks.entries()) ct.set(data, n * blockVoxels ** 3);
  const { nodule } = await session.run({ ct: { data: ct, shape: [blocks.length, 1, blockVoxels, blockVoxels, blockVoxels] } });
  if (nodule === undefined) throw new TypeError("the false-positive net has no output named nodule");
  return blocks.map(({ middle: [i, j, k] }, n): Told => {
    const [evidence, logDiameter, offsetK, offsetJ, offsetI] = nodule.data.subarray(5 * n, 5 * n + 5) as unknown as readonly number[] & {
      length: 5;
    };
    return { evidence: evidence!, diameterMm: Math.exp(logDiameter!), position: [i + offsetI!, j + offsetJ!, k + offsetK!] };
  });
}

function again({ grid }: Volume, candidate: NetCandidate, { evidence, diameterMm, position }: Told): NetCandidate {
  const score = logistic(logit(candidate.score) + evidence);
  return { ...candidate, position, centerMm: toPatient(grid, voxelPoint(...position)), radiusMm: diameterMm / 2, score };
}
