import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { patientQuery, studiesQuery } from './studies';
import type { Answer } from './types';

type Line = Answer<'/api/studies'>['rows'][number];

const LINE: Line = {
  study_uid: '1.2.3',
  patient_key: 'HOUSE|12/34',
  patient_id: '12/34',
  issuer: 'HOUSE',
  patient_name: '',
  birth_date: '',
  sex: '',
  study_date: '20260301',
  study_time: '',
  accession: '',
  description: '',
  modalities: ['CT'],
  series: 1,
  instances: 2,
  referring: '',
  institution: '',
  received_at: '',
};

function answer(body: unknown): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(() => Promise.resolve(Response.json(body)));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('what the server leaves empty is null in a row, and its keys stay', async () => {
  const page: Answer<'/api/studies'> = { rows: [LINE], next: null, total: { count: 1, exact: true } };
  const fetch = answer(page);
  const { pages } = await new QueryClient().fetchInfiniteQuery(
    studiesQuery({ q: 'anna', modality: ['CT', 'MR'] }),
  );
  expect(pages[0]?.rows[0]).toMatchObject({ study_uid: '1.2.3', patient_name: null, study_date: '20260301' });
  expect(pages[0]?.total).toEqual({ count: 1, exact: true });
  expect(String(fetch.mock.calls[0]?.[0])).toContain('api/studies?q=anna&modality=CT&modality=MR&limit=100');
});

test('a patient comes with their studies, by a key that may hold slashes', async () => {
  const { patient_key, patient_id, issuer, patient_name, birth_date, sex } = LINE;
  const found: Answer<'/api/patients/{patient}'> = {
    ...{ patient_key, patient_id, issuer, patient_name, birth_date, sex },
    studies: [LINE],
  };
  const fetch = answer(found);
  const page = await new QueryClient().fetchQuery(patientQuery('HOUSE|12/34'));
  expect(page.patient).toEqual({
    ...{ patient_key, patient_id, issuer },
    ...{ patient_name: null, birth_date: null, sex: null },
  });
  expect(page.studies.map(({ description }) => description)).toEqual([null]);
  expect(String(fetch.mock.calls[0]?.[0])).toContain('api/patients/HOUSE%7C12%2F34');
});
