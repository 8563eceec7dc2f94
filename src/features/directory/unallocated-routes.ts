import Type from 'typebox'
import { maskNumber, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { holds } from '../../domain/people/roles.ts'
import { staff, type Routes } from '../../http/kit/routes.ts'
import { answers, Moment, OneOf } from '../../http/kit/schema-words.ts'
import type { Directory } from './directory.ts'
import { list, tags } from './directory-schemas.ts'
import type { Person, Unit } from './directory-types.ts'

const Unallocated = Type.Object({
  kind: OneOf(['person', 'unit'] as const),
  id: Type.String(),
  name: Type.String(),
  field: OneOf(['mobile', 'office', 'dutyNumber'] as const),
  number: Type.String({ description: 'masked' }),
  since: Moment('when the carrier first said so')
})

interface Listed {
  kind: 'person' | 'unit'
  id: string
  name: string
  field: 'mobile' | 'office' | 'dutyNumber'
  unitId: string | null
  number: PhoneNumber | null
}

/** Every number of the directory with its person or unit. */
const numbersOf = (people: readonly Person[], units: readonly Unit[]): Listed[] => [
  ...people.flatMap(({ id, name, unitId, mobile, office }): Listed[] => [
    { kind: 'person', id, name, unitId, field: 'mobile', number: mobile },
    { kind: 'person', id, name, unitId, field: 'office', number: office }]),
  ...units.map(({ id, name, dutyNumber }): Listed => ({ kind: 'unit', id, name, unitId: id, field: 'dutyNumber', number: dutyNumber }))
]
export interface UnallocatedRoutesOptions {
  directory: Directory
  /** since when the carrier has not known these numbers; without those it knows */
  unallocatedSince: (numbers: readonly PhoneNumber[]) => Promise<ReadonlyMap<PhoneNumber, Date>>
}

/** Numbers of the directory that do not exist any more. */
export function unallocatedRoutes ({ directory, unallocatedSince }: UnallocatedRoutesOptions): Routes {
  return app => {
    app.get('/api/directory/unallocated-numbers', {
      config: { roles: staff },
      schema: {
        tags,
        summary: 'Numbers the carrier does not know (404): all for roles that ring staff, else those of the own unit',
        response: answers({ 200: list(Unallocated) })
      }
    }, async ({ actor }) => {
      const all = holds(actor, 'EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'ADMINISTRATOR')
      const numbers = numbersOf(await directory.people(), await directory.units()).filter(n => all || n.unitId === actor.unitId)
      const since = await unallocatedSince(numbers.flatMap(n => n.number ?? []))
      const unknown = numbers.flatMap(({ unitId: _unit, number, ...of }) => {
        const at = number === null ? undefined : since.get(number)
        return at && number !== null ? [{ ...of, number: maskNumber(number), since: at }] : []
      })
      return { items: unknown }
    })
  }
}
