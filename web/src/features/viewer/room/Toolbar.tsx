import {
  IconArrowsMove,
  IconArrowsVertical,
  IconContrast,
  IconContrast2,
  IconCrosshair,
  IconCube,
  IconFlipVertical,
  IconRefresh,
  IconRotateClockwise,
  IconZoomIn,
  IconZoomScan,
  type Icon,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { TOOLBAR_ITEMS } from '../additions';
import { inColour } from '../frames';
import { PANELS } from '../panels';
import { usePanes, useViewState } from '../reading';
import type { ToolName } from '../tools';
import { Cine } from './Cine';
import { LayoutMenu } from './LayoutMenu';
import { LinkMenu } from './LinkMenu';
import { MeasureMenu } from './MeasureMenu';
import { PresetMenu } from './PresetMenu';
import { SlabTools } from './SlabTools';
import { Tool } from './Tool';
import type { RoomDoor } from './useRoom';
import classes from './Toolbar.module.css';

const POINTERS: [ToolName, string, string, Icon][] = [
  ['window', 'Window', 'W', IconContrast],
  ['scroll', 'Scroll', 'S', IconArrowsVertical],
  ['zoom', 'Zoom', 'Z', IconZoomIn],
  ['pan', 'Pan', 'H', IconArrowsMove],
  ['crosshair', 'Crosshair', 'X', IconCrosshair],
  ['loupe', 'Magnifier', 'M', IconZoomScan],
];

interface ToolbarProps {
  door: RoomDoor;
  /** The open side panel. */
  panel: string | null;
  onPanel: (name: string) => void;
}

/** The tools of the room; they speak to the active pane. */
export function Toolbar({ door, panel, onPanel }: ToolbarProps): ReactElement {
  const { reading } = door;
  const open = usePanes().find(({ pane }) => pane === reading.room.active);
  const state = useViewState(open?.view);
  const view = open?.view;
  const coloured = inColour(view?.frame()?.dataSet);
  return (
    <div className={classes.bar} role="toolbar" aria-label="Image tools">
      <div className={classes.group} role="group" aria-label="Pointer">
        {POINTERS.map(([name, label, key, Sign]) => (
          <Tool
            key={name}
            label={label}
            hint={key}
            Sign={Sign}
            pressed={reading.tool === name}
            disabled={name === 'window' && coloured}
            onClick={() => {
              reading.setTool(name);
            }}
          />
        ))}
        <MeasureMenu door={door} />
      </div>
      {open && <PresetMenu open={open} />}
      <div className={classes.group} role="group" aria-label="Picture">
        <Tool
          label="Invert"
          hint="I"
          Sign={IconContrast2}
          pressed={state.inverted}
          disabled={coloured}
          onClick={() => view?.invert()}
        />
        <Tool
          label="Rotate by a quarter"
          hint="R"
          Sign={IconRotateClockwise}
          onClick={() => view?.rotate()}
        />
        <Tool label="Flip" hint="F" Sign={IconFlipVertical} onClick={() => view?.flip()} />
        <Tool label="Reset" hint="0" Sign={IconRefresh} onClick={() => view?.reset()} />
      </div>
      {open && <SlabTools view={open.view} state={state} />}
      {open && state.count > 1 && <Cine key={open.series.uid} open={open} state={state} />}
      <div className={classes.group} role="group" aria-label="Panes">
        <Tool
          label={reading.room.before ? 'Back from the planes' : 'Planes'}
          hint="P"
          Sign={IconCube}
          pressed={reading.room.before !== null}
          disabled={!open || open.frames.length < 3}
          onClick={door.planes}
        />
        <LinkMenu />
        <LayoutMenu door={door} />
        {PANELS.map(({ name, label, Icon: Sign }) => (
          <Tool
            key={name}
            label={label}
            Sign={Sign as Icon}
            pressed={panel === name}
            onClick={() => {
              onPanel(name);
            }}
          />
        ))}
        {TOOLBAR_ITEMS.map((Item, at) => (
          <Item key={at} />
        ))}
      </div>
    </div>
  );
}
