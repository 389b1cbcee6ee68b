import { describe, expect, it } from 'vitest';
import { drawn, kept, report, room } from './samples';

describe('kept marks that are deleted', () => {
  it('knows what was deleted of kept marks, and sends the rest of a report as it was kept', () => {
    const liver = { value: '10200004', scheme: 'SCT', meaning: 'Liver' };
    const others = report('9.1', [kept(), kept({ uid: '2.25.2', site: liver })], false);
    const { book, ledger } = room(others);
    ledger.note(() => []);
    expect(ledger.removed()).toEqual([]);
    book.remove(book.list()[0]?.id ?? '');
    const [gone, ...more] = ledger.removed();
    expect([gone?.uid, gone?.own, more]).toEqual(['2.25.1', false, []]);
    const rest = gone && ledger.rest(gone);
    expect(rest).toMatchObject({ object: '9.1', marks: [{ uid: '2.25.2', site: liver }] });
    ledger.take('1', [report('9.2', [kept({ uid: '2.25.2' })], false)]); // the new version came
    expect([book.list().length, ledger.removed()]).toEqual([1, []]);
    ledger.take('1', [others]); // and was taken back
    expect(book.list()).toHaveLength(2);
  });

  it('brings a deleted mark of one’s own back under its UID', () => {
    const { book, ledger } = room(report('9.1', [kept(), kept({ uid: '2.25.2' })]));
    ledger.note(() => []);
    book.remove(book.list()[0]?.id ?? '');
    const removed = ledger.removed();
    const change = ledger.rest({ studyUid: '1', object: '9.1' });
    ledger.done(change, '9.2', [...book.list()]);
    expect(ledger.removed()).toEqual([]);
    ledger.bringBack(removed, '9.2');
    ledger.bringBack(removed, '9.2');
    expect(ledger.rest({ studyUid: '1', object: '9.2' }).marks.map(({ uid }) => uid)).toEqual([
      '2.25.2',
      '2.25.1',
    ]);
    expect(ledger.unsaved()).toHaveLength(1);
    book.remove(book.list()[1]?.id ?? '');
    book.undo(); // by the keys: it is the same mark then, too
    expect(ledger.unsaved()).toHaveLength(1);
  });

  it('knows of a mark that was saved on this page, and then deleted', () => {
    const { book, ledger } = room();
    const made = book.add(drawn());
    ledger.note(() => []);
    const [change] = ledger.changes();
    if (change) ledger.done(change, '9.1', [...book.list()]);
    book.remove(made.id);
    expect(ledger.removed()).toMatchObject([{ id: made.id, object: '9.1', own: true }]);
  });

  it('leaves out of sight what a person has hidden, and shows it again', () => {
    const document = report('9.1', [kept(), kept({ uid: '2.25.2' })], false);
    const { book, ledger } = room(document);
    ledger.hide(new Set(['2.25.1']));
    expect(book.list()).toHaveLength(1);
    ledger.take('1', [document]);
    expect(book.list()).toHaveLength(1);
    ledger.hide(new Set());
    ledger.forget('9.1');
    ledger.take('1', [document]);
    expect(book.list()).toHaveLength(2);
  });
});
