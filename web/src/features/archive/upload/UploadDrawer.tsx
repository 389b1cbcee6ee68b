import { Button, CloseButton, Progress } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useSyncExternalStore, type ReactElement } from 'react';
import { formatBytes, plural } from '@/shared/lib/quantities';
import { type UploadFile, type UploadState, type UploadSummary } from './model';
import type { UploadQueue } from './queue';
import classes from './UploadDrawer.module.css';

const WORDS: Record<UploadState, string> = {
  waiting: 'Waiting',
  sending: 'Sending',
  kept: 'Kept',
  already: 'Already kept',
  hidden: 'Kept, but hidden',
  aside: 'Set aside',
  refused: 'Refused',
  failed: 'Failed',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
};

interface DrawerProps {
  queue: UploadQueue;
  opened: boolean;
  onClose: () => void;
  onPick: () => void;
}

function headline({ busy, collecting, counts, files }: UploadSummary): string {
  if (files === 0) return collecting ? 'Reading files' : 'Uploads';
  if (busy) return `Uploading, ${plural(counts.waiting + counts.sending, 'file')} to go`;
  const settled = counts.kept + counts.already + counts.hidden + counts.aside;
  return settled > 0 ? `${plural(settled, 'file')} safely kept` : 'Nothing was kept';
}

/** "412 kept · 3 already kept · 1 refused", only what occurred. */
function tally({ counts }: UploadSummary): string {
  const shown: UploadState[] = [
    'kept',
    'already',
    'hidden',
    'aside',
    'refused',
    'failed',
    'skipped',
    'cancelled',
  ];
  return shown
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${WORDS[state].toLowerCase()}`)
    .join(' · ');
}

/** The queue in a corner of the page: it stays out of the way of reading on. */
export function UploadDrawer({ queue, opened, onClose, onPick }: DrawerProps): ReactElement | null {
  const summary = useSyncExternalStore(queue.subscribe, queue.summary);
  if (!opened) return null;
  const percent = summary.bytes > 0 ? Math.floor((summary.sent / summary.bytes) * 100) : 0;
  return (
    <section className={classes.drawer} aria-label="Uploads">
      <header className={classes.head}>
        <h2 aria-live="polite">{headline(summary)}</h2>
        <CloseButton size="sm" aria-label="Hide uploads" onClick={onClose} />
      </header>
      <Progress
        value={percent}
        size={4}
        radius={0}
        aria-label="Bytes sent of all files"
        animated={summary.busy}
        color={summary.counts.refused + summary.counts.failed > 0 && !summary.busy ? 'yellow.7' : undefined}
      />
      <div className={classes.tally}>
        <span>{tally(summary) || 'Files, folders, whole discs and ZIPs'}</span>
        {summary.bytes > 0 && (
          <span className={classes.bytes}>
            {formatBytes(summary.sent)} of {formatBytes(summary.bytes)}
          </span>
        )}
      </div>
      <FileList files={queue.files} summary={summary} />
      <footer className={classes.foot}>
        <Button variant="subtle" onClick={onPick}>
          Add files
        </Button>
        <span className={classes.space} />
        {summary.counts.failed > 0 && (
          <Button
            variant="default"
            onClick={() => {
              queue.retry();
            }}
          >
            Retry {summary.counts.failed} failed
          </Button>
        )}
        {summary.busy ? (
          <Button
            variant="default"
            onClick={() => {
              queue.cancel();
            }}
          >
            Cancel
          </Button>
        ) : (
          summary.files > 0 && (
            <Button
              variant="default"
              onClick={() => {
                queue.clear();
                onClose();
              }}
            >
              Clear list
            </Button>
          )
        )}
      </footer>
    </section>
  );
}

/** `summary` is new whenever a file has changed, which redraws the list. */
function FileList({ files }: { files: UploadFile[]; summary: UploadSummary }): ReactElement {
  const scroll = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualizer re-renders this component itself
  const virtual = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 44,
    overscan: 8,
  });
  return (
    // A list that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroll} className={classes.scroll} tabIndex={0} role="region" aria-label="Files">
      <ul style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const file = files[index];
          return file && <FileLine key={file.id} file={file} top={start} />;
        })}
      </ul>
    </div>
  );
}

function FileLine({ file, top }: { file: UploadFile; top: number }): ReactElement {
  const share = file.size > 0 ? file.sent / file.size : 0;
  return (
    <li className={classes.file} data-state={file.state} style={{ transform: `translateY(${top}px)` }}>
      <span className={classes.path} title={file.path}>
        <bdi>{file.path}</bdi>
      </span>
      <span className={classes.state}>
        {file.state === 'sending' ? `${Math.floor(share * 100)} %` : WORDS[file.state]}
      </span>
      <span className={classes.reason}>{file.reason ?? formatBytes(file.size)}</span>
      {file.state === 'sending' && <i className={classes.bar} style={{ width: `${share * 100}%` }} />}
    </li>
  );
}
