import Type from 'typebox'
import type { Calendar } from './calendar.ts'
import { maxDaysOfYear } from './rules/year-days.ts'
import { staff, type Routes } from '../http/kit/routes.ts'
import { answers, Moment, Nullable, params, SafeLine, WriteHeaders } from '../http/kit/schema-words.ts'
import { write } from '../http/kit/write.ts'

const Day = Type.Object({
  day: Type.String({ format: 'date', maxLength: 10 }),
  working: Type.Boolean({ description: 'false: a holiday; true: a Saturday or Sunday worked in exchange (调休)' }),
  name: SafeLine({ minLength: 1, maxLength: 40 })
})
const Days = Type.Array(Day, { maxItems: maxDaysOfYear })
const Year = Type.Integer({ minimum: 2000, maximum: 2100 })
const Edition = Type.Object({ year: Year, edition: Type.Integer(), basis: Type.String(), enteredAt: Moment(), enteredBy: Type.String() })
const tags = ['calendar']

/** Which days are worked: read by everybody, entered by an administrator, year by year. */
export function calendarRoutes ({ calendar }: { calendar: Calendar }): Routes {
  return app => {
    app.get('/api/calendar', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'The years entered, and until when every day is known',
        response: answers({ 200: Type.Object({ years: Type.Array(Year), endsOn: Nullable(Type.String()), daysLeft: Type.Integer() }) })
      }
    }, async () => await calendar.coverage())

    app.get('/api/calendar/:year', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'One year: its days that differ from their weekday, its editions, and the published days as a first draft',
        params: params({ year: Year }),
        response: answers({
          200: Type.Object({
            year: Year,
            edition: Nullable(Type.Integer({ description: 'null: this year has not been entered' })),
            days: Type.Array(Day),
            editions: Type.Array(Edition),
            published: Nullable(Type.Array(Day, { description: 'null: the service does not know what was published for this year' }))
          })
        })
      }
    }, async ({ params: { year } }) => await calendar.year(year))

    app.put('/api/calendar/:year', {
      config: { roles: ['ADMINISTRATOR'] },
      schema: {
        tags,
        summary: 'Enter a year, or change it: a new edition',
        description: 'Times computed with an earlier edition keep it; times that waited for this year are computed again.',
        headers: WriteHeaders,
        params: params({ year: Year }),
        body: Type.Object({
          edition: Nullable(Type.Integer({ minimum: 1 })),
          basis: Type.Optional(SafeLine({ description: 'the publication it follows' })),
          days: Days
        }),
        response: answers({ 200: Type.Object({ year: Year, edition: Type.Integer() }) })
      }
    }, async (request, reply) => {
      const { params: { year }, body: { edition: seen, basis = '', days } } = request
      const audit = {
        action: 'calendar.enter',
        subject: String(year),
        detail: (done: { edition: number }) => ({ edition: done.edition, days: days.length })
      }
      return await write(request, reply, audit,
        async tx => await calendar.enter(tx, request.actor, { year, seen, basis, days }))
    })
  }
}
