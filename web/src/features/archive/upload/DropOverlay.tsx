import { IconUpload } from '@tabler/icons-react';
import { useEffect, useState, type ReactElement } from 'react';
import { dropped } from './collect';
import classes from './DropOverlay.module.css';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Covers the page while files are dragged over it. */
export function DropOverlay({
  onDrop,
}: {
  onDrop: (entries: (FileSystemEntry | File)[]) => void;
}): ReactElement | null {
  const [over, setOver] = useState(false);

  useEffect(() => {
    let depth = 0; // enter and leave come for every element under the pointer
    const stop = new AbortController();
    const on = (
      kind: 'dragenter' | 'dragleave' | 'dragover' | 'drop',
      act: (event: DragEvent) => void,
    ): void => {
      window.addEventListener(
        kind,
        (event) => {
          if (!carriesFiles(event)) return;
          event.preventDefault();
          act(event);
        },
        { signal: stop.signal },
      );
    };
    on('dragenter', () => {
      depth += 1;
      setOver(true);
    });
    on('dragleave', () => {
      depth -= 1;
      if (depth === 0) setOver(false);
    });
    on('dragover', (event) => {
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    });
    on('drop', (event) => {
      depth = 0;
      setOver(false);
      if (event.dataTransfer) onDrop(dropped(event.dataTransfer));
    });
    return () => {
      stop.abort();
    };
  }, [onDrop]);

  if (!over) return null;
  return (
    <div className={classes.overlay} aria-hidden="true">
      <div className={classes.card}>
        <IconUpload size={34} stroke={1.4} />
        <strong>Drop to keep</strong>
        <span>Files, folders, whole discs or ZIPs</span>
      </div>
    </div>
  );
}
