import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react';
import { isJunk, walk } from './collect';
import { DropOverlay } from './DropOverlay';
import type { UploadSummary } from './model';
import { UploadQueue } from './queue';
import { openZip } from './unzip';
import { UploadDrawer } from './UploadDrawer';

interface Uploads {
  queue: UploadQueue;
  pick: () => void;
  open: () => void;
}

const Context = createContext<Uploads | null>(null);

/** Opens the file chooser; null when the person may not store. */
export const useFilePicker = (): (() => void) | null => useContext(Context)?.pick ?? null;

/** The state of the uploads and a way to show them; null when the person may not store. */
export function useUploads(): { summary: UploadSummary; open: () => void; pick: () => void } | null {
  const uploads = useContext(Context);
  const summary = useSyncExternalStore(uploads?.queue.subscribe ?? noNews, uploads?.queue.summary ?? nothing);
  return uploads && summary ? { summary, open: uploads.open, pick: uploads.pick } : null;
}

const noNews = (): (() => void) => () => undefined;
const nothing = (): null => null;

/** Takes files dropped anywhere on the page and sends them. */
export function UploadProvider({ children }: { children: ReactNode }): ReactElement {
  const [queue] = useState(() => new UploadQueue({ openZip }));
  const [opened, setOpened] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const client = useQueryClient();

  const take = useCallback(
    (entries: (FileSystemEntry | File)[]) => {
      setOpened(true);
      const miss = (path: string, reason: string): void => {
        queue.skip(path, 0, reason);
      };
      const add = async (path: string, file: Blob): Promise<void> => {
        if (!isJunk(path)) await queue.add(path, file);
      };
      void queue.collect((signal) => walk(entries, add, miss, signal));
    },
    [queue],
  );

  useEffect(() => {
    let wasBusy = false;
    return queue.subscribe(() => {
      const { busy } = queue.summary();
      if (wasBusy && !busy) {
        void client.invalidateQueries({ queryKey: ['studies'] });
        void client.invalidateQueries({ queryKey: ['status'] });
      }
      wasBusy = busy;
    });
  }, [client, queue]);

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (queue.summary().busy) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
    };
  }, [queue]);

  const uploads = useMemo(
    () => ({
      queue,
      pick: () => chooser.current?.click(),
      open: () => {
        setOpened(true);
      },
    }),
    [queue],
  );
  return (
    <Context.Provider value={uploads}>
      {children}
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) take(files);
        }}
      />
      <DropOverlay onDrop={take} />
      <UploadDrawer
        queue={queue}
        opened={opened}
        onClose={() => {
          setOpened(false);
        }}
        onPick={uploads.pick}
      />
    </Context.Provider>
  );
}
