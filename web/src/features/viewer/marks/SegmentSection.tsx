import { Slider, Switch } from '@mantine/core';
import type { ReactElement } from 'react';
import { fetchMasks, type Segmentation } from '@/api/marks';
import { useReading } from '../reading';
import { useDesk, useDeskState, type ShownSegments } from './desk';
import { Maker, TakeBack } from './Maker';
import { colourOf } from './segments';
import { useKept } from './useKeeping';
import classes from './marks.module.css';

/** Segmentations: which are shown, which of their segments, and how opaque. */
export function SegmentSection(): ReactElement {
  const { kept } = useKept();
  const desk = useDesk();
  const { opacity, segments } = useDeskState();
  const all = kept.flatMap(({ study, marks }) => (marks.segmentations ?? []).map((one) => ({ study, one })));
  return (
    <section className={classes.section} aria-label="Segmentations">
      <h3>Segmentations</h3>
      {all.length === 0 && <p className={classes.none}>None kept so far.</p>}
      <ul>
        {all.map(({ study, one }) => (
          <One key={one.object} study={study} segmentation={one} shown={segments.get(one.object)} />
        ))}
      </ul>
      {segments.size > 0 && (
        <div>
          <span className={classes.by} id="segment-opacity">
            Opacity
          </span>
          <Slider
            aria-labelledby="segment-opacity"
            thumbLabel="Opacity of segments"
            min={0}
            max={1}
            step={0.05}
            value={opacity}
            label={(value) => `${Math.round(value * 100)} %`}
            onChange={(value) => {
              desk.set({ opacity: value });
            }}
          />
        </div>
      )}
    </section>
  );
}

interface OneProps {
  study: string;
  segmentation: Segmentation;
  shown: ShownSegments | undefined;
}

function One({ study, segmentation, shown }: OneProps): ReactElement {
  const desk = useDesk();
  const { object, label, description, segments = [], frames = [] } = segmentation;
  const name = description || label || 'Segmentation';
  const lost = frames.filter(({ sop_uid }) => !sop_uid).length;
  const show = async (wanted: boolean): Promise<void> => {
    desk.show(object, wanted ? {} : null);
    if (!wanted) return;
    try {
      desk.show(object, { masks: await fetchMasks(study, segmentation), error: null });
    } catch (error) {
      desk.show(object, { error: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <li className={classes.item}>
      <div>
        <Switch
          size="sm"
          label={name}
          checked={shown !== undefined}
          onChange={(event) => void show(event.currentTarget.checked)}
        />
        <Maker made={segmentation} />
        <Standing shown={shown} lost={lost} />
        {shown?.masks && (
          <ul>
            {segments.map((segment) => (
              <Line
                key={segment.number}
                study={study}
                segmentation={segmentation}
                segment={segment}
                shown={shown}
              />
            ))}
          </ul>
        )}
      </div>
      <TakeBack made={segmentation} study={study} what={`the segmentation ${name}`} />
    </li>
  );
}

/** What keeps segments from being seen, in words. */
function Standing({ shown, lost }: { shown: ShownSegments | undefined; lost: number }): ReactElement {
  return (
    <>
      {shown && !shown.masks && !shown.error && <p className={classes.none}>Loading…</p>}
      {shown?.error && <p className={classes.warn}>Not loaded: {shown.error}</p>}
      {lost > 0 && (
        <p className={classes.warn}>
          {lost === 1 ? 'One frame lies' : `${lost} frames lie`} on no image here.
        </p>
      )}
    </>
  );
}

interface LineProps {
  study: string;
  segmentation: Segmentation;
  segment: NonNullable<Segmentation['segments']>[number];
  shown: ShownSegments;
}

function Line({ study, segmentation, segment, shown }: LineProps): ReactElement {
  const desk = useDesk();
  const { jumpTo } = useReading();
  const { number, label, type } = segment;
  const visible = !shown.hidden.has(number);
  const first = segmentation.frames?.find(
    (one) => one.sop_uid && (one.segment === number || one.segment === 0),
  );
  return (
    <li className={classes.item}>
      <Switch
        size="sm"
        checked={visible}
        label={`${number} ${label}`}
        onChange={() => {
          const hidden = new Set(shown.hidden);
          if (visible) hidden.add(number);
          else hidden.delete(number);
          desk.show(segmentation.object, { hidden });
        }}
      />
      <span className={classes.swatch} style={{ background: colourOf(segment) }} title={type?.meaning} />
      {first && (
        <button
          type="button"
          className={classes.go}
          aria-label={`Go to ${label}`}
          onClick={() => {
            jumpTo({
              studyUid: study,
              seriesUid: first.series_uid,
              sopUid: first.sop_uid,
              frame: first.frame,
            });
          }}
        >
          Go to
        </button>
      )}
    </li>
  );
}
