import {
  Enums,
  LengthTool,
  PanTool,
  StackScrollTool,
  ToolGroupManager,
  WindowLevelTool,
  ZoomTool,
} from '@cornerstonejs/tools';

export type ToolName = 'window' | 'zoom' | 'pan' | 'scroll' | 'length';

const NAMES: Record<ToolName, string> = {
  window: WindowLevelTool.toolName,
  zoom: ZoomTool.toolName,
  pan: PanTool.toolName,
  scroll: StackScrollTool.toolName,
  length: LengthTool.toolName,
};
const { MouseBindings } = Enums;

/** Bindings a tool has whether or not it is chosen: middle pans, right zooms, the wheel scrolls, two fingers zoom. */
const ALWAYS: Partial<Record<ToolName, object[]>> = {
  pan: [{ mouseButton: MouseBindings.Auxiliary }, { numTouchPoints: 3 }],
  zoom: [{ mouseButton: MouseBindings.Secondary }, { numTouchPoints: 2 }],
  scroll: [{ mouseButton: MouseBindings.Wheel }],
};

export function fillToolGroup(id: string, viewportId: string): void {
  const group = ToolGroupManager.createToolGroup(id);
  if (!group) return;
  for (const name of Object.values(NAMES)) group.addTool(name);
  group.addViewport(viewportId, id);
  activate(id, 'window');
}

/** Give a tool the left button and one finger; the others keep only their own bindings. */
export function activate(id: string, chosen: ToolName): void {
  const group = ToolGroupManager.getToolGroup(id);
  if (!group) return;
  for (const tool of Object.keys(NAMES) as ToolName[]) {
    const own = ALWAYS[tool] ?? [];
    const bindings =
      tool === chosen ? [{ mouseButton: MouseBindings.Primary }, { numTouchPoints: 1 }, ...own] : own;
    group.setToolPassive(NAMES[tool], { removeAllBindings: true });
    if (bindings.length > 0) group.setToolActive(NAMES[tool], { bindings });
  }
}
