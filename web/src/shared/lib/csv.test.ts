import { expect, it } from 'vitest';
import { toCsv } from './csv';

it('quotes what needs it and ends each line as RFC 4180 says', () => {
  expect(
    toCsv([
      ['a', 'b,c'],
      ['say "yes"', 'two\nlines'],
    ]),
  ).toBe('\uFEFFa,"b,c"\r\n"say ""yes""","two\nlines"\r\n');
});

it('lets no cell be a formula', () => {
  expect(toCsv([['=HYPERLINK("x")', '+1', '-1', '@a', 'a=b']])).toBe(
    '\uFEFF"\'=HYPERLINK(""x"")",\'+1,\'-1,\'@a,a=b\r\n',
  );
});
