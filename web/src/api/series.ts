import { archiveRoot, readsEverywhere } from './archive-root';
import { address } from './address';
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

/** Where the series of a study are listed, and what is asked of them. */
export const seriesList = (studyUid: string): [path: string, query: URLSearchParams] => [
  `${archiveRoot()}/studies/${studyUid}/series`,
  new URLSearchParams({ includefield: SERIES_FIELDS }),
];

const seriesPath = (series: Pick<Series, 'studyUid' | 'uid'>): string =>
  `${archiveRoot()}/studies/${series.studyUid}/series/${series.uid}`;

const SO_FAR = new URLSearchParams({ sofar: 'true' });

/** Where the metadata of a series are; of other archives' series those of the images that are here so far. */
export const seriesMetadata = (
  series: Pick<Series, 'studyUid' | 'uid'>,
): [path: string, query: URLSearchParams | undefined] => [
  `${seriesPath(series)}/metadata`,
  readsEverywhere() ? SO_FAR : undefined,
];

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
