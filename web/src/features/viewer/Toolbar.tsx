import { ActionIcon, Kbd, Menu, NumberInput, Tooltip } from '@mantine/core';
import {
  IconArrowsMove,
  IconArrowsVertical,
  IconContrast,
  IconContrast2,
  IconFlipVertical,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconRotateClockwise,
  IconRuler2,
  IconZoomIn,
  type Icon,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { StackState } from './engine/stack-view';
import type { ToolName } from './engine/toolbox';
import type { WindowPreset } from './presets';
import classes from './Toolbar.module.css';

const TOOLS: [ToolName, string, string, Icon][] = [
  ['window', 'Window', 'W', IconContrast],
  ['scroll', 'Scroll', 'S', IconArrowsVertical],
  ['zoom', 'Zoom', 'Z', IconZoomIn],
  ['pan', 'Pan', 'H', IconArrowsMove],
  ['length', 'Length', 'L', IconRuler2],
];

export interface ToolbarProps {
  tool: ToolName;
  onTool: (tool: ToolName) => void;
  state: StackState;
  presets: WindowPreset[];
  onPreset: (preset: WindowPreset) => void;
  onInvert: () => void;
  onRotate: () => void;
  onFlip: () => void;
  onReset: () => void;
  onPlay: () => void;
  fps: number;
  onFps: (fps: number) => void;
  /** On touch screens the keys are not worth their place. */
  compact: boolean;
}

export function Toolbar(props: ToolbarProps): ReactElement {
  const { tool, onTool, state, compact } = props;
  return (
    <div className={classes.bar} role="toolbar" aria-label="Image tools">
      <div className={classes.group} role="group" aria-label="Pointer">
        {TOOLS.map(([name, label, key, Sign]) => (
          <Tool
            key={name}
            label={label}
            hint={compact ? '' : key}
            Sign={Sign}
            pressed={tool === name}
            onClick={() => {
              onTool(name);
            }}
          />
        ))}
      </div>
      <PresetMenu presets={props.presets} onPreset={props.onPreset} />
      <div className={classes.group}>
        <Tool
          label="Invert"
          hint="I"
          Sign={IconContrast2}
          pressed={state.inverted}
          onClick={props.onInvert}
        />
        <Tool label="Rotate by a quarter" hint="R" Sign={IconRotateClockwise} onClick={props.onRotate} />
        <Tool label="Flip" hint="F" Sign={IconFlipVertical} onClick={props.onFlip} />
        <Tool label="Reset" hint="0" Sign={IconRefresh} onClick={props.onReset} />
      </div>
      {state.count > 1 && (
        <div className={classes.group} role="group" aria-label="Cine">
          <Tool
            label={state.playing ? 'Stop' : 'Play'}
            hint="Space"
            Sign={state.playing ? IconPlayerPause : IconPlayerPlay}
            onClick={props.onPlay}
          />
          <NumberInput
            className={classes.fps}
            aria-label="Frames per second"
            size="xs"
            min={1}
            max={60}
            hideControls={props.compact}
            suffix=" fps"
            value={props.fps}
            onChange={(value) => {
              if (typeof value === 'number' && value >= 1) props.onFps(value);
            }}
          />
        </div>
      )}
    </div>
  );
}

interface ToolProps {
  label: string;
  hint: string;
  Sign: Icon;
  pressed?: boolean;
  onClick: () => void;
}

function Tool({ label, hint, Sign, pressed, onClick }: ToolProps): ReactElement {
  return (
    <Tooltip label={hint ? `${label} (${hint})` : label}>
      <ActionIcon
        className={classes.tool}
        size={34}
        aria-label={label}
        aria-pressed={pressed}
        onClick={onClick}
        // Space must stay with the cine, also after a click on a button.
        onMouseUp={(event) => {
          event.currentTarget.blur();
        }}
      >
        <Sign size={19} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

function PresetMenu({ presets, onPreset }: Pick<ToolbarProps, 'presets' | 'onPreset'>): ReactElement | null {
  if (presets.length === 0) return null;
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={classes.presets}>
          Presets
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map((preset, index) => (
          <Menu.Item
            key={`${preset.name} ${index}`}
            rightSection={<Kbd size="xs">{index + 1}</Kbd>}
            onClick={() => {
              onPreset(preset);
            }}
          >
            {preset.name}{' '}
            <span className={classes.values}>
              W {Math.round(preset.width)} L {Math.round(preset.center)}
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
