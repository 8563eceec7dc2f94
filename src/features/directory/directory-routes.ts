import { unitKinds } from '../../domain/unit-tree.ts'
import Type, { type Static } from 'typebox'
import { fullPersonNumbers } from '../../access/rules/visibility.ts'
import { maskNumber, type PhoneNumber } from '../../domain/phone-number.ts'
import { holds, orderPurposes, type Actor } from '../../domain/roles.ts'
import { urgencies } from '../../domain/work-order.ts'
import type { Directory } from './directory.ts'
import type { DirectoryCommands } from './directory-commands.ts'
import type { Person, Unit } from './directory-types.ts'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { answers, Moment, Nothing, Nullable, OneOf, params, SafeLine, ShortId, WriteHeaders } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'

export interface DirectoryRoutesOptions {
  directory: Directory
  commands: DirectoryCommands
  /** since when the carrier has not known these numbers; only those it does not know */
  unallocatedSince: (numbers: readonly PhoneNumber[]) => Promise<ReadonlyMap<PhoneNumber, Date>>
}

const Day = (description?: string) => Type.String({ format: 'date', maxLength: 10, ...(description ? { description } : {}) })
const dated = { validFrom: Day('first day'), validTo: Nullable(Day('last day; null: open')) }
const number = (description: string) => Nullable(Type.String({ maxLength: 60, description }))

const unitFields = {
  kind: OneOf(unitKinds),
  parentId: Nullable(ShortId('the unit above')),
  name: SafeLine({ minLength: 1 }),
  nameEn: SafeLine(),
  areaCode: Nullable(SafeLine({ maxLength: 20 })),
  dutyNumber: number('duty desk'),
  ...dated
}
const UnitSchema = Type.Object({ id: ShortId(), ...unitFields })

const categoryFields = {
  className: SafeLine({ minLength: 1 }),
  classNameEn: SafeLine(),
  name: SafeLine({ minLength: 1 }),
  nameEn: SafeLine(),
  kind: OneOf(['component', 'event'] as const, '部件 a thing, 事件 an act or state'),
  leadUnitId: Nullable(ShortId('who leads by law; null: the town of the place')),
  urgency: OneOf(urgencies),
  onSiteMinutes: Nullable(Type.Integer({ minimum: 1, maximum: 100_000, description: 'null: nobody has to go there' })),
  handlingMinutes: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  calendar: OneOf(['clock', 'working'] as const),
  verification: OneOf(['on-site', 'callback-only'] as const),
  searchWords: SafeLine({ maxLength: 400, description: 'other words people say for it, separated by spaces' })
}
const Code = Type.String({ pattern: '^\\d{4}$' })
const CategorySchema = Type.Object({ code: Code, classCode: Type.String({ pattern: '^\\d{2}$' }), ...categoryFields, ...dated })

const personFields = {
  name: SafeLine({ minLength: 1, maxLength: 60 }),
  title: SafeLine(),
  unitId: Nullable(ShortId()),
  mobile: number('masked but for coordinators, shift leaders and administrators'),
  office: number('masked but for coordinators, shift leaders and administrators'),
  deputyId: Nullable(ShortId()),
  responsible: Type.Boolean({ description: '责任人: gets the unit\'s orders by text message' }),
  ...dated
}
const PersonSchema = Type.Object({ id: ShortId(), ...personFields })

const PlaceNameSchema = Type.Object({ name: SafeLine({ minLength: 1, maxLength: 60 }), townId: ShortId() })

const Unallocated = Type.Object({
  kind: OneOf(['person', 'unit'] as const),
  id: Type.String(),
  name: Type.String(),
  field: OneOf(['mobile', 'office', 'dutyNumber'] as const),
  number: Type.String({ description: 'masked' }),
  since: Moment('when the carrier first said so')
})

const LastDay = Type.Object({ lastDay: Day() })
const DayQuery = { day: Type.Optional(Day('as it stands on this day; today unless told')) }
const list = <T extends Parameters<typeof Type.Array>[0]>(item: T) => Type.Object({ items: Type.Array(item) })
const administrators = ['ADMINISTRATOR'] as const
const readers = [...staff, 'INTEGRATION'] as const
const tags = ['directory']

/** Staff numbers are for those who ring staff. */
function shown (person: Person, actor: Actor): Static<typeof PersonSchema> {
  const full = holds(actor, ...fullPersonNumbers)
  const mask = (n: string | null): string | null => n === null || full ? n : maskNumber(n)
  return { ...person, mobile: mask(person.mobile), office: mask(person.office) }
}

