import { Fault } from "../base/fault.ts";
import type { TemplateCommand } from "../cli/arguments.ts";
import { exitCode } from "../cli/exit-code.ts";
import { guidelines } from "../guidelines/catalog.ts";
import { defaultTemplate } from "../report/template-default.ts";

/**
 * `overread template`: a guideline's template of the dictation, to be edited and given back with `read --template FILE`.
 * @returns the exit code
 * @throws Fault cli.unknown-guideline
 */
export function template({ guideline, language }: TemplateCommand): number {
  if (!guidelines.some(({ id }) => id === guideline))
    throw new Fault("cli.unknown-guideline", { id: guideline, known: guidelines.map(({ id }) => id).join(", ") });
  process.stdout.write(defaultTemplate(guideline, language));
  return exitCode.done;
}
