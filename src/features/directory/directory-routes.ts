import Type, { type Static, type TSchema } from 'typebox'
import { fullPersonNumbers } from '../../access/rules/visibility.ts'
import { maskNumber } from '../../domain/telephone/phone-number.ts'
import { holds, orderPurposes, type Actor } from '../../domain/people/roles.ts'
import { unitKinds } from '../../domain/people/unit-tree.ts'
import { staff, type App, type Routes } from '../../http/kit/routes.ts'
import { answers, Nullable, OneOf, params, SafeLine, ShortId, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'
import type { Directory } from './directory.ts'
import type { DirectoryCommands } from './directory-commands.ts'
import {
  administrators, categoryFields, CategorySchema, Code, Day, DayQuery, LastDay, list, personFields, PersonSchema, readers, tags, unitFields,
  UnitSchema
} from './directory-schemas.ts'
import type { Person } from './directory-types.ts'

export interface DirectoryRoutesOptions { directory: Directory, commands: DirectoryCommands }

const byId = params({ id: ShortId() })
const byCode = params({ code: Code })

/** The route that adds a unit, category or person. */
const adding = <R extends TSchema>(summary: string, row: R) => ({
  config: { roles: administrators },
  schema: { tags, summary, headers: WriteHeaders, body: row, response: answers({ 201: row }) }
})

/** The route that changes one. */
const changing = <K extends TSchema, B extends TSchema, R extends TSchema>(summary: string, key: K, body: B, row: R) => ({
  config: { roles: administrators },
  schema: { tags, summary, headers: WriteHeaders, params: key, body, response: answers({ 200: row }) }
})

/** The route that ends one on a day. */
const ending = <K extends TSchema, R extends TSchema>(summary: string, key: K, row: R) => changing(summary, key, LastDay, row)

const described = <S extends object, R extends { schema: S }>(route: R & { schema: S }, description: string) =>
  ({ ...route, schema: { ...route.schema, description } })

const unitEnds = 'With orders its last day is tomorrow at the earliest: 409 `has-orders`, `parts`. The unit above moves what is left then.'

/** Only roles that ring staff see staff numbers. */
function shown (person: Person, actor: Actor): Static<typeof PersonSchema> {
  const full = holds(actor, ...fullPersonNumbers)
  const mask = (n: string | null): string | null => n === null || full ? n : maskNumber(n)
  return { ...person, mobile: mask(person.mobile), office: mask(person.office) }
}

/** Units, categories and people as they stand on a day, and their changes by an administrator. */
export const directoryRoutes = (options: DirectoryRoutesOptions): Routes => app => {
  units(app, options)
  categories(app, options)
  people(app, options)
}

function units (app: App, { directory, commands }: DirectoryRoutesOptions): void {
  app.get('/api/directory/units', {
    config: { roles: readers, purposes: orderPurposes },
    schema: {
      tags,
      summary: 'Units of the district',
      querystring: Type.Object({ kind: Type.Optional(OneOf(unitKinds)), parentId: Type.Optional(ShortId()), ...DayQuery }),
      response: answers({ 200: list(UnitSchema) })
    }
  }, async ({ query }) => ({ items: await directory.units(query) }))

  app.get('/api/directory/units/:id', {
    config: { roles: readers, purposes: orderPurposes },
    schema: {
      tags,
      summary: 'One unit',
      params: byId,
      querystring: Type.Object(DayQuery),
      response: answers({ 200: UnitSchema })
    }
  }, async ({ params: { id }, query: { day } }) => await directory.unit(id, day))

  app.post('/api/directory/units', adding('Add a unit', UnitSchema), async (request, reply) =>
    await write(request, reply, { action: 'unit.add', subject: request.body.id, status: 201 },
      async tx => await commands.addUnit(tx, request.actor, request.body)))

  const change = described(changing('Change a unit', byId, Type.Partial(Type.Object(unitFields)), UnitSchema), unitEnds)
  app.patch('/api/directory/units/:id', change, async (request, reply) => await write(request, reply, {
    action: 'unit.change', subject: request.params.id, detail: { fields: Object.keys(request.body) }
  }, async tx => await commands.changeUnit(tx, request.actor, request.params.id, request.body)))

  const end = described(ending('A unit ends on a day', byId, UnitSchema), unitEnds)
  app.post('/api/directory/units/:id/end', end, async (request, reply) =>
    await write(request, reply, { action: 'unit.end', subject: request.params.id, detail: request.body },
      async tx => await commands.endUnit(tx, request.actor, request.params.id, request.body.lastDay)))
}

function categories (app: App, { directory, commands }: DirectoryRoutesOptions): void {
  app.get('/api/directory/categories', {
    config: { roles: readers, purposes: orderPurposes },
    schema: {
      tags,
      summary: 'Categories; with `search`, best match first',
      querystring: Type.Object({
        search: Type.Optional(SafeLine({ maxLength: 100 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        ...DayQuery
      }),
      response: answers({ 200: list(CategorySchema) })
    }
  }, async ({ query: { search, limit, day } }) => ({
    items: search === undefined ? await directory.categories(day) : await directory.searchCategories(search, limit ?? 10, day)
  }))

  app.post('/api/directory/categories', adding('Add a category', CategorySchema), async (request, reply) =>
    await write(request, reply, { action: 'category.add', subject: request.body.code, status: 201 },
      async tx => await commands.addCategory(tx, request.actor, request.body)))

  const Change = Type.Object({ from: Day('first day of the change'), change: Type.Partial(Type.Object(categoryFields)) })
  const change = changing('Change a category from a day on', byCode, Change, CategorySchema)
  app.patch('/api/directory/categories/:code', change, async (request, reply) => await write(request, reply, {
    action: 'category.change',
    subject: request.params.code,
    detail: { from: request.body.from, fields: Object.keys(request.body.change) }
  }, async tx => await commands.changeCategory(tx, request.actor, request.params.code, request.body.from, request.body.change)))

  const end = described(ending('A category ends on a day', byCode, CategorySchema), 'What was entered for later days is withdrawn.')
  app.post('/api/directory/categories/:code/end', end, async (request, reply) =>
    await write(request, reply, { action: 'category.end', subject: request.params.code, detail: request.body },
      async tx => await commands.endCategory(tx, request.actor, request.params.code, request.body.lastDay)))
}

function people (app: App, { directory, commands }: DirectoryRoutesOptions): void {
  app.get('/api/directory/people', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'People, of one unit or all',
      querystring: Type.Object({ unitId: Type.Optional(ShortId()), ...DayQuery }),
      response: answers({ 200: list(PersonSchema) })
    }
  }, async ({ query, actor }) => ({ items: (await directory.people(query)).map(p => shown(p, actor)) }))

  app.get('/api/directory/people/:id', {
    config: { roles: staff },
    schema: {
      tags,
      summary: 'One person and the deputy',
      params: byId,
      querystring: Type.Object(DayQuery),
      response: answers({ 200: Type.Object({ person: PersonSchema, deputy: Nullable(PersonSchema) }) })
    }
  }, async ({ params: { id }, query: { day }, actor }) => {
    const deputy = await directory.deputyOf(id, day)
    return { person: shown(await directory.person(id, day), actor), deputy: deputy && shown(deputy, actor) }
  })

  app.post('/api/directory/people', adding('Add a person', PersonSchema), async (request, reply) =>
    await write(request, reply, { action: 'person.add', subject: request.body.id, status: 201 },
      async tx => await commands.addPerson(tx, request.actor, request.body)))

  const change = changing('Change a person', byId, Type.Partial(Type.Object(personFields)), PersonSchema)
  app.patch('/api/directory/people/:id', change, async (request, reply) => await write(request, reply, {
    action: 'person.change', subject: request.params.id, detail: { fields: Object.keys(request.body) }
  }, async tx => await commands.changePerson(tx, request.actor, request.params.id, request.body)))

  app.post('/api/directory/people/:id/end', ending('A person leaves on a day', byId, PersonSchema), async (request, reply) =>
    await write(request, reply, { action: 'person.end', subject: request.params.id, detail: request.body },
      async tx => await commands.endPerson(tx, request.actor, request.params.id, request.body.lastDay)))
}
