import { Button, CloseButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import { AFTER_DIALOGS_MS } from '@/shared/lib/focus';
import { Trouble } from './Trouble';
import classes from './Announcements.module.css';

/** What was done, and how to take it back. */
export interface Announcement {
  text: string;
  undo?: {
    act: () => Promise<unknown>;
    /** What is the case once it was taken back. */
    done: string;
  };
}

const Announce = createContext<(announcement: Announcement) => void>(() => undefined);

/** Say at the foot of the page what was done; it outlives the page that says it. */
export const useAnnounce = (): ((announcement: Announcement) => void) => useContext(Announce);

/** Gives a place for announcements: the last one, until somebody dismisses it, for nobody reads by the clock. */
export function Announcements({ children }: { children: ReactNode }): ReactElement {
  const [shown, setShown] = useState<{ number: number; said: Announcement } | null>(null);
  const announce = useCallback((said: Announcement) => {
    setShown((old) => ({ number: (old?.number ?? 0) + 1, said }));
  }, []);
  return (
    <Announce value={announce}>
      {children}
      {shown && (
        <Bar
          key={shown.number}
          said={shown.said}
          onUndone={announce}
          onDismiss={() => {
            setShown(null);
            document.getElementById('main')?.focus();
          }}
        />
      )}
    </Announce>
  );
}

interface BarProps {
  said: Announcement;
  onUndone: (announcement: Announcement) => void;
  onDismiss: () => void;
}

function Bar({ said, onUndone, onDismiss }: BarProps): ReactElement {
  const first = useRef<HTMLButtonElement>(null);
  const undo = useMutation({
    mutationFn: async () => said.undo?.act(),
    onSuccess: () => {
      if (said.undo) onUndone({ text: said.undo.done });
    },
  });
  // What was done took its own page away: the focus goes to what can be done about it.
  useEffect(() => {
    const timer = setTimeout(() => first.current?.focus(), AFTER_DIALOGS_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <section className={classes.bar} aria-label="What was done">
      <p role="status">{said.text}</p>
      <Trouble error={undo.error} />
      {said.undo && (
        <Button
          ref={first}
          variant="default"
          loading={undo.isPending}
          onClick={() => {
            undo.mutate();
          }}
        >
          Undo
        </Button>
      )}
      <CloseButton ref={said.undo ? null : first} aria-label="Dismiss" onClick={onDismiss} />
    </section>
  );
}
