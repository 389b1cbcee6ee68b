import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactElement } from 'react';
import { savePresentation, type PresentationState } from '@/api/marks';
import { useAnnounce } from '@/shared/ui/Announcements';
import { Trouble } from '@/shared/ui/Trouble';
import { placeOf } from '../measure/usePen';
import { useReading } from '../reading';
import { useDesk, useDeskState } from './desk';
import { Maker, TakeBack } from './Maker';
import { apply, stateOf } from './presenting';
import { useKept, useMayAnnotate } from './useKeeping';
import classes from './marks.module.css';

/** Presentation states: show the images as one says, or keep how they are shown now. */
export function PresentationSection(): ReactElement {
  const { kept } = useKept();
  const able = useMayAnnotate();
  const { state: shown } = useDeskState();
  const states = kept.flatMap(({ study, marks }) =>
    (marks.presentations ?? []).map((state) => ({ study, state })),
  );
  return (
    <section className={classes.section} aria-label="Presentations">
      <h3>Presentations</h3>
      {states.length === 0 && <p className={classes.none}>None kept so far.</p>}
      <ul>
        {states.map(({ study, state }) => (
          <State key={state.object} study={study} state={state} shown={shown?.object === state.object} />
        ))}
      </ul>
      {able && <Keep />}
    </section>
  );
}

function State({
  study,
  state,
  shown,
}: {
  study: string;
  state: PresentationState;
  shown: boolean;
}): ReactElement {
  const { panes, active, jumpTo } = useReading();
  const desk = useDesk();
  const unshown = notShown(state);
  const words = state.description || state.label || 'Presentation';
  const show = (): void => {
    if (shown) {
      desk.set({ state: null });
      active()?.view.reset();
      return;
    }
    desk.set({ state });
    const [first] = state.images ?? [];
    const apply_ = (): boolean =>
      panes
        .list()
        .map((open) => apply(state, open, desk.sizes.get(open.pane) ?? [0, 0]))
        .some(Boolean);
    if (apply_() || !first) return;
    const stop = panes.subscribe(() => {
      if (apply_()) stop();
    });
    jumpTo({
      studyUid: study,
      seriesUid: first.series_uid,
      sopUid: first.sop_uid,
      frame: first.frames[0] ?? 1,
    });
  };
  return (
    <li className={classes.item}>
      <button type="button" className={classes.go} aria-pressed={shown} onClick={show}>
        <b>{words}</b>
        {shown && ' · shown'}
        <Maker made={state} />
        {unshown.length > 0 && <span className={classes.warn}>Not shown here: {unshown.join(', ')}</span>}
      </button>
      <TakeBack made={state} study={study} what={`the presentation ${words}`} />
    </li>
  );
}

/** What a state says that this page does not do, in words: nobody should take its picture for the whole. */
function notShown({ left_out: leftOut = [], windows, shutters }: PresentationState): string[] {
  return [
    ...leftOut,
    ...((windows ?? []).some(({ table }) => table) ? ['a look-up table instead of a window'] : []),
    ...((shutters ?? []).some(({ shape }) => shape === 'bitmap') ? ['a bitmap that covers the rest'] : []),
  ];
}

function Keep(): ReactElement {
  const { active, marks } = useReading();
  const desk = useDesk();
  const client = useQueryClient();
  const announce = useAnnounce();
  const [label, setLabel] = useState('');
  const keep = useMutation({
    mutationFn: async () => {
      const open = active();
      const place = open && placeOf(open);
      const body =
        open && place && stateOf(open, desk.sizes.get(open.pane) ?? [0, 0], marks.on(place), label.trim());
      if (!body) throw new Error('There is no image in the active pane.');
      await savePresentation(place.studyUid, body);
      await client.invalidateQueries({ queryKey: ['marks', place.studyUid] });
    },
    onSuccess: () => {
      setLabel('');
      announce({ text: 'Kept how the image is shown.' });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    keep.mutate();
  };
  return (
    <form onSubmit={submit} aria-label="Keep the presentation">
      <div className={classes.row}>
        <TextInput
          size="xs"
          label="Keep how the image is shown now"
          placeholder="Name"
          maxLength={64}
          value={label}
          onChange={(event) => {
            setLabel(event.currentTarget.value);
          }}
        />
        <Button size="xs" type="submit" loading={keep.isPending}>
          Keep
        </Button>
      </div>
      <Trouble error={keep.error} />
    </form>
  );
}
