import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = process.env['SIXFOLD_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: './', // the application may be hosted below a sub-path
  plugins: [react()],
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
    assetsInlineLimit: 2048,
  },
});
