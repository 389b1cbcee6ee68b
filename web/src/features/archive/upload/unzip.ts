import type { UploadQueue } from './queue';
import type { FromWorker, ToWorker } from './unzip-stream';

/** Open a ZIP in a worker and queue its members; the worker waits while the queue is full. */
export function openZip(archive: string, blob: Blob, queue: UploadQueue, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./unzip.worker.ts', import.meta.url), { type: 'module' });
    const tell = (message: ToWorker): void => {
      worker.postMessage(message);
    };
    const stop = (end: () => void): void => {
      worker.terminate();
      end();
    };
    signal.addEventListener('abort', () => {
      stop(resolve);
    });
    worker.onerror = (): void => {
      stop(() => {
        reject(new Error('This ZIP could not be opened'));
      });
    };
    worker.onmessage = ({ data }: MessageEvent<FromWorker>): void => {
      if (data.type === 'end') stop(resolve);
      else if (data.type === 'error') {
        stop(() => {
          reject(new Error(data.reason));
        });
      } else
        void accept(archive, data, queue).then(() => {
          tell({ type: 'next' });
        });
    };
    tell({ type: 'open', blob });
  });
}

async function accept(
  archive: string,
  message: Extract<FromWorker, { type: 'file' | 'skip' }>,
  queue: UploadQueue,
): Promise<void> {
  const path = `${archive} › ${message.path}`;
  if (message.type === 'skip') queue.skip(path, 0, message.reason);
  else if (/\.zip$/i.test(message.path))
    queue.skip(path, message.blob.size, 'A ZIP inside a ZIP is not opened');
  else await queue.add(path, message.blob);
}
