import { expect, it } from 'vitest';
import { reasonFault } from './reason';

it('takes a reason that says something', () => {
  expect(reasonFault('unconscious, trauma room 2')).toBeNull();
  expect(reasonFault('  1234   56789  ')).toBeNull();
});

it('refuses what is too short, too long, or says nothing', () => {
  expect(reasonFault('emergency')).toContain('At least 10');
  expect(reasonFault('  a       b  ')).toContain('At least 10');
  expect(reasonFault('ab '.repeat(400))).toContain('At most 1000');
  expect(reasonFault('xxxxxxxxxxxx')).toContain('in words');
});
