import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/client';
import { BATCH_FILES, takeBatch } from './batch';
import type { UploadFile } from './model';
import { identify } from './part10';
import { dicom } from './part10.fixture';
import { UploadQueue, type Send } from './queue';

const sequence = (...Value: unknown[]): { vr: string; Value: unknown[] } => ({ vr: 'SQ', Value });
const item = (uid: string): unknown => ({ '00081155': { vr: 'UI', Value: [uid] } });
const blob = (uid: string): Blob => new Blob([dicom(uid)]);

it('bounds a batch by bytes and by count, and lets a large file go alone', () => {
  const files = (sizes: number[]): UploadFile[] => sizes.map((size) => ({ size }) as UploadFile);
  expect(takeBatch(files([9e6, 9e6])).length).toBe(1);
  expect(takeBatch(files([5e9, 1])).length).toBe(1);
  expect(takeBatch(files(new Array<number>(500).fill(1))).length).toBe(BATCH_FILES);
});

describe('UploadQueue', () => {
  const keepAll: Send = (files, onProgress) => ({
    answer: Promise.all(files.map(async (file) => identify(new Uint8Array(await file.arrayBuffer())))).then(
      (kinds) => {
        onProgress(1, 2);
        const uids = kinds.map((kind) => (kind.kind === 'dicom' ? (kind.sopInstanceUid ?? '') : ''));
        return { '00081199': sequence(...uids.map((uid) => item(uid))) };
      },
    ),
    cancel: () => undefined,
  });
  const make = (transmit: Send): UploadQueue =>
    new UploadQueue({
      transmit,
      openZip: () => Promise.reject(new Error('broken')),
      soon: (news) => {
        news();
      },
    });
  const settled = (queue: UploadQueue): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!queue.summary().busy) resolve();
      };
      queue.subscribe(look);
      look();
    });

  it('sends what is DICOM and skips the rest', async () => {
    const queue = make(keepAll);
    await queue.add('a', blob('1.1'));
    await queue.add('notes.txt', new Blob(['hello hello hello hello']));
    await settled(queue);
    expect(queue.files.map(({ path, state, reason }) => [path, state, reason])).toEqual([
      ['a', 'kept', null],
      ['notes.txt', 'skipped', 'Not a DICOM file'],
    ]);
    expect(queue.files[0]?.blob).toBeNull();
  });

  it('keeps failures of the way for another try, and refusals not', async () => {
    let down = true;
    const queue = make((files, onProgress) =>
      down
        ? { answer: Promise.reject(new ApiError(503, { detail: 'no room' })), cancel: () => undefined }
        : keepAll(files, onProgress),
    );
    await queue.add('a', blob('1.1'));
    await settled(queue);
    expect(queue.summary().counts.failed).toBe(1);
    down = false;
    queue.retry();
    await settled(queue);
    expect(queue.summary().counts).toMatchObject({ failed: 0, kept: 1 });
  });

  it('cancels what is under way', async () => {
    let abort = (): void => undefined;
    const queue = make(() => ({
      answer: new Promise((_, reject) => {
        abort = (): void => {
          reject(new DOMException('', 'AbortError'));
        };
      }),
      cancel: () => {
        abort();
      },
    }));
    await queue.add('a', blob('1.1'));
    await expect.poll(() => queue.files[0]?.state).toBe('sending');
    queue.cancel();
    await settled(queue);
    expect(queue.files[0]?.state).toBe('cancelled');
  });

  it('says why a ZIP could not be opened', async () => {
    const queue = make(keepAll);
    await queue.add('disc.zip', new Blob([zipSync({ a: dicom('1.1') })]));
    await expect.poll(() => queue.files[0]?.state).toBe('refused');
    expect(queue.files[0]?.reason).toBe('broken');
  });

  it('refuses what the answer does not mention', async () => {
    const queue = make(() => ({ answer: Promise.resolve({}), cancel: () => undefined }));
    await queue.add('a', blob('1.1'));
    await settled(queue);
    expect(queue.files[0]).toMatchObject({
      state: 'refused',
      reason: 'The answer does not mention this file',
    });
  });
});
