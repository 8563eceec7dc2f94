import neostandard from 'neostandard'

const seenAtOnce = max => ({ max, skipBlankLines: true, skipComments: true })

export default [
  { ignores: ['dist/**', '.hotline/**', '.tap/**', 'src/console/api/api-types.d.ts'] },
  ...neostandard({ ts: true }),
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      'no-console': 'error',
      'no-void': ['error', { allowAsStatement: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      'max-lines': ['error', 300],
      '@stylistic/max-len': ['error', { code: 140, ignoreUrls: true, ignoreRegExpLiterals: true }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only src/config.ts reads the environment.' }]
    }
  },
  {
    files: ['src/**/*.ts', 'src/**/*.tsx', 'test/**/*.ts', 'bench/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A promise nobody waits for hides its error. `t.test` is waited for by tap itself, in order.
      '@typescript-eslint/no-floating-promises': ['error', {
        allowForKnownSafeCalls: [
          { from: 'package', name: 'test', package: '@tapjs/test' },
          { from: 'package', name: 'test', package: 'tap' }
        ]
      }],
      '@typescript-eslint/no-misused-promises': 'error'
    }
  },
  // A function can be seen at once. Markup is long and flat: a component has more room.
  { files: ['src/**/*.ts'], rules: { 'max-lines-per-function': ['error', seenAtOnce(70)] } },
  { files: ['src/**/*.tsx'], rules: { 'max-lines-per-function': ['error', seenAtOnce(100)] } },
  { files: ['src/bin/**', 'bench/**', 'test/desks/screenshots.ts'], rules: { 'no-console': 'off' } },
  { files: ['src/config.ts', 'src/bin/**', 'test/**', 'bench/**', 'vite.config.ts'], rules: { 'no-restricted-properties': 'off' } }
]
