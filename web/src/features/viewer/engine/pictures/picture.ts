/** Numbers of pixels, as wide as they are stored. */
export type Pixels =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** A frame whose pixels are here, row by row. */
export interface Picture {
  readonly columns: number;
  readonly rows: number;
  /** 1: values as they are stored, or indices of a palette; 3 and 4: RGB and RGBA of eight bits each, side by side. */
  readonly samples: 1 | 3 | 4;
  readonly pixels: Pixels;
}
