import { queryOptions } from '@tanstack/react-query';
import { archiveRoot, readsEverywhere } from './archive-root';
import { address, request } from './client';
import { number, TAG, text, type DataSet } from './dicomjson';

export interface Series {
  studyUid: string;
  uid: string;
  modality: string;
  number: number | null;
  description: string | null;
  bodyPart: string | null;
  date: string | null;
  time: string | null;
  instances: number;
}

/** Data sets of a DICOMweb answer; 204 is an empty one. */
export async function dicomJson(
  path: string,
  signal: AbortSignal,
  query?: URLSearchParams,
): Promise<DataSet[]> {
  const response = await request(path, { headers: { Accept: 'application/dicom+json' }, signal }, query);
  return response.status === 204 ? [] : ((await response.json()) as DataSet[]);
}

/** One QIDO series answer (PS3.18 10.6.3.3.2) as a value. */
export function toSeries(studyUid: string, dataSet: DataSet): Series {
  return {
    studyUid,
    uid: text(dataSet, TAG.SeriesInstanceUID) ?? '',
    modality: text(dataSet, TAG.Modality) ?? 'OT',
    number: number(dataSet, TAG.SeriesNumber),
    description: text(dataSet, TAG.SeriesDescription),
    bodyPart: text(dataSet, TAG.BodyPartExamined),
    date: text(dataSet, TAG.SeriesDate),
    time: text(dataSet, TAG.SeriesTime),
    instances: number(dataSet, TAG.NumberOfSeriesRelatedInstances) ?? 0,
  };
}

/** Series in the order of their number, unnumbered ones last. */
export function inOrder(series: Series[]): Series[] {
  return [...series].sort(
    (a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || (a.uid < b.uid ? -1 : 1),
  );
}

const SERIES_FIELDS = [TAG.SeriesDescription, TAG.BodyPartExamined, TAG.SeriesDate, TAG.SeriesTime].join(',');

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const seriesQuery = (studyUid: string) =>
  queryOptions({
    queryKey: ['series', studyUid],
    queryFn: async ({ signal }) => {
      const found = await dicomJson(
        `${archiveRoot()}/studies/${studyUid}/series`,
        signal,
        new URLSearchParams({ includefield: SERIES_FIELDS }),
      );
      return inOrder(found.map((dataSet) => toSeries(studyUid, dataSet)));
    },
  });

/** The instances of a series as far as they are here; `still` counts the answers since the last that brought more. */
export interface SeriesImages {
  instances: DataSet[];
  whole: boolean;
  still: number;
}

const GROWING_MS = 5_000;
/** Answers without anything new after which nothing more is expected. */
const MOST_STILL = 24;
const SO_FAR = new URLSearchParams({ sofar: 'true' });
const PARTIAL = 206;

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const metadataQuery = (studyUid: string, seriesUid: string) =>
  queryOptions({
    queryKey: ['metadata', studyUid, seriesUid],
    staleTime: 60_000,
    queryFn: async ({ client, queryKey, signal }): Promise<SeriesImages> => {
      const path = `${archiveRoot()}/studies/${studyUid}/series/${seriesUid}/metadata`;
      const init = { headers: { Accept: 'application/dicom+json' }, signal };
      const response = await request(path, init, readsEverywhere() ? SO_FAR : undefined);
      const instances = response.status === 204 ? [] : ((await response.json()) as DataSet[]);
      const before = client.getQueryData<SeriesImages>(queryKey);
      const still = before && instances.length <= before.instances.length ? before.still + 1 : 0;
      return { instances, whole: response.status !== PARTIAL, still };
    },
    refetchInterval: ({ state: { data } }) =>
      data && !data.whole && data.still < MOST_STILL ? GROWING_MS : false,
  });

const seriesPath = (series: Pick<Series, 'studyUid' | 'uid'>): string =>
  `${archiveRoot()}/studies/${series.studyUid}/series/${series.uid}`;

/** Address of a small picture of a series. */
export const thumbnailAddress = (series: Series, side = 160): string =>
  address(`${seriesPath(series)}/thumbnail`, new URLSearchParams({ viewport: `${side},${side}` }));

/** Address of one instance made viewable by the server: a page of text, a PDF, a video or a picture. */
export const renderedAddress = (series: Pick<Series, 'studyUid' | 'uid'>, instanceUid: string): string =>
  address(`${seriesPath(series)}/instances/${instanceUid}/rendered`);

/** Address of one frame, counted from 1. */
export const frameAddress = (
  series: Pick<Series, 'studyUid' | 'uid'>,
  instanceUid: string,
  frame: number,
): string => address(`${seriesPath(series)}/instances/${instanceUid}/frames/${frame}`);

/** Address of a study as one ZIP of Part 10 files. */
export const studyZipAddress = (studyUid: string): string =>
  address(`${archiveRoot()}/studies/${studyUid}`, new URLSearchParams({ accept: 'application/zip' }));

/** Address of a small picture of a study that our own archive holds: nothing is brought from elsewhere for it. */
export const ownThumbnailAddress = (studyUid: string, side = 96): string =>
  address(`dicomweb/studies/${studyUid}/thumbnail`, new URLSearchParams({ viewport: `${side},${side}` }));
