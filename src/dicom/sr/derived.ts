import type { Range } from "../../findings/growth-figures.ts";
import type { Code } from "../write/code.ts";
import type { DataSet } from "../write/data-set.ts";
import { concept, derivation } from "./codes.ts";
import { coded, numeric, type Relationship } from "./content-item.ts";

/** How a number came about (PS3.16 TID 300, CID 7464). */
export const derived = (how: Code): DataSet => coded("HAS CONCEPT MOD", concept.derivation, how);

/** A number; of a range its ends, each saying which it is, and no upper one where it is open. */
export function ranged(
  relationship: Relationship,
  name: Code,
  { low, high }: Range,
  unit: Code,
  children: readonly DataSet[] = [],
): DataSet[] {
  if (low === high) return [numeric(relationship, name, low, unit, children)];
  const end = (value: number, how: Code): DataSet => numeric(relationship, name, value, unit, [derived(how), ...children]);
  return [end(low, derivation.minimum), ...(high === null ? [] : [end(high, derivation.maximum)])];
}
