import { describe, expect, it } from 'vitest';
import type { Mark } from '../measure/mark';
import { drawnMark, sentMark, valuesOf, valueWords } from './concepts';
import { newUid } from './entries';
import { drawn, kept, report, room } from './samples';
import { idOf } from './sending';

describe('the ledger', () => {
  it('sends a new mark once, and knows then that it is kept', () => {
    const { book, ledger } = room();
    book.add(drawn());
    ledger.note(() => []);
    const [change, ...more] = ledger.changes();
    expect(more).toEqual([]);
    expect(change).toMatchObject({ object: '', studyUid: '1' });
    expect(ledger.unsaved()).toHaveLength(1);
    if (change) ledger.done(change, '2.25.9', [...book.list()]);
    expect(ledger.changes()).toEqual([]);
    ledger.take('1', [report('2.25.9', [kept({ uid: String(change?.marks[0]?.uid) })])]);
    expect(book.list()).toHaveLength(1);
  });

  it('sends a report anew when a mark of it changed or went, and takes it back when none is left', () => {
    const { book, ledger } = room(report('9.1', [kept(), kept({ uid: '2.25.2', label: 'b' })]));
    const [first, second] = book.list();
    book.change(first?.id ?? '', { text: 'a' });
    expect(ledger.changes()).toMatchObject([
      { object: '9.1', marks: [{ label: 'a', uid: '2.25.1' }, { label: 'b' }] },
    ]);
    book.remove(first?.id ?? '');
    expect(ledger.changes()).toMatchObject([{ object: '9.1', marks: [{ label: 'b' }] }]);
    book.remove(second?.id ?? '');
    const [change] = ledger.changes();
    expect(change).toMatchObject({ object: '9.1', marks: [] });
    if (change) ledger.done(change, '', [...book.list()]);
    expect(ledger.changes()).toEqual([]);
  });

  it('leaves what others made alone, and cannot undo what was kept before', () => {
    const { book, ledger } = room(report('9.1', [kept()], false));
    book.undo();
    expect(book.list()).toHaveLength(1);
    book.remove(book.list()[0]?.id ?? '');
    expect(ledger.changes()).toEqual([]);
    book.undo();
    ledger.take('1', []);
    expect(book.list()).toEqual([]);
  });

  it('keeps what this page does not draw in the report that is sent anew', () => {
    const line = kept({
      uid: '2.25.3',
      kind: 'polyline',
      points: [
        [1, 1],
        [2, 2],
        [3, 1],
      ],
    });
    const { book, ledger } = room(report('9.1', [kept(), line]));
    book.change(book.list()[0]?.id ?? '', { text: 'a' });
    expect(ledger.changes()[0]?.marks.map(({ kind }) => kind)).toEqual(['length', 'polyline']);
  });

  it('brings back what was left, new and changed, and only once', () => {
    const { book, ledger } = room(report('9.1', [kept()]));
    book.add(drawn({ text: 'new' }));
    book.change(book.list()[0]?.id ?? '', { text: 'changed' });
    ledger.note(() => []);
    const left = ledger.left('1');
    const again = room(report('9.1', [kept()]));
    again.ledger.restore('1', left);
    again.ledger.restore('1', left);
    expect(again.book.list().map(({ text }) => text)).toEqual(['changed', 'new']);
    expect(again.ledger.unsaved()).toHaveLength(2);
  });
});

describe('marks as reports say them', () => {
  it('sends an ellipse with its longer axis first, and texts as points with words', () => {
    const points = [
      [5, 3],
      [5, 7],
      [1, 5],
      [9, 5],
    ] as Mark['points'];
    expect(sentMark(drawn({ kind: 'ellipse', points }), '1', []).points).toEqual([
      [1, 5],
      [9, 5],
      [5, 3],
      [5, 7],
    ]);
    expect(sentMark(drawn({ kind: 'text', text: 'x', points: [[1, 1]] }), '1', [])).toMatchObject({
      kind: 'point',
      label: 'x',
    });
  });

  it('reads circles as ellipses, closed outlines without their last point, and no lines', () => {
    expect(
      drawnMark(
        kept({
          kind: 'circle',
          points: [
            [5, 5],
            [7, 5],
          ],
        }),
      )?.points,
    ).toEqual([
      [3, 5],
      [7, 5],
      [5, 3],
      [5, 7],
    ]);
    const outline = [
      [1, 1],
      [2, 2],
      [3, 1],
      [1, 1],
    ] as [number, number][];
    expect(drawnMark(kept({ kind: 'freehand', points: outline }))?.points).toHaveLength(3);
    expect(drawnMark(kept({ kind: 'polyline' }))).toBeNull();
    expect(drawnMark(kept({ kind: 'point', points: [[1, 1]], label: 'x' }))?.kind).toBe('text');
  });

  it('codes values, and leaves out what has no concept', () => {
    const found = valuesOf(
      [
        { name: 'Length', value: 2, unit: 'mm' },
        { name: 'Mean', value: 40, unit: "[hnsf'U]" },
        { name: 'SUV most', value: 3, unit: 'g/ml{SUVbw}' },
        { name: 'Pixels', value: 9, unit: '1' },
        { name: 'Length', value: 7, unit: 'px' },
      ],
      'CT',
    );
    expect(found.map(({ concept, unit }) => [concept.meaning, unit])).toEqual([
      ['Length', 'mm'],
      ['Attenuation Coefficient', "[hnsf'U]"],
      ['SUVbw', 'g/ml{SUVbw}'],
      ['Length', '{pixels}'],
    ]);
    expect(found.slice(0, 2).map(valueWords)).toEqual(['Length 2 mm', 'Mean 40 HU']);
  });

  it('gives the same words the same id, and every mark another UID', () => {
    expect(idOf('a')).toBe(idOf('a'));
    expect(idOf('a')).not.toBe(idOf('b'));
    expect(idOf('a')).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
    expect(newUid()).toMatch(/^2\.25\.\d{1,39}$/);
    expect(newUid()).not.toBe(newUid());
  });
});
