import neostandard from 'neostandard'

export default [
  { ignores: ['dist/**', '.hotline/**', '.tap/**', 'src/console/api/api-types.d.ts'] },
  ...neostandard({ ts: true }),
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      'no-console': 'error',
      'no-void': ['error', { allowAsStatement: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      'max-lines': ['error', { max: 350, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Only src/config.ts reads the environment.' }]
    }
  },
  { files: ['src/bin/**', 'bench/**', 'test/desks/screenshots.ts'], rules: { 'no-console': 'off' } },
  { files: ['src/config.ts', 'src/bin/**', 'test/**', 'bench/**', 'vite.config.ts'], rules: { 'no-restricted-properties': 'off' } }
]
