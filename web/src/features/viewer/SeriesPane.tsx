import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { metadataQuery, type Series } from '@/api/series';
import type { StudyRow } from '@/api/types';
import { MODALITIES } from '@/shared/lib/modalities';
import { ErrorNotice, Notice } from '@/shared/ui/Notice';
import { displayOf } from './display';
import { framesOf } from './frames';
import { RenderedPane } from './RenderedPane';
import { StackPane } from './StackPane';

/** One series in the way that suits it. */
export function SeriesPane({ series, study }: { series: Series; study: StudyRow }): ReactElement | null {
  const { data: instances, error, refetch } = useQuery(metadataQuery(series.studyUid, series.uid));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!instances) return null;
  const display = displayOf(instances[0]);
  if (display === 'images') return <StackPane series={series} study={study} frames={framesOf(instances)} />;
  if (display === 'waveform' || display === 'nothing') return <Unshown series={series} display={display} />;
  return <RenderedPane series={series} instances={instances} display={display} />;
}

const WORDS = {
  waveform: 'Tracings are not drawn on this page yet.',
  nothing: 'It holds data for other programs.',
};

function Unshown({ series, display }: { series: Series; display: keyof typeof WORDS }): ReactElement {
  return (
    <Notice title={`${MODALITIES[series.modality] ?? series.modality}: no picture here`}>
      {WORDS[display]} It is kept, and can be downloaded from the study page.
    </Notice>
  );
}
