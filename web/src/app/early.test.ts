import { expect, it } from 'vitest';
import { opened } from './early';

it('knows what an address opens', () => {
  expect(opened('#/view/1.2.3')).toEqual({ uid: '1.2.3', series: null });
  expect(opened('#/view/1.2.3?series=1.2.4')).toEqual({ uid: '1.2.3', series: '1.2.4' });
  expect(opened('#/view/1.2.3?with=1.9&series=%221.2%22')).toEqual({ uid: '1.2.3', series: '1.2' });
  for (const other of ['', '#/', '#/studies', '#/view/', '#/view/1.2/3', '#/view/<script>'])
    expect(opened(other)).toBeNull();
});
