import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import { DICOM_JSON, type DataSet } from './dicomjson';
import { inOrder, seriesMetadata, seriesList, toSeries } from './series';

/** Data sets of a DICOMweb answer; 204 is an empty one. */
async function dicomJson(path: string, signal: AbortSignal, query?: URLSearchParams): Promise<DataSet[]> {
  const response = await request(path, { headers: { Accept: DICOM_JSON }, signal }, query);
  return response.status === 204 ? [] : ((await response.json()) as DataSet[]);
}

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const seriesQuery = (studyUid: string) =>
  queryOptions({
    queryKey: ['series', studyUid],
    queryFn: async ({ signal }) => {
      const [path, query] = seriesList(studyUid);
      const found = await dicomJson(path, signal, query);
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
const PARTIAL = 206;

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const metadataQuery = (studyUid: string, seriesUid: string) =>
  queryOptions({
    queryKey: ['metadata', studyUid, seriesUid],
    staleTime: 60_000,
    queryFn: async ({ client, queryKey, signal }): Promise<SeriesImages> => {
      const [path, query] = seriesMetadata({ studyUid, uid: seriesUid });
      const response = await request(path, { headers: { Accept: DICOM_JSON }, signal }, query);
      const instances = response.status === 204 ? [] : ((await response.json()) as DataSet[]);
      const before = client.getQueryData<SeriesImages>(queryKey);
      const still = before && instances.length <= before.instances.length ? before.still + 1 : 0;
      return { instances, whole: response.status !== PARTIAL, still };
    },
    refetchInterval: ({ state: { data } }) =>
      data && !data.whole && data.still < MOST_STILL ? GROWING_MS : false,
  });
