import type { Database, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { keptFor, type Kept } from '../../domain/kept.ts'
import { holds, type Actor, type Role } from '../../domain/people/roles.ts'
import { validOn } from '../../domain/time/valid-on.ts'
import type { Feed } from '../../feed/feed.ts'
import {
  allArticles, insertRemark, lockArticle, nextArticleId, openRemarks as remarksOpen, saveArticle, settleRemark, versionsOf
} from './knowledge-store.ts'
import type { Article, ArticleText, ArticleVersion, Remark } from './knowledge-types.ts'
import { createArticleIndex, type ArticleIndex, type Asked } from './rules/article-search.ts'
import { checkArticle, differences } from './rules/article-text.ts'
import { spell } from '../../domain/text/spelling.ts'

/** Longest delay until another process's changes are seen, ms. */
const cacheMs = 5000

export interface KnowledgeOptions {
  db: Database
  clock: Clock
  feed: Feed
  /** today in the service's time zone, `2026-11-22` */
  today: () => string
  /** @throws DomainError `unknown-unit` */
  unit: (id: string) => Promise<unknown>
  /** @throws DomainError `unknown-category` */
  category: (code: string) => Promise<unknown>
}

/** 知识库: what agents may tell citizens, dated, with its history. */
export interface Knowledge {
  /** Articles that stand today and fit, best first. */
  search: (asked: Asked & { limit?: number }) => Promise<Article[]>
  /** By code, ended and coming ones too where asked; `after` is the last code seen. */
  list: (
    filter: { standing?: boolean, unitId?: string, category?: string }, page: { after: string | null, limit: number }
  ) => Promise<Article[]>
  /** @throws DomainError `not-found` */
  one: (id: string) => Promise<Article>
  /** Newest first. @throws DomainError `not-found` */
  versions: (id: string) => Promise<ArticleVersion[]>
  /** An article that may be told today. @throws DomainError `unknown-article`, `article-not-valid` */
  standing: (id: string) => Promise<Article>
  /** @throws DomainError `not-allowed`, `invalid-input`, `control-character`, `link-in-text`, `unknown-unit`, `unknown-category` */
  add: (tx: Tx, actor: Actor, text: ArticleText, note: string) => Promise<Article>
  /** @throws DomainError as `add`, and `not-found`, `version-conflict` (details.version) */
  change: (tx: Tx, actor: Actor, input: { id: string, version: number, change: Partial<ArticleText>, note: string }) => Promise<Article>
  /** An agent tells the editors what is wrong or missing. @throws DomainError `unknown-article` */
  remark: (tx: Tx, actor: Actor, input: { articleId: string | null, text: string }) => Promise<Remark>
  openRemarks: () => Promise<Remark[]>
  /** @throws DomainError `not-found` */
  settle: (tx: Tx, actor: Actor, id: string) => Promise<Remark>
}

/** Roles that write articles. */
export const editors = ['KNOWLEDGE_EDITOR', 'ADMINISTRATOR'] as const satisfies readonly Role[]

interface Snapshot { articles: Map<string, Article>, index: ArticleIndex }

interface Context extends KnowledgeOptions {
  /** measured on the machine's own monotonic clock: a clock set forward must not keep old rows */
  kept: Kept<Snapshot>
}

export function createKnowledge (options: KnowledgeOptions): Knowledge {
  const context: Context = { ...options, kept: keptFor(cacheMs, async () => await load(options.db)) }
  return bind(context, { search, list, one, versions, standing, add, change, remark, openRemarks, settle })
}

async function load (db: Database): Promise<Snapshot> {
  const articles = await allArticles(db)
  return { articles: new Map(articles.map(a => [a.id, a])), index: createArticleIndex(articles, spell) }
}

const stands = ({ today }: Context, article: Article): boolean => validOn(article, today())

async function search (context: Context, { limit = 8, ...asked }: Asked & { limit?: number }): Promise<Article[]> {
  const { articles, index } = await context.kept.get()
  const found: Article[] = []
  for (const { id } of index.find(asked)) {
    const article = articles.get(id)
    if (article && stands(context, article)) found.push(article)
    if (found.length >= limit) break
  }
  return found
}

async function list (
  context: Context,
  { standing, unitId, category: code }: { standing?: boolean, unitId?: string, category?: string },
  { after, limit }: { after: string | null, limit: number }
): Promise<Article[]> {
  const all = [...(await context.kept.get()).articles.values()]
  return all.filter(a => (after === null || a.id > after) && (standing !== true || stands(context, a)) &&
    (unitId === undefined || a.unitId === unitId) && (code === undefined || a.categoryCodes.includes(code))).slice(0, limit + 1)
}

async function one ({ kept }: Context, id: string): Promise<Article> {
  const article = (await kept.get()).articles.get(id)
  if (!article) throw new DomainError('not-found', 'there is no such article')
  return article
}

async function versions ({ db }: Context, id: string): Promise<ArticleVersion[]> {
  const found = await versionsOf(db, id)
  if (found.length === 0) throw new DomainError('not-found', 'there is no such article')
  return found
}

async function standing (context: Context, id: string): Promise<Article> {
  const article = (await context.kept.get()).articles.get(id)
  if (!article) throw new DomainError('unknown-article', 'there is no such article', { article: id })
  if (!stands(context, article)) throw new DomainError('article-not-valid', 'this article is not valid today', { article: id })
  return article
}

async function add (context: Context, tx: Tx, actor: Actor, text: ArticleText, note: string): Promise<Article> {
  const id = await nextArticleId(tx)
  return await save(context, tx, actor, { ...text, id, version: 1, changedBy: actor.id, changedAt: context.clock.now() }, null, note)
}

async function change (
  context: Context, tx: Tx, actor: Actor,
  { id, version, change, note }: { id: string, version: number, change: Partial<ArticleText>, note: string }
): Promise<Article> {
  const before = await lockArticle(tx, id)
  if (!before) throw new DomainError('not-found', 'there is no such article')
  if (before.version !== version) {
    throw new DomainError('version-conflict', 'somebody else has changed this article since', { version: before.version })
  }
  const { id: _id, version: _version, changedBy: _by, changedAt: _at, ...text } = before
  const after = { ...before, ...change, version: version + 1, changedBy: actor.id, changedAt: context.clock.now() }
  return await save(context, tx, actor, after, text, note)
}

async function save (
  { unit, category, feed, kept }: Context, tx: Tx, actor: Actor, article: Article, before: ArticleText | null, note: string
): Promise<Article> {
  if (!holds(actor, ...editors)) throw new DomainError('not-allowed', 'only a knowledge editor writes articles')
  checkArticle(article, note)
  // What stood there before may have ended since: it keeps nobody from correcting the article, or from withdrawing it.
  if (article.unitId !== null && article.unitId !== before?.unitId) await unit(article.unitId)
  for (const code of article.categoryCodes) if (before?.categoryCodes.includes(code) !== true) await category(code)
  const { id, version, changedBy, changedAt, ...text } = article
  const changed = before === null ? [] : differences(before, text)
  saveArticle(tx, article, changed, note)
  await feed.publish(tx, {
    topic: 'knowledge.changed',
    subject: id,
    at: changedAt,
    data: { version },
    audience: { roles: ['AGENT', 'SHIFT_LEADER', ...editors] }
  })
  tx.afterCommit(kept.forget)
  return article
}

async function remark (
  { kept, clock, feed }: Context, tx: Tx, actor: Actor, { articleId, text }: { articleId: string | null, text: string }
): Promise<Remark> {
  if (articleId !== null && !(await kept.get()).articles.has(articleId)) {
    throw new DomainError('unknown-article', 'there is no such article', { article: articleId })
  }
  const remark: Remark = { id: newId(), articleId, text, by: actor.id, at: clock.now(), settledBy: null, settledAt: null }
  insertRemark(tx, remark)
  await feed.publish(tx, {
    topic: 'knowledge.remark', subject: remark.id, at: remark.at, data: { articleId }, audience: { roles: editors }
  })
  return remark
}

const openRemarks = async ({ db }: Context): Promise<Remark[]> => await remarksOpen(db)

async function settle ({ clock, feed }: Context, tx: Tx, actor: Actor, id: string): Promise<Remark> {
  const remark = await settleRemark(tx, id, actor.id, clock.now())
  if (!remark) throw new DomainError('not-found', 'there is no such remark')
  await feed.publish(tx, {
    topic: 'knowledge.remark',
    subject: id,
    at: clock.now(),
    data: { articleId: remark.articleId },
    audience: { roles: editors }
  })
  return remark
}
