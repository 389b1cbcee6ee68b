import { Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import type { CanvasPoint } from '../engine/view';
import { useReading } from '../reading';
import type { OpenPane } from '../room/panes';

interface PaneMenuProps {
  open: OpenPane | undefined;
  /** Where the finger rested; null closes it. */
  at: CanvasPoint | null;
  onClose: () => void;
}

/** What a finger that rests on a picture may want. */
export function PaneMenu({ open, at, onClose }: PaneMenuProps): ReactElement | null {
  const { marks, enlarge, room } = useReading();
  const chosen = marks.chosen();
  if (!at || !open) return null;
  const { view } = open;
  return (
    <Menu opened onClose={onClose} position="bottom-start" withinPortal returnFocus>
      <Menu.Target>
        <span style={{ position: 'absolute', left: at[0], top: at[1] }} />
      </Menu.Target>
      <Menu.Dropdown>
        {chosen && (
          <Menu.Item
            color="red"
            onClick={() => {
              marks.remove(chosen);
            }}
          >
            Delete the mark
          </Menu.Item>
        )}
        <Menu.Item
          onClick={() => {
            view.invert();
          }}
        >
          Invert
        </Menu.Item>
        <Menu.Item
          onClick={() => {
            view.rotate();
          }}
        >
          Rotate by a quarter
        </Menu.Item>
        <Menu.Item
          onClick={() => {
            view.flip();
          }}
        >
          Flip
        </Menu.Item>
        <Menu.Item
          onClick={() => {
            view.reset();
          }}
        >
          Reset
        </Menu.Item>
        {room.panes.length > 1 && (
          <Menu.Item onClick={enlarge}>{room.alone ? 'Show all panes' : 'Show this pane alone'}</Menu.Item>
        )}
        {marks.canUndo && (
          <Menu.Item
            onClick={() => {
              marks.undo();
            }}
          >
            Undo the last mark
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
