import { IconListDetails } from '@tabler/icons-react';
import { SIDE_PANELS, type SidePanel } from '../additions';
import { MeasurementsPanel } from './MeasurementsPanel';

/** Everything that can stand beside the stage. */
export const PANELS: SidePanel[] = [
  { name: 'measurements', label: 'Measurements', Icon: IconListDetails, Panel: MeasurementsPanel },
  ...SIDE_PANELS,
];
