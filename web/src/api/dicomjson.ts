/** DICOM JSON (PS3.18 F.2): a data set as an object from 8-digit tag to element. */
export interface Element {
  vr: string;
  Value?: unknown[];
  BulkDataURI?: string;
  InlineBinary?: string;
}
export type DataSet = Record<string, Element>;

export const DICOM_JSON = 'application/dicom+json';

/** The tags this application reads, by their DICOM keyword (PS3.6). */
export const TAG = {
  ErrorComment: '00000902',
  SpecificCharacterSet: '00080005',
  SOPClassUID: '00080016',
  SOPInstanceUID: '00080018',
  StudyDate: '00080020',
  StudyTime: '00080030',
  ModalitiesInStudy: '00080061',
  ReferringPhysicianName: '00080090',
  NumberOfStudyRelatedSeries: '00201206',
  NumberOfStudyRelatedInstances: '00201208',
  SeriesDate: '00080021',
  SeriesTime: '00080031',
  AccessionNumber: '00080050',
  Modality: '00080060',
  InstitutionName: '00080080',
  StudyDescription: '00081030',
  SeriesDescription: '0008103E',
  ReferencedSOPClassUID: '00081150',
  ReferencedSOPInstanceUID: '00081155',
  RetrieveURL: '00081190',
  WarningReason: '00081196',
  FailureReason: '00081197',
  FailedSOPSequence: '00081198',
  ReferencedSOPSequence: '00081199',
  OtherFailuresSequence: '0008119A',
  PatientName: '00100010',
  PatientID: '00100020',
  IssuerOfPatientID: '00100021',
  PatientBirthDate: '00100030',
  PatientSex: '00100040',
  BodyPartExamined: '00180015',
  FrameTime: '00181063',
  CineRate: '00180040',
  RecommendedDisplayFrameRate: '00082144',
  AvailableTransferSyntaxUID: '00083002',
  StudyInstanceUID: '0020000D',
  SeriesInstanceUID: '0020000E',
  StudyID: '00200010',
  SeriesNumber: '00200011',
  InstanceNumber: '00200013',
  ImagePositionPatient: '00200032',
  ImageOrientationPatient: '00200037',
  SliceLocation: '00201041',
  NumberOfSeriesRelatedInstances: '00201209',
  SamplesPerPixel: '00280002',
  PhotometricInterpretation: '00280004',
  NumberOfFrames: '00280008',
  Rows: '00280010',
  Columns: '00280011',
  CodeValue: '00080100',
  CodeMeaning: '00080104',
  MeasurementUnitsCodeSequence: '004008EA',
  ValueType: '0040A040',
  ConceptNameCodeSequence: '0040A043',
  DateTime: '0040A120',
  Date: '0040A121',
  Time: '0040A122',
  PersonName: '0040A123',
  UID: '0040A124',
  TextValue: '0040A160',
  ConceptCodeSequence: '0040A168',
  MeasuredValueSequence: '0040A300',
  NumericValue: '0040A30A',
  ContentSequence: '0040A730',
  SharedFunctionalGroupsSequence: '52009229',
  PerFrameFunctionalGroupsSequence: '52009230',
  PlanePositionSequence: '00209113',
  PlaneOrientationSequence: '00209116',
  PixelMeasuresSequence: '00289110',
  FrameOfReferenceUID: '00200052',
  PixelSpacing: '00280030',
  WindowCenter: '00281050',
  WindowWidth: '00281051',
  WindowCenterWidthExplanation: '00281055',
  LossyImageCompression: '00282110',
  LossyImageCompressionRatio: '00282112',
  WaveformSequence: '54000100',
  WaveformBitsAllocated: '54001004',
  WaveformSampleInterpretation: '54001006',
  WaveformPaddingValue: '5400100A',
  WaveformData: '54001010',
  MultiplexGroupLabel: '003A0020',
  NumberOfWaveformChannels: '003A0005',
  NumberOfWaveformSamples: '003A0010',
  SamplingFrequency: '003A001A',
  ChannelDefinitionSequence: '003A0200',
  ChannelLabel: '003A0203',
  ChannelSourceSequence: '003A0208',
  ChannelSensitivity: '003A0210',
  ChannelSensitivityUnitsSequence: '003A0211',
  ChannelSensitivityCorrectionFactor: '003A0212',
  ChannelBaseline: '003A0213',
  FilterLowFrequency: '003A0220',
  FilterHighFrequency: '003A0221',
  WaveformAnnotationSequence: '0040B020',
  UnformattedTextValue: '00700006',
  MIMETypeOfEncapsulatedDocument: '00420012',
  DocumentTitle: '00420010',
  CodingSchemeDesignator: '00080102',
  RetrieveAETitle: '00080054',
  Manufacturer: '00080070',
  SourceImageSequence: '00082112',
  PatientWeight: '00101030',
  AcquisitionDate: '00080022',
  AcquisitionTime: '00080032',
  AcquisitionDateTime: '0008002A',
  ImagerPixelSpacing: '00181164',
  NominalScannedPixelSpacing: '00182010',
  EstimatedRadiographicMagnificationFactor: '00181114',
  PixelSpacingCalibrationType: '00280A02',
  PixelAspectRatio: '00280034',
  SequenceOfUltrasoundRegions: '00186011',
  RegionLocationMinX0: '00186018',
  RegionLocationMinY0: '0018601A',
  RegionLocationMaxX1: '0018601C',
  RegionLocationMaxY1: '0018601E',
  PhysicalUnitsXDirection: '00186024',
  PhysicalUnitsYDirection: '00186026',
  PhysicalDeltaX: '0018602C',
  PhysicalDeltaY: '0018602E',
  RescaleIntercept: '00281052',
  RescaleSlope: '00281053',
  RescaleType: '00281054',
  ModalityLUTSequence: '00283000',
  PixelValueTransformationSequence: '00289145',
  Units: '00541001',
  DecayCorrection: '00541102',
  FrameReferenceTime: '00541300',
  CorrectedImage: '00280051',
  ActualFrameDuration: '00181242',
  RadiopharmaceuticalInformationSequence: '00540016',
  RadiopharmaceuticalStartTime: '00181072',
  RadiopharmaceuticalStartDateTime: '00181078',
  RadionuclideTotalDose: '00181074',
  RadionuclideHalfLife: '00181075',
  SliceThickness: '00180050',
  SpacingBetweenSlices: '00180088',
  GantryDetectorTilt: '00181120',
  PlanarConfiguration: '00280006',
  BitsAllocated: '00280100',
  BitsStored: '00280101',
  PixelRepresentation: '00280103',
  VOILUTFunction: '00281056',
  VOILUTSequence: '00283010',
  LUTDescriptor: '00283002',
  LUTData: '00283006',
  FrameVOILUTSequence: '00289132',
  RedPaletteColorLookupTableDescriptor: '00281101',
  GreenPaletteColorLookupTableDescriptor: '00281102',
  BluePaletteColorLookupTableDescriptor: '00281103',
  RedPaletteColorLookupTableData: '00281201',
  GreenPaletteColorLookupTableData: '00281202',
  BluePaletteColorLookupTableData: '00281203',
} as const;
export type Tag = (typeof TAG)[keyof typeof TAG];

