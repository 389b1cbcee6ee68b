import { expect, it } from 'vitest';
import { comesByResolution, inParts } from './parts';

const answer = (pieces: number[], total = pieces.reduce((sum, one) => sum + one, 0)): Response => {
  let value = 0;
  const body = new ReadableStream<Uint8Array>({
    start(stream) {
      for (const size of pieces) stream.enqueue(Uint8Array.from({ length: size }, () => value++ % 251));
      stream.close();
    },
  });
  return new Response(body, { headers: { 'content-length': String(total) } });
};
const read = async (pieces: number[], total?: number): Promise<[number, [number, number][]]> => {
  const told: [number, number][] = [];
  const bytes = await inParts(answer(pieces, total), (part, halvings) => told.push([part.length, halvings]));
  bytes.forEach((one, at) => {
    if (one !== at % 251) throw new Error(`byte ${at} is ${one}`);
  });
  return [bytes.length, told];
};

it('tells of parts that are enough for a smaller picture, each time for a larger one', async () => {
  expect(await read([1000, 1000, 2000, 8000])).toEqual([
    12_000,
    [
      [1000, 2],
      [4000, 1],
    ],
  ]);
});

it('skips what has been overtaken, and what is whole', async () => {
  expect(await read([5000, 7000])).toEqual([12_000, [[5000, 1]]]);
  expect(await read([12_000])).toEqual([12_000, []]);
  expect(await read([100, 100])).toEqual([200, []]);
});

it('refuses an answer that ends early or late', async () => {
  await expect(read([6000], 12_000)).rejects.toThrow('before the image was whole');
  await expect(read([6000, 8000], 12_000)).rejects.toThrow('More bytes');
});

it('knows the one form that comes by resolution', () => {
  expect(comesByResolution('1.2.840.10008.1.2.4.202')).toBe(true);
  expect(comesByResolution('1.2.840.10008.1.2.4.201')).toBe(false);
});
