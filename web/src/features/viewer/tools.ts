/** What the left button or one finger does. */
export type ToolName = 'window' | 'zoom' | 'pan' | 'scroll' | 'crosshair' | MeasureTool;

/** Tools that leave something on the image. */
export type MeasureTool =
  | 'length'
  | 'angle'
  | 'cobb'
  | 'bidirectional'
  | 'ellipse'
  | 'rectangle'
  | 'freehand'
  | 'probe'
  | 'arrow'
  | 'text';

export const TOOL_KEYS: Record<string, ToolName> = {
  w: 'window',
  s: 'scroll',
  z: 'zoom',
  h: 'pan',
  l: 'length',
};
