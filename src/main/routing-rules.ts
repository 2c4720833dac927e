import { catalog } from "../analyses/catalog.ts";
import { Fault } from "../base/fault.ts";
import { RoutingRules } from "../findings/routing-rules.ts";
import { usualRules } from "../workflow/usual-rules.ts";
import { textOf } from "./given-file.ts";

/**
 * The routing rules of a file; the usual ones without a file.
 * @param option that names the file
 * @throws Fault cli.file-missing, cli.routing-not-json, cli.routing-invalid, cli.routing-unknown-analysis: with the place in the file
 */
export async function routingRules(option: string, path: string | null): Promise<RoutingRules> {
  if (path === null) return usualRules;
  const parsed = RoutingRules.safeParse(jsonOf(await textOf(option, path)));
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => [...issue.path, ...("keys" in issue ? issue.keys : [])].join(".") || "/");
    throw new Fault("cli.routing-invalid", { where: [...new Set(where)].join(", ") });
  }
  const known = catalog.map(({ id }) => id);
  const unknown = parsed.data.rules.flatMap(({ analyses = [] }, rule) =>
    analyses.flatMap((id, n) => (known.includes(id) ? [] : [`rules.${rule}.analyses.${n}`])),
  );
  if (unknown.length > 0) throw new Fault("cli.routing-unknown-analysis", { where: unknown.join(", "), known: known.join(", ") });
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // It names the line and column, or shows the text around the place.
    const system = error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : "";
    throw new Fault("cli.routing-not-json", { system }, error);
  }
}
