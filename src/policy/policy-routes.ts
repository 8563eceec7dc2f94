import Type from 'typebox'
import type { Routes } from '../http/kit/routes.ts'
import { Nullable, OneOf } from '../http/kit/schema-words.ts'
import { write } from '../http/kit/write.ts'
import type { Policies } from './policy.ts'
import { entering, entry, everyRow, FirstDay } from './policy-schemas.ts'
import { attemptPurposes } from './rules/attempt-policy.ts'
import { deadlinePolicyPattern, type DeadlinePolicyName } from './rules/deadline-policy.ts'

const Minutes = (description: string) => Nullable(Type.Integer({ minimum: 1, maximum: 1_000_000, description }))

const DeadlinePolicySchema = Type.Object({
  name: Type.Unsafe<DeadlinePolicyName>({
    type: 'string',
    pattern: deadlinePolicyPattern,
    description: 'what takes so long; CITY_12345_…: orders of the city\'s hotline; CHANNEL_…: of channels whose policy names it'
  }),
  validFrom: FirstDay(),
  minutes: Minutes('on the working calendar 1,440 are one day; null: until the end of the day, for dispatch alone'),
  onSiteMinutes: Minutes('until somebody is there; null: nobody has to go there'),
  maxExtendedMinutes: Minutes('what it may take when it is extended; null: the time given once more'),
  calendar: OneOf(['clock', 'working'] as const, 'hours of the clock, or of working days')
})

const Seconds = (description: string) => Nullable(Type.Integer({ minimum: 0, maximum: 604_800, description }))
const Figure = (maximum: number, description: string) => Nullable(Type.Integer({ minimum: 1, maximum, description }))

const AttemptPolicySchema = Type.Object({
  purpose: OneOf(attemptPurposes, 'what is dialled for'),
  validFrom: FirstDay(),
  attempts: Type.Integer({ minimum: 1, maximum: 10, description: 'attempts on a person, or rounds through all numbers' }),
  gapSeconds: Seconds('between two attempts; null: on another half-day, for callbacks alone'),
  delaySeconds: Seconds('before the first attempt, 0 for an emergency; null: when the hours begin on the next day, for callbacks alone'),
  ringSeconds: Type.Integer({ minimum: 2, maximum: 120, description: 'one telephone rings so long' }),
  windows: Type.String({
    maxLength: 200, description: 'local hours in which one may ring, `09:00-12:00,13:30-20:00`; empty: always, for an emergency alone'
  }),
  failures: Figure(100, 'attempts that failed on our side until a person rings; for callbacks alone, as what follows'),
  unspokenFailures: Figure(100, 'the same where nothing could speak'),
  failureGapSeconds: Figure(604_800, 'after such an attempt'),
  maxPostponedDays: Figure(60, 'an attempt may be put off so long in all'),
  replyDays: Figure(60, 'the reply to the last text message counts so long')
})

/** How long something may take, and how often somebody is rung: entered by an administrator for days to come. */
export function policyRoutes ({ policies }: { policies: Policies }): Routes {
  return app => {
    app.get('/api/policies/attempts', everyRow(AttemptPolicySchema, 'Attempt policies: every row, the newest of a purpose first'),
      async () => ({ items: [...(await policies.attempts()).rows] }))

    app.post('/api/policies/attempts', entering(AttemptPolicySchema, {
      summary: 'Enter an attempt policy from a day on',
      description: 'What is decided from that day on goes by it, of callbacks begun earlier too. A row that has not begun is replaced.'
    }), async (request, reply) => await write(request, reply, entry('attempt-policy.enter', request.body.purpose, request.body),
      async tx => await policies.enterAttempts(tx, request.actor, request.body)))

    app.get('/api/policies/deadlines', everyRow(DeadlinePolicySchema, 'Deadline policies: every row, the newest of a name first'),
      async () => ({ items: [...(await policies.deadlines()).rows] }))

    app.post('/api/policies/deadlines', entering(DeadlinePolicySchema, {
      summary: 'Enter a deadline policy from a day on',
      description: 'Clocks that began before that day keep their time. A row that has not begun is replaced.'
    }), async (request, reply) => await write(request, reply, entry('deadline-policy.enter', request.body.name, request.body),
      async tx => await policies.enterDeadline(tx, request.actor, request.body)))
  }
}
