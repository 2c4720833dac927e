/** Styles of the HTML report: dark text on white, one measure wide, made to print on A4 or letter. */
export const reportCss = `
:root { --ink: #16202a; --quiet: #566472; --line: #d5dce3; --soft: #f3f6f8; --accent: #0b5a78; --warn: #8a5a00; --bad: #a3261c; --good: #1d6b3c; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 14px/1.5 "Segoe UI", "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 28px 28px 40px; }
h1 { margin: 0; font-size: 24px; line-height: 1.25; font-weight: 700; }
h2 { margin: 26px 0 10px; padding-bottom: 4px; font-size: 16px; font-weight: 700; color: var(--accent); border-bottom: 2px solid var(--accent); }
h3 { margin: 0 0 8px; font-size: 15px; font-weight: 700; }
p { margin: 6px 0; max-width: 70em; }
.subject { margin: 2px 0 12px; color: var(--quiet); }
.status { padding: 9px 14px; border: 1px solid #e3b95c; border-left: 6px solid #d89a14; background: #fff8e6; }
.status strong { display: block; font-size: 15px; }
.strong { font-weight: 700; }
p.strong { font-size: 16px; }
.quiet { color: var(--quiet); }
p.quiet { font-size: 12.5px; }
.warning { color: var(--warn); font-weight: 600; }
.bad { color: var(--bad); font-weight: 700; }
p.bad { font-size: 16px; }
.good { color: var(--good); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 2px 28px; margin: 0; }
dl div { display: flex; gap: 10px; padding: 2px 0; border-bottom: 1px dotted var(--line); }
dt { flex: 0 0 112px; color: var(--quiet); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.list { margin: 8px 0; }
article .list { display: flex; gap: 10px; margin: 5px 0; }
article .label { flex: 0 0 150px; color: var(--quiet); font-weight: 400; }
article ul { list-style: none; padding: 0; }
article li { display: inline; }
article li + li::before { content: " "; }
:lang(zh) article li + li::before { content: ""; }
.label { margin: 0 0 2px; font-weight: 600; }
ul { margin: 0; padding-left: 20px; }
li { margin: 1px 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th { padding: 5px 8px; font-weight: 600; color: var(--quiet); border-bottom: 1.5px solid var(--ink); vertical-align: bottom; }
td { padding: 5px 8px; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.left { text-align: left; }
.right { text-align: right; white-space: nowrap; }
.line { display: block; }
.stacked .line + .line:not(.box) { color: var(--quiet); }
.box { white-space: nowrap; }
.box::before { content: ""; display: inline-block; width: 11px; height: 11px; margin-right: 6px; border: 1px solid var(--ink); vertical-align: -1px; }
article { margin: 14px 0 0; padding: 12px 14px; border: 1px solid var(--line); border-radius: 4px; background: #fff; break-inside: avoid; }
figure { margin: 8px 0; break-inside: avoid; }
img { display: block; width: 100%; height: auto; background: #000; }
figcaption { margin-top: 4px; font-size: 12px; color: var(--quiet); }
.signature { display: flex; gap: 40px; margin-top: 34px; font-size: 12.5px; color: var(--quiet); break-inside: avoid; }
.signature div { flex: 1; }
.signature span { display: block; height: 26px; border-bottom: 1px solid var(--ink); margin-bottom: 3px; }
footer { margin-top: 30px; padding-top: 8px; border-top: 1px solid var(--line); font-size: 12px; color: var(--quiet); }
:lang(zh) p { max-width: 62em; }
@media (max-width: 640px) { main { padding: 16px; } dl { grid-template-columns: 1fr; } }
@page { size: A4; margin: 14mm 13mm; }
@media print {
  body { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  table { font-size: 8.5pt; }
  td, th { padding: 3px 5px; }
  .status { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
