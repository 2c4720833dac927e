import { expect, test } from "vitest";
import { grid } from "../../volume/grid.ts";
import { patientPoint } from "../../volume/space.ts";
import { volume } from "../../volume/volume.ts";
import { explain } from "./explain.ts";
import { featuresOf } from "./features.ts";
import { featureSource } from "./features-source.ts";

const side = 60;
const boxGrid = grid({
  size: [side, side, side],
  spacingMm: [1, 1, 1],
  origin: patientPoint(0, 0, 0),
  directions: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
});
const at = (i: number, j: number, k: number): number => i + side * (j + side * k);

/** A ball of 6 mm radius in lung that ends at i = lungTo, with a plate as dense as bone from `boneFrom` on. */
function facts(lungTo: number, boneFrom: number) {
  const hu = new Int16Array(side ** 3).fill(-850);
  const labels = new Uint8Array(side ** 3);
  for (let k = 0; k < side; k++)
    for (let j = 0; j < side; j++)
      for (let i = 0; i < side; i++) {
        if (i < lungTo) labels[at(i, j, k)] = 1;
        if (Math.hypot(i - 30, j - 30, k - 30) <= 6) hu[at(i, j, k)] = 30;
        if (i >= boneFrom) hu[at(i, j, k)] = 700;
      }
  const empty = volume(boxGrid, new Uint8Array(side ** 3));
  const source = featureSource({ hu: volume(boxGrid, hu), labels: volume(boxGrid, labels), airways: empty });
  const features = featuresOf(source, [30, 30, 30], 6, "fine");
  const candidate = { position: [30, 30, 30] as const, centerMm: patientPoint(30, 30, 30), radiusMm: 6, channel: "solid" as const };
  return new Map(explain({ candidate, features, score: 0.5 }, null).map(({ code, values }) => [code, values]));
}

test("a ball of soft tissue is said to be round, dense, free of vessels and sharp, with its distance to the border of the lung", () => {
  const said = facts(50, side);
  expect([...said.keys()]).toEqual(
    expect.arrayContaining(["lung-nodule.fact-round", "lung-nodule.fact-no-vessel", "lung-nodule.fact-from-pleura"]),
  );
  expect(Math.abs(Number(said.get("lung-nodule.fact-from-pleura")?.distanceMm) - 14)).toBeLessThan(2.5);
  expect(Math.abs(Number(said.get("lung-nodule.fact-contrast")?.contrastHu) - 880)).toBeLessThan(30);
  // .7 to 1.3 of the radius is what the fall is taken over: a sharp edge reads as at most that wide.
  expect(said.get("lung-nodule.fact-edge")?.widthMm).toBeLessThan(4);
  expect(said.has("lung-nodule.fact-near-bone")).toBe(false);
});

test("bone is named where it is less than 10 mm away, with the distance; what lies in the lung is none", () => {
  const near = facts(40, 42).get("lung-nodule.fact-near-bone");
  // The map has voxels of 2.5 mm.
  expect(Math.abs(Number(near?.distanceMm) - 6)).toBeLessThan(2);
  expect(facts(50, 52).has("lung-nodule.fact-near-bone")).toBe(false);
  expect(facts(side, 42).has("lung-nodule.fact-near-bone")).toBe(false);
});
