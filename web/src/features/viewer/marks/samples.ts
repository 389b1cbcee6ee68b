import type { KeptMark, Measurements } from '@/api/marks';
import { MarkBook } from '../measure/book';
import type { Mark } from '../measure/mark';
import { Ledger } from './ledger';

const PLACE = { studyUid: '1', seriesUid: '1.1', sopUid: '1.1.1', frame: 1 };
export const drawn = (change: Partial<Mark> = {}): Omit<Mark, 'id'> => ({
  ...PLACE,
  kind: 'length',
  points: [
    [1, 1],
    [4, 5],
  ],
  text: '',
  own: true,
  ...change,
});

export const kept = (change: Partial<KeptMark> = {}): KeptMark => ({
  uid: '2.25.1',
  kind: 'length',
  label: '',
  finding: null,
  site: null,
  series_uid: '1.1',
  sop_uid: '1.1.1',
  frame: 1,
  points: [
    [1, 1],
    [4, 5],
  ],
  space: [],
  frame_of_reference: '',
  values: [],
  ...change,
});

export const report = (object: string, marks: KeptMark[], mine = true): Measurements => ({
  object,
  series: '1.9',
  author: 'Ada',
  at: '',
  login: 'ada',
  mine,
  title: '',
  replaces: [],
  marks,
});

export const room = (...documents: Measurements[]): { book: MarkBook; ledger: Ledger } => {
  const book = new MarkBook();
  const ledger = new Ledger(book);
  ledger.take('1', documents);
  return { book, ledger };
};
