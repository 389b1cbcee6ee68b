import { expect, it } from 'vitest';
import type { Picture } from './picture';
import { PictureStore } from './store';

const picture = (bytes: number): Picture => ({
  columns: bytes,
  rows: 1,
  samples: 1,
  pixels: new Uint8Array(bytes),
});
const bring = (bytes: number) => (): Promise<Picture> => Promise.resolve(picture(bytes));

it('brings a picture once, however many ask', async () => {
  const store = new PictureStore(100);
  let asked = 0;
  const counted = (): Promise<Picture> => {
    asked += 1;
    return Promise.resolve(picture(10));
  };
  const [one, other] = await Promise.all([store.get('a', counted), store.get('a', counted)]);
  expect(one).toBe(other);
  expect(await store.get('a', counted)).toBe(one);
  expect(asked).toBe(1);
});

it('lets go of what was used longest ago, and never of the newest', async () => {
  const store = new PictureStore(100);
  await store.get('a', bring(40));
  await store.get('b', bring(40));
  await store.get('a', bring(0));
  await store.get('c', bring(40));
  expect(['a', 'b', 'c'].map((key) => store.peek(key) !== undefined)).toEqual([true, false, true]);
  await store.get('huge', bring(500));
  expect(['a', 'c', 'huge'].map((key) => store.peek(key) !== undefined)).toEqual([false, false, true]);
});

it('asks again for what failed', async () => {
  const store = new PictureStore(100);
  await expect(store.get('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect((await store.get('a', bring(5))).columns).toBe(5);
});

it('makes room for what its memory is lent to, and takes it back', async () => {
  const store = new PictureStore(100);
  await store.get('a', bring(40));
  await store.get('b', bring(40));
  const giveBack = store.lend(50);
  expect(store.peek('a')).toBeUndefined();
  expect(store.fullness).toBeCloseTo(0.8);
  giveBack();
  expect(store.fullness).toBeCloseTo(0.4);
});
