// An S3 server over a folder, as a process of its own: it says its port, and ends with its parent.
// Usage: node --openssl-legacy-provider s3rver.ts FOLDER BUCKET PORT     (it makes its tokens for the next page of a list with DES)
// @ts-expect-error has no types
import S3rver from "@20minutes/s3rver";

process.on("disconnect", () => process.exit());
const [directory, name, port] = process.argv.slice(2);
const options = { address: "127.0.0.1", port: Number(port), directory, configureBuckets: [{ name }], silent: true };
// It signs /bucket where the client signs /bucket/.
const server = new S3rver({ ...options, allowMismatchedSignatures: true });
process.send?.((await server.run()).port);
