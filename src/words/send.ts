import type { Messages } from "./message.ts";

/** What `overread send` says: usage faults, what became of objects, and why. */
export const sendMessages = {
  "cli.no-send": {
    en: "Say what to send and where: overread send PATH... AET@host:port, or https://host/path.",
    zh: "请指明要发送的内容和目标：overread send 路径... AET@host:port，或 https://host/path。",
  },
  "cli.bad-peer": {
    en: "The last word is the peer: AET@host:port (a title of 1 to 16 characters, a port from 1 to 65535) or https://host/path.",
    zh: "最后一个参数是目标：AET@host:port（AE 名称 1 至 16 个字符，端口 1 至 65535）或 https://host/path。",
  },
  "cli.secret-in-address": {
    en: "Put the user name and password into the environment variable OVERREAD_PEER_AUTHORIZATION, not into the address: arguments are seen by others.",
    zh: "请将用户名和密码放入环境变量 OVERREAD_PEER_AUTHORIZATION，不要写在地址里：命令行参数可被他人看到。",
  },
  "cli.bad-authorization": {
    en: "OVERREAD_PEER_AUTHORIZATION is user:password, or a whole header value such as “Bearer …”.",
    zh: "OVERREAD_PEER_AUTHORIZATION 应为 user:password，或完整的请求头内容，例如“Bearer …”。",
  },
  "cli.bad-calling": {
    en: "--calling is an AE title of 1 to 16 characters.",
    zh: "--calling 应为 1 至 16 个字符的 AE 名称。",
  },
  "cli.dimse-only": {
    en: "--{option} is for a peer AET@host:port, not for a web address.",
    zh: "--{option} 只用于 AET@host:port 形式的目标，不用于网址。",
  },
  "cli.bad-profile": {
    en: "--profile is auto, full, enhanced or text, not “{profile}”.",
    zh: "--profile 只能是 auto、full、enhanced 或 text，不能是“{profile}”。",
  },
  "stage.send": { en: "Sending", zh: "发送" },

  "send.nothing": { en: "There is nothing to send: no DICOM object was found.", zh: "没有可发送的内容：未找到 DICOM 对象。" },
  "send.peer": { en: "To {peer}:", zh: "发送至 {peer}：" },
  "send.class-line": { en: "{name}: {counts}", zh: "{name}：{counts}" },
  "send.count": { en: "{count} {outcome}", zh: "{count} 个{outcome}" },
  "send.and": { en: ", ", zh: "、" },
  "send.unreadable": { en: "Unreadable file", zh: "无法读取的文件" },
  "send.object-line": { en: "object {numbers}: {outcome}. {reason}", zh: "第 {numbers} 个对象：{outcome}。{reason}" },
  "send.total": {
    en: "{stored} of {count} {count|object|objects} stored by the peer.",
    zh: "目标已存储 {stored} 个对象，共 {count} 个。",
  },
  "send.outcome.stored": { en: "stored", zh: "已存储" },
  "send.outcome.stored-with-warning": { en: "stored with a warning", zh: "已存储但有警告" },
  "send.outcome.refused": { en: "refused", zh: "被拒绝" },
  "send.outcome.not-accepted": { en: "not accepted by the peer", zh: "目标不接受" },
  "send.outcome.not-needed": { en: "not needed", zh: "无需发送" },
  "send.outcome.not-sent": { en: "not sent or not confirmed", zh: "未发送或未获确认" },

  "send.status": { en: "Status {status}: {meaning}.", zh: "状态 {status}：{meaning}。" },
  "send.status-comment": {
    en: "Status {status}: {meaning}. The peer says: {comment}",
    zh: "状态 {status}：{meaning}。目标说明：{comment}",
  },
  "send.context-rejected": {
    en: "The peer does not take this kind of object in this encoding ({why}).",
    zh: "目标不接受这种对象或其编码（{why}）。",
  },
  "send.richer-stored": { en: "A richer report of the same read was taken.", zh: "目标已接受同一次阅片中内容更全的报告。" },
  "send.simpler-stored": {
    en: "The peer does not take this form; another form of the same report was taken.",
    zh: "目标不接受此形式；已接受同一报告的另一形式。",
  },
  "send.outlines-elsewhere": {
    en: "The peer does not take segmentations; other objects of the same read were taken.",
    zh: "目标不接受分割对象；已接受同一次阅片的其他对象。",
  },
  "send.other-profile": { en: "Left out by --profile.", zh: "按 --profile 的选择略去。" },
  "send.profile-absent": {
    en: "The read holds no report in the form that --profile asks for.",
    zh: "此次阅片没有 --profile 所要求形式的报告。",
  },
  "send.file-unreadable": { en: "The file could not be read to its end.", zh: "文件无法完整读取。" },
  "send.interrupted": { en: "Stopped before the peer answered.", zh: "在目标答复之前已停止。" },

  "send.nothing-listens": { en: "Nothing listens at the peer's address and port.", zh: "目标地址的该端口无程序监听。" },
  "send.unknown-host": { en: "The peer's host name is not known.", zh: "无法解析目标的主机名。" },
  "send.unreachable": { en: "The peer cannot be reached over the network ({system}).", zh: "网络上无法到达目标（{system}）。" },
  "send.connection-lost": { en: "The connection was lost.", zh: "连接中断。" },
  "send.silent": { en: "The peer was silent for {seconds:0} s.", zh: "目标 {seconds:0} 秒内没有响应。" },
  "send.rejected": { en: "The peer rejected the association: {why}.", zh: "目标拒绝建立关联：{why}。" },
  "send.rejected-for-now": {
    en: "The peer rejected the association for the moment: {why}.",
    zh: "目标暂时拒绝建立关联：{why}。",
  },
  "send.aborted-by-peer": { en: "The peer aborted the association ({why}).", zh: "目标中止了关联（{why}）。" },
  "send.released-by-peer": { en: "The peer ended the association early.", zh: "目标提前结束了关联。" },
  "send.protocol-error": { en: "The peer answered what its protocol does not allow.", zh: "目标的应答不符合协议。" },
  "send.tls-untrusted": {
    en: "The peer's certificate is not from an authority trusted here. Name that authority's file in NODE_EXTRA_CA_CERTS.",
    zh: "目标的证书并非由此处信任的机构签发。请在 NODE_EXTRA_CA_CERTS 中指明该机构的证书文件。",
  },
  "send.tls-expired": { en: "The peer's certificate is expired or not valid yet.", zh: "目标的证书已过期或尚未生效。" },
  "send.tls-other-name": { en: "The peer's certificate is for another host name.", zh: "目标的证书属于另一主机名。" },
  "send.tls-failed": { en: "No secure connection (TLS) could be made ({system}).", zh: "无法建立安全连接（TLS，{system}）。" },
  "send.http-status": { en: "The server answered HTTP {status} {meaning}.", zh: "服务器答复 HTTP {status} {meaning}。" },
  "send.unauthorized": {
    en: "The server does not allow this (HTTP {status} {meaning}). Credentials stand in OVERREAD_PEER_AUTHORIZATION.",
    zh: "服务器不允许此操作（HTTP {status} {meaning}）。凭据由 OVERREAD_PEER_AUTHORIZATION 给出。",
  },
  "send.no-such-service": {
    en: "There is no DICOMweb store at this address (HTTP {status} {meaning}).",
    zh: "该地址没有 DICOMweb 存储服务（HTTP {status} {meaning}）。",
  },
  "send.redirected": {
    en: "The server points to another address, which was not followed: {to}",
    zh: "服务器指向另一地址，未予跟随：{to}",
  },
  "send.address-refused": {
    en: "No connection is made to this address: it is link-local, multicast, reserved, or leads to this machine under another name.",
    zh: "不会连接此地址：它是链路本地、组播或保留地址，或以其他名称指向本机。",
  },
  "send.not-mentioned": {
    en: "The server's answer does not mention this object, so it is not known to be stored.",
    zh: "服务器的答复未提及该对象，不能确认已存储。",
  },
} as const satisfies Messages;
