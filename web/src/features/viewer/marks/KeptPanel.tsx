import { IconBookmarks } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { Trouble } from '@/shared/ui/Trouble';
import type { SidePanel } from '../additions';
import panels from '../panels/panels.module.css';
import { KeySection } from './KeySection';
import { PresentationSection } from './PresentationSection';
import { ReportSection } from './ReportSection';
import { SegmentSection } from './SegmentSection';
import { useKept } from './useKeeping';

/** Everything that is kept of what people and programs said of these images. */
function KeptPanel(): ReactElement {
  const { kept, error } = useKept();
  const unread = kept.flatMap(({ marks }) => marks.unread ?? []);
  return (
    <div className={panels.panel}>
      <div className={panels.head}>
        <h2>Kept with the images</h2>
      </div>
      {error && <Trouble error={error} />}
      <KeySection />
      <PresentationSection />
      <SegmentSection />
      <ReportSection />
      {unread.length > 0 && (
        <p className={panels.none}>
          {unread.length === 1 ? 'One object' : `${unread.length} objects`} could not be read.
        </p>
      )}
    </div>
  );
}

export const KEPT_PANEL: SidePanel = {
  name: 'kept',
  label: 'Kept with the images',
  Icon: IconBookmarks,
  Panel: KeptPanel,
};
