import { ActionIcon, TextInput, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { Frame } from '../frames';
import type { Mark } from '../measure/mark';
import { wordsOf } from '../measure/measured';
import { measuredOn } from '../measure/sheet';
import { patientPoints } from '../measure/space';
import { useMarks, usePanes, useReading } from '../reading';
import { MEASURE_WORDS } from '../room/MeasureMenu';
import type { OpenPane } from '../room/panes';
import classes from './panels.module.css';

/** All marks of the page: go to them, write to them, take them away and back. */
export function MeasurementsPanel(): ReactElement {
  const { marks } = useReading();
  const all = useMarks();
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <h2>Measurements</h2>
        <Undo
          label="Undo"
          able={marks.canUndo}
          act={() => {
            marks.undo();
          }}
          Sign={IconArrowBackUp}
        />
        <Undo
          label="Redo"
          able={marks.canRedo}
          act={() => {
            marks.redo();
          }}
          Sign={IconArrowForwardUp}
        />
      </div>
      {all.length === 0 ? (
        <p className={classes.none}>Nothing measured so far. Choose a tool and draw on an image.</p>
      ) : (
        <ul className={classes.list}>
          {all.map((mark) => (
            <Line key={mark.id} mark={mark} />
          ))}
        </ul>
      )}
    </div>
  );
}

interface UndoProps {
  label: string;
  able: boolean;
  act: () => void;
  Sign: typeof IconArrowBackUp;
}

function Undo({ label, able, act, Sign }: UndoProps): ReactElement {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} disabled={!able} onClick={act}>
        <Sign size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

/** The image a mark lies on, if a pane has its series. */
function frameOf(mark: Mark, panes: readonly OpenPane[]): { open: OpenPane; frame: Frame } | null {
  const open = panes.find(({ series }) => series.uid === mark.seriesUid);
  const frame = open?.frames.find((one) => one.instanceUid === mark.sopUid && one.frame === mark.frame);
  return open && frame ? { open, frame } : null;
}

function Line({ mark }: { mark: Mark }): ReactElement {
  const { marks, jumpTo, setCrosshair } = useReading();
  const found = frameOf(mark, usePanes());
  const { quantities, notes } = found
    ? measuredOn(mark, found.open, found.frame)
    : { quantities: [], notes: ['on another series'] };
  const [name, Sign] = MEASURE_WORDS[mark.kind];
  return (
    <li className={classes.line} data-chosen={mark.id === marks.chosen()}>
      <button
        type="button"
        className={classes.go}
        onClick={() => {
          const [point] = patientPoints(mark);
          if (mark.space && point) setCrosshair({ point, frameOfReference: mark.space.frameOfReference });
          else jumpTo(mark);
          marks.choose(mark.id);
        }}
      >
        <Sign size={17} stroke={1.6} />
        <span>
          <b>{mark.text || name}</b>
          {[...quantities.map(wordsOf), ...notes].map((words) => (
            <span key={words}>{words}</span>
          ))}
        </span>
      </button>
      {mark.own && (
        <TextInput
          aria-label={`Words to the mark ${mark.text || name}`}
          placeholder="Words"
          value={mark.text}
          maxLength={200}
          onChange={(event) => {
            marks.change(mark.id, { text: event.currentTarget.value });
          }}
        />
      )}
      <Tooltip label="Delete">
        <ActionIcon
          aria-label={`Delete ${mark.text || name}`}
          onClick={() => {
            marks.remove(mark.id);
          }}
        >
          <IconTrash size={16} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
    </li>
  );
}
