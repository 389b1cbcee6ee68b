import { ActionIcon, Menu } from '@mantine/core';
import { IconCheck, IconLink } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useReading } from '../reading';
import type { Links } from './following';
import classes from './Toolbar.module.css';

const WORDS: [keyof Links, string][] = [
  ['scroll', 'Scroll together'],
  ['window', 'Window together'],
  ['zoom', 'Zoom together'],
  ['lines', 'Lines of the other panes'],
];

/** What the panes do together. */
export function LinkMenu(): ReactElement {
  const { links, setLinks } = useReading();
  const on = links.scroll || links.window || links.zoom;
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <ActionIcon className={classes.tool} size={34} aria-label="Link panes" aria-pressed={on}>
          <IconLink size={19} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {WORDS.map(([name, words]) => (
          <Menu.Item
            key={name}
            role="menuitemcheckbox"
            aria-checked={links[name]}
            leftSection={
              links[name] ? <IconCheck size={16} stroke={2} /> : <span className={classes.blank} />
            }
            onClick={() => {
              setLinks({ ...links, [name]: !links[name] });
            }}
          >
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
