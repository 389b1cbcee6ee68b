import { TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { DataSet } from '@/api/dicomjson';
import { usePanes, useReading, useViewState } from '../reading';
import { attributesOf, visible, type Attribute } from './attributes';
import classes from './panels.module.css';

const MOST_LINES = 600;

/** What the active pane shows: the image in view, else the object. */
function useShown(): DataSet | null {
  const { room, panes } = useReading();
  const open = usePanes().find(({ pane }) => pane === room.active);
  useViewState(open?.view);
  return open?.view.frame()?.dataSet ?? open?.frames[0]?.dataSet ?? panes.object(room.active);
}

/** Every attribute of what the active pane shows: search, unfold, copy. */
export default function TagsPanel(): ReactElement {
  const dataSet = useShown();
  const all = useMemo(() => (dataSet ? attributesOf(dataSet) : []), [dataSet]);
  const [words, setWords] = useState('');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState('');
  const lines = useMemo(() => visible(all, words, open), [all, words, open]);
  const toggle = (path: string): void => {
    const next = new Set(open);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
  };
  const copy = (line: Attribute): void => {
    navigator.clipboard.writeText(line.value).then(
      () => {
        setSaid(`${line.name || line.tag} copied`);
      },
      () => {
        setSaid('This browser does not let us copy.');
      },
    );
  };
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <h2>Attributes</h2>
        <span className={classes.said} role="status">
          {said}
        </span>
      </div>
      <TextInput
        className={classes.search}
        aria-label="Search attributes"
        placeholder="Name, value or tag"
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
        }}
      />
      {lines.length === 0 ? (
        <p className={classes.none}>
          {dataSet ? 'No attribute has these words.' : 'The active pane shows nothing.'}
        </p>
      ) : (
        <Lines
          lines={lines.slice(0, MOST_LINES)}
          open={words ? null : open}
          onToggle={toggle}
          onCopy={copy}
        />
      )}
      {lines.length > MOST_LINES && (
        <p className={classes.none}>{lines.length - MOST_LINES} more; search to narrow them.</p>
      )}
    </div>
  );
}

interface LinesProps {
  lines: Attribute[];
  /** Unfolded sequences; null when everything found is. */
  open: ReadonlySet<string> | null;
  onToggle: (path: string) => void;
  onCopy: (line: Attribute) => void;
}

/** One stop of the tab key; arrows walk, Enter copies or unfolds. */
function Lines({ lines, open, onToggle, onCopy }: LinesProps): ReactElement {
  const act = (line: Attribute): void => {
    if (line.opens) onToggle(line.path);
    else onCopy(line);
  };
  const onKey = (event: KeyboardEvent<HTMLButtonElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...(event.currentTarget.closest('ul')?.querySelectorAll('button') ?? [])];
    const target = rows[rows.indexOf(event.currentTarget) + (step ?? 0)];
    if (!step || !target) return;
    event.preventDefault();
    target.focus();
  };
  return (
    <ul className={classes.attributes} data-walks>
      {lines.map((line, at) => (
        <li key={line.path}>
          <button
            type="button"
            tabIndex={at === 0 ? 0 : -1}
            onKeyDown={onKey}
            style={{ paddingLeft: `${0.5 + line.depth * 0.6}rem` }}
            aria-expanded={line.opens ? !open || open.has(line.path) : undefined}
            title={line.opens ? undefined : 'Copy the value'}
            onClick={() => {
              act(line);
            }}
          >
            {line.opens &&
              (!open || open.has(line.path) ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />)}
            <span className={classes.name}>{line.name || line.tag}</span>
            <span className={classes.tag}>
              {line.name && line.tag} {line.vr}
            </span>
            <span className={classes.value}>{line.value}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
