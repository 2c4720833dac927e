import type { Messages } from "./message.ts";

/** What is said of earlier studies that peers are asked for, and of the peers themselves. */
export const priorMessages = {
  "prior.source-away": {
    en: "{peer} could not be asked for earlier examinations: not compared.",
    zh: "无法向 {peer} 查询既往检查：未作对比。",
  },
  "prior.not-in-time": {
    en: "{peer} did not deliver earlier examinations in the time that a reading waits for them: not compared.",
    zh: "{peer} 未在阅片等待时间内提供既往检查：未作对比。",
  },
  "prior.not-fetched": {
    en: "{peer} has an earlier examination that could not be fetched as a whole: not compared.",
    zh: "{peer} 有既往检查，但未能完整取回：未作对比。",
  },
  "prior.failed": {
    en: "Earlier examinations could not be looked for at other places: not compared.",
    zh: "未能向其他系统查找既往检查：未作对比。",
  },
  "prior.fetched": {
    en: "Fetched to be compared with a later examination; it is not read itself unless somebody asks.",
    zh: "为与后续检查对比而取回；除非有人要求，否则不单独阅片。",
  },
  "query.not-offered": { en: "The peer does not offer {service}.", zh: "目标不提供 {service} 服务。" },
  "query.status": { en: "The peer answered with status {status}: {meaning}.", zh: "目标答复状态 {status}：{meaning}。" },
  "query.destination-unknown": {
    en: "The peer does not know {aeTitle} as a place to send to: it has to be listed there with address and port.",
    zh: "目标不认识 {aeTitle} 这一接收方：需在目标处登记其地址和端口。",
  },
  "query.incomplete": {
    en: "The peer could not deliver {failed} of the objects.",
    zh: "目标有 {failed} 个对象未能送达。",
  },
  "peer.answers": { en: "The peer answers.", zh: "对端有应答。" },
  "peer.no-port": {
    en: "No port is listed for this peer: nothing can be asked of it.",
    zh: "未登记此对端的端口：无法向其发出请求。",
  },
  "peer.address-refused": {
    en: "No peer may be at this address: it is unspecified, link-local, multicast or reserved, or hides another one.",
    zh: "对端不能位于此地址：它是未指定、链路本地、组播或保留地址，或隐藏了其他地址。",
  },
  "peer.url-refused": {
    en: "The address of a DICOMweb service is http or https, without user, password, query and fragment, at a host where a peer may be.",
    zh: "DICOMweb 服务地址须为 http 或 https，不含用户名、密码、查询和片段，且主机须为允许的对端地址。",
  },
  "peer.roles-incomplete": {
    en: "A peer asked over C-MOVE needs a port and may store, as it answers by sending; one asked over DICOMweb needs the address of its service.",
    zh: "通过 C-MOVE 查询的对端需有端口且允许存储，因其以发送作答；通过 DICOMweb 查询的对端需有服务地址。",
  },
} as const satisfies Messages;
