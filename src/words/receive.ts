import type { Messages } from "./message.ts";

/** Why an object that was coming in did not come to its end. */
export const receiveMessages = {
  "receive.connection-lost": { en: "The connection to the sender broke off.", zh: "与发送方的连接中断。" },
  "receive.aborted-by-peer": { en: "The sender aborted the association.", zh: "发送方中止了关联。" },
  "receive.protocol-error": { en: "The sender broke the DICOM protocol.", zh: "发送方违反了 DICOM 协议。" },
  "receive.silent": { en: "The sender was silent for {seconds} s.", zh: "发送方已 {seconds} 秒无响应。" },
  "receive.too-long": {
    en: "The object is longer than {bytes} bytes, the most that is taken.",
    zh: "对象超过允许的最大长度 {bytes} 字节。",
  },
  "receive.stopped": { en: "The receiver was stopped.", zh: "接收服务已停止。" },
} as const satisfies Messages;
