import { expect, it } from 'vitest';
import { actorOf, actorWords } from './names';

it('names people by name, others with what they are', () => {
  expect(actorWords('person:ada')).toBe('ada');
  expect(actorWords('ae:CT:1')).toBe('AE CT:1');
  expect(actorWords('token:ris')).toBe('token ris');
  expect(actorWords('unknown')).toBe('unknown');
});

it('takes a bare name for a person', () => {
  expect(actorOf(' ada ')).toBe('person:ada');
  expect(actorOf('ae:CT1')).toBe('ae:CT1');
  expect(actorOf('  ')).toBe('');
});
