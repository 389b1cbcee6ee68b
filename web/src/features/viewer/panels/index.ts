import { IconListDetails, IconTags } from '@tabler/icons-react';
import { lazy } from 'react';
import { SIDE_PANELS, type SidePanel } from '../additions';
import { MeasurementsPanel } from './MeasurementsPanel';

/** It knows the names of all attributes, which are as large as the rest of the room. */
const TagsPanel = lazy(() => import('./TagsPanel'));

/** Everything that can stand beside the stage. */
export const PANELS: SidePanel[] = [
  { name: 'measurements', label: 'Measurements', Icon: IconListDetails, Panel: MeasurementsPanel },
  { name: 'attributes', label: 'Attributes', Icon: IconTags, Panel: TagsPanel },
  ...SIDE_PANELS,
];
