import { type NotRegistered, type Registered, registerLungs } from "../../anatomy/register-lungs.ts";
import { reason } from "../../base/reason.ts";
import type { Mask } from "../../volume/volume.ts";
import type { Bench, SeriesVolume } from "../analysis.ts";

/** Places of one examination in the other, both ways. */
export type PriorMap = Registered;

/** An examination as far as registration asks: what was loaded, and by stackId where the lungs are. */
export interface LungsRead {
  readonly volumes: Readonly<Record<string, SeriesVolume>>;
  readonly masks: Readonly<Record<string, Mask>>;
}

/**
 * Registers the lungs of two examinations as this analysis read them.
 * @throws the signal's reason when aborted
 */
export async function registerPrior(
  prior: LungsRead,
  now: LungsRead,
  port: Pick<Bench, "threads" | "signal">,
): Promise<PriorMap | NotRegistered> {
  const [before, after] = [prior, now].map(({ volumes: { chest }, masks }) => {
    const labels = chest && masks[chest.stackId];
    return chest && labels && { ct: chest.volume, labels };
  });
  if (!before || !after) return { kind: "not-registered", because: reason("growth.prior-not-read") };
  return registerLungs(before, after, port);
}
