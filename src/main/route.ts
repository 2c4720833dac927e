import { catalog } from "../analyses/catalog.ts";
import type { RouteCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { intake } from "../dicom/intake.ts";
import type { ReceivedBy } from "../findings/received-instance.ts";
import type { StudyRouting } from "../findings/study-routing.ts";
import { say, saying } from "../words/say.ts";
import { explainRoute } from "../workflow/explain-route.ts";
import { configOf } from "./config.ts";
import { requirePaths } from "./given-file.ts";
import { routingRules } from "./routing-rules.ts";

/**
 * `overread route`: says of each study under the paths whether a server would read it, by which rule, which series, and why not the others. Nothing is written.
 * @returns the exit code
 * @throws Fault for a mistake of the user's
 */
export async function route(command: RouteCommand, signal: AbortSignal): Promise<number> {
  const { paths, calling, host, language } = command;
  requirePaths(paths);
  const rules =
    command.rules === null
      ? await routingRules("OVERREAD_ROUTING", configOf(process.env).routing)
      : await routingRules("--rules", command.rules);
  const { studies, refused } = await intake(paths, { signal, progress: () => {} });
  const senders: ReceivedBy[] = calling === null && host === null ? [] : [{ way: "dimse", from: calling, ...(host !== null && { host }) }];
  const routed = studies.map(({ summary }) => explainRoute(summary, senders, rules, catalog, saying(language)));
  const unreadable = refused.map(({ because }) => saying(language)(because));
  if (command.json) console.log(JSON.stringify({ studies: routed, refused: unreadable }));
  else {
    for (const [index, study] of routed.entries()) console.log(linesOf(study, index + 1, routed.length, language).join("\n"));
    for (const { text } of unreadable) console.error(text);
  }
  return studies.length === 0 ? exitCode.nothingDone : exitCode.done;
}

function linesOf(study: StudyRouting, which: number, of: number, language: "en" | "zh"): string[] {
  const { studyInstanceUid: uid, read, urgent, rule } = study;
  const how = rule === null ? "otherwise" : urgent ? "urgently" : "by-rule";
  const said = read ? say(language, `route.read-${how}`, { rule: rule ?? "" }) : study.because.map(({ text }) => text).join(" ");
  const lines = [say(language, "route.study", { which, of, uid, said })];
  for (const { id, outcome, because, series } of study.analyses) {
    lines.push(`  ${say(language, "route.analysis", { id, outcome: say(language, `route.outcome-${outcome}`) })}`);
    if (outcome === "not-asked") continue;
    if (series.length === 0) lines.push(...because.map(({ text }) => `    ${text}`));
    for (const { description, stackId, role, because: why } of series) {
      const name = description === null ? stackId : `${description} (${stackId})`;
      const line =
        role === null ? say(language, "route.series-left", { series: name }) : say(language, "route.series-chosen", { role, series: name });
      lines.push(`    ${[line, ...why.map(({ text }) => text)].join(" ")}`);
    }
  }
  return lines;
}
