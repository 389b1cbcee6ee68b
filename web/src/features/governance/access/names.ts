/** A principal as events name it, in words: a person by name alone, the others with what they are. */
export function actorWords(actor: string): string {
  const colon = actor.indexOf(':');
  const [kind, name] = [actor.slice(0, colon), actor.slice(colon + 1)];
  if (kind === 'person') return name;
  if (kind === 'ae') return `AE ${name}`;
  return colon < 0 ? actor : `${kind} ${name}`;
}

/** What a person typed for a principal; a bare name is a person's. */
export function actorOf(text: string): string {
  const plain = text.trim();
  return plain === '' || plain.includes(':') ? plain : `person:${plain}`;
}
