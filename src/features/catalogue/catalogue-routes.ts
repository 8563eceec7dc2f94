import Type, { type Static } from 'typebox'
import type { Database } from '../../db/database.ts'
import { validOn } from '../../domain/time/valid-on.ts'
import { staff, type App, type Routes } from '../../http/kit/routes.ts'
import { answers, Id, params, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import type { DispatchCatalogue } from './catalogue.ts'
import type { CatalogueChanges, NewRow, RowsOutcome } from './catalogue-changes.ts'
import { Day, OutcomeSchema, RowSchema, RowsSchema } from './catalogue-schemas.ts'
import { coverage } from './rules/enter-rows.ts'

export interface CatalogueRoutesOptions {
  db: Database
  catalogue: DispatchCatalogue
  changes: CatalogueChanges
  directory: {
    today: () => string
    categories: (day: string) => Promise<ReadonlyArray<{ code: string, leadUnitId: string | null }>>
  }
}

const tags = ['work-orders']
const administrators = ['ADMINISTRATOR'] as const
/** Some thousand rows with their papers. */
const bodyLimit = 4 * 1024 * 1024

const entered = ({ rows }: Static<typeof RowsSchema>): NewRow[] => rows.map(row => ({
  validTo: null, townId: null, place: null, object: null, backstop: false, leadUnit: null, componentKind: null, coUnits: [], ...row
}))

/** For the audit: figures alone; a file may be large. */
const figures = ({ saved, ended, known }: RowsOutcome): Record<string, unknown> => ({ saved, ended, known })

/** The dispatch catalogue (派单目录): its rows of a day, and how they are entered and ended. */
export const catalogueRoutes = (options: CatalogueRoutesOptions): Routes => app => {
  reading(app, options)
  entering(app, options)
}

function reading (app: App, { catalogue, directory }: CatalogueRoutesOptions): void {
  app.get('/api/catalogue', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'The dispatch catalogue (派单目录) of a day, and classes it says nothing of',
      querystring: Type.Object({
        day: Type.Optional(Day('as it stands on this day; otherwise today, with what begins later')),
        category: Type.Optional(Type.String({ pattern: '^\\d{4}$' }))
      }),
      response: answers({
        200: Type.Object({
          items: Type.Array(RowSchema),
          gaps: Type.Array(Type.String(), { description: 'classes without a row for anywhere and without a unit of their own' })
        })
      })
    }
  }, async ({ query: { day, category } }) => {
    const [rows, on] = [await catalogue.rows(), day ?? directory.today()]
    const stands = (row: typeof rows[number]): boolean =>
      day === undefined ? row.validTo === null || row.validTo >= on : validOn(row, day)
    return {
      items: rows.filter(row => stands(row) && (category === undefined || row.categoryCode === category))
        .map(row => ({ ...row, coUnits: [...row.coUnits] })),
      gaps: coverage(rows, await directory.categories(on), on)
    }
  })
}

function entering (app: App, { db, changes }: CatalogueRoutesOptions): void {
  app.post('/api/catalogue/check', {
    bodyLimit,
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'What rows of the catalogue would do, and what is wrong with them; changes nothing',
      body: RowsSchema,
      response: answers({ 200: OutcomeSchema })
    }
  }, async ({ actor, body }) => await db.tx(async tx => await changes.check(tx, actor, entered(body))))

  app.post('/api/catalogue/rows', {
    bodyLimit,
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'Enter rows of the catalogue from tomorrow on or later, all of them or none',
      description: 'An earlier row about the same ends the day before. A row that has begun is never changed.',
      headers: WriteHeaders,
      body: RowsSchema,
      response: answers({ 200: OutcomeSchema })
    }
  }, async (request, reply) => await write(request, reply, { action: 'catalogue.enter', subject: 'catalogue', detail: figures },
    async tx => await changes.enter(tx, request.actor, entered(request.body))))

  app.post('/api/catalogue/rows/:id/end', {
    config: { roles: administrators },
    schema: {
      tags,
      summary: 'A row has its last day',
      params: params({ id: Id() }),
      headers: WriteHeaders,
      body: Type.Object({ lastDay: Day('today or later') }),
      response: answers({ 200: RowSchema })
    }
  }, async (request, reply) => {
    const { id } = request.params
    const { lastDay } = request.body
    return await write(request, reply, { action: 'catalogue.end', subject: id, detail: { lastDay } }, async tx => {
      const row = await changes.end(tx, request.actor, { id, lastDay })
      return { ...row, coUnits: [...row.coUnits] }
    })
  })
}