const values = (dataSet: DataSet | undefined, tag: Tag): unknown[] => dataSet?.[tag]?.Value ?? [];

/** First value as text, null when absent or empty. */
export function text(dataSet: DataSet | undefined, tag: Tag): string | null {
  const [value] = values(dataSet, tag);
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'object') return personName(value as Record<string, string>);
  return String(value);
}

/** All values as numbers; what is not a number is left out. */
export function numbers(dataSet: DataSet | undefined, tag: Tag): number[] {
  return values(dataSet, tag)
    .filter((value) => value !== null && value !== '')
    .map(Number)
    .filter(Number.isFinite);
}

/** First value as a number, null when absent. */
export function number(dataSet: DataSet | undefined, tag: Tag): number | null {
  return numbers(dataSet, tag)[0] ?? null;
}

/** All values as text. */
export function texts(dataSet: DataSet | undefined, tag: Tag): string[] {
  return values(dataSet, tag).map((value) => String(value ?? ''));
}

/** Items of a sequence. */
export function items(dataSet: DataSet | undefined, tag: Tag): DataSet[] {
  return values(dataSet, tag).filter(
    (value): value is DataSet => typeof value === 'object' && value !== null,
  );
}

/** A DICOM JSON person name as one PN string, groups parted by `=`. */
function personName(groups: Record<string, string>): string | null {
  const name = [groups['Alphabetic'], groups['Ideographic'], groups['Phonetic']]
    .map((group) => group ?? '')
    .join('=');
  return name.replace(/=+$/, '') || null;
}
