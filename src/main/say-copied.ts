import type { Table } from "../store/snapshot.ts";
import { say } from "../words/say.ts";

/** Says how much is in what was copied. */
export function sayCopied(tables: readonly Pick<Table, "name" | "rows">[], language: "en" | "zh"): void {
  const of = (table: string): number => tables.find(({ name }) => name === table)?.rows ?? 0;
  const figures = { studies: of("study"), images: of("instance"), verdicts: of("verdict"), accounts: of("account"), audit: of("audit") };
  console.log(say(language, "server.copied", figures));
}
