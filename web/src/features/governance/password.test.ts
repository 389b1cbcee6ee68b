import { describe, expect, it } from 'vitest';
import { passwordStrength } from './password';

describe('passwordStrength', () => {
  it('asks for length first', () => {
    expect(passwordStrength('Sh0rt!', 'ada')).toMatchObject({
      acceptable: false,
      hint: '6 more characters.',
    });
  });

  it('refuses repeats and keyboard runs however long', () => {
    expect(passwordStrength('aaaaaaaaaaaaaaaa', 'ada').acceptable).toBe(false);
    expect(passwordStrength('qwertyuiop123456', 'ada').acceptable).toBe(false);
  });

  it('refuses the own name in any case', () => {
    expect(passwordStrength('LOVELACE-is-great', 'lovelace').acceptable).toBe(false);
  });

  it('takes four words without symbols', () => {
    expect(passwordStrength('copper lantern otter vale', 'ada')).toMatchObject({
      acceptable: true,
      score: 4,
    });
  });
});
