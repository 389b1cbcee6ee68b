import { afterEach, expect, it, vi } from 'vitest';
import { askAhead, forgetAhead, readAhead, takeAhead } from './ahead';
import { getJson, sendJson } from './client';

const URL_OF = new URL('api/session', document.baseURI).toString();
const JSON_TYPE = 'application/json';
const answering = (body: unknown, status = 200): void => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() =>
    Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': JSON_TYPE } })),
  );
};

afterEach(() => {
  forgetAhead();
});

it('gives the application an answer that was asked for ahead, once', async () => {
  answering({ name: 'ada' });
  await askAhead(URL_OF, JSON_TYPE);
  expect(await getJson('api/session')).toEqual({ name: 'ada' });
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(await getJson('api/session')).toEqual({ name: 'ada' });
  expect(fetch).toHaveBeenCalledTimes(2);
});

it('reads JSON ahead and still gives the answer', async () => {
  answering({ rows: [1] });
  expect(await readAhead(URL_OF, JSON_TYPE)).toEqual({ rows: [1] });
  expect(await getJson('api/session')).toEqual({ rows: [1] });
  expect(fetch).toHaveBeenCalledTimes(1);
});

it('gives a refusal with its words, and reads nothing out of it', async () => {
  answering({ title: 'Sign in' }, 401);
  expect(await readAhead(URL_OF, JSON_TYPE)).toBeNull();
  await expect(getJson('api/session')).rejects.toThrow('Sign in');
});

it('takes the answer of that very address', () => {
  answering({});
  void askAhead(URL_OF, JSON_TYPE);
  expect(takeAhead(`${URL_OF}?x=1`)).toBeUndefined();
  expect(takeAhead(URL_OF)).toBeDefined();
});

it('forgets what a change makes untrue, and what nobody took in time', async () => {
  answering({ name: 'ada' });
  await askAhead(URL_OF, JSON_TYPE);
  await sendJson('POST', 'api/session', {});
  expect(takeAhead(URL_OF)).toBeUndefined();
  vi.useFakeTimers();
  await askAhead(URL_OF, JSON_TYPE);
  vi.advanceTimersByTime(20_000);
  vi.useRealTimers();
  expect(takeAhead(URL_OF)).toBeUndefined();
});

it('leaves a line that broke to whoever asks', async () => {
  vi.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new TypeError('no line'));
  await expect(askAhead(URL_OF, JSON_TYPE)).rejects.toThrow('no line');
  await expect(getJson('api/session')).rejects.toThrow('No answer came back');
});
