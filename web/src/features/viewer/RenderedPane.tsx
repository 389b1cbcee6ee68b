import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { errorOf } from '@/api/client';
import { TAG, text, type DataSet } from '@/api/dicomjson';
import { renderedAddress, type Series } from '@/api/series';
import { seriesTitle } from '@/shared/ui/SeriesThumb';
import { ErrorNotice } from '@/shared/ui/Notice';
import type { Display } from './display';
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
      {display === 'video' ? (
        <Video key={source} source={source} />
      ) : (
        <Document source={source} title={seriesTitle(series)} />
      )}
    </div>
  );
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

/** Fetched first, so that an error shows as words and HTML is shown without any rights. */
function Document({ source, title }: { source: string; title: string }): ReactElement | null {
  const {
    data: blob,
    error,
    refetch,
  } = useQuery({
    queryKey: ['rendered', source],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const accept = 'text/html, application/pdf, image/png, image/jpeg;q=0.9, text/plain;q=0.5';
      const response = await fetch(source, { headers: { Accept: accept }, signal });
      if (!response.ok) throw await errorOf(response);
      return response.blob();
    },
  });
  const url = useObjectUrl(blob);
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!blob || !url) return null;
  if (blob.type.startsWith('image/')) return <img className={classes.image} src={url} alt={title} />;
  // A sandboxed frame keeps a hostile report from running anything; the PDF viewer does not work in one.
  const rights = blob.type.startsWith('application/pdf') ? {} : { sandbox: '' };
  return <iframe className={classes.frame} src={url} title={title} {...rights} />;
}

function useObjectUrl(blob: Blob | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!blob) return undefined;
    const made = URL.createObjectURL(blob);
    // eslint-disable-next-line react-hooks/set-state-in-effect -- an object URL is a resource to be given back
    setUrl(made);
    return () => {
      URL.revokeObjectURL(made);
    };
  }, [blob]);
  return url;
}
