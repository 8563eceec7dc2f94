import { columnName } from '../../db/column-name.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import { keysOf, pick } from '../../domain/properties.ts'
import { articleColumns, articleText, remarkColumns } from './article-columns.ts'
import type { Article, ArticleVersion, Remark } from './knowledge-types.ts'

const names = keysOf(articleColumns)
const columns = names.map(p => `${columnName(p)} as "${p}"`).join(', ')
const listOfRemark = keysOf(remarkColumns).map(p => `${columnName(p)} as "${p}"`).join(', ')

const saveSql = `insert into article (${names.map(columnName).join(', ')})
  values (${names.map((_, i) => `$${i + 1}`).join(', ')})
  on conflict (id) do update set ${names.map(p => `${columnName(p)} = excluded.${columnName(p)}`).join(', ')}`

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
  tx.write(saveSql, names.map(p => a[p]))
  tx.write('insert into article_version (article_id, version, at, by, changed, note, content) values ($1, $2, $3, $4, $5, $6, $7)',
    [a.id, a.version, a.changedAt, a.changedBy, changed, note, JSON.stringify(pick(a, articleText))])
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
  return await db.query<Remark>(`select ${listOfRemark} from article_remark where settled_at is null order by at, id limit 200`)
}

export async function settleRemark (tx: Tx, id: string, by: string, at: Date): Promise<Remark | null> {
  return (await tx.query<Remark>(`update article_remark set settled_by = coalesce(settled_by, $2), settled_at = coalesce(settled_at, $3)
    where id = $1 returning ${listOfRemark}`, [id, by, at]))[0] ?? null
}
