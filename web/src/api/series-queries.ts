import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import { DICOM_JSON, type DataSet } from './dicomjson';
import { inOrder, metadataPath, seriesList, toSeries } from './series';

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

// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- as above
export const metadataQuery = (studyUid: string, seriesUid: string) =>
  queryOptions({
    queryKey: ['metadata', studyUid, seriesUid],
    staleTime: 60_000,
    queryFn: ({ signal }) => dicomJson(metadataPath({ studyUid, uid: seriesUid }), signal),
  });
