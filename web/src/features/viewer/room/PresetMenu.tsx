import { Kbd, Menu } from '@mantine/core';
import type { ReactElement } from 'react';
import { presetsOf } from '../presets';
import type { OpenPane } from './panes';
import classes from './Toolbar.module.css';

/** Windows of the object and of its modality. */
export function PresetMenu({ open }: { open: OpenPane }): ReactElement | null {
  const presets = presetsOf(open.frames[0]?.dataSet, open.series.modality);
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
              open.view.setWindow(preset);
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
