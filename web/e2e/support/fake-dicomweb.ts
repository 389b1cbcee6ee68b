import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, json, POLICY } from './fake-server';
import type { StudyRow } from '../../src/api/types';
import { seriesOf, STUDIES, type SeriesMade } from './hospital';
import { greyPng } from './png';

const kept = new Set<string>();

/** A picture of the middle slice for the strip. */
function thumbnail({ instances }: SeriesMade): Buffer | null {
  const frame = instances[Math.floor(instances.length / 2)]?.frames[0];
  if (!frame) return null;
  const colour = frame.length === 128 * 128 * 3;
  const pixels = Uint8Array.from({ length: 128 * 128 }, (_, i) =>
    colour ? (frame[i * 3] ?? 0) : Math.min(255, Math.max(0, (frame.readInt16LE(i * 2) + 160) * 0.64)),
  );
  return greyPng(pixels, 128);
}

function qido(series: SeriesMade): unknown {
  return {
    '0020000E': { vr: 'UI', Value: [series.uid] },
    '00080060': { vr: 'CS', Value: [series.modality] },
    '00200011': { vr: 'IS', Value: [series.number] },
    '0008103E': { vr: 'LO', Value: [series.description] },
    '00201209': { vr: 'IS', Value: [series.instances.length] },
  };
}

const SOP_INSTANCE = '\u0002\u0000\u0003\u0000UI'; // (0002,0003), Explicit VR Little Endian

function uidsIn(body: string): string[] {
  return body
    .split(SOP_INSTANCE)
    .slice(1)
    .map((rest) => /^..([0-9.]+)/s.exec(rest)?.[1] ?? '');
}

const studyOf = (row: StudyRow): unknown => ({
  '0020000D': { vr: 'UI', Value: [row.study_uid] },
  '00100020': { vr: 'LO', Value: [row.patient_id] },
  '00080020': { vr: 'DA', Value: [row.study_date] },
});

/** STOW: an object whose UID ends in .13 is refused, one seen before is a duplicate. */
async function stow(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = (await bodyOf(request)).toString('latin1');
  const uids = uidsIn(body);
  const sequence = (items: unknown[]): unknown => ({ vr: 'SQ', Value: items });
  const item = (uid: string, tag: string | null, code: number): unknown => ({
    '00081155': { vr: 'UI', Value: [uid] },
    '00081190': { vr: 'UR', Value: [`http://fake/dicomweb/studies/1/series/1/instances/${uid}`] },
    ...(tag ? { [tag]: { vr: 'US', Value: [code] } } : {}),
  });
  const refused = uids.filter((uid) => uid.endsWith('.13'));
  const good = uids.filter((uid) => !uid.endsWith('.13'));
  const answer = {
    '00081199': sequence(
      good.map((uid) => (kept.has(uid) ? item(uid, '00081196', 0x0111) : item(uid, null, 0))),
    ),
    ...(refused.length > 0
      ? { '00081198': sequence(refused.map((uid) => item(uid, '00081197', 0xc000))) }
      : {}),
  };
  const warned = good.some((uid) => kept.has(uid));
  good.forEach((uid) => kept.add(uid));
  json(response, refused.length > 0 || warned ? 202 : 200, answer);
}

function frame(response: ServerResponse, series: SeriesMade, instance: string, number: number): void {
  const made = series.instances.find(({ dataSet }) => dataSet['00080018']?.Value?.[0] === instance);
  const pixels = made?.frames[number - 1];
  if (!pixels) {
    json(response, 404, { title: 'There is no such frame' });
    return;
  }
  const head = '--b\r\nContent-Type: application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1\r\n\r\n';
  response.writeHead(200, {
    'Content-Type': 'multipart/related; type="application/octet-stream"; boundary=b',
  });
  response.end(Buffer.concat([Buffer.from(head), pixels, Buffer.from('\r\n--b--\r\n')]));
}

/** What is asked of a study: its series, or something of one of them. */
function answer(response: ServerResponse, url: URL): void {
  const [, , , study = '', , seriesUid, what, instance, verb, number] = url.pathname.split('/');
  const all = seriesOf(study);
  const series = all.find(({ uid }) => uid === seriesUid);
  if (!seriesUid) json(response, 200, all.map(qido));
  else if (!series) json(response, 404, { title: 'There is no such series' });
  else if (what === 'metadata')
    json(
      response,
      200,
      series.instances.map(({ dataSet }) => dataSet),
    );
  else if (what === 'thumbnail') {
    const picture = thumbnail(series);
    response.writeHead(picture ? 200 : 404, { 'Content-Type': 'image/png' }).end(picture ?? undefined);
  } else if (verb === 'frames') frame(response, series, instance ?? '', Number(number));
  else {
    const headers = { 'Content-Type': 'application/pdf', 'Content-Security-Policy': POLICY };
    response.writeHead(200, headers).end(series.instances[0]?.frames[0]);
  }
}

export async function dicomweb(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const study = url.pathname.split('/')[3];
  if (request.method === 'POST') return stow(request, response);
  if (!study) {
    const row = STUDIES.find(({ study_uid }) => study_uid === url.searchParams.get('StudyInstanceUID'));
    json(response, 200, row ? [studyOf(row)] : []);
    return;
  }
  if (request.method === 'DELETE') {
    response.writeHead(204).end();
    return;
  }
  answer(response, url);
}
