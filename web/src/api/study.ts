import { queryOptions } from '@tanstack/react-query';
import { archiveRoot, readsEverywhere } from './archive-root';
import { ApiError } from './client';
import { number, TAG, text, texts, type DataSet } from './dicomjson';
import { dicomJson } from './series';
import { askEverywhere } from './everywhere';
import { fetchStudies, studySearch } from './studies';
import type { EverywhereRow, StudyRow } from './types';

const FIELDS = [TAG.StudyDescription, TAG.InstitutionName, TAG.IssuerOfPatientID].join(',');
const MOST_ROWS = 500;

/** A QIDO study answer (PS3.18 10.6.3.3.1) as a row; the patient's key is not part of it. */
export function toStudyRow(dataSet: DataSet): StudyRow {
  return {
    study_uid: text(dataSet, TAG.StudyInstanceUID) ?? '',
    patient_key: '',
    patient_id: text(dataSet, TAG.PatientID),
    issuer: text(dataSet, TAG.IssuerOfPatientID),
    patient_name: text(dataSet, TAG.PatientName),
    birth_date: text(dataSet, TAG.PatientBirthDate),
    sex: text(dataSet, TAG.PatientSex),
    study_date: text(dataSet, TAG.StudyDate),
    study_time: text(dataSet, TAG.StudyTime),
    accession: text(dataSet, TAG.AccessionNumber),
    description: text(dataSet, TAG.StudyDescription),
    modalities: texts(dataSet, TAG.ModalitiesInStudy),
    series: number(dataSet, TAG.NumberOfStudyRelatedSeries) ?? 0,
    instances: number(dataSet, TAG.NumberOfStudyRelatedInstances) ?? 0,
    referring: text(dataSet, TAG.ReferringPhysicianName),
    institution: text(dataSet, TAG.InstitutionName),
    received_at: null,
  };
}

/** The row of the list for a study found by QIDO: it knows the patient's key. */
async function rowOf(found: StudyRow, signal: AbortSignal): Promise<StudyRow> {
  const words = found.patient_id ?? found.accession ?? '';
  const day = found.study_date ? { from: found.study_date, to: found.study_date } : {};
  const page = await fetchStudies(studySearch({ q: words, ...day }, null, MOST_ROWS), signal);
  return page.rows.find(({ study_uid }) => study_uid === found.study_uid) ?? found;
}

const absent = (): ApiError =>
  new ApiError(404, {
    title: 'There is no such study here',
    detail: 'It may have been rejected, or it never arrived.',
    do: 'Go back to the studies.',
  });

async function fetchOwn(uid: string, signal: AbortSignal): Promise<StudyRow> {
  const query = new URLSearchParams({ StudyInstanceUID: uid, includefield: FIELDS });
  const [dataSet] = await dicomJson(`${archiveRoot()}/studies`, signal, query);
  if (!dataSet) throw absent();
  return rowOf(toStudyRow(dataSet), signal);
}

/** One study over all archives: what the first of them tells is shown at once. */
async function fetchFederated(
  uid: string,
  signal: AbortSignal,
  onSeen: (row: StudyRow) => void,
): Promise<StudyRow> {
  const { rows, archives } = await askEverywhere({ study: uid }, signal, ({ rows: [first] }) => {
    if (first) onSeen(first);
  });
  const [row] = rows;
  if (row) return row;
  const failed = archives.filter(({ state }) => state === 'failed').map(({ title }) => title);
  if (failed.length === 0) throw absent();
  throw new ApiError(404, {
    title: 'No archive that answers has this study',
    detail: `There was no answer from ${failed.join(', ')}.`,
    do: 'Try again in a moment, or go back to the studies.',
  });
}

/** One study by its UID; over all archives it also tells where it is. */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- the options carry their own inferred key type
export const studyQuery = (uid: string) =>
  queryOptions({
    queryKey: ['study', uid],
    queryFn: ({ client, queryKey, signal }): Promise<StudyRow | EverywhereRow> =>
      readsEverywhere()
        ? fetchFederated(uid, signal, (row) => client.setQueryData(queryKey, row))
        : fetchOwn(uid, signal),
  });
