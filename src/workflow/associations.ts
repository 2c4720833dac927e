/** What this process knows of how a study arrives. "unknown": also by ways whose end nobody sees, or before this process began. */
export type Arrival = { readonly kind: "open" } | { readonly kind: "ended"; readonly at: Date } | { readonly kind: "unknown" };

interface Seen {
  readonly open: Set<object>;
  /** Also by a way whose end nobody sees, or that broke off. */
  otherwise: boolean;
  endedAt: Date;
}

const forgottenAfterMs = 3_600_000;

/** Which studies the associations of this process bring: one whose sender is still connected is not complete, and one whose sender has left soon is. */
export class Associations {
  readonly #studies = new Map<string, Seen>();

  /** An object of a study came. @param association anything that stands for it; null: the object came otherwise */
  came(studyInstanceUid: string, association: object | null): void {
    const seen = this.#studies.get(studyInstanceUid);
    if (association === null) {
      if (seen !== undefined) seen.otherwise = true;
    } else if (seen === undefined) {
      this.#studies.set(studyInstanceUid, { open: new Set([association]), otherwise: false, endedAt: new Date(0) });
    } else seen.open.add(association);
  }

  /** @param released as its sender wished; one that broke off says nothing of what was yet to come */
  ended(association: object, at: Date, released: boolean): void {
    for (const [studyInstanceUid, seen] of this.#studies) {
      if (seen.open.delete(association)) {
        seen.endedAt = at;
        seen.otherwise ||= !released;
      }
      if (seen.open.size === 0 && at.getTime() - seen.endedAt.getTime() > forgottenAfterMs) this.#studies.delete(studyInstanceUid);
    }
  }

  of(studyInstanceUid: string): Arrival {
    const seen = this.#studies.get(studyInstanceUid);
    if (seen === undefined) return { kind: "unknown" };
    if (seen.open.size > 0) return { kind: "open" };
    return seen.otherwise ? { kind: "unknown" } : { kind: "ended", at: seen.endedAt };
  }
}
