import { unzipInto, type FromWorker, type ToWorker } from './unzip-stream';

const scope = self as unknown as {
  postMessage: (message: FromWorker) => void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};

let resume: (() => void) | null = null;

scope.onmessage = ({ data }): void => {
  if (data.type === 'next') {
    resume?.();
    return;
  }
  const deliver = async (message: FromWorker): Promise<void> => {
    const answered = new Promise<void>((go) => (resume = go));
    scope.postMessage(message);
    await answered;
  };
  unzipInto(data.blob, deliver).then(
    () => {
      scope.postMessage({ type: 'end' });
    },
    (error: unknown) => {
      scope.postMessage({ type: 'error', reason: error instanceof Error ? error.message : String(error) });
    },
  );
};
