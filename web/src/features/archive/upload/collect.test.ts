import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { isJunk, walk } from './collect';
import { dicom } from './part10.fixture';
import { unzipInto, type FromWorker } from './unzip-stream';

describe('unzipInto', () => {
  const unzip = async (zip: Blob, allowed?: number): Promise<FromWorker[]> => {
    const found: FromWorker[] = [];
    const keep = (message: FromWorker): Promise<void> => {
      found.push(message);
      return Promise.resolve();
    };
    await unzipInto(zip, keep, allowed);
    return found;
  };

  it('delivers members with their bytes and leaves out what systems leave behind', async () => {
    const zip = zipSync({
      'IMAGES/1': dicom('1.1'),
      '__MACOSX/._1': dicom('9'),
      Z: [dicom('1.2'), { level: 0 }],
    });
    const found = await unzip(new Blob([zip as Uint8Array<ArrayBuffer>]));
    expect(found.map((message) => ('path' in message ? message.path : message.type))).toEqual([
      'IMAGES/1',
      'Z',
    ]);
    const [first] = found;
    const bytes = first?.type === 'file' ? new Uint8Array(await first.blob.arrayBuffer()) : null;
    expect(bytes).toEqual(dicom('1.1'));
  });

  it('stops at a ZIP that unpacks beyond reason', async () => {
    const zip = zipSync({ bomb: new Uint8Array(3_000_000) }, { level: 9 });
    await expect(unzip(new Blob([zip as Uint8Array<ArrayBuffer>]), 1_000)).rejects.toThrow(
      /far more than images/,
    );
  });
});

it('knows files that systems leave behind', () => {
  expect(['a/.DS_Store', '__MACOSX/x', 'Thumbs.db', 'IMG.DCM'].map(isJunk)).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

it('walks folders and goes on past what cannot be read', async () => {
  const fileEntry = (fullPath: string, ok = true): FileSystemEntry =>
    ({
      isDirectory: false,
      fullPath,
      file: (good: (file: File) => void, bad: (error: Error) => void) => {
        if (ok) good(new File(['x'], fullPath));
        else bad(new Error('denied'));
      },
    }) as unknown as FileSystemEntry;
  const folder = (fullPath: string, batches: FileSystemEntry[][]): FileSystemEntry =>
    ({
      isDirectory: true,
      fullPath,
      createReader: () => ({
        readEntries: (good: (entries: FileSystemEntry[]) => void) => {
          good(batches.shift() ?? []);
        },
      }),
    }) as unknown as FileSystemEntry;
  const taken: string[] = [];
  const missed: string[] = [];
  await walk(
    [
      folder('/cd', [
        [fileEntry('/cd/1')],
        [fileEntry('/cd/2', false), folder('/cd/deep', [[fileEntry('/cd/deep/3')]])],
      ]),
    ],
    (path) => {
      taken.push(path);
      return Promise.resolve();
    },
    (path) => missed.push(path),
    new AbortController().signal,
  );
  expect([taken, missed]).toEqual([['cd/1', 'cd/deep/3'], ['cd/2']]);
});
