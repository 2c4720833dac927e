import { anatomyMessages } from "./anatomy.ts";
import { cliMessages } from "./cli.ts";
import { intakeMessages } from "./intake.ts";
import { lungNoduleMessages } from "./lung-nodule.ts";
import { noduleMeasurementMessages } from "./nodule-measurement.ts";
import { reportMessages } from "./report.ts";
import { termMessages } from "./terms.ts";
import { volumeMessages } from "./volume.ts";

/** Every sentence of the program by code: the topic tables joined. */
export const words = {
  ...anatomyMessages,
  ...cliMessages,
  ...intakeMessages,
  ...lungNoduleMessages,
  ...noduleMeasurementMessages,
  ...reportMessages,
  ...termMessages,
  ...volumeMessages,
} as const;

/** The topic tables one by one, so that a test can see that no code stands in two of them. */
export const topics = {
  anatomy: anatomyMessages,
  cli: cliMessages,
  intake: intakeMessages,
  lungNodule: lungNoduleMessages,
  noduleMeasurement: noduleMeasurementMessages,
  report: reportMessages,
  terms: termMessages,
  volume: volumeMessages,
};

export type MessageCode = keyof typeof words;
