// Builds the pages of src/web into dist/web: `vite build`. The server makes the build itself where it is missing (src/main/web-pages.ts).
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: "src/web",
  plugins: [react()],
  // Node's "events", which a dependency of the image loader asks for.
  resolve: { alias: { events: "events/" } },
  worker: { format: "es" },
  optimizeDeps: { exclude: ["@cornerstonejs/dicom-image-loader"], include: ["dicom-parser"] },
  build: { target: "esnext", outDir: "../../dist/web", emptyOutDir: true, chunkSizeWarningLimit: 8000, reportCompressedSize: false },
});
