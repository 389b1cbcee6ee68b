// Writes src/api/schema.d.ts from web/openapi.json (made by the server) when that file is present.
import { existsSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

if (!existsSync('openapi.json')) {
  console.error('openapi.json is missing: export it from the server first, then run this again.');
  process.exit(1);
}
execFileSync('node_modules/.bin/openapi-typescript', ['openapi.json', '-o', 'src/api/schema.d.ts'], {
  stdio: 'inherit',
});
