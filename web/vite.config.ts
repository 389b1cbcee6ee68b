import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:zlib';
import { build, defineConfig, type Plugin, type Rolldown } from 'vite';
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
  enforce: 'post',
  generateBundle(_, bundle) {
    const names = Object.keys(bundle).sort().join();
    const version = createHash('sha256').update(names).digest('hex').slice(0, 16);
    const source = readFileSync(here('./shell/sw.js'), 'utf8').replace('__VERSION__', version);
    this.emitFile({ type: 'asset', fileName: 'sw.js', source });
  },
};

const alias = {
  '@': here('./src'),
  // The loader's decoders without the loader, whose package gives them no name of their own.
  '@decoders': here('./node_modules/@cornerstonejs/dicom-image-loader/dist/esm/shared/decoders'),
  events: here('./node_modules/events/events.js'), // vtk.js expects Node's module; without it the page stays blank
};

/** Files that a chunk needs before it can start, itself among them. */
function needed(bundle: Rolldown.OutputBundle, name: string, found = new Set<string>()): Set<string> {
  const chunk = bundle[name];
  if (chunk?.type !== 'chunk' || found.has(name)) return found;
  found.add(name);
  for (const other of chunk.imports) needed(bundle, other, found);
  return found;
}

/**
 * The script that asks for what an address opens: in one file, and in the page before all others. It is told which files the
 * reading room is made of, so that the browser fetches them beside those of the application.
 */
const early: Plugin = {
  name: 'sixfold-early',
  apply: 'build',
  enforce: 'post',
  async generateBundle(_, bundle) {
    const page = bundle['index.html'];
    if (page?.type !== 'asset') throw new Error('There is no page to put the first script into.');
    const html = String(page.source);
    const room = Object.values(bundle).find(
      (one) => one.type === 'chunk' && one.facadeModuleId === here('./src/features/viewer/index.ts'),
    );
    const files = [...needed(bundle, room?.fileName ?? '')].filter((name) => !html.includes(name));
    if (files.length === 0) throw new Error('The files of the reading room were not found.');
    const source = await firstScript(files.map((name) => `./${name}`));
    const digest = createHash('sha256').update(source).digest('hex').slice(0, 8);
    const fileName = `assets/early-${digest}.js`;
    this.emitFile({ type: 'asset', fileName, source });
    page.source = html.replace(/<meta charset="utf-8" \/>/, `$&\n    <script src="./${fileName}"></script>`);
  },
};

async function firstScript(files: string[]): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'warn',
    resolve: { alias },
    define: { __READING_ROOM__: JSON.stringify(files) },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: here('./src/app/early.ts'), formats: ['iife'], name: 'sixfoldEarly' },
    },
  });
  const [output] = made as Rolldown.RolldownOutput[];
  if (!output) throw new Error('The first script was not built.');
  return output.output[0].code;
}

export default defineConfig({
  base: './', // the application may be hosted below a sub-path
  plugins: [react(), early, shell, compressed],
  resolve: {
    alias,
  },
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['@cornerstonejs/dicom-image-loader'], include: ['dicom-parser'] },
  server: { host: '127.0.0.1', proxy: { '/api': server, '/dicomweb': server } },
  build: {
    rolldownOptions: {
      output: {
        // Few files: each costs a turn on a slow line.
        codeSplitting: {
          groups: [
            { name: 'platform', test: /node_modules\/(react|react-dom|scheduler|@tanstack)\// },
            {
              name: 'kit',
              test: /node_modules\/(@mantine|@tabler|@floating-ui)\/|\/src\/(shared|api)\//,
              minShareCount: 2,
            },
          ],
        },
      },
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