interface Listed {
  kind: 'person' | 'unit'
  id: string
  name: string
  field: 'mobile' | 'office' | 'dutyNumber'
  unitId: string | null
  number: string | null
}

/** Every number of the directory with whom it belongs to. */
const numbersOf = (people: readonly Person[], units: readonly Unit[]): Listed[] => [
  ...people.flatMap(({ id, name, unitId, mobile, office }): Listed[] => [
    { kind: 'person', id, name, unitId, field: 'mobile', number: mobile },
    { kind: 'person', id, name, unitId, field: 'office', number: office }]),
  ...units.map(({ id, name, dutyNumber }): Listed => ({ kind: 'unit', id, name, unitId: id, field: 'dutyNumber', number: dutyNumber }))
]

/** Units, categories and people as they stand on a day, and their changes by an administrator. */
export function directoryRoutes ({ directory, commands, unallocatedSince }: DirectoryRoutesOptions): Routes {
  return app => {
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
        params: params({ id: ShortId() }),
        querystring: Type.Object(DayQuery),
        response: answers({ 200: UnitSchema })
      }
    }, async ({ params: { id }, query: { day } }) => await directory.unit(id, day))

    app.post('/api/directory/units', {
      config: { roles: administrators },
      schema: { tags, summary: 'Add a unit', headers: WriteHeaders, body: UnitSchema, response: answers({ 201: UnitSchema }) }
    }, async (request, reply) => await write(request, reply, { action: 'unit.add', subject: request.body.id, status: 201 },
      async tx => await commands.addUnit(tx, request.actor, request.body)))

    app.patch('/api/directory/units/:id', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'Change a unit',
        headers: WriteHeaders,
        params: params({ id: ShortId() }),
        body: Type.Partial(Type.Object(unitFields)),
        response: answers({ 200: UnitSchema })
      }
    }, async (request, reply) => await write(request, reply, {
      action: 'unit.change',
      subject: request.params.id,
      detail: { fields: Object.keys(request.body) }
    }, async tx => await commands.changeUnit(tx, request.actor, request.params.id, request.body)))

    app.post('/api/directory/units/:id/end', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'A unit ends on a day',
        headers: WriteHeaders,
        params: params({ id: ShortId() }),
        body: LastDay,
        response: answers({ 200: UnitSchema })
      }
    }, async (request, reply) => await write(request, reply, { action: 'unit.end', subject: request.params.id, detail: request.body },
      async tx => await commands.endUnit(tx, request.actor, request.params.id, request.body.lastDay)))

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

    app.post('/api/directory/categories', {
      config: { roles: administrators },
      schema: { tags, summary: 'Add a category', headers: WriteHeaders, body: CategorySchema, response: answers({ 201: CategorySchema }) }
    }, async (request, reply) => await write(request, reply, { action: 'category.add', subject: request.body.code, status: 201 },
      async tx => await commands.addCategory(tx, request.actor, request.body)))

    app.patch('/api/directory/categories/:code', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'Change a category from a day on',
        headers: WriteHeaders,
        params: params({ code: Code }),
        body: Type.Object({ from: Day('first day of the change'), change: Type.Partial(Type.Object(categoryFields)) }),
        response: answers({ 200: CategorySchema })
      }
    }, async (request, reply) => await write(request, reply, {
      action: 'category.change',
      subject: request.params.code,
      detail: { from: request.body.from, fields: Object.keys(request.body.change) }
    }, async tx => await commands.changeCategory(
      tx,
      request.actor,
      request.params.code,
      request.body.from,
      request.body.change
    )))

    app.post('/api/directory/categories/:code/end', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'A category ends on a day',
        headers: WriteHeaders,
        params: params({ code: Code }),
        body: LastDay,
        response: answers({ 200: CategorySchema })
      }
    }, async (request, reply) => await write(request, reply, { action: 'category.end', subject: request.params.code, detail: request.body },
      async tx => await commands.endCategory(tx, request.actor, request.params.code, request.body.lastDay)))

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
        params: params({ id: ShortId() }),
        querystring: Type.Object(DayQuery),
        response: answers({ 200: Type.Object({ person: PersonSchema, deputy: Nullable(PersonSchema) }) })
      }
    }, async ({ params: { id }, query: { day }, actor }) => {
      const deputy = await directory.deputyOf(id, day)
      return { person: shown(await directory.person(id, day), actor), deputy: deputy && shown(deputy, actor) }
    })

    app.post('/api/directory/people', {
      config: { roles: administrators },
      schema: { tags, summary: 'Add a person', headers: WriteHeaders, body: PersonSchema, response: answers({ 201: PersonSchema }) }
    }, async (request, reply) => await write(request, reply, { action: 'person.add', subject: request.body.id, status: 201 },
      async tx => await commands.addPerson(tx, request.actor, request.body)))

    app.patch('/api/directory/people/:id', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'Change a person',
        headers: WriteHeaders,
        params: params({ id: ShortId() }),
        body: Type.Partial(Type.Object(personFields)),
        response: answers({ 200: PersonSchema })
      }
    }, async (request, reply) => await write(request, reply, {
      action: 'person.change',
      subject: request.params.id,
      detail: { fields: Object.keys(request.body) }
    }, async tx => await commands.changePerson(tx, request.actor, request.params.id, request.body)))

    app.post('/api/directory/people/:id/end', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'A person leaves on a day',
        headers: WriteHeaders,
        params: params({ id: ShortId() }),
        body: LastDay,
        response: answers({ 200: PersonSchema })
      }
    }, async (request, reply) => await write(request, reply, { action: 'person.end', subject: request.params.id, detail: request.body },
      async tx => await commands.endPerson(tx, request.actor, request.params.id, request.body.lastDay)))

    app.get('/api/directory/unallocated-numbers', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'Numbers the carrier does not know (404): all for who rings staff, else those of one\'s own unit',
        response: answers({ 200: list(Unallocated) })
      }
    }, async ({ actor }) => {
      const all = holds(actor, 'EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'ADMINISTRATOR')
      const numbers = numbersOf(await directory.people(), await directory.units()).filter(n => all || n.unitId === actor.unitId)
      const since = await unallocatedSince(numbers.flatMap(n => n.number === null ? [] : [n.number as PhoneNumber]))
      const unknown = numbers.flatMap(({ unitId: _unit, number, ...of }) => {
        const at = number === null ? undefined : since.get(number as PhoneNumber)
        return at && number !== null ? [{ ...of, number: maskNumber(number), since: at }] : []
      })
      return { items: unknown }
    })

    app.get('/api/directory/service-lines', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'Numbers that arrive on the hotline',
        response: answers({
          200: list(Type.Object({
            did: Type.String(),
            name: Type.String(),
            unitId: Nullable(Type.String()),
            kind: OneOf(['hotline', 'service', 'duty'] as const)
          }))
        })
      }
    }, async () => ({ items: await directory.serviceLines() }))

    app.get('/api/directory/place-names', {
      config: { roles: staff },
      schema: { tags, summary: 'Roads, estates and quarters by which a town is guessed', response: answers({ 200: list(PlaceNameSchema) }) }
    }, async () => ({ items: await directory.placeNames() }))

    app.post('/api/directory/place-names', {
      config: { roles: administrators },
      schema: {
        tags,
        summary: 'Add place names; those that are there already are left alone',
        headers: WriteHeaders,
        body: Type.Object({ items: Type.Array(PlaceNameSchema, { minItems: 1, maxItems: 5000 }) }),
        response: answers({ 200: Type.Object({ added: Type.Integer(), known: Type.Integer() }) })
      }
    }, async (request, reply) => await write(request, reply, {
      action: 'place-name.add',
      subject: 'place-names',
      detail: done => ({ ...done })
    }, async tx => await commands.addPlaceNames(tx, request.actor, request.body.items)))

    app.post('/api/directory/place-names/remove', {
      config: { roles: administrators },
      schema: { tags, summary: 'Remove a place name', headers: WriteHeaders, body: PlaceNameSchema, response: answers({ 204: Nothing }) }
    }, async (request, reply) => {
      await write(request, reply, {
        action: 'place-name.remove',
        subject: request.body.townId,
        status: 204,
        detail: { name: request.body.name }
      }, async tx => { await commands.removePlaceName(tx, request.actor, request.body) })
      return null
    })

    // A place may be somebody's address: it travels in the body, addresses of requests are logged.
    app.post('/api/directory/town-guess', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'The town a place lies in, by what was said',
        body: Type.Object({ place: SafeLine({ maxLength: 400 }), ...DayQuery }),
        response: answers({ 200: Type.Object({ town: Nullable(UnitSchema) }) })
      }
    }, async ({ body: { place, day } }) => ({ town: await directory.guessTown(place, day) }))
  }
}
