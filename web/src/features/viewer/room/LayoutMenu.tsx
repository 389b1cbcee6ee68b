import { ActionIcon, Menu } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import type { CSSProperties, ReactElement } from 'react';
import { GRIDS, wordsOf, type GridName } from './grids';
import type { RoomDoor } from './useRoom';
import classes from './Toolbar.module.css';

/** How the stage is divided. */
export function LayoutMenu({ door }: { door: RoomDoor }): ReactElement {
  const { room } = door.reading;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon className={classes.tool} size={34} aria-label="Layout">
          <IconLayoutGrid size={19} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(GRIDS) as GridName[]).map((grid) => (
          <Menu.Item
            key={grid}
            leftSection={<Sketch grid={grid} />}
            aria-current={grid === room.grid}
            onClick={() => {
              door.divide(grid);
            }}
          >
            {wordsOf(grid)}
            {grid === room.grid && <span className={classes.values}>now</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Sketch({ grid }: { grid: GridName }): ReactElement {
  const [rows, columns] = GRIDS[grid];
  return (
    <span className={classes.sketch} style={{ '--columns': columns } as CSSProperties} aria-hidden>
      {Array.from({ length: rows * columns }, (_, at) => (
        <i key={at} />
      ))}
    </span>
  );
}
