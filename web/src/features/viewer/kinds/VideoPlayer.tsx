import { ActionIcon, NativeSelect } from '@mantine/core';
import { IconPlayerSkipBack, IconPlayerSkipForward } from '@tabler/icons-react';
import { useRef, useState, type ReactElement } from 'react';
import type { DataSet } from '@/api/dicomjson';
import { useHotkeys } from '@/shared/lib/hotkeys';
import { ErrorNotice } from '@/shared/ui/Notice';
import { frameRate } from '../frames';
import classes from './ObjectPane.module.css';

const SPEEDS = [0.25, 0.5, 1, 1.5, 2];

/** A video with single frames and other speeds. */
export function VideoPlayer({ source, instance }: { source: string; instance: DataSet }): ReactElement {
  const [failed, setFailed] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const [speed, setSpeed] = useState(1);
  const step = (frames: number): void => {
    const player = video.current;
    if (!player) return;
    player.pause();
    // Half a frame beyond its beginning: rounding must not show the one before.
    const rate = frameRate(instance);
    const next = Math.floor(player.currentTime * rate + 1e-3) + frames;
    player.currentTime = Math.max(0, (next + 0.5) / rate);
  };
  useHotkeys({
    '>': () => {
      step(1);
    },
    '<': () => {
      step(-1);
    },
    ' ': () => {
      const player = video.current;
      if (player?.paused) void player.play();
      else player?.pause();
    },
  });
  if (failed) {
    return (
      <ErrorNotice
        error={new Error('The browser cannot play this video. Download the study to see it elsewhere.')}
      />
    );
  }
  return (
    <>
      {/* Medical video has no spoken track to caption. */}
      {/* eslint-disable-next-line jsx-a11y/media-has-caption */}
      <video
        ref={video}
        className={classes.video}
        src={source}
        controls
        loop
        playsInline
        onError={() => {
          setFailed(true);
        }}
      />
      <div className={classes.tabs} role="group" aria-label="Video">
        <ActionIcon
          aria-label="Previous frame"
          onClick={() => {
            step(-1);
          }}
        >
          <IconPlayerSkipBack size={18} stroke={1.6} />
        </ActionIcon>
        <ActionIcon
          aria-label="Next frame"
          onClick={() => {
            step(1);
          }}
        >
          <IconPlayerSkipForward size={18} stroke={1.6} />
        </ActionIcon>
        <NativeSelect
          aria-label="Speed"
          size="xs"
          value={String(speed)}
          data={SPEEDS.map((one) => ({ value: String(one), label: `${one}×` }))}
          onChange={(event) => {
            const next = Number(event.currentTarget.value);
            setSpeed(next);
            if (video.current) video.current.playbackRate = next;
          }}
        />
      </div>
    </>
  );
}
