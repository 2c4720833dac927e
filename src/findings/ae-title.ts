import { z } from "zod";

/** AE title (DICOM PS3.5 6.2) without spaces at its ends. */
export const AeTitle = z.string().regex(/^[\x21-\x5b\x5d-\x7e]([\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?$/);
