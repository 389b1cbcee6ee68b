import { beforeEach, describe, expect, it } from 'vitest';
import type { Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { MarkBook } from '../measure/book';
import type { Mark } from '../measure/mark';
import { rememberGrid, rememberedGrid } from './grids';
import { alike, opening } from './opening';
import { emptyRoom, moved, type Content, type Room } from './room';
import { mismatch } from './same-person';

const content = (seriesUid: string): Content => ({ studyUid: 'A', seriesUid, plane: 'acquired' });
const uids = (room: Room): (string | undefined)[] => room.panes.map((one) => one?.seriesUid);
const series = (uid: string, more: Partial<Series> = {}): Series => ({
  studyUid: 'A',
  uid,
  modality: 'CT',
  number: 1,
  description: null,
  bodyPart: null,
  date: null,
  time: null,
  instances: 1,
  ...more,
});
const study = (more: Partial<StudyRow> = {}): StudyRow =>
  ({
    study_uid: 'A',
    patient_id: '1',
    issuer: 'STB',
    patient_name: 'Okafor^Erik',
    birth_date: '19340101',
    ...more,
  }) as StudyRow;

describe('the panes of the room', () => {
  const two: Room = { ...emptyRoom('1x2'), panes: [content('1'), content('2')] };

  it('keeps what is shown when divided, and fills new places with what comes next', () => {
    const four = moved(two, { do: 'divide', grid: '2x2', next: [content('1'), content('3'), content('4')] });
    expect(uids(four)).toEqual(['1', '2', '3', '4']);
    expect(uids(moved(four, { do: 'divide', grid: '1x3', next: [] }))).toEqual(['1', '2', '3']);
  });

  it('never loses the active pane', () => {
    const one = moved({ ...two, active: 1 }, { do: 'divide', grid: '1x1', next: [] });
    expect(uids(one)).toEqual(['2']);
    expect(one.active).toBe(0);
  });

  it('takes a series in a pane, makes it active, and refuses a pane that is not there', () => {
    const placed = moved(two, { do: 'place', pane: 1, content: content('9') });
    expect([uids(placed), placed.active]).toEqual([['1', '9'], 1]);
    expect(moved(two, { do: 'place', pane: 7, content: content('9') })).toBe(two);
    expect(moved(two, { do: 'activate', pane: 2 })).toBe(two);
  });

  it('cuts planes, and goes back to what stood there', () => {
    const cut = moved({ ...two, active: 1 }, { do: 'planes' });
    expect(cut.panes.map((one) => one?.plane)).toEqual(['axial', 'coronal', 'sagittal', 'acquired']);
    expect(new Set(uids(cut))).toEqual(new Set(['2']));
    expect(uids(moved(cut, { do: 'together' }))).toEqual(['1', '2']);
  });
});

describe('the room as it opens', () => {
  beforeEach(() => {
    localStorage.clear();
  });
  const all = [series('1'), series('2', { modality: 'SR' }), series('3')];

  it('remembers a layout per person and modality', () => {
    rememberGrid('ada', 'CT', '1x2');
    expect(rememberedGrid('ada', 'MR')).toBe('1x1');
    expect(rememberedGrid('eve', 'CT')).toBe('1x1');
    expect(uids(opening([{ study: study(), series: all }], '3', 'ada'))).toEqual(['3', '1']);
    localStorage.setItem('sixfold.layout.ada.CT', '9x9');
    expect(rememberedGrid('ada', 'CT')).toBe('1x1');
  });

  it('puts the most similar series of the other study beside the first', () => {
    const others = [series('x', { modality: 'MR' }), series('y'), series('z', { description: 'Chest' })];
    expect(alike(series('1', { description: 'Chest' }), others)?.uid).toBe('z');
    const room = opening(
      [
        { study: study(), series: all },
        { study: study({ study_uid: 'B' }), series: others },
      ],
      '1',
      'ada',
    );
    expect([room.grid, uids(room)]).toEqual(['1x2', ['1', 'y']]);
  });
});

describe('two studies of one person or of two', () => {
  it.each([
    [{}, null],
    [{ patient_name: 'Okafor^E' }, null],
    [{ patient_id: '2' }, /name is the same, the patient number is not/],
    [{ issuer: 'NWH' }, /name is the same/],
    [{ patient_name: 'Silva^Ana', patient_id: '2' }, /Okafor, Erik and Silva, Ana/],
    [{ birth_date: '19350101' }, /born on different days/],
  ])('%j', (other, words) => {
    const said = mismatch(study(), study(other));
    if (words) expect(said).toMatch(words);
    else expect(said).toBeNull();
  });

  it('trusts an enterprise patient over its numbers, but not over a birth date', () => {
    const [a, b] = [study({ patient_key: 'p' }), study({ patient_key: 'p', patient_id: '2', issuer: 'X' })];
    expect(mismatch(a, b)).toBeNull();
    expect(mismatch(a, { ...b, birth_date: '20000101' })).toMatch(/born/);
  });
});

describe('the book of marks', () => {
  const mark = (sopUid: string, own = true): Omit<Mark, 'id'> => ({
    kind: 'length',
    studyUid: 'A',
    seriesUid: '1',
    sopUid,
    frame: 1,
    points: [
      [0, 0],
      [3, 4],
    ],
    text: '',
    own,
  });

  it('undoes and does again every change, and tells who listens', () => {
    const book = new MarkBook();
    let told = 0;
    book.subscribe(() => (told += 1));
    const made = book.add(mark('i'));
    book.change(made.id, { text: 'nodule' });
    book.remove(made.id);
    expect(book.list()).toEqual([]);
    book.undo();
    expect(book.list()[0]?.text).toBe('nodule');
    book.undo();
    book.undo();
    expect([book.list(), book.canUndo, book.canRedo]).toEqual([[], false, true]);
    book.redo();
    expect(book.on({ sopUid: 'i', frame: 1 })).toHaveLength(1);
    expect(book.on({ sopUid: 'i', frame: 2 })).toHaveLength(0);
    expect(told).toBe(7);
  });

  it('does not change what came from a stored object', () => {
    const book = new MarkBook();
    const [stored] = book.addAll([mark('i', false)]);
    book.change(stored?.id ?? '', { text: 'mine' });
    expect(book.list()[0]?.text).toBe('');
  });
});
