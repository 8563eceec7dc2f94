import Type, { type Static } from 'typebox'
import type { Tx } from '../../db/database.ts'

/** An article as a file has it. */
export const ArticleOfFileSchema = Type.Object({
  id: Type.String(),
  title: Type.String(),
  body: Type.String(),
  shortAnswer: Type.String(),
  keywords: Type.String(),
  basis: Type.String(),
  categoryCodes: Type.Array(Type.String()),
  unitId: Type.Union([Type.String(), Type.Null()]),
  validFrom: Type.String(),
  validTo: Type.Union([Type.String(), Type.Null()])
})
export type ArticleOfFile = Static<typeof ArticleOfFileSchema>

/** Adds the articles that are missing, as their first version; existing ones are kept. */
export async function loadArticles (tx: Tx, articles: readonly ArticleOfFile[]): Promise<void> {
  for (const { id, ...text } of articles) {
    const fresh = await tx.query(`insert into article (id, version, title, body, short_answer, keywords, basis, category_codes, unit_id,
      valid_from, valid_to, changed_by, changed_at)
      values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'system', now()) on conflict do nothing returning id`,
    [id, text.title, text.body, text.shortAnswer, text.keywords, text.basis, text.categoryCodes, text.unitId, text.validFrom, text.validTo])
    if (fresh.length === 0) continue
    tx.write(`insert into article_version (article_id, version, at, by, changed, note, content)
      values ($1, 1, now(), 'system', '{}', '', $2)`, [id, JSON.stringify(text)])
  }
}
