/** Tools that leave something on the image. */
export const MEASURES = [
  'length',
  'angle',
  'cobb',
  'bidirectional',
  'ellipse',
  'rectangle',
  'freehand',
  'probe',
  'arrow',
  'text',
] as const;
export type MeasureTool = (typeof MEASURES)[number];

/** What the left button or one finger does. */
export type ToolName = 'window' | 'zoom' | 'pan' | 'scroll' | 'crosshair' | 'loupe' | MeasureTool;

export const isMeasure = (tool: ToolName): tool is MeasureTool =>
  (MEASURES as readonly string[]).includes(tool);

export const TOOL_KEYS: Record<string, ToolName> = {
  w: 'window',
  s: 'scroll',
  z: 'zoom',
  h: 'pan',
  x: 'crosshair',
  m: 'loupe',
  l: 'length',
  a: 'angle',
  c: 'cobb',
  b: 'bidirectional',
  o: 'ellipse',
  u: 'rectangle',
  y: 'freehand',
  v: 'probe',
  j: 'arrow',
  n: 'text',
};
