import { items, TAG, text, type DataSet } from '@/api/dicomjson';
import { formatDate, formatTime } from '@/shared/lib/dates';
import { displayName } from '@/shared/lib/person-name';

/** One content item of a structured report (PS3.3 C.17.3): its name, its value, what lies below it. */
export interface ReportItem {
  name: string | null;
  value: string | null;
  children: ReportItem[];
}

/** A hostile report may nest without end; people's reports do not pass a dozen levels. */
const DEEPEST = 32;

const meaning = (item: DataSet | undefined): string | null =>
  text(item, TAG.CodeMeaning) ?? text(item, TAG.CodeValue);

function measured(item: DataSet): string | null {
  const [value] = items(item, TAG.MeasuredValueSequence);
  const [unit] = items(value, TAG.MeasurementUnitsCodeSequence);
  const amount = text(value, TAG.NumericValue);
  const unitText = text(unit, TAG.CodeValue);
  return amount && unitText && unitText !== '1' ? `${amount} ${unitText}` : amount;
}

const VALUES: Record<string, (item: DataSet) => string | null> = {
  TEXT: (item) => text(item, TAG.TextValue),
  NUM: measured,
  CODE: (item) => meaning(items(item, TAG.ConceptCodeSequence)[0]),
  DATE: (item) => formatDate(text(item, TAG.Date)),
  TIME: (item) => formatTime(text(item, TAG.Time)),
  DATETIME: (item) => {
    const moment = text(item, TAG.DateTime) ?? '';
    return [formatDate(moment.slice(0, 8)), formatTime(moment.slice(8))].filter(Boolean).join(' ');
  },
  PNAME: (item) => displayName(text(item, TAG.PersonName)).primary,
  UIDREF: (item) => text(item, TAG.UID),
};

/** The report as a tree of names and values. */
export function readReport(dataSet: DataSet, depth = 0): ReportItem {
  const kind = text(dataSet, TAG.ValueType) ?? '';
  const children = depth < DEEPEST ? items(dataSet, TAG.ContentSequence) : [];
  return {
    name: meaning(items(dataSet, TAG.ConceptNameCodeSequence)[0]),
    value: VALUES[kind]?.(dataSet) ?? null,
    children: children
      .map((item) => readReport(item, depth + 1))
      .filter(({ name, value, children: below }) => Boolean(name ?? value) || below.length > 0),
  };
}
