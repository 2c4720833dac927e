import type { Block, Cell } from "../../report/report-document.ts";

/** Blocks of a report as elements of the page. Pictures are left out: the planes show the images themselves. */
export function Blocks({ blocks }: { readonly blocks: readonly Block[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: a block has no identity but its place; the document is composed anew as a whole
  return blocks.map((block, index) => <OneBlock key={`${index}-${block.kind}`} block={block} />);
}

function OneBlock({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "paragraph":
      return <p className={block.tone}>{block.text}</p>;
    case "facts":
      return (
        <dl>
          {block.facts.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      );
    case "list":
      return (
        <>
          {block.label !== undefined && <p className="quiet">{block.label}</p>}
          <ul>
            {block.items.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </>
      );
    case "table":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section className="wide-table" tabIndex={0} aria-label={block.columns.map(({ label }) => label).join(", ")}>
          <table>
            <thead>
              <tr>
                {block.columns.map(({ label, align }) => (
                  <th key={label} scope="col" style={{ textAlign: align }}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((cells, row) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <tr key={`${row}-${cells[0]?.lines.join(" ")}`}>
                  {cells.map((cell, column) => (
                    <td key={block.columns[column]?.label} className={cell.tone} style={{ textAlign: block.columns[column]?.align }}>
                      <Lines cell={cell} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      );
    case "group":
      return (
        <section>
          <h4>{block.heading}</h4>
          <Blocks blocks={block.blocks} />
        </section>
      );
    case "figure":
    case "signature":
      return null;
  }
}

const Lines = ({ cell }: { readonly cell: Cell }) => cell.lines.map((line) => <div key={line}>{line}</div>);
