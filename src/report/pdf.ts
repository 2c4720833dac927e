import PDFDocument from "pdfkit";
import { sayTyped } from "../words/say.ts";
import { drawSection } from "./pdf-blocks.ts";
import { contentWidth, ink, PdfPen, page, typeOf } from "./pdf-layout.ts";
import type { ReportDocument } from "./report-document.ts";

/** TrueType or OpenType files that hold Latin and Chinese; only the glyphs used are put into the PDF. */
export interface PdfFonts {
  readonly regular: Uint8Array;
  readonly bold: Uint8Array;
}

/**
 * A report as PDF (A4), its pictures and the glyphs it uses inside. The same document and fonts give the same bytes: the creation date
 * is the day of the examination, and the file identifier is derived from it, title, study and language.
 */
export async function reportPdf(report: ReportDocument, fonts: PdfFonts): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: "A4",
    margin: 0,
    bufferPages: true,
    lang: report.language === "zh" ? "zh-CN" : "en",
    displayTitle: true,
    info: { Title: report.title, Subject: report.studyInstanceUid, Keywords: report.language, CreationDate: studyDay(report.studyDate) },
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    document.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    document.on("end", resolve);
    document.on("error", reject);
  });
  document.registerFont("regular", asBuffer(fonts.regular));
  document.registerFont("bold", asBuffer(fonts.bold));
  const pen = new PdfPen(document, (png, x, y, width, height) => document.image(asBuffer(png), x, y, { width, height }));
  drawHead(document, pen, report);
  for (const section of report.sections) drawSection(pen, section);
  drawMargins(document, pen, report);
  document.end();
  await ended;
  return joined(chunks);
}

/** Midnight UTC of a DICOM date; 1970-01-01 (the zero of computer clocks, plainly no examination) where none is stated. */
function studyDay(date: string | null): Date {
  const parts = /^(\d{4})[-.]?(\d{2})[-.]?(\d{2})$/.exec(date?.trim() ?? "");
  return parts === null ? new Date(0) : new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Title, whose examination, and the status in a frame that cannot be overlooked. */
function drawHead(document: PDFKit.PDFDocument, pen: PdfPen, report: ReportDocument): void {
  pen.write(report.title, page.left, contentWidth, { font: "bold", sizePoints: 17, ink: ink.text }, 0);
  pen.write(report.subject, page.left, contentWidth, typeOf("quiet", 9), 5);
  const strong = { font: "bold", sizePoints: 10, ink: ink.text } as const;
  const detail = typeOf("plain", 8.4);
  const width = contentWidth - 20;
  const height = 10 + pen.heightOf(report.status, width, strong) + pen.heightOf(report.statusDetail, width, detail);
  document.rect(page.left, pen.y, contentWidth, height).fill("#fff8e6");
  document.rect(page.left, pen.y, 4, height).fill("#d89a14");
  pen.writeAt(report.status, page.left + 12, pen.y + 4, width, strong);
  pen.writeAt(report.statusDetail, page.left + 12, pen.y + 4 + pen.heightOf(report.status, width, strong), width, detail);
  pen.y += height + 2;
}

/** Head and foot of every page, once the number of pages is known. */
function drawMargins(document: PDFKit.PDFDocument, pen: PdfPen, report: ReportDocument): void {
  const { start, count } = document.bufferedPageRange();
  const type = typeOf("quiet", 7.4);
  for (let index = 0; index < count; index++) {
    document.switchToPage(start + index);
    if (index > 0) pen.writeAt(`${report.title} · ${report.subject}`, page.left, 22, contentWidth, type);
    const y = page.height - 34;
    pen.rule(y - 4, ink.line, 0.5);
    pen.writeAt(report.footer, page.left, y, contentWidth - 90, type);
    pen.writeAt(
      sayTyped(report.language, "report.page", { page: index + 1, pages: count }),
      page.left + contentWidth - 90,
      y,
      90,
      type,
      "right",
    );
  }
}
