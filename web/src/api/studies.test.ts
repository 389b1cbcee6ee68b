import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { studiesQuery } from './studies';
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
