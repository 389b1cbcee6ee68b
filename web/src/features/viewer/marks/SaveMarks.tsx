import { IconDeviceFloppy } from '@tabler/icons-react';
import { useEffect, type ReactElement } from 'react';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { Tool } from '../room/Tool';
import { useDeskState } from './desk';
import { useKeeping, useMayAnnotate } from './useKeeping';
import classes from './marks.module.css';

/** Keeps what was drawn; says how much is not kept yet, and why not. */
export function SaveMarks(): ReactElement | null {
  const { unsaved, waiting, save } = useKeeping();
  const { saving, trouble } = useDeskState();
  const able = useMayAnnotate();
  useHotkeys({ 'Mod+s': () => void save() }, able);
  useEffect(() => {
    if (!waiting) return undefined;
    const warn = (event: BeforeUnloadEvent): void => {
      event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      window.removeEventListener('beforeunload', warn);
    };
  }, [waiting]);
  if (!able) return null;
  const many = unsaved.length === 1 ? '1 mark' : `${unsaved.length} marks`;
  return (
    <span className={classes.save} data-waiting={waiting}>
      <Tool
        label={waiting ? `Save ${unsaved.length > 0 ? many : 'what was removed'}` : 'Everything is saved'}
        hint="Ctrl+S"
        Sign={IconDeviceFloppy}
        disabled={!waiting || saving}
        onClick={() => void save()}
      />
      {waiting && <span className={classes.count}>{unsaved.length || '−'}</span>}
      {trouble && (
        <p className={classes.trouble} role="alert">
          {trouble}
        </p>
      )}
    </span>
  );
}
