import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useEffect, useState, type ReactElement } from 'react';
import { TAG, text, type DataSet } from '@/api/dicomjson';
import { renderedAddress, studyZipAddress, type Series } from '@/api/series';
import { MODALITIES } from '@/shared/lib/modalities';
import { Notice } from '@/shared/ui/Notice';
import { seriesTitle } from '@/shared/ui/SeriesThumb';
import { displayOf, type Display } from '../display';
import { useReading } from '../reading';
import { DocumentFrame } from './DocumentFrame';
import { ReportPane } from './ReportPane';
import { VideoPlayer } from './VideoPlayer';
import { WaveformPane } from './waveform/WaveformPane';
import classes from './ObjectPane.module.css';

interface ObjectPaneProps {
  pane: number;
  series: Series;
  instances: DataSet[];
}

/** A series that is no stack of pictures, one object at a time. */
export function ObjectPane({ pane, series, instances }: ObjectPaneProps): ReactElement | null {
  const { panes } = useReading();
  const [chosen, setChosen] = useState(0);
  const instance = instances[chosen];
  useEffect(() => (instance ? panes.show(pane, instance) : undefined), [panes, pane, instance]);
  if (!instance) return null;
  return (
    <div className={classes.pane}>
      {instances.length > 1 && (
        <div className={classes.tabs} role="group" aria-label="Objects of this series">
          {instances.map((one, index) => (
            <button
              key={text(one, TAG.SOPInstanceUID)}
              type="button"
              aria-pressed={index === chosen}
              onClick={() => {
                setChosen(index);
              }}
            >
              {text(one, TAG.InstanceNumber) ?? index + 1}
            </button>
          ))}
        </div>
      )}
      <Shown key={chosen} display={displayOf(instance)} instance={instance} series={series} />
    </div>
  );
}

interface ShownProps {
  display: Display;
  instance: DataSet;
  series: Series;
}

function Shown({ display, instance, series }: ShownProps): ReactElement {
  const source = renderedAddress(series, text(instance, TAG.SOPInstanceUID) ?? '');
  switch (display) {
    case 'video':
      return <VideoPlayer source={source} instance={instance} />;
    case 'report':
      return <ReportPane report={instance} />;
    case 'waveform':
      return <WaveformPane instance={instance} />;
    case 'document':
      return <DocumentFrame source={source} title={seriesTitle(series)} />;
    default:
      return <Unshown series={series} />;
  }
}

/** What cannot be shown says so, and can be had. */
function Unshown({ series }: { series: Series }): ReactElement {
  const download = (
    <Button
      component="a"
      href={studyZipAddress(series.studyUid)}
      download
      variant="default"
      leftSection={<IconDownload size={15} stroke={1.7} />}
    >
      Download the study
    </Button>
  );
  return (
    <Notice title={`${MODALITIES[series.modality] ?? series.modality}: no picture here`} actions={download}>
      It holds data for other programs. It is kept as it came.
    </Notice>
  );
}
