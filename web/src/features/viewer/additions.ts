import type { ComponentType } from 'react';
import { KEPT_PANEL, KeyFilter, KeyImage, SaveMarks, SegmentLayer, StateLayer } from './marks';
import type { OpenPane } from './room/panes';

/** Drawn over the picture of every pane, in CSS pixels of the pane; lets the pointer through unless it asks for it. */
export type PaneLayer = ComponentType<{ pane: OpenPane }>;

/** A panel beside the stage; on a phone it covers it. */
export interface SidePanel {
  name: string;
  label: string;
  Icon: ComponentType<{ size?: number | string; stroke?: number | string }>;
  Panel: ComponentType;
}

/** What other rooms of the viewer add to every pane. */
export const PANE_LAYERS: PaneLayer[] = [SegmentLayer, StateLayer];

/** What other rooms of the viewer add beside the stage. */
export const SIDE_PANELS: SidePanel[] = [KEPT_PANEL];

/** What other rooms of the viewer add to the toolbar. */
export const TOOLBAR_ITEMS: ComponentType[] = [KeyImage, SaveMarks, KeyFilter];
