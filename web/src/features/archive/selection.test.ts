import { describe, expect, it } from 'vitest';
import { move } from './selection';

describe('move', () => {
  it('starts with the first row', () => {
    expect(move(-1, 'ArrowDown', 5)).toBe(0);
  });

  it('stays within the list', () => {
    expect(move(4, 'ArrowDown', 5)).toBe(4);
    expect(move(0, 'ArrowUp', 5)).toBe(0);
    expect(move(2, 'PageDown', 5)).toBe(4);
    expect(move(2, 'Home', 5)).toBe(0);
  });

  it('has nothing to choose in an empty list', () => {
    expect(move(0, 'ArrowDown', 0)).toBe(-1);
  });
});
