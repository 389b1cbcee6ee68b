import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { binaryOf } from '@/api/binary';
import { items, TAG, text, type DataSet } from '@/api/dicomjson';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { annotationsOf, multiplexOf, Unreadable, type Multiplex } from './model';
import { Tracing } from './Tracing';
import classes from './waveform.module.css';

/** The samples of a group, from the metadata or by their address. */
async function samplesOf(group: DataSet, signal: AbortSignal): Promise<ArrayBuffer> {
  const data = group[TAG.WaveformData];
  if (!data?.InlineBinary && !data?.BulkDataURI) throw new Unreadable('It holds no samples.');
  return (await binaryOf(data, signal)).buffer;
}

/** ECGs and other tracings on their paper. */
export function WaveformPane({ instance }: { instance: DataSet }): ReactElement | null {
  const groups = items(instance, TAG.WaveformSequence);
  const uid = text(instance, TAG.SOPInstanceUID) ?? '';
  const [chosen, setChosen] = useState(0);
  const { data, error, refetch } = useQuery({
    queryKey: ['waveform', uid, chosen],
    staleTime: Infinity,
    retry: (count, failure) => !(failure instanceof Unreadable) && count < 2,
    queryFn: async ({ signal }): Promise<Multiplex> => {
      const group = groups[chosen];
      if (!group) throw new Unreadable('It holds no samples.');
      return multiplexOf(group, await samplesOf(group, signal));
    },
  });
  if (error instanceof Unreadable)
    return (
      <Notice title="This tracing cannot be drawn">
        {error.message} It is kept, and can be downloaded from the study page.
      </Notice>
    );
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <p className={classes.waiting}>Loading…</p>;
  return (
    <div className={classes.pane}>
      {groups.length > 1 && (
        <div className={classes.groups} role="group" aria-label="Parts of the recording">
          {groups.map((group, at) => (
            <button
              key={at}
              type="button"
              aria-pressed={at === chosen}
              onClick={() => {
                setChosen(at);
              }}
            >
              {text(group, TAG.MultiplexGroupLabel) ?? `Part ${at + 1}`}
            </button>
          ))}
        </div>
      )}
      <Tracing key={chosen} multiplex={data} />
      <Notes instance={instance} />
    </div>
  );
}

/** What came with the tracing: intervals, statements. */
function Notes({ instance }: { instance: DataSet }): ReactElement | null {
  const notes = annotationsOf(instance);
  if (notes.length === 0) return null;
  return (
    <section className={classes.notes} aria-label="Measurements of the recording">
      <dl>
        {notes.map(({ name, value }, at) => (
          <div key={at}>
            <dt>{name}</dt>
            {value && <dd>{value}</dd>}
          </div>
        ))}
      </dl>
    </section>
  );
}
