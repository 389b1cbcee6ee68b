import { expect, it } from 'vitest';
import { everywhereSearch, Gathered, linesOf } from './everywhere';

const study = (uid: string, day: string, more: object = {}): Parameters<Gathered['take']>[0] => ({
  kind: 'study',
  study_uid: uid,
  patient_key: 'N|1',
  study_date: day,
  study_time: '',
  series: null,
  locations: [],
  conflicts: [],
  ...more,
});

it('joins lines as they come: the last word on a study and an archive counts', () => {
  const gathered = new Gathered();
  gathered.take({ kind: 'source', key: 'own', title: 'This archive', state: 'asked' });
  gathered.take({ kind: 'source', key: 'north', title: 'North', state: 'asked' });
  expect(gathered.heard).toBe(false);
  gathered.take({ kind: 'source', key: 'own', title: 'This archive', state: 'answered', count: 2, ms: 4 });
  gathered.take(study('1', '20250101'));
  gathered.take(study('2', '20260101'));
  gathered.take({ kind: 'source', key: 'north', title: 'North', state: 'failed', failure: 'timed out' });
  gathered.take(study('1', '20250101', { description: 'Chest' }));
  gathered.take({ kind: 'gone', study_uid: '2' });
  gathered.take(study('3', '20270101'));
  expect(gathered.heard).toBe(true);
  const seen = gathered.seen();
  expect(seen.rows.map(({ study_uid, description }) => [study_uid, description])).toEqual([
    ['3', undefined],
    ['1', 'Chest'],
  ]);
  expect(seen.rows[0]).toMatchObject({ study_time: null, series: 0, instances: 0 });
  expect(seen.archives.map(({ key, state }) => `${key} ${state}`)).toEqual(['own answered', 'north failed']);
  expect(seen.done).toBe(false);
  gathered.take({ kind: 'done' });
  expect(gathered.seen().done).toBe(true);
});

it('reads lines however the pieces are cut', async () => {
  async function* pieces(): AsyncGenerator<string> {
    for (const piece of ['{"a"', ':1}\n', '\n{"b":2}\n{"c":', '3}']) yield await Promise.resolve(piece);
  }
  const lines: string[] = [];
  for await (const line of linesOf(pieces())) lines.push(line);
  expect(lines).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
});

it('asks with what is given, and no more', () => {
  const query = everywhereSearch({ q: 'meier', modality: ['CT', 'MR'], study: '' });
  expect(query.toString()).toBe('q=meier&modality=CT&modality=MR&limit=500');
});
