import Type from 'typebox'
import { keysOf } from '../../domain/properties.ts'
import { articleColumns, articleText, Code, remarkColumns } from './article-columns.ts'
import { editors, type Knowledge } from './knowledge.ts'
import { makePage, Page, pageQuery, readPage } from '../../http/kit/pages.ts'
import { staff, type App, type Routes } from '../../http/kit/routes.ts'
import {
  answers, Id, Moment, Nullable, OneOf, params, Reason, SafeLine, ShortId, WriteHeaders
} from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'

export interface KnowledgeRoutesOptions { knowledge: Knowledge }

const tags = ['knowledge']
const Text = Type.Object(articleText)
const Article = Type.Object(articleColumns)
const Version = Type.Object({
  version: Type.Integer(),
  at: Moment(),
  by: Type.String(),
  changed: Type.Array(OneOf(keysOf(articleText)), { description: 'fields that differ from the version before' }),
  note: Type.String(),
  content: Text
})
const Remark = Type.Object(remarkColumns)
const note = Type.Optional(SafeLine({ maxLength: 200, description: 'why; kept with the version' }))
const one = params({ id: ShortId('K012') })

/** 知识库: searched while talking, written by its editors. */
export const knowledgeRoutes = (options: KnowledgeRoutesOptions): Routes => app => {
  list(app, options)
  add(app, options)
  remarks(app, options)
  article(app, options)
}

function list (app: App, { knowledge }: KnowledgeRoutesOptions): void {
  app.get('/api/knowledge', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'Articles',
      description: 'With `search` those that stand today and fit, best first, on one page: words, a whole sentence, ' +
        'pinyin initials or a code; `category` beside it brings its articles to the top. Without, by code.',
      querystring: Type.Object({
        ...pageQuery,
        search: Type.Optional(SafeLine({ maxLength: 400 })),
        category: Type.Optional(Code),
        unitId: Type.Optional(ShortId()),
        standing: Type.Optional(Type.Boolean({ description: 'only those that stand today' }))
      }),
      response: answers({ 200: Page(Article) })
    }
  }, async ({ query: { search, category, unitId, standing, ...page } }) => {
    if (search !== undefined) {
      return {
        items: await knowledge.search({ words: search, category: category ?? null, limit: page.limit ?? 8 }),
        next: null
      }
    }
    const { after, limit } = readPage(page, ['string'])
    const filter = { ...(category ? { category } : {}), ...(unitId ? { unitId } : {}), ...(standing ? { standing } : {}) }
    return makePage(await knowledge.list(filter, { after: after?.[0] ?? null, limit }), limit, a => [a.id])
  })
}

function add (app: App, { knowledge }: KnowledgeRoutesOptions): void {
  app.post('/api/knowledge', {
    config: { roles: editors },
    schema: {
      tags,
      summary: 'Add an article',
      headers: WriteHeaders,
      body: Type.Object({ ...articleText, note }),
      response: answers({ 201: Article })
    }
  }, async (request, reply) => {
    const { note = '', ...words } = request.body
    return await write(request, reply, { action: 'article.add', subject: a => a.id, status: 201 },
      async tx => await knowledge.add(tx, request.actor, words, note))
  })
}

/** What agents tell the editors. */
function remarks (app: App, { knowledge }: KnowledgeRoutesOptions): void {
  app.get('/api/knowledge/remarks', {
    config: { roles: editors },
    schema: {
      tags,
      summary: 'Open remarks of agents: what is wrong or missing',
      response: answers({ 200: Type.Object({ items: Type.Array(Remark) }) })
    }
  }, async () => ({ items: await knowledge.openRemarks() }))

  app.post('/api/knowledge/remarks', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'Tell the editors that an article is wrong, or missing',
      headers: WriteHeaders,
      body: Type.Object({ articleId: Nullable(ShortId()), text: Reason({ minLength: 2, maxLength: 400 }) }),
      response: answers({ 201: Remark })
    }
  }, async (request, reply) => await write(request, reply, {
    action: 'article.remark',
    subject: request.body.articleId ?? 'none',
    status: 201
  }, async tx => await knowledge.remark(tx, request.actor, request.body)))

  app.post('/api/knowledge/remarks/:id/settle', {
    config: { roles: editors },
    schema: {
      tags,
      summary: 'The remark is dealt with',
      headers: WriteHeaders,
      params: params({ id: Id() }),
      response: answers({ 200: Remark })
    }
  }, async (request, reply) => await write(request, reply, { action: 'article.settle', subject: request.params.id },
    async tx => await knowledge.settle(tx, request.actor, request.params.id)))
}

function article (app: App, { knowledge }: KnowledgeRoutesOptions): void {
  app.get('/api/knowledge/:id', {
    config: { roles: staff },
    schema: { tags, summary: 'One article', params: one, response: answers({ 200: Article }) }
  }, async ({ params: { id } }) => await knowledge.one(id))

  app.get('/api/knowledge/:id/versions', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'Changes with author, time and reason; newest first',
      params: one,
      response: answers({ 200: Type.Object({ items: Type.Array(Version) }) })
    }
  }, async ({ params: { id } }) => ({ items: await knowledge.versions(id) }))

  app.patch('/api/knowledge/:id', {
    config: { roles: editors },
    schema: {
      tags,
      summary: 'Change an article; to withdraw it, give its last day',
      headers: WriteHeaders,
      params: one,
      body: Type.Object({
        version: Type.Integer({ minimum: 1, description: 'the version you have seen; stale: 409 version-conflict' }),
        change: Type.Partial(Text),
        note
      }),
      response: answers({ 200: Article })
    }
  }, async (request, reply) => {
    const { version, change, note = '' } = request.body
    return await write(request, reply, { action: 'article.change', subject: request.params.id, detail: { fields: Object.keys(change) } },
      async tx => await knowledge.change(tx, request.actor, { id: request.params.id, version, change, note }))
  })
}
