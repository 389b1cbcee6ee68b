import { describe, expect, it, vi } from 'vitest';
import { Caret, type CaretPane } from './caret';
import { hung, keyed, progress, type Draft } from './draft';
import type { MarkKind } from './mark';

const pane = (change: Partial<CaretPane> = {}): CaretPane => ({
  size: () => [200, 100],
  pixel: () => 2,
  hover: vi.fn(),
  set: vi.fn(() => 'First point.'),
  placeWords: ([x, y]) => `${x}, ${y}`,
  drop: vi.fn(() => false),
  ...change,
});

describe('the caret', () => {
  it('begins in the middle, goes by pixels of the image and stays in its pane', () => {
    const [caret, one] = [new Caret(), pane()];
    caret.register(0, one);
    expect(caret.move([1, 0], false)).toBe(false);
    expect(caret.enter(1, 'Length')).toBe(false);
    expect(caret.enter(0, 'Length')).toBe(true);
    expect([caret.get().on?.at, caret.get().said.startsWith('Length. Arrows')]).toEqual([[100, 50], true]);
    caret.move([1, 0], false);
    caret.move([0, -1], true);
    expect(caret.get()).toEqual({ on: { pane: 0, at: [102, 30] }, said: '102, 30' });
    expect(one.hover).toHaveBeenLastCalledWith([102, 30]);
    for (let n = 0; n < 9; n++) caret.move([1, 0], true);
    expect(caret.get().on?.at).toEqual([200, 30]);
    caret.enter(0, 'Length');
    expect([caret.get().said, one.set]).toEqual(['First point.', one.set]);
    expect(one.set).toHaveBeenCalledWith([200, 30]);
  });

  it('gives up the mark first, then itself, and goes with its pane', () => {
    const caret = new Caret();
    const drop = vi
      .fn(() => true)
      .mockReturnValueOnce(true)
      .mockReturnValue(false);
    const gone = caret.register(0, pane({ drop }));
    expect(caret.leave()).toBe(false);
    caret.enter(0, 'Angle');
    expect([caret.leave(), caret.get().on !== null]).toEqual([true, true]);
    expect([caret.leave(), caret.get().on]).toEqual([true, null]);
    caret.enter(0, 'Angle');
    gone();
    expect(caret.get()).toEqual({ on: null, said: '' });
  });
});

describe('points set by keys', () => {
  const drawn = (kind: MarkKind, ...places: [number, number][]): [number, number][] | null => {
    let draft: Draft | null = null;
    for (const place of places) {
      if (draft) draft = hung(draft, place);
      const made = keyed(draft, kind, place);
      if (made.done) return made.done;
      ({ draft } = made);
    }
    return null;
  };

  it.each([
    [
      'length',
      [
        [1, 1],
        [4, 5],
      ],
      2,
    ],
    [
      'arrow',
      [
        [1, 1],
        [4, 5],
      ],
      2,
    ],
    [
      'angle',
      [
        [1, 1],
        [4, 5],
        [9, 1],
      ],
      3,
    ],
    [
      'cobb',
      [
        [1, 1],
        [4, 1],
        [1, 5],
        [4, 6],
      ],
      4,
    ],
    [
      'bidirectional',
      [
        [1, 1],
        [9, 1],
      ],
      4,
    ],
    [
      'ellipse',
      [
        [1, 1],
        [9, 5],
      ],
      4,
    ],
    [
      'rectangle',
      [
        [1, 1],
        [9, 5],
      ],
      4,
    ],
    ['probe', [[1, 1]], 1],
    ['text', [[1, 1]], 1],
    [
      'freehand',
      [
        [1, 1],
        [9, 1],
        [5, 6],
        [5, 6],
      ],
      3,
    ],
  ] as [MarkKind, [number, number][], number][])('make a mark: %s', (kind, places, points) => {
    expect(drawn(kind, ...places)).toHaveLength(points);
    expect(drawn(kind, ...places.slice(0, -1))).toBeNull();
  });

  it('count on', () => {
    const first = keyed(null, 'angle', [1, 1]).draft;
    expect([progress(null, 'angle'), progress(first, 'angle'), progress(null, 'freehand')]).toEqual([
      [0, 3],
      [1, 3],
      [0, 0],
    ]);
  });
});
