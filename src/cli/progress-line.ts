/** Where progress is shown and how it is said. */
export interface ProgressScreen {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly clockMs: () => number;
  readonly stageName: (stage: string) => string;
  readonly remaining: (seconds: number) => string;
  readonly took: (seconds: string) => string;
}

const barCells = 24;

/**
 * A bar a stage with the time that remains of it on a terminal; elsewhere one plain line when a stage ends.
 * Redraws at most ten times a second.
 */
export class ProgressLine {
  readonly #screen: ProgressScreen;
  #stage: string | null = null;
  #since = 0;
  #drawn = 0;

  constructor(screen: ProgressScreen) {
    this.#screen = screen;
  }

  /** @param fraction 0 … 1 of the stage; a new name ends the stage before */
  readonly report = (stage: string, fraction: number): void => {
    const now = this.#screen.clockMs();
    if (stage !== this.#stage) {
      this.end();
      this.#stage = stage;
      this.#since = now;
      this.#drawn = 0;
    }
    if (!this.#screen.isTerminal || now - this.#drawn < 100) return;
    this.#drawn = now;
    this.#draw(stage, Math.min(1, Math.max(0, fraction)), now - this.#since);
  };

  /** Ends the stage that runs, if any, and leaves its line standing. */
  readonly end = (): void => {
    if (this.#stage === null) return;
    const seconds = ((this.#screen.clockMs() - this.#since) / 1000).toFixed(1);
    const line = `${this.#screen.stageName(this.#stage)}  ${this.#screen.took(seconds)}`;
    this.#screen.write(this.#screen.isTerminal ? `\r\u001b[K${line}\n` : `${line}\n`);
    this.#stage = null;
  };

  #draw(stage: string, fraction: number, elapsedMs: number): void {
    const full = Math.round(fraction * barCells);
    const bar = "█".repeat(full) + "░".repeat(barCells - full);
    const left =
      fraction > 0.05 && elapsedMs > 500 ? `  ${this.#screen.remaining(Math.ceil((elapsedMs * (1 - fraction)) / fraction / 1000))}` : "";
    const line = `${bar} ${String(Math.round(fraction * 100)).padStart(3)} %  ${this.#screen.stageName(stage)}${left}`;
    this.#screen.write(`\r\u001b[K${line.slice(0, Math.max(20, this.#screen.columns - 1))}`);
  }
}
