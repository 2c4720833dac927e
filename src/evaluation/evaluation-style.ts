/** Styles of the evaluation page. */
export const pageCss = `
:root { --ink: #16202a; --quiet: #566472; --line: #d5dce3; --soft: #f3f6f8; --accent: #0b5a78; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 14px/1.5 "Segoe UI", "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 28px 28px 40px; }
h1 { margin: 0; font-size: 24px; line-height: 1.25; }
h2 { margin: 26px 0 10px; padding-bottom: 4px; font-size: 16px; color: var(--accent); border-bottom: 2px solid var(--accent); }
p { margin: 6px 0; max-width: 70em; }
.subject, .quiet { color: var(--quiet); }
.notice { max-width: none; padding: 8px 14px; border: 1px solid #e3b95c; border-left: 6px solid #d89a14; background: #fff8e6; font-weight: 600; }
.notice.bad { border-color: #a3261c; background: #fdecea; color: #a3261c; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(310px, 1fr)); gap: 10px; margin-top: 10px; }
.cards div { padding: 10px 14px; background: var(--soft); border-radius: 4px; }
.cards span, .cards strong { display: block; }
.cards strong { font-size: 17px; font-variant-numeric: tabular-nums; }
.label { color: var(--quiet); }
figure { margin: 8px 0; }
figure svg { display: block; width: 100%; max-width: 820px; height: auto; }
figcaption { margin-top: 4px; font-size: 12.5px; color: var(--quiet); }
.scroll { overflow-x: auto; margin: 8px 0 14px; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
.groups table { width: 100%; table-layout: fixed; }
th { padding: 4px 10px; text-align: left; font-weight: 600; color: var(--quiet); border-bottom: 1.5px solid var(--ink); vertical-align: bottom; }
td { padding: 4px 10px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.bar { display: block; width: 120px; height: 12px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 30px; padding-top: 8px; border-top: 1px solid var(--line); font-size: 12px; color: var(--quiet); }
@media (max-width: 640px) { main { padding: 16px; } dl { grid-template-columns: 1fr; } dt { margin-top: 6px; } }
@media print { body { font-size: 9.5pt; } main { max-width: none; padding: 0; } h2 { break-after: avoid; } tr, figure { break-inside: avoid; } .notice, .cards div { print-color-adjust: exact; } }
`;
