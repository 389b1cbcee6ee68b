import { Switch } from '@mantine/core';
import type { ReactElement } from 'react';
import { useReading } from '../reading';
import { useDesk, useDeskState } from './desk';
import { Maker, TakeBack } from './Maker';
import { useKeyImages } from './useKeyImages';
import classes from './marks.module.css';

/** Selections of key images, and whether only those are gone through. */
export function KeySection(): ReactElement {
  const { jumpTo } = useReading();
  const { selections } = useKeyImages();
  const desk = useDesk();
  const { keyOnly } = useDeskState();
  return (
    <section className={classes.section} aria-label="Key images">
      <h3>Key images</h3>
      {selections.length === 0 ? (
        <p className={classes.none}>None so far. K keeps the image in view.</p>
      ) : (
        <Switch
          size="sm"
          label="Key images only"
          checked={keyOnly}
          onChange={(event) => {
            desk.set({ keyOnly: event.currentTarget.checked });
          }}
        />
      )}
      <ul>
        {selections.map(({ study, ...selection }) => (
          <li key={selection.object} className={classes.item}>
            <div>
              <b>{selection.title.meaning || 'Key images'}</b>
              {selection.text && <div>{selection.text}</div>}
              <Maker made={selection} />
              <div className={classes.images}>
                {(selection.images ?? []).map(({ series_uid: series, sop_uid: sop, frames }, at) => (
                  <button
                    key={`${sop} ${at}`}
                    type="button"
                    aria-label={`Key image ${at + 1} of ${selection.title.meaning}`}
                    onClick={() => {
                      jumpTo({ studyUid: study, seriesUid: series, sopUid: sop, frame: frames[0] ?? 1 });
                    }}
                  >
                    {at + 1}
                  </button>
                ))}
              </div>
            </div>
            <TakeBack made={selection} study={study} what={`the key images ${selection.title.meaning}`} />
          </li>
        ))}
      </ul>
    </section>
  );
}
