import { IconListDetails, IconTags } from '@tabler/icons-react';
import { SIDE_PANELS, type SidePanel } from '../additions';
import { MeasurementsPanel } from './MeasurementsPanel';
import { TagsPanel } from './TagsPanel';

/** Everything that can stand beside the stage. */
export const PANELS: SidePanel[] = [
  { name: 'measurements', label: 'Measurements', Icon: IconListDetails, Panel: MeasurementsPanel },
  { name: 'attributes', label: 'Attributes', Icon: IconTags, Panel: TagsPanel },
  ...SIDE_PANELS,
];
