import { z } from "zod";
import { AccountName, Role } from "../access/role.ts";
import { AeTitle } from "../findings/ae-title.ts";
import { SaidReason } from "../findings/reason.ts";

export const PeerEntry = z.strictObject({
  aeTitle: AeTitle,
  host: z
    .union([z.ipv4(), z.ipv6()])
    .describe("network address it sends from: names are not looked up, so that no name server decides who may send"),
  port: z
    .number()
    .int()
    .min(1)
    .max(65535)
    .nullable()
    .default(null)
    .describe("where it takes associations: reports of storage commitment, C-ECHO, C-FIND, C-MOVE"),
  tls: z.boolean().default(false).describe("whether associations with it are made over TLS"),
  certificateName: z
    .string()
    .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/)
    .nullable()
    .default(null)
    .describe("name that its certificate is for, where that is not its address"),
  mayStore: z.boolean().default(true).describe("whether it may send objects"),
  priors: z.enum(["none", "c-move", "dicomweb"]).default("none").describe("how it is asked for earlier studies of a patient"),
  dicomWebUrl: z
    .url({ protocol: /^https?$/ })
    .max(1024)
    .nullable()
    .default(null)
    .describe("its DICOMweb service, /studies left out"),
});
export type PeerEntry = z.infer<typeof PeerEntry>;

/** What a peer answered when it was asked whether it is there. */
export const PeerCheck = z.strictObject({
  service: z.enum(["c-echo", "dicomweb"]),
  answers: z.boolean(),
  because: SaidReason.describe("its answer, or why there is none, in the language of who asks"),
});
export type PeerCheck = z.infer<typeof PeerCheck>;

export const NewAccount = z.strictObject({ name: AccountName, role: Role });
export const AccountChange = z.strictObject({ role: Role.optional(), disabled: z.boolean().optional() });
export const AccountEntry = z.strictObject({
  name: AccountName,
  role: Role,
  hasPassword: z.boolean(),
  lockedUntil: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  disabledAt: z.iso.datetime().nullable(),
});
export const PasswordLink = z.strictObject({ link: z.string().describe("sets the account's password, once, within 24 h") });

/** A job that was given up. */
export const DeadJobEntry = z.strictObject({
  id: z.string(),
  queue: z.string(),
  payload: z.unknown(),
  attempts: z.number().int(),
  diedAt: z.iso.datetime(),
  because: SaidReason,
});

export const AuditPage = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  before: z.coerce.number().int().positive().optional(),
  studyInstanceUid: z.string().max(64).optional(),
});
