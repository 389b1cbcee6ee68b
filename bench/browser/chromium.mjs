/* The browser of the runners: Debian's Chromium, with a graphics card that the processors play, or with none. */
import { createRequire } from 'node:module';

export const { chromium } = createRequire(new URL('../../web/package.json', import.meta.url))('playwright-core');

const WEBGL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

/** What Chromium is started with. */
export const options = ({ webgl = true } = {}) => ({
  executablePath: process.env.SIXFOLD_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    // OHIF stands at another port than the archive; nothing else differs between the peers.
    '--disable-web-security',
    ...(webgl ? WEBGL : ['--disable-gpu']),
  ],
});
