import { readAhead, askAhead } from '@/api/ahead';
import { readsEverywhere, setArchiveRoot } from '@/api/archive-root';
import { address } from '@/api/address';
import { DICOM_JSON, type DataSet } from '@/api/dicomjson';
import { frameAddress, inOrder, seriesMetadata, seriesList, toSeries } from '@/api/series';
import type { Standing } from '@/api/types';
import { framesOf } from '@/features/viewer/frames';
import { line } from '@/features/viewer/engine/line';

/*
 * The first script of the page, small and before all others: what an address of images needs is asked for at once, while the
 * application itself still comes and starts. What fails here fails again where it is shown, with words.
 */

/** Files of the reading room; the build says which. */
declare const __READING_ROOM__: string[];

const VIEW = /^#\/view\/([0-9.]{1,64})(?:\?(.*))?$/;
const JSON_TYPE = 'application/json';

/** The study that an address opens in the reading room, and the series in it if it names one. */
export function opened(hash: string): { uid: string; series: string | null } | null {
  const [, uid, query] = VIEW.exec(hash) ?? [];
  if (uid === undefined) return null;
  const named = new URLSearchParams(query).get('series');
  return { uid, series: named && named.replace(/^"|"$/g, '') };
}

async function firstSeries(studyUid: string): Promise<string | undefined> {
  const found = (await readAhead(address(...seriesList(studyUid)), DICOM_JSON)) as DataSet[] | null;
  return inOrder((found ?? []).map((dataSet) => toSeries(studyUid, dataSet)))[0]?.uid;
}

/** Ask for a study, its series, the metadata of one and the image in its middle. */
async function askFor(studyUid: string, named: string | null): Promise<void> {
  const [session, standings] = await Promise.all([
    readAhead(address('api/session'), JSON_TYPE),
    readAhead(address('api/viewer/sources/state'), JSON_TYPE),
  ]);
  if (!session) return;
  setArchiveRoot((standings ?? undefined) as Standing[] | undefined);
  if (!readsEverywhere()) void askAhead(address(`api/studies/${studyUid}`), JSON_TYPE);
  const first = firstSeries(studyUid);
  const uid = named ?? (await first);
  if (!uid) return;
  const series = { studyUid, uid };
  const instances = (await readAhead(address(...seriesMetadata(series)), DICOM_JSON)) as DataSet[] | null;
  const frames = framesOf(instances ?? []);
  const middle = frames[Math.floor(frames.length / 2)];
  if (!middle) return;
  const { instanceUid, frame, dataSet } = middle;
  void askAhead(frameAddress(series, instanceUid, frame), line.acceptFor(dataSet));
}

/** Have a file of the application fetched, since it will be needed. */
function preload(file: string): void {
  const link = document.createElement('link');
  [link.rel, link.crossOrigin, link.href] = ['modulepreload', '', file];
  document.head.append(link);
}

/** Begin with what the address of the page opens. */
export function startEarly(hash: string): void {
  const open = opened(hash);
  if (!open) return;
  for (const file of __READING_ROOM__) preload(file);
  void askFor(open.uid, open.series).catch(() => undefined);
}

if (typeof __READING_ROOM__ !== 'undefined') startEarly(location.hash);
