declare module 'dcmjs' {
  export const data: { DicomMetaDictionary: { dictionary: Record<string, unknown> } };
}
