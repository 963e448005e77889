import tseslint from 'typescript-eslint';

const TAKE_A_CLOCK = 'Take a Clock.';
const TAKE_IT_AS_AN_ARGUMENT =
  'Only cli/main.ts may touch process; take what you need as an argument.';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.node', 'coverage'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'no-console': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // `async` is how a function promises, also when it has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/promise-function-async': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: TAKE_A_CLOCK },
        { name: 'setInterval', message: TAKE_A_CLOCK },
        { name: 'setImmediate', message: TAKE_A_CLOCK },
        { name: 'process', message: TAKE_IT_AS_AN_ARGUMENT },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: TAKE_A_CLOCK },
        { object: 'performance', property: 'now', message: TAKE_A_CLOCK },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**', 'bench/**', 'scripts/**', '*.config.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-globals': 'off',
      'no-restricted-properties': 'off',
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  {
    files: ['src/base/system-clock.ts', 'web/src/time.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  { files: ['src/cli/main.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
