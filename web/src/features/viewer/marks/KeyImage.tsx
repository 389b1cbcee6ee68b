import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconStar, IconStarFilled } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { titlesQuery } from '@/api/marks';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { useStored } from '@/shared/lib/stored';
import { placeOf } from '../measure/usePen';
import { usePanes, useReading, useViewState } from '../reading';
import { Tool } from '../room/Tool';
import { useMayAnnotate } from './useKeeping';
import { names, useKeyImages } from './useKeyImages';
import toolbar from '../room/Toolbar.module.css';
import classes from './marks.module.css';

const OF_INTEREST = '113000';
const isTitle = (value: unknown): value is string => typeof value === 'string';

/** Marks the image in view as a key image, for a purpose. */
export function KeyImage(): ReactElement | null {
  const able = useMayAnnotate();
  const { data: titles = [] } = useQuery({ ...titlesQuery, enabled: able });
  const [title, setTitle] = useStored('key-image-title', OF_INTEREST, isTitle);
  const { own, busy, error, toggle } = useInView(title);
  useHotkeys({ k: () => toggle?.() }, able);
  if (!able) return null;

  return (
    <span className={classes.save}>
      <Tool
        label="Key image"
        hint="K"
        Sign={own ? IconStarFilled : IconStar}
        pressed={own}
        disabled={!toggle || busy}
        onClick={() => toggle?.()}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <button
            type="button"
            className={`${toolbar.more} ${classes.wide}`}
            aria-label="What key images are for"
          >
            <IconChevronDown size={15} stroke={1.8} />
          </button>
        </Menu.Target>
        <Menu.Dropdown mah="60vh" style={{ overflowY: 'auto' }}>
          {titles.map(({ value, meaning }) => (
            <Menu.Item
              key={value}
              aria-current={value === title}
              fw={value === title ? 650 : undefined}
              onClick={() => {
                setTitle(value);
              }}
            >
              {meaning}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {error !== null && (
        <p className={classes.trouble} role="alert">
          Not kept: {error instanceof Error ? error.message : String(error)}
        </p>
      )}
    </span>
  );
}

interface InView {
  /** Whether the image in view is in one's own selection. */
  own: boolean;
  busy: boolean;
  error: unknown;
  /** Null while there is no image. */
  toggle: (() => void) | null;
}

function useInView(title: string): InView {
  const { room } = useReading();
  const open = usePanes().find(({ pane }) => pane === room.active);
  useViewState(open?.view);
  const { selections, toggle, busy, error } = useKeyImages();
  const place = open ? placeOf(open) : null;
  if (!place || !open) return { own: false, busy, error, toggle: null };
  const single = open.frames.filter(({ instanceUid }) => instanceUid === place.sopUid).length <= 1;
  return {
    own: selections.some(
      ({ mine, title: { value }, images }) => mine && value === title && names(images ?? [], place),
    ),
    busy,
    error,
    toggle: () => void toggle(place, title, single),
  };
}
