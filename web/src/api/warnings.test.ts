import { act, renderHook } from '@testing-library/react';
import { expect, it } from 'vitest';
import { noteWarnings, useWarnings, warningsIn } from './warnings';

it('reads the texts of code 299, and no other', () => {
  expect(warningsIn('299 sixfold "2 of 3 answered; missing: North", 299 sixfold "a \\"b\\""')).toEqual([
    '2 of 3 answered; missing: North',
    'a "b"',
  ]);
  expect(
    warningsIn('299 sixfold "not every archive delivered: Gone: skipped; north: it ended early"'),
  ).toEqual(['Gone failed a moment ago, so it was not asked; north failed: it ended early']);
  expect(warningsIn('199 other "stale"')).toEqual([]);
  expect(warningsIn(null)).toEqual([]);
});

it('keeps the last words on a study', () => {
  const { result } = renderHook(() => useWarnings('1.2.3'));
  expect(result.current).toEqual([]);
  act(() => {
    noteWarnings('dicomweb/federated/studies/1.2.3/metadata', '299 sixfold "not whole"');
  });
  act(() => {
    noteWarnings('dicomweb/federated/studies/1.2.3/metadata', null);
    noteWarnings('dicomweb/federated/studies/1.2.3/series', '299 sixfold "one is missing"');
    noteWarnings('api/studies', '299 sixfold "of no study"');
  });
  expect(result.current).toEqual(['not whole']);
});
