import { createServer, type Server } from 'node:http';

const ELSEWHERE_STUDY = '1.2.826.0.1.3680043.10.1475.98.1';

/** Another archive, which knows one study of our patient. */
export function elsewhere(): Promise<Server> {
  const text = (vr: string, value: unknown): unknown => ({ vr, Value: [value] });
  const study = {
    '00080005': text('CS', 'ISO_IR 192'),
    '00080020': text('DA', '20200102'),
    '00080050': text('SH', 'E1'),
    '00080061': text('CS', 'CT'),
    '00081030': text('LO', 'CT from elsewhere'),
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Bergstrom^Elsewhere' }] },
    '00100020': text('LO', 'E-7'),
    '0020000D': text('UI', ELSEWHERE_STUDY),
    '00201206': text('IS', 1),
    '00201208': text('IS', 3),
  };
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/dicom+json');
    const path = (request.url ?? '').split('?')[0] ?? '';
    response.end(JSON.stringify(path.endsWith('/studies') ? [study] : []));
  });
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server)));
}
