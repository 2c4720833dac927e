/** One event as a line of JSON on standard error. Never anything of a patient: codes, UIDs of nothing, and what a program did. */
export function logLine(event: string, more: Readonly<Record<string, string | number>> = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...more })}\n`);
}

/** An error that nobody expected, or that passes, such as a database that is away. */
export function logUnexpected(error: unknown): void {
  logLine("error", { error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
