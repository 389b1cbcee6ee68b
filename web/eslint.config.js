import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const FEATURES = ['governance', 'archive', 'viewer'];

/** Parts are siblings: they meet in `app` only. Below them, `shared` and `api` know no part. */
const direction = (files, forbidden, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: forbidden, message }] }] },
});

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  reactHooks.configs.flat.recommended,
  jsxA11y.flatConfigs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      'max-lines': ['error', 250],
      complexity: ['error', 12],
      'max-params': ['error', 5],
      'no-console': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      // The grid and the drop zone are composite widgets with their own keyboard handling.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { roles: ['tabpanel', 'grid', 'application'] }],
    },
  },
  {
    files: ['shell/**'],
    languageOptions: { globals: globals.serviceworker },
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
  ...FEATURES.map((feature) =>
    direction(
      [`src/features/${feature}/**`],
      [
        '@/app',
        '@/app/*',
        ...FEATURES.filter((other) => other !== feature).map((other) => `@/features/${other}/**`),
      ],
      'A feature may import itself, shared and api. Features meet in app.',
    ),
  ),
  direction(
    ['src/shared/**', 'src/api/**'],
    ['@/app', '@/app/*', '@/features/**'],
    'shared and api know no feature and no app.',
  ),
);
