import type { paths } from '../../../api/api-types.d.ts'

export type Article = paths['/api/knowledge/{id}']['get']['responses']['200']['content']['application/json']

/** The fields an editor writes, in the order of the form. */
export const articleFields = [
  'title', 'body', 'shortAnswer', 'keywords', 'categoryCodes', 'unitId', 'basis', 'validFrom', 'validTo'
] as const
export type ArticleField = typeof articleFields[number]
export type ArticleText = Pick<Article, ArticleField>

/** The key of the field's name in the words of administration. */
export const fieldWord: Record<ArticleField, string> = {
  title: 'articleTitle',
  body: 'articleBody',
  shortAnswer: 'shortAnswer',
  keywords: 'words',
  categoryCodes: 'articleCategories',
  unitId: 'unit',
  basis: 'basis',
  validFrom: 'from',
  validTo: 'to'
}

export const fieldText = (value: string | readonly string[] | null): string =>
  typeof value === 'string' ? value : value === null ? '' : value.join(' ')
