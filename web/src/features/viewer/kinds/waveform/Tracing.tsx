import { NativeSelect } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { draw } from './draw';
import type { Multiplex } from './model';
import { Calipers } from './Calipers';
import {
  CSS_PIXELS_PER_MM,
  GAINS,
  inColumns,
  isTwelveLead,
  SPEEDS,
  stacked,
  type Paper,
  type Sheet,
} from './sheet';
import classes from './waveform.module.css';

const SIZES = [0.75, 1, 1.5, 2];

/** A recording on its paper, to scroll along and to measure. */
export function Tracing({ multiplex }: { multiplex: Multiplex }): ReactElement {
  const twelve = isTwelveLead(multiplex);
  const [columns, setColumns] = useState(twelve);
  const [speed, setSpeed] = useState(25);
  const [gain, setGain] = useState(10);
  const [size, setSize] = useState(1);
  const paper = useMemo(
    (): Paper => ({ speed, gain, pixels: size * CSS_PIXELS_PER_MM }),
    [speed, gain, size],
  );
  const sheet = useMemo(
    () => (columns && twelve ? inColumns(multiplex, paper) : stacked(multiplex, paper)),
    [multiplex, paper, columns, twelve],
  );
  const seconds = multiplex.samples / multiplex.frequency;
  return (
    <>
      <div className={classes.bar} role="toolbar" aria-label="Tracing">
        <span className={classes.said}>
          {multiplex.channels.length} {multiplex.channels.length === 1 ? 'channel' : 'channels'} ·{' '}
          {seconds.toFixed(1)} s · {multiplex.frequency} Hz{filters(multiplex)}
        </span>
        {twelve && (
          <Choice
            label="Arrangement"
            value={columns ? 'columns' : 'rows'}
            data={[
              ['columns', '3 × 4 and rhythm'],
              ['rows', 'All leads, whole'],
            ]}
            onChange={(value) => {
              setColumns(value === 'columns');
            }}
          />
        )}
        <Choice
          label="Paper speed"
          value={String(speed)}
          data={SPEEDS.map((one) => [String(one), `${one} mm/s`])}
          onChange={(value) => {
            setSpeed(Number(value));
          }}
        />
        <Choice
          label="Gain"
          value={String(gain)}
          data={GAINS.map((one) => [String(one), `${one} mm/mV`])}
          onChange={(value) => {
            setGain(Number(value));
          }}
        />
        <Choice
          label="Size"
          value={String(size)}
          data={SIZES.map((one) => [String(one), `${one * 100} %`])}
          onChange={(value) => {
            setSize(Number(value));
          }}
        />
      </div>
      <PaperView multiplex={multiplex} sheet={sheet} paper={paper} />
    </>
  );
}

function filters({ channels: [first] }: Multiplex): string {
  const band = [first?.low, first?.high].filter((value) => value !== null && value !== undefined);
  return band.length > 0 ? ` · ${band.join('–')} Hz` : '';
}

interface ChoiceProps {
  label: string;
  value: string;
  data: [string, string][];
  onChange: (value: string) => void;
}

function Choice({ label, value, data, onChange }: ChoiceProps): ReactElement {
  return (
    <NativeSelect
      aria-label={label}
      size="xs"
      value={value}
      data={data.map(([one, words]) => ({ value: one, label: words }))}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
    />
  );
}

function PaperView({
  multiplex,
  sheet,
  paper,
}: {
  multiplex: Multiplex;
  sheet: Sheet;
  paper: Paper;
}): ReactElement {
  const scroll = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const [box, screen] = [scroll.current, canvas.current];
    const context = screen?.getContext('2d');
    if (!box || !screen || !context) return undefined;
    const paint = (): void => {
      const ratio = devicePixelRatio || 1;
      const [width, height] = [box.clientWidth, box.clientHeight];
      if (screen.width !== width * ratio || screen.height !== height * ratio)
        [screen.width, screen.height] = [width * ratio, height * ratio];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw(context, sheet, multiplex, paper, { left: box.scrollLeft, top: box.scrollTop, width, height });
    };
    paint();
    const size = new ResizeObserver(paint);
    size.observe(box);
    box.addEventListener('scroll', paint, { passive: true });
    return () => {
      size.disconnect();
      box.removeEventListener('scroll', paint);
    };
  }, [multiplex, sheet, paper]);
  const [width, height] = [sheet.width * paper.pixels, sheet.height * paper.pixels];
  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroll} className={classes.scroll} role="region" aria-label="Tracing" tabIndex={0}>
      <canvas ref={canvas} className={classes.canvas} role="img" aria-label={describe(multiplex)} />
      <div className={classes.sheet} style={{ width, height }}>
        <Calipers sheet={sheet} paper={paper} />
      </div>
    </div>
  );
}

const describe = ({ channels, samples, frequency }: Multiplex): string =>
  `Tracing of ${channels.map(({ name }) => name).join(', ')}, ${(samples / frequency).toFixed(1)} seconds`;
