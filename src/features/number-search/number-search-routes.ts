import Type from 'typebox'
import { keepWithinLimit, numberSearchAction } from '../../access/number-search-limit.ts'
import { numberSearchers, numberSearchLimit } from '../../access/rules/visibility.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { parsePhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { NumberFinder } from '../../http/kit/number-finder.ts'
import type { Routes } from '../../http/kit/routes.ts'
import { answers, PhoneText, ReasonLine } from '../../http/kit/schema-words.ts'
import { write } from '../../http/kit/write.ts'

export interface NumberSearchOptions {
  clock: Clock
  sealing: Pick<Sealing, 'fingerprint' | 'fingerprints'>
  finders: readonly NumberFinder[]
}

/** 查号码: everything of one telephone number. Nothing else finds by a typed number. */
export function numberSearchRoutes ({ clock, sealing, finders }: NumberSearchOptions): Routes {
  const Found = Type.Object(Object.fromEntries(finders.map(finder => [finder.name, finder.schema])))
  return app => {
    app.post('/api/number-searches', {
      config: { roles: numberSearchers },
      schema: {
        tags: ['work-orders'],
        summary: 'Orders and calls of one telephone number, and whether it is turned away',
        description: 'A number in any spelling. ' +
          `At most ${numberSearchLimit.hour} an hour and ${numberSearchLimit.day} a day for one login; ` +
          'each is written down with the number\'s fingerprint and the reason.',
        body: Type.Object({
          number: PhoneText(),
          reason: ReasonLine({ minLength: 2, maxLength: 200, description: 'why; kept in the audit' })
        }),
        response: answers({ 200: Found })
      }
    }, async (request, reply) => {
      const { actor, body } = request
      const number = parsePhoneNumber(body.number)
      const hashes = sealing.fingerprints(number)
      return await write(request, reply, {
        action: numberSearchAction,
        subject: sealing.fingerprint(number).toString('hex'),
        repeatable: false,
        detail: found => ({ ...countsOf(found), reason: body.reason })
      }, async tx => {
        await keepWithinLimit(tx, actor.id, clock.now())
        const found = finders.map(async finder => [finder.name, await finder.find(tx, actor, hashes)] as const)
        return Object.fromEntries(await Promise.all(found))
      })
    })
  }
}

/** For the audit: how many of each list were found, never what. */
const countsOf = (found: Record<string, unknown>): Record<string, number> =>
  Object.fromEntries(Object.entries(found).flatMap(([name, list]) => Array.isArray(list) ? [[name, list.length]] : []))
