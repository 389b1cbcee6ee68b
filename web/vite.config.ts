import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env['SIXFOLD_URL'] ?? 'http://127.0.0.1:8080';

/** What the server hands out compressed; brotli 9 takes a second, 11 took twenty for 10 % less. */
const compressed = compression({
  include: /\.(html|js|css|svg|wasm)$/,
  threshold: 1024,
  algorithms: [
    defineAlgorithm('brotliCompress', { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    defineAlgorithm('gzip', { level: 9 }),
  ],
});

/** The service worker, with a version that changes with every file of the application. */
const shell: Plugin = {
  name: 'sixfold-shell',
  generateBundle(_, bundle) {
    const names = Object.keys(bundle).sort().join();
    const version = createHash('sha256').update(names).digest('hex').slice(0, 16);
    const source = readFileSync(here('./shell/sw.js'), 'utf8').replace('__VERSION__', version);
    this.emitFile({ type: 'asset', fileName: 'sw.js', source });
  },
};

export default defineConfig({
  base: './', // the application may be hosted below a sub-path
  plugins: [react(), shell, compressed],
  resolve: {
    alias: {
      '@': here('./src'),
      events: here('./node_modules/events/events.js'), // vtk.js expects Node's module; without it the page stays blank
    },
  },
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['@cornerstonejs/dicom-image-loader'], include: ['dicom-parser'] },
  server: { host: '127.0.0.1', proxy: { '/api': server, '/dicomweb': server } },
  build: {
    rolldownOptions: {
      onwarn: (warning, warn) => {
        // The decoders ask for Node's modules only when they run under Node.
        if (!warning.message.includes('externalized for browser compatibility')) warn(warning);
      },
    },
    target: 'es2022',
    chunkSizeWarningLimit: 4500,
    reportCompressedSize: false, // the compressed files say it themselves
    assetsInlineLimit: 2048,
  },
});
