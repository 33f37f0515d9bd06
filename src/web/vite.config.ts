/** Builds the administrators' pages into `dist/web`, with each asset also as it is sent compressed. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const outDir = join(import.meta.dirname, '../../dist/web');

/** Compressing takes long at the best quality, so it is done here once and not by the server. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    writeBundle: () => {
      const folder = join(outDir, 'assets');
      for (const name of readdirSync(folder).filter((one) => /\.(js|css|svg)$/.test(one))) {
        const bytes = readFileSync(join(folder, name));
        const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params: quality }));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: join(import.meta.dirname, '../../node_modules/.cache/vite'),
  // What is loaded later is asked for by the page's own script: nothing is put inline.
  build: {
    ...{ outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    reportCompressedSize: false,
    // `use client` means nothing to who bundles for browsers only.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
    chunkSizeWarningLimit: 1_000,
  },
  logLevel: 'warn',
  plugins: [compressed()],
});
