import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import {
  IconHelp,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUpload,
  IconUserCircle,
} from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import type { LiveState } from '@/api/live';
import { may, sessionQuery, signOut } from '@/api/session';
import type { Session } from '@/api/types';
import { useUploads } from '@/features/archive';
import { sectionsOf } from '@/features/governance';
import { initials } from '@/shared/lib/person-name';
import { Mark } from '@/shared/ui/Mark';
import { forgetShell } from './shell';
import classes from './Shell.module.css';

const LIVE_WORDS: Record<LiveState, string> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
};

interface TopBarProps {
  session: Session | null;
  /** The state of the feed; null for who does not follow it. */
  live: LiveState | null;
  onHelp: () => void;
}

export function TopBar({ session, live, onHelp }: TopBarProps): ReactElement {
  return (
    <header className={classes.bar}>
      <Link to="/studies" className={classes.brand} aria-label="Sixfold, to the studies">
        <Mark />
        <span className={classes.wide}>Sixfold</span>
      </Link>
      <nav aria-label="Main">
        <Link to="/studies" className={classes.link}>
          Studies
        </Link>
        {sectionsOf(session).length > 0 && (
          <Link to="/governance" className={classes.link}>
            Governance
          </Link>
        )}
        {may(session, 'measure') && (
          <Link to="/scorecards" className={classes.link}>
            Scorecards
          </Link>
        )}
      </nav>
      <span className={classes.space} />
      {live && <Feed state={live} />}
      <UploadButton />
      <SchemeSwitch />
      <Tooltip label="Keys (?)">
        <ActionIcon aria-label="Keyboard help" onClick={onHelp} className={classes.wide}>
          <IconKeyboard size={18} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      {session && <PersonMenu session={session} onHelp={onHelp} />}
    </header>
  );
}

function Feed({ state }: { state: LiveState }): ReactElement {
  return (
    <Tooltip
      label={state === 'live' ? 'Lists follow what arrives' : 'Lists may be behind until the server answers'}
    >
      <span className={classes.live} data-state={state} role="status">
        <i aria-hidden="true" />
        <span className={classes.liveWords}>{LIVE_WORDS[state]}</span>
      </span>
    </Tooltip>
  );
}

function UploadButton(): ReactElement | null {
  const uploads = useUploads();
  if (!uploads) return null;
  const { summary } = uploads;
  const percent = summary.bytes > 0 ? Math.floor((summary.sent / summary.bytes) * 100) : 0;
  return (
    <button
      type="button"
      className={classes.uploads}
      onClick={summary.files > 0 ? uploads.open : uploads.pick}
      aria-label={summary.busy ? `Uploading, ${percent} percent` : 'Upload'}
    >
      <IconUpload size={15} stroke={1.7} />
      <span className={summary.busy ? undefined : classes.wide}>
        {summary.busy ? `${percent} %` : 'Upload'}
      </span>
    </button>
  );
}

function SchemeSwitch(): ReactElement {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = colorScheme === 'dark';
  const label = dark ? 'Light theme' : 'Dark theme';
  return (
    <Tooltip label={label}>
      <ActionIcon
        ml={6}
        aria-label={label}
        onClick={() => {
          setColorScheme(dark ? 'light' : 'dark');
        }}
      >
        {dark ? <IconSun size={18} stroke={1.6} /> : <IconMoon size={18} stroke={1.6} />}
      </ActionIcon>
    </Tooltip>
  );
}

function PersonMenu({ session, onHelp }: { session: Session; onHelp: () => void }): ReactElement {
  const client = useQueryClient();
  const leave = async (): Promise<void> => {
    await signOut();
    await forgetShell();
    client.clear();
    client.setQueryData(sessionQuery.queryKey, null);
    window.location.reload(); // nothing of this person stays in memory
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button
          type="button"
          className={classes.person}
          aria-label={`${initials(session.display_name)}, signed in as ${session.display_name}`}
        >
          <span>{initials(session.display_name)}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {session.display_name}
          <br />
          {session.roles.join(', ')}
        </Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={15} stroke={1.6} />}>
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconHelp size={15} stroke={1.6} />} onClick={onHelp}>
          Keys and touch
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} stroke={1.6} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
