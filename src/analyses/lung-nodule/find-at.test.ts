import { expect, test } from "vitest";
import { unknownPerson } from "../../findings/person.ts";
import { unknownStudy } from "../../findings/study.ts";
import { axialGrid, voxelCount } from "../../volume/grid.ts";
import { addBall } from "../../volume/phantom/ball.ts";
import { patientPoint } from "../../volume/space.ts";
import { inlineThreads } from "../../volume/threads.ts";
import type { AnalysisInput, Bench } from "../analysis.ts";
import { findAt } from "./find-at.ts";

const study = unknownStudy("1.2.3");

function bench(signal = new AbortController().signal): Bench {
  const models = { load: () => Promise.reject(new Error("a click needs no net")) };
  return { models, threads: inlineThreads, once: (_volume, _what, compute) => compute(), signal, progress: () => {} };
}

function pieceOfLung(): AnalysisInput {
  const grid = axialGrid([60, 60, 46], [0.75, 0.75, 1], patientPoint(0, 0, 0));
  const volume = { grid, data: new Int16Array(voxelCount(grid)).fill(-860) };
  addBall(volume, { centerMm: patientPoint(22, 22, 22), diameterMm: 9, hu: 30, blurMm: 0.6 });
  return { study, person: unknownPerson, operatingPoint: "screening", volumes: { chest: { stackId: "1.2.3.4", volume, slices: [] } } };
}

test("a click in a piece of lung gives a finding of the size clicked on, though no lungs are found", async () => {
  const found = await findAt(pieceOfLung(), patientPoint(23, 21, 23), bench());
  if ("volumeMm3" in found === false) throw new Error(found.because.code);
  expect(Math.abs(found.volumeMm3! / ((Math.PI * 729) / 6) - 1)).toBeLessThan(0.05);
  expect(found).toMatchObject({ kind: "nodule", texture: "solid", side: "unknown", stackId: "1.2.3.4", score: 1 });
  expect(found.measurements.map(({ plane }) => plane)).toEqual(["axial", "coronal", "sagittal"]);
  expect(Math.hypot(...found.centerMm.map((mm) => mm - 22))).toBeLessThan(0.2);
});

test("a click on plain lung says that nothing is there", async () => {
  expect(await findAt(pieceOfLung(), patientPoint(8, 8, 8), bench())).toMatchObject({
    kind: "not-measurable",
    because: { code: "nodule.nothing-here" },
  });
});

test("without a chest volume the caller is at fault", async () => {
  await expect(findAt({ ...pieceOfLung(), volumes: {} }, patientPoint(0, 0, 0), bench())).rejects.toThrow(RangeError);
});

test("an aborted click ends with the signal's reason", async () => {
  const given = new AbortController();
  given.abort(new Error("enough"));
  await expect(findAt(pieceOfLung(), patientPoint(22, 22, 22), bench(given.signal))).rejects.toThrow("enough");
});
