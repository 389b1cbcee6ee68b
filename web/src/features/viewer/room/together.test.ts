import { describe, expect, it, vi } from 'vitest';
import type { PatientPlane, PatientPoint, View } from '../engine/view';
import { NO_VIEW } from '../engine/view';
import { crossing } from './crossing';
import { follow, isLinks, NO_LINKS, sameSpace, startOf } from './following';

const plane = (z: number, frameOfReference: string | null = 'A'): PatientPlane => ({
  frameOfReference,
  origin: [0, 0, z],
  row: [1, 0, 0],
  column: [0, 1, 0],
  normal: [0, 0, 1],
});
const view = (index: number, at: PatientPlane | null): View =>
  ({
    kind: 'stack',
    state: { ...NO_VIEW, index, count: 99 },
    plane: () => at,
    scrollTo: vi.fn(),
    showPatient: vi.fn(),
  }) as unknown as View;

describe('panes that scroll together', () => {
  it('show the same place of the patient in one space', () => {
    const [leader, follower] = [view(3, plane(30)), view(7, plane(12))];
    follow(leader, follower, startOf({ plane: plane(25), index: 2 }, follower));
    expect(follower.showPatient).toHaveBeenCalledWith([0, 0, 30]);
  });

  it('keep their distance in two spaces', () => {
    const [leader, follower] = [view(3, plane(30)), view(7, plane(112, 'B'))];
    follow(leader, follower, startOf({ plane: plane(25), index: 2 }, follower));
    expect(follower.showPatient).toHaveBeenCalledWith([0, 0, 117]);
  });

  it('go as many images along where nothing is known of places', () => {
    const [leader, follower] = [view(5, null), view(40, null)];
    follow(leader, follower, startOf({ plane: null, index: 2 }, follower));
    expect(follower.scrollTo).toHaveBeenCalledWith(43);
  });

  it('leave a plane alone that crosses theirs', () => {
    const crossed = { ...plane(0), normal: [1, 0, 0] as PatientPoint };
    const [leader, follower] = [view(3, plane(30)), view(7, crossed)];
    follow(leader, follower, startOf({ plane: plane(25), index: 2 }, follower));
    expect(follower.showPatient).not.toHaveBeenCalled();
    expect(follower.scrollTo).not.toHaveBeenCalled();
  });

  it('share a space only when both say which', () => {
    expect(sameSpace(view(0, plane(0, null)), view(0, plane(0, null)))).toBe(false);
    expect(sameSpace(view(0, plane(0)), view(0, plane(9)))).toBe(true);
    expect(isLinks({ ...NO_LINKS, scroll: 'yes' })).toBe(false);
    expect(isLinks(NO_LINKS)).toBe(true);
  });
});

describe('the line where a picture cuts another', () => {
  const square: PatientPoint[] = [
    [0, 5, 0],
    [10, 5, 0],
    [10, 5, 10],
    [0, 5, 10],
  ];

  it('runs from edge to edge', () => {
    expect(crossing(square, [0, 1, 0], plane(4))).toEqual([
      [10, 5, 4],
      [0, 5, 4],
    ]);
  });

  it('is none outside the picture, or of planes that are as good as parallel', () => {
    expect(crossing(square, [0, 1, 0], plane(40))).toBeNull();
    expect(crossing(square, [0, 0.05, 0.9987], plane(4))).toBeNull();
  });
});
