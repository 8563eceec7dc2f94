import Type from 'typebox'
import type { Routes } from '../http/kit/routes.ts'
import { answers, Nullable, OneOf, WriteHeaders } from '../http/kit/schema-words.ts'
import { write } from '../http/kit/write.ts'
import type { Policies } from './policies.ts'
import { deadlinePolicyNames } from './rules/deadline-policy.ts'

const Minutes = (description: string) => Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000, description }))

const DeadlinePolicySchema = Type.Object({
  name: OneOf(deadlinePolicyNames, 'what takes so long; CITY_12345_…: orders of the city\'s hotline'),
  validFrom: Type.String({ format: 'date', maxLength: 10, description: 'first local day' }),
  minutes: Minutes('on the working calendar 1,440 are one day; null: until the end of the day, for dispatch alone'),
  onSiteMinutes: Minutes('until somebody is there; null: nobody has to go there'),
  longestMinutes: Minutes('what it may take when it is extended; null: the time given once more'),
  calendar: OneOf(['clock', 'working'] as const, 'hours of the clock, or of working days')
})
const tags = ['policies']

/** How long something may take: read by who runs the district, entered by an administrator for days to come. */
export function policiesRoutes ({ policies }: { policies: Policies }): Routes {
  return app => {
    app.get('/api/policies/deadlines', {
      config: { roles: ['SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR'] },
      schema: {
        tags,
        summary: 'Deadline policies: every row, the newest of a name first',
        response: answers({ 200: Type.Object({ items: Type.Array(DeadlinePolicySchema) }) })
      }
    }, async () => ({ items: [...(await policies.deadlines()).rows] }))

    app.post('/api/policies/deadlines', {
      config: { roles: ['ADMINISTRATOR'] },
      schema: {
        tags,
        summary: 'Enter a deadline policy from a day on',
        description: 'Clocks that began before that day keep their time. A row that has not begun is replaced.',
        headers: WriteHeaders,
        body: DeadlinePolicySchema,
        response: answers({ 201: DeadlinePolicySchema })
      }
    }, async (request, reply) => await write(request, reply, {
      action: 'deadline-policy.enter', subject: request.body.name, status: 201, detail: request.body
    }, async tx => await policies.enterDeadline(tx, request.actor, request.body)))
  }
}
