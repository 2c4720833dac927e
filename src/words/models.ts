import type { Messages } from "./message.ts";

/** What may be wrong with a net that the program needs. */
export const modelMessages = {
  "model.missing": {
    en: "The model “{id}” is missing: models/{id}/ of this installation cannot be read.",
    zh: "缺少模型“{id}”：无法读取本安装中的 models/{id}/。",
  },
  "model.damaged": {
    en: "The model “{id}” is not the one its card describes: models/{id}/ of this installation is damaged.",
    zh: "模型“{id}”与其说明卡不符：本安装中的 models/{id}/ 已损坏。",
  },
} as const satisfies Messages;
