import { ruleFinder } from "../../src/analyses/lung-nodule/candidate-finder.ts";
import { netFinder } from "../../src/analyses/lung-nodule/net-finder.ts";
import { lookAgain } from "../../src/analyses/lung-nodule/net-second-look.ts";
import { modelsIn } from "../../src/main/models.ts";
import type { ModelCard } from "../../src/models/card.ts";
import type { Models } from "../../src/models/session.ts";

/** The finders that are measured: both nets, the detection net without a second look, rules. */
export const finders = { net: netFinder(lookAgain), "first-net": netFinder(), rules: ruleFinder } as const;
export type FinderName = keyof typeof finders;

/** @throws Error when there is no finder of that name */
export function finderName(name: string): FinderName {
  const known = Object.keys(finders);
  if (!known.includes(name)) throw new Error(`--finder is one of ${known.join(", ")}, not ${name}`);
  return name as FinderName;
}

/** The nets in models/, and the cards of those that were asked for. */
export function rememberingModels(threads: number): { readonly models: Models; readonly cards: () => ModelCard[] } {
  const models = modelsIn(threads);
  const used = new Map<string, ModelCard>();
  return {
    models: {
      load: async (id) => {
        const model = await models.load(id);
        used.set(id, model.card);
        return model;
      },
    },
    cards: () => [...used.values()],
  };
}

/** The finder and the nets it used, in words for the results. */
export const finderText = (finder: FinderName, cards: readonly ModelCard[]): string =>
  finder === "rules" ? "rules" : `net ${cards.map(({ id, steps, sha256 }) => `${id}, ${steps} steps, SHA-256 ${sha256}`).join("; ")}`;
