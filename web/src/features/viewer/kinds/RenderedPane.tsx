import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { errorOf } from '@/api/client';
import { TAG, text, type DataSet } from '@/api/dicomjson';
import { renderedAddress, type Series } from '@/api/series';
import { seriesTitle } from '@/shared/ui/SeriesThumb';
import { ErrorNotice } from '@/shared/ui/Notice';
import type { Display } from '../display';
import { PdfFrame } from './PdfFrame';
import { ReportPane } from './ReportPane';
import classes from './RenderedPane.module.css';

interface RenderedPaneProps {
  series: Series;
  instances: DataSet[];
  display: Display;
}

/** Reports, PDFs, ECGs and video, as the server renders them. */
export function RenderedPane({ series, instances, display }: RenderedPaneProps): ReactElement {
  const [chosen, setChosen] = useState(0);
  const uid = text(instances[chosen], TAG.SOPInstanceUID) ?? '';
  const source = renderedAddress(series, uid);
  return (
    <div className={classes.pane}>
      {instances.length > 1 && (
        <div className={classes.tabs} role="group" aria-label="Objects of this series">
          {instances.map((instance, index) => (
            <button
              key={text(instance, TAG.SOPInstanceUID)}
              type="button"
              aria-pressed={index === chosen}
              onClick={() => {
                setChosen(index);
              }}
            >
              {text(instance, TAG.InstanceNumber) ?? index + 1}
            </button>
          ))}
        </div>
      )}
      <Shown display={display} instance={instances[chosen]} source={source} title={seriesTitle(series)} />
    </div>
  );
}

interface ShownProps {
  display: Display;
  instance: DataSet | undefined;
  source: string;
  title: string;
}

function Shown({ display, instance, source, title }: ShownProps): ReactElement | null {
  if (display === 'video') return <Video key={source} source={source} />;
  if (display === 'report') return instance ? <ReportPane report={instance} /> : null;
  return <Document source={source} title={title} />;
}

function Video({ source }: { source: string }): ReactElement {
  const [failed, setFailed] = useState(false);
  if (failed) {
    return (
      <ErrorNotice
        error={new Error('The browser cannot play this video. Download the study to see it elsewhere.')}
      />
    );
  }
  return (
    // Medical video has no spoken track to caption.
    // eslint-disable-next-line jsx-a11y/media-has-caption
    <video
      className={classes.video}
      src={source}
      controls
      loop
      playsInline
      onError={() => {
        setFailed(true);
      }}
    />
  );
}

/** Asked for first, so that an error shows as words instead of a broken frame. */
function Document({ source, title }: { source: string; title: string }): ReactElement | null {
  const {
    data: kind,
    error,
    refetch,
  } = useQuery({
    queryKey: ['rendered', source],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const response = await fetch(source, { signal });
      if (!response.ok) throw await errorOf(response);
      await response.body?.cancel();
      return response.headers.get('content-type') ?? '';
    },
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (kind === undefined) return null;
  if (kind.startsWith('image/')) return <img className={classes.image} src={source} alt={title} />;
  if (kind.startsWith('application/pdf')) return <PdfFrame source={source} title={title} />;
  // A sandboxed frame keeps a hostile document from running anything.
  return <iframe className={classes.frame} src={source} title={title} sandbox="" />;
}
