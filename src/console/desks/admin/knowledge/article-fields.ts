import type { paths } from '../../../api/api-types.d.ts'
import { every } from '../../../api/closed-lists.ts'

export type Article = paths['/api/knowledge/{id}']['get']['responses']['200']['content']['application/json']
type Version = paths['/api/knowledge/{id}/versions']['get']['responses']['200']['content']['application/json']['items'][number]

/** The fields an editor writes, in the order of the form. */
export const articleFields = every<Version['changed'][number]>()([
  'title', 'body', 'shortAnswer', 'keywords', 'categoryCodes', 'unitId', 'basis', 'validFrom', 'validTo'
])
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
