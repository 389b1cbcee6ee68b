import { describe, expect, it } from 'vitest';
import { isNarrowed, readSearch, toFilter } from './search-params';
import { studySearch } from '@/api/studies';

describe('readSearch', () => {
  it('keeps what it understands and drops the rest', () => {
    expect(
      readSearch({ q: 'smith', modality: ['CT', '<script>'], when: 'yesterday', from: '2026-1-1', x: 1 }),
    ).toEqual({
      q: 'smith',
      modality: ['CT'],
    });
  });

  it('takes a patient ID that the router read as a number', () => {
    expect(readSearch({ q: 4711 })).toEqual({ q: '4711' });
  });

  it('lets a preset win over days', () => {
    expect(readSearch({ when: 'today', from: '2026-01-01' })).toEqual({ when: 'today' });
  });
});

describe('toFilter', () => {
  it('turns a preset into days', () => {
    expect(toFilter({ when: '7d', q: 'x' }, new Date(2026, 10, 24))).toEqual({
      q: 'x',
      from: '2026-11-17',
      to: '2026-11-24',
    });
  });

  it('knows an unfiltered list', () => {
    expect(isNarrowed(readSearch({}))).toBe(false);
    expect(isNarrowed(readSearch({ institution: 'North' }))).toBe(true);
  });
});

describe('studySearch', () => {
  it('asks for a page with everything encoded', () => {
    const query = studySearch({ q: "o'neil & co", modality: ['CT', 'MR'], from: '2026-01-01' }, 'c/+=', 50);
    expect(query.toString()).toBe(
      'q=o%27neil+%26+co&modality=CT&modality=MR&from=2026-01-01&limit=50&cursor=c%2F%2B%3D',
    );
  });
});
