import { expect, test } from "vitest";
import { clearTrained } from "./leakage.ts";
import { DatasetScan } from "./manifest.ts";

const scan = (id: string, patientId: string | null, donors: readonly string[] = []): DatasetScan =>
  DatasetScan.parse({
    id,
    seriesInstanceUid: `1.2.${id}`,
    patientId,
    path: id,
    reference: { complete: true, nodules: donors.map((donor) => ({ centerMm: [0, 0, 0], diameterMm: 5, patientId: donor })) },
  });
const ids = (scans: readonly DatasetScan[]): string[] => scans.map(({ id }) => id);

test("a scan is left out for its patient, its own name, its series and the patients whose nodules were set into it", () => {
  const scans = [scan("a", "P1"), scan("b", "P2"), scan("c", "P3"), scan("d", "P4", ["P9"]), scan("e", "P5", ["P6"])];
  const cleared = clearTrained({ scans }, [
    { patients: ["P1", "P9"], scans: ["b"] },
    { patients: [], scans: ["1.2.c"] },
  ]);
  expect([ids(cleared.clean), ids(cleared.trained), ids(cleared.unknown)]).toEqual([["e"], ["a", "b", "c", "d"], []]);
});

test("a scan of an unknown patient is unknown to a model trained elsewhere, and clean to one trained on other scans of the set", () => {
  const scans = [scan("a", null), scan("b", null)];
  expect(ids(clearTrained({ scans }, [{ patients: ["P1"], scans: [] }]).unknown)).toEqual(["a", "b"]);
  expect(ids(clearTrained({ scans }, [{ patients: [], scans: ["1.2.a"] }]).clean)).toEqual(["b"]);
  expect(ids(clearTrained({ scans }, []).clean)).toEqual(["a", "b"]);
});
