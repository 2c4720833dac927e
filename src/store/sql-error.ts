/** What a database says against a statement: the SQLSTATE in `code`, and its words where these quote no value of a row. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly code: string;

  constructor(code: string, said: string) {
    // Class 22, data exceptions, quotes the value: it may be of a patient.
    super(code.startsWith("22") ? `SQLSTATE ${code}` : `SQLSTATE ${code}: ${said}`);
    this.code = code;
  }
}
