import type { Queryable, Tx } from '../../db/database.ts'
import type { Article, ArticleText, ArticleVersion, Remark } from './knowledge-types.ts'

const columns = `id, version, title, body, short_answer as "shortAnswer", keywords, basis, category_codes as "categoryCodes",
  unit_id as "unitId", valid_from as "validFrom", valid_to as "validTo", changed_by as "changedBy", changed_at as "changedAt"`
const remarkColumns = 'id, article_id as "articleId", text, by, at, settled_by as "settledBy", settled_at as "settledAt"'

/** Every article, by its code; a district has some hundreds, a large one some thousands. */
export const allArticles = async (db: Queryable): Promise<Article[]> =>
  await db.query<Article>(`select ${columns} from article order by id`)

export async function lockArticle (tx: Tx, id: string): Promise<Article | null> {
  return (await tx.query<Article>(`select ${columns} from article where id = $1 for update`, [id]))[0] ?? null
}

export async function nextArticleId (tx: Tx): Promise<string> {
  const [row] = await tx.query<{ number: number }>('select nextval(\'article_number\') as number')
  return `K${String(row?.number ?? 0).padStart(3, '0')}`
}

/** The article as it stands and its version, whole. */
export function saveArticle (tx: Tx, a: Article, changed: readonly string[], note: string): void {
  tx.write(`insert into article (id, version, title, body, short_answer, keywords, basis, category_codes, unit_id, valid_from, valid_to,
    changed_by, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict (id) do update set version = excluded.version, title = excluded.title, body = excluded.body,
    short_answer = excluded.short_answer, keywords = excluded.keywords, basis = excluded.basis, category_codes = excluded.category_codes,
    unit_id = excluded.unit_id, valid_from = excluded.valid_from, valid_to = excluded.valid_to, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at`,
  [
    a.id, a.version, a.title, a.body, a.shortAnswer, a.keywords, a.basis, a.categoryCodes, a.unitId, a.validFrom, a.validTo, a.changedBy,
    a.changedAt
  ])
  const { title, body, shortAnswer, keywords, basis, categoryCodes, unitId, validFrom, validTo } = a
  const content: ArticleText = { title, body, shortAnswer, keywords, basis, categoryCodes, unitId, validFrom, validTo }
  tx.write('insert into article_version (article_id, version, at, by, changed, note, content) values ($1, $2, $3, $4, $5, $6, $7)',
    [a.id, a.version, a.changedAt, a.changedBy, changed, note, JSON.stringify(content)])
}

/** Newest first. */
export async function versionsOf (db: Queryable, id: string): Promise<ArticleVersion[]> {
  return await db.query<ArticleVersion>(
    'select version, at, by, changed, note, content from article_version where article_id = $1 order by version desc',
    [id]
  )
}

export function insertRemark (tx: Tx, r: Pick<Remark, 'id' | 'articleId' | 'text' | 'by' | 'at'>): void {
  tx.write('insert into article_remark (id, article_id, text, by, at) values ($1, $2, $3, $4, $5)', [r.id, r.articleId, r.text, r.by, r.at])
}

/** Open remarks, oldest first; 200 at most. */
export async function openRemarks (db: Queryable): Promise<Remark[]> {
  return await db.query<Remark>(`select ${remarkColumns} from article_remark where settled_at is null order by at, id limit 200`)
}

export async function settleRemark (tx: Tx, id: string, by: string, at: Date): Promise<Remark | null> {
  return (await tx.query<Remark>(`update article_remark set settled_by = coalesce(settled_by, $2), settled_at = coalesce(settled_at, $3)
    where id = $1 returning ${remarkColumns}`, [id, by, at]))[0] ?? null
}
