import { expect, test } from "vitest";
import { pathOf, placeOf } from "./place.ts";
import { filterOf, queryOf } from "./worklist/filter.ts";

test("an address is the place it was made from", () => {
  expect(placeOf(pathOf("1.2.840.99"))).toEqual({ page: "study", studyInstanceUid: "1.2.840.99" });
  expect(placeOf("/worklist?state=read")).toEqual({ page: "worklist", query: "?state=read" });
});

test("what is no address of the pages is the worklist", () => {
  for (const address of ["/", "/studies/", "/studies/1.2/x", "/studies/..%2f..%2fapi"]) expect(placeOf(address).page).toBe("worklist");
});

test("a filter survives its way through the address, and nonsense in it is no filter", () => {
  for (const state of [null, "read", "failed"] as const) expect(filterOf(queryOf({ state }))).toEqual({ state });
  expect(filterOf("?state=everything")).toEqual({ state: null });
});
