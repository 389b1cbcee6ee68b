/** A DICOM person name (PS3.5 6.2.1) made readable. */
export interface DisplayName {
  /** "HENNING, Maria Luise" style: family first, as work lists sort it. */
  primary: string;
  /** Ideographic, then phonetic form, when present; shown beside the first. */
  secondary: string | null;
}

/** Components of one group: family ^ given ^ middle ^ prefix ^ suffix. */
function groupText(group: string, ideographic: boolean): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group
    .split('^')
    .map((part) => part.trim());
  if (ideographic) return [family, given, middle].filter(Boolean).join(' ');
  const first = [prefix, given, middle].filter(Boolean).join(' ');
  const last = [family, suffix].filter(Boolean).join(' ');
  return [last, first].filter(Boolean).join(', ');
}

/** Split a PN into what a person reads; null or an empty PN gives "No name". */
export function displayName(pn: string | null | undefined): DisplayName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = (pn ?? '').split('=');
  const forms = [
    groupText(alphabetic, false),
    groupText(ideographic, true),
    groupText(phonetic, true),
  ].filter(Boolean);
  const [primary = 'No name', ...others] = forms;
  return { primary, secondary: others.join(' · ') || null };
}

/** One line of text with all forms, for titles and screen readers. */
export function fullName(pn: string | null | undefined): string {
  const { primary, secondary } = displayName(pn);
  return secondary ? `${primary} (${secondary})` : primary;
}

/** Two letters for a small disc. */
export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean);
  const [first = '?', second = ''] = words;
  return (first.charAt(0) + second.charAt(0)).toUpperCase();
}
