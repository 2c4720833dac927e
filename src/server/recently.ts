/** What happened within the last so many milliseconds, in this process. */
export class Recently {
  readonly #ms: number;
  /** In the order of time. */
  readonly #at = new Map<string, number>();

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Whether it happens for the first time within that time; from then on it is counted anew. */
  isNew(what: string, nowMs: number): boolean {
    for (const [old, atMs] of this.#at) {
      if (nowMs - atMs < this.#ms) break;
      this.#at.delete(old);
    }
    if (this.#at.has(what)) return false;
    this.#at.set(what, nowMs);
    return true;
  }

  forget(what: string): void {
    this.#at.delete(what);
  }
}
