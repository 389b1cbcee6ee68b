import { expect, it } from 'vitest';
import { policiesOf } from './cedar';

const TEXT = `// The policies of a house.

// ---- Roles ----

@id("administrators")
permit (principal, action, resource is House)
when { principal.roles.contains("a;b // no comment") }; // beside it

// ---- What stays closed ----

// Two lines
// of comment.
@id("closed")
forbid (principal, action, resource)
when { resource.restricted } // why; because
unless { principal is System };
permit (principal is System, action, resource);
`;

it('finds each policy with its heading and its own comment', () => {
  const found = policiesOf(TEXT);
  expect(found.map(({ id, effect, section }) => [id, effect, section])).toEqual([
    ['administrators', 'permit', 'Roles'],
    ['closed', 'forbid', 'What stays closed'],
    ['policy 3', 'permit', 'What stays closed'],
  ]);
  expect(found[0]?.comment).toBe('');
  expect(found[1]?.comment).toBe('Two lines of comment.');
});

it('is not misled by semicolons in strings and comments', () => {
  const [first, second] = policiesOf(TEXT);
  expect(first?.text).toMatch(/no comment"\) \};$/);
  expect(second?.text).toMatch(/unless \{ principal is System \};$/);
});

it('reads a text that breaks off, and none', () => {
  expect(policiesOf('permit (principal, "no end')).toHaveLength(1);
  expect(policiesOf('')).toEqual([]);
});
