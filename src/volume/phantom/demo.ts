import { type ChestPhantom, chestPhantom } from "./chest.ts";

/**
 * The built-in demonstration: one fixed chest with nodules of every kind, seen in 1.25 mm slices.
 * @throws the signal's reason when it aborts
 */
export function demoPhantom(signal: AbortSignal, progress: (fraction: number) => void): Promise<ChestPhantom> {
  return chestPhantom({ seed: 2026, spacingMm: [0.8, 0.8, 1.25], noiseHu: 18, kernel: "soft", signal, progress });
}
