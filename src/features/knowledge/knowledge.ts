import type { Database, Tx } from '../../db/database.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { holds, type Actor, type Role } from '../../domain/roles.ts'
import { validOn } from '../../domain/valid-on.ts'
import type { Feed } from '../../feed/feed.ts'
import {
  allArticles, insertRemark, lockArticle, nextArticleId, openRemarks, saveArticle, settleRemark, versionsOf
} from './knowledge-store.ts'
import type { Article, ArticleText, ArticleVersion, Remark } from './knowledge-types.ts'
import { createArticleIndex, type ArticleIndex, type Asked } from './rules/article-search.ts'
import { checkArticle, differences } from './rules/article-text.ts'
import { spell } from './spelling.ts'

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

export function createKnowledge ({ db, clock, feed, today, unit, category }: KnowledgeOptions): Knowledge {
  let kept: { snapshot: Promise<Snapshot>, until: number } | null = null

  async function load (): Promise<Snapshot> {
    const articles = await allArticles(db)
    return { articles: new Map(articles.map(a => [a.id, a])), index: createArticleIndex(articles, spell) }
  }

  // Measured on the machine's own monotonic clock: a clock set forward must not keep old rows.
  async function snapshot (): Promise<Snapshot> {
    const now = performance.now()
    if (kept === null || now >= kept.until) {
      const fresh = { snapshot: load(), until: now + cacheMs }
      kept = fresh
      fresh.snapshot.catch(() => { if (kept === fresh) kept = null })
    }
    return await kept.snapshot
  }

  const stands = (article: Article): boolean => validOn(article, today())

  async function known (id: string): Promise<Article> {
    const article = (await snapshot()).articles.get(id)
    if (!article) throw new DomainError('not-found', 'there is no such article')
    return article
  }

  async function keep (tx: Tx, actor: Actor, article: Article, before: ArticleText | null, note: string): Promise<Article> {
    if (!holds(actor, ...editors)) throw new DomainError('not-allowed', 'only a knowledge editor writes articles')
    checkArticle(article, note)
    if (article.unitId !== null) await unit(article.unitId)
    for (const code of article.categoryCodes) await category(code)
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
    tx.afterCommit(() => { kept = null })
    return article
  }

  return {
    async search ({ limit = 8, ...asked }) {
      const { articles, index } = await snapshot()
      const found: Article[] = []
      for (const { id } of index.find(asked)) {
        const article = articles.get(id)
        if (article && stands(article)) found.push(article)
        if (found.length >= limit) break
      }
      return found
    },

    async list ({ standing, unitId, category: code }, { after, limit }) {
      const all = [...(await snapshot()).articles.values()]
      return all.filter(a => (after === null || a.id > after) && (standing !== true || stands(a)) && (unitId === undefined ||
        a.unitId === unitId) &&
        (code === undefined || a.categoryCodes.includes(code))).slice(0, limit + 1)
    },

    one: known,

    async versions (id) {
      const found = await versionsOf(db, id)
      if (found.length === 0) throw new DomainError('not-found', 'there is no such article')
      return found
    },

    async standing (id) {
      const article = (await snapshot()).articles.get(id)
      if (!article) throw new DomainError('unknown-article', 'there is no such article', { article: id })
      if (!stands(article)) throw new DomainError('article-not-valid', 'this article is not valid today', { article: id })
      return article
    },

    async add (tx, actor, text, note) {
      const id = await nextArticleId(tx)
      return await keep(tx, actor, { ...text, id, version: 1, changedBy: actor.id, changedAt: clock.now() }, null, note)
    },

    async change (tx, actor, { id, version, change, note }) {
      const before = await lockArticle(tx, id)
      if (!before) throw new DomainError('not-found', 'there is no such article')
      if (before.version !== version) {
        throw new DomainError('version-conflict', 'somebody else has changed this article since', { version: before.version })
      }
      const { id: _id, version: _version, changedBy: _by, changedAt: _at, ...text } = before
      return await keep(tx, actor, { ...before, ...change, version: version + 1, changedBy: actor.id, changedAt: clock.now() }, text, note)
    },

    async remark (tx, actor, { articleId, text }) {
      if (articleId !== null && !(await snapshot()).articles.has(articleId)) {
        throw new DomainError('unknown-article', 'there is no such article', { article: articleId })
      }
      const remark: Remark = { id: newId(), articleId, text, by: actor.id, at: clock.now(), settledBy: null, settledAt: null }
      insertRemark(tx, remark)
      await feed.publish(tx, {
        topic: 'knowledge.remark', subject: remark.id, at: remark.at, data: { articleId }, audience: { roles: editors }
      })
      return remark
    },

    openRemarks: async () => await openRemarks(db),

    async settle (tx, actor, id) {
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
  }
}
