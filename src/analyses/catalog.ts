import type { Analysis } from "./analysis.ts";
import { lungNodule } from "./lung-nodule/lung-nodule.ts";

/** Every analysis, in the order they are run and reported. */
export const catalog: readonly Analysis[] = [lungNodule];
