import { anatomyMessages } from "./anatomy.ts";
import { assessmentMessages } from "./assessment.ts";
import { cliMessages } from "./cli.ts";
import { evaluationMessages } from "./evaluation.ts";
import { findingsCommandMessages } from "./findings-command.ts";
import { growthMessages } from "./growth.ts";
import { guidelineRuleMessages } from "./guideline-rules.ts";
import { guidelineMessages } from "./guidelines.ts";
import { intakeMessages } from "./intake.ts";
import { lungNoduleMessages } from "./lung-nodule.ts";
import { modelMessages } from "./models.ts";
import { noduleMeasurementMessages } from "./nodule-measurement.ts";
import { reportMessages } from "./report.ts";
import { resultObjectMessages } from "./result-objects.ts";
import { sendMessages } from "./send.ts";
import { srMessages } from "./sr.ts";
import { termMessages } from "./terms.ts";
import { volumeMessages } from "./volume.ts";

/** Every sentence of the program by code: the topic tables joined. */
export const words = {
  ...anatomyMessages,
  ...assessmentMessages,
  ...cliMessages,
  ...evaluationMessages,
  ...findingsCommandMessages,
  ...growthMessages,
  ...guidelineMessages,
  ...guidelineRuleMessages,
  ...intakeMessages,
  ...lungNoduleMessages,
  ...modelMessages,
  ...noduleMeasurementMessages,
  ...reportMessages,
  ...resultObjectMessages,
  ...sendMessages,
  ...srMessages,
  ...termMessages,
  ...volumeMessages,
} as const;

/** The topic tables one by one, so that a test can see that no code stands in two of them. */
export const topics = {
  anatomy: anatomyMessages,
  assessment: assessmentMessages,
  cli: cliMessages,
  evaluation: evaluationMessages,
  findingsCommand: findingsCommandMessages,
  growth: growthMessages,
  guidelines: guidelineMessages,
  guidelineRules: guidelineRuleMessages,
  intake: intakeMessages,
  lungNodule: lungNoduleMessages,
  models: modelMessages,
  noduleMeasurement: noduleMeasurementMessages,
  report: reportMessages,
  resultObjects: resultObjectMessages,
  send: sendMessages,
  sr: srMessages,
  terms: termMessages,
  volume: volumeMessages,
};

export type MessageCode = keyof typeof words;
